"""The address of a picture."""

import uuid

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from kb.attachments import keep, pictures
from kb.models import Attachment


@require_safe
@cache_control(private=True, max_age=3600)
def attachment(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A picture for whoever may see its record; with ?w=400 a small one."""
    found = get_object_or_404(keep.visible_to(request.user), key=key)
    try:
        file = found.file.open("rb")
    except FileNotFoundError:
        raise Http404(key) from None
    is_signature = found.kind == Attachment.Kind.SIGNATURE
    headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": "inline", "X-Robots-Tag": "noindex"}
    if request.GET.get("w") == str(pictures.THUMBNAIL) and not is_signature:
        with file:
            return HttpResponse(pictures.thumbnail(file), content_type="image/jpeg", headers=headers)
    return FileResponse(file, content_type="image/png" if is_signature else "image/jpeg", headers=headers)
