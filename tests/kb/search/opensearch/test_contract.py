"""What modelsearch asks of every backend on a server, on a server: where OPENSEARCH_URL names one."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

ROWS = settings.BASE_DIR.parent / "shared" / "cases" / "modelsearch" / "search.json"


@pytest.mark.skipif("OPENSEARCH_URL" not in os.environ, reason="OPENSEARCH_URL names no server")
@pytest.mark.skipif(not ROWS.exists(), reason="the rows that modelsearch's tests are about are not beside the checkout")
def test_our_backend_passes_the_tests_of_modelsearch() -> None:
    command = [sys.executable, "-W", "ignore", "-m", "django", "test", "--no-input", f"{__package__}.suite"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": f"{__package__}.settings"}
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
