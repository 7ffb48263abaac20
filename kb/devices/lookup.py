"""Finding a device by what somebody scanned, typed or carried along in an address."""

import unicodedata

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

from kb.models import Device, ProductModel
from kb.models.devices import LETTERS
from kb.search.analysis import fold_code
from people.models import Person

_LENGTH = 12
_CONFUSED = str.maketrans("oil", "011")  # what people read in Crockford's base 32


def tidy_code(typed: str) -> str:
    """Return the code of a label as it is kept, however it was typed, or "" for what cannot be one.

    >>> tidy_code("O0ab-CDEF-gh1L"), tidy_code("PR-001")
    ('00abcdefgh11', '')
    """
    letters = "".join(letter for letter in unicodedata.normalize("NFKC", typed[:60]).lower() if letter.isalnum())
    code = letters.translate(_CONFUSED)
    return code if len(code) == _LENGTH and set(code) <= set(LETTERS) else ""


def search(*, person: Person, text: str, model: ProductModel | None = None) -> QuerySet[Device]:
    """Return the devices a person may know of that a serial number, a code, a model or a customer leads to."""
    found = Device.objects.visible_to(person)
    if model:
        found = found.filter(model=model)
    if not text:
        return found
    wanted = Q(code=tidy_code(text) or None) | Q(site__icontains=text)
    for place in ("model", "model__family", "owner"):
        wanted |= Q(**{f"{place}__name__icontains": text}) | Q(**{f"{place}__name_en__icontains": text})
    if folded := fold_code(text):
        wanted |= Q(folded__contains=folded) | Q(model__key__startswith=folded)
    return found.filter(wanted)


def device_of(request: HttpRequest) -> Device | None:
    """Return the device carried along as ?device=, if the person may know of it."""
    code = tidy_code(request.GET.get("device", ""))
    if not code:
        return None
    found = Device.objects.visible_to(request.user).select_related("model__family", "owner")
    return found.filter(code=code).first()


def carried(request: HttpRequest, device: Device | None = None) -> str:
    """Return the part of an address, with its question mark, that carries device and case on to where a link leads."""
    query = QueryDict(mutable=True)
    if device:
        query["device"] = device.code
    if case := request.GET.get("case", "").strip()[:20]:
        query["case"] = case
    return f"?{query.urlencode()}" if query else ""
