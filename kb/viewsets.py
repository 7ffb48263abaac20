"""The authoring screens of the catalogue: products, codes, parts, tools, symptoms."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from kb.models import Component, DiagnosisRun, FaultCode, Part, ProductFamily, ProductModel, Symptom, Tool

NAMED = ["key", "name", "name_en"]


class _Rows(ModelViewSet):
    """A table of plain rows."""

    icon = "list-ul"
    list_per_page = 50
    copy_view_enabled = False


class FamilyViewSet(_Rows):
    """Product families."""

    model = ProductFamily
    form_fields = NAMED
    list_display = ["name", "key"]


class ModelsViewSet(_Rows):
    """Product models."""

    model = ProductModel
    form_fields = [*NAMED, "family", "warranty_months", "maintenance"]
    list_display = ["name", "key", "family"]


class ComponentViewSet(_Rows):
    """Components."""

    model = Component
    form_fields = [*NAMED, "model", "warranty_months"]
    list_display = ["name", "key", "model"]


class FaultCodeViewSet(_Rows):
    """Fault codes."""

    model = FaultCode
    form_fields = ["code", "family", "model", "meaning", "meaning_en", "severity"]
    list_display = ["code", "meaning", "family", "model", "severity"]
    search_fields = ["code", "folded", "meaning"]


class PartViewSet(_Rows):
    """Spare parts."""

    model = Part
    form_fields = [*NAMED, "number", "product_models"]
    list_display = ["name", "number"]
    search_fields = ["name", "number"]


class ToolViewSet(_Rows):
    """Tools."""

    model = Tool
    form_fields = NAMED
    list_display = ["name", "key"]


class SymptomViewSet(_Rows):
    """Symptoms."""

    model = Symptom
    form_fields = [*NAMED, "synonyms"]
    list_display = ["name", "synonyms"]


class RunViewSet(_Rows):
    """Records of fault guides followed, to look at."""

    model = DiagnosisRun
    form_fields = ["note"]
    list_display = ["guide", "person", "result", "recorded_at"]
    inspect_view_enabled = True


class CatalogueGroup(ModelViewSetGroup):
    """The menu of the catalogue."""

    menu_label = _("Products")
    menu_icon = "desktop"
    menu_order = 210
    items = (
        FamilyViewSet("families"),
        ModelsViewSet("models"),
        ComponentViewSet("components"),
        FaultCodeViewSet("codes"),
        PartViewSet("parts"),
        ToolViewSet("tools"),
        SymptomViewSet("symptoms"),
        RunViewSet("runs"),
    )
