"""The door for gunicorn and its like: production unless the environment says otherwise."""

import os

os.environ.setdefault("ENVIRONMENT", "production")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "web.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
