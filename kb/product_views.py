"""The screens of products and their fault codes: parse, call, render."""

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kb import gathered, warranty
from kb.devices.lookup import carried, device_of
from kb.models import Device, FaultCode, FaultGuidePage, ProductFamily, ProductModel
from kb.search.analysis import fold_code
from people.models import Person

_CODES_ON_A_PAGE = 100
_CODES_ON_PAPER = 2000


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """All products, family by family."""
    return render(request, "kb/products.html", {"families": ProductFamily.objects.prefetch_related("models")})


@require_safe
def product(request: HttpRequest, key: str) -> HttpResponse:
    """A product model and everything that is known about it; ?all= names the list that is shown whole.

    With ?device= it is where the label of a device leads those who may not know of the device.
    """
    model = get_object_or_404(ProductModel.objects.select_related("family"), key=key)
    person, whole, device = request.user, request.GET.get("all", ""), device_of(request)
    context = {
        "product": model,
        "specifications": model.specifications.all(),
        "releases": model.releases.all()[: gathered.MOST],
        "groups": gathered.documents(model=model, person=person, whole=whole),
        "codes": gathered.codes(model),
        "issues": gathered.issues(model=model, person=person),
        "terms": warranty.terms(model),
        "parts": gathered.parts(model, is_whole=whole == "parts"),
        "plans": gathered.plans(model=model, person=person),
        "hazards": gathered.hazards(model=model, person=person),
        "device_count": gathered.device_count(model=model, person=person),
        "device": device,
        "is_closed": bool(request.GET.get("device")) and device is None,
        "sign_in": _sign_in(request),
        "carried": carried(request, device),
    }
    return render(request, "kb/product.html", context)


def _sign_in(request: HttpRequest) -> str:
    """Return where to sign in and come back to the label that was scanned."""
    code = request.GET.get("device", "")[:20]
    return redirect_to_login(reverse("scan", args=[code])).url if code.isalnum() else ""


@require_safe
def fault_codes(request: HttpRequest) -> HttpResponse:
    """The fault codes of all products; ?code= in any spelling leads to its page, ?q= filters, ?format=print is long."""
    device = device_of(request)
    model = device.model if device else ProductModel.objects.filter(key=request.GET.get("model", "")).first()
    typed, text = (request.GET.get(name, "").strip()[:40] for name in ("code", "q"))
    if typed and FaultCode.objects.spelt(typed).exists():
        return redirect(_code_address(request, fold_code(typed), model, device))
    found = _searched(model, text or typed)
    is_whole = request.GET.get("format") == "print"
    page = Paginator(found, _CODES_ON_PAPER if is_whole else _CODES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "q": text or typed,
        "unknown": typed,
        "model": model,
        "device": device,
        "models": ProductModel.objects.select_related("family"),
        "is_whole": is_whole,
        "carried": carried(request, device),
    }
    return render(request, "kb/fault_codes.html", context, status=404 if typed else 200)


def _code_address(request: HttpRequest, code: str, model: ProductModel | None, device: Device | None) -> str:
    query = carried(request, device)
    if model and not device:
        query += f"{'&' if query else '?'}model={model.key}"
    return reverse("fault_code", args=[code]) + query


def _searched(model: ProductModel | None, text: str) -> QuerySet[FaultCode]:
    every = FaultCode.objects.select_related("model", "family").order_by("folded", "pk")
    found = gathered.codes_of(model) if model else every
    if text:
        wanted = Q(meaning__icontains=text) | Q(meaning_en__icontains=text)
        if folded := fold_code(text):
            wanted |= Q(folded__contains=folded)
        found = found.filter(wanted)
    return found


@require_safe
def fault_code(request: HttpRequest, code: str) -> HttpResponse:
    """A fault code, in every product that has it, with the guides for it; those of ?device= or ?model= come first."""
    found = list(_with_guides(FaultCode.objects.spelt(code), request.user))
    if not found:
        raise Http404(code)
    device = device_of(request)
    model = device.model if device else ProductModel.objects.filter(key=request.GET.get("model", "")).first()
    if code != fold_code(code):
        return redirect(_code_address(request, fold_code(code), model, device))
    if device:
        gathered.mark(found, device.software)
        gathered.mark([guide for each in found for guide in each.open_guides], device.software)
    own = [each for each in found if model and (each.model_id == model.pk or each.family_id == model.family_id)]
    context = {
        "code": found[0].code,
        "model": model,
        "device": device,
        "own": own,
        "others": [each for each in found if each not in own],
        "carried": carried(request, device),
    }
    return render(request, "kb/fault_code.html", context)


def _with_guides(codes: QuerySet[FaultCode], person: Person) -> QuerySet[FaultCode]:
    """Return the codes with `open_guides`, those that the person may read."""
    guides = FaultGuidePage.objects.visible_to(person).preferring(get_language()).order_by("number").defer("body")
    return codes.select_related("model", "family").prefetch_related(Prefetch("guides", guides, to_attr="open_guides"))
