"""Which severity scheme a case falls under, and the level to begin with."""

from django.db.models import Q
from django.utils.translation import gettext as _

from kb.models import Device, FaultCode, FaultGuidePage, ProductModel, SeverityLevel, SeverityScheme
from people.refusal import Refused

USUAL_RANK = 2  # where neither code nor guide says how grave it is


def scheme_for(*, model: ProductModel | None, device: Device | None = None) -> SeverityScheme:
    """Return the scheme of the device's contract, else of its model, else the default one. Raises Refused."""
    found = (device and device.scheme) or (model and model.scheme)
    found = found or SeverityScheme.objects.order_by("-is_default", "key").first()
    if found is None:
        raise Refused(_("There is no severity scheme yet; an administrator sets one up."))
    return found


def default_rank(*, model: ProductModel | None, code: str = "", guide: FaultGuidePage | None = None) -> int:
    """Return how grave it is by the fault code shown, else by the guide that was followed, else the usual rank."""
    if model and code:
        shown = FaultCode.objects.spelt(code).filter(Q(model=model) | Q(family=model.family_id))
        if (rank := shown.order_by("severity").values_list("severity", flat=True).first()) is not None:
            return rank
    return guide.severity if guide else USUAL_RANK


def level_in(scheme: SeverityScheme, rank: int) -> SeverityLevel:
    """Return the level of this rank, or where the scheme has none, the one nearest to it. Raises Refused."""
    levels = list(SeverityLevel.objects.of(scheme))
    if not levels:
        raise Refused(_("The severity scheme “%s” has no levels yet.") % scheme.label)
    return min(levels, key=lambda level: (abs(level.rank - rank), level.rank))
