"""What the request of somebody at the door says: from where he comes, and whether he tries too many tickets."""

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse


def address_of(request: HttpRequest) -> str:
    """Return the client's address, as seen by the proxy that is trusted."""
    return get_adapter().get_client_ip(request)


def too_many(request: HttpRequest) -> HttpResponse | None:
    """Count a ticket that was typed; answer 429 where it is one of too many."""
    if not request.POST.get("ticket", "").strip():
        return None
    return ratelimit.consume_or_429(request, action="exam_ticket", user=request.user)
