"""The site's addresses and, which the site does not have, Wagtail's API to read and write pages."""

from django.urls import path
from wagtail.api.v3.urls import api

from web.urls import handler400, handler403, handler404, handler500, urlpatterns

urlpatterns = [path("api/v3/", api.urls), *urlpatterns]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
