"""A project of modelsearch's own test models, whose one search backend is ours."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[4]

SECRET_KEY = "for tests"
USE_TZ = True
ROOT_URLCONF = "modelsearch.test.urls"
INSTALLED_APPS = [
    "modelsearch.test.testapp",
    "modelsearch",
    "kb.search",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
#: Where the rows lie that the tests are about; the wheel of modelsearch does not have them.
FIXTURE_DIRS = [BASE_DIR.parent / "shared" / "cases" / "modelsearch"]
MODELSEARCH_BACKENDS = {
    "default": {
        "BACKEND": "kb.search.backend",
        "PATH": os.path.join(os.environ["SEARCH_FOLDER"], "built"),
        "REPAIR": False,
    }
}
