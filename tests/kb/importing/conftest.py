"""What the proofs of kb.importing share: pictures, and a folder of its own for files that wait."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings


def png(colour: str = "red", kind: str = "PNG") -> bytes:
    """A small picture."""
    target = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(target, kind)
    return target.getvalue()


@pytest.fixture(autouse=True)
def places(settings: Settings, tmp_path: Path) -> Path:
    """Keep files that wait and pictures in folders of this test alone."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    location = {"location": tmp_path / "files"}
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": location}
    settings.STORAGES = settings.STORAGES | {"files": files}
    return tmp_path


@pytest.fixture
def files(places: Path) -> Callable[[], list[str]]:
    """Return what lies in these folders, when it is called."""
    return lambda: sorted(str(path.relative_to(places)) for path in places.rglob("*") if path.is_file())
