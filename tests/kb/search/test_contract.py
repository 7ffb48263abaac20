"""What modelsearch and Wagtail ask of every search backend, ours keeps on either distribution of Whoosh."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import whoosh
from django.conf import settings

CONTRACT = "tests.kb.search.contract"
ROWS = settings.BASE_DIR.parent / "shared" / "cases" / "modelsearch" / "search.json"
#: The folder of each distribution that the backend runs on; the second is installed by .ci/run.
DISTRIBUTIONS = {
    "whoosh3": Path(whoosh.__file__).parents[1],
    "whoosh-reloaded": settings.BASE_DIR / "var" / "whoosh-reloaded",
}
MODELSEARCH = [
    f"{CONTRACT}.distribution",
    f"{CONTRACT}.suite",
    *(f"modelsearch.tests.test_{name}" for name in ("index_functions", "indexed_class", "queries", "related_fields")),
]
WAGTAIL = [f"{CONTRACT}.distribution", "wagtail.tests.test_page_search"]


@pytest.mark.skipif(not ROWS.exists(), reason="the rows that modelsearch's tests are about are not beside the checkout")
@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_our_backend_passes_the_tests_of_modelsearch(distribution: str, tmp_path: Path) -> None:
    passes(MODELSEARCH, "settings", distribution, tmp_path)


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_our_backend_passes_the_page_search_tests_of_wagtail(distribution: str, tmp_path: Path) -> None:
    passes(WAGTAIL, "wagtail_settings", distribution, tmp_path)


def passes(tests: list[str], project: str, distribution: str, folder: Path) -> None:
    """Run tests in that project and in a process of their own; fail with what they print when they do."""
    whoosh_folder = DISTRIBUTIONS[distribution]
    if not (whoosh_folder / "whoosh").is_dir():
        pytest.skip(f"{distribution} is not in {whoosh_folder.relative_to(settings.BASE_DIR)}; .ci/run installs it")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": f"{CONTRACT}.{project}",
        "PYTHONPATH": os.pathsep.join([str(whoosh_folder), str(settings.BASE_DIR)]),
        "SEARCH_FOLDER": str(folder),
        "WHOOSH_FOLDER": str(whoosh_folder),
    }
    command = [sys.executable, "-W", "ignore", "-m", "django", "test", "--no-input", *tests]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
