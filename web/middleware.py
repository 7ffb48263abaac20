"""What every answer passes through that Django does not bring."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.utils.csp import CSP


class ContentSecurityPolicy(ContentSecurityPolicyMiddleware):
    """Django's strict policy with nonces; below /admin/ Wagtail's inline scripts and styles are allowed."""

    RELAXED = settings.SECURE_CSP | {
        "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
        "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
        "img-src": [CSP.SELF, "data:", "blob:"],
    }

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Add the header, relaxed below /admin/ only."""
        if request.path.startswith("/admin/") and not hasattr(response, "_csp_config"):
            response._csp_config = self.RELAXED
        return super().process_response(request, response)
