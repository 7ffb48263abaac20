"""The authoring screens of the catalogue: products, codes, parts, tools, symptoms."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from kb.models import Component, DiagnosisRun, FaultCode, Part, ProductFamily, ProductModel, Symptom, Tool
from people.viewsets import Records, Rows

NAMED = ["key", "name", "name_en"]


class FamilyViewSet(Rows):
    """Product families."""

    model = ProductFamily
    form_fields = NAMED
    list_display = ["name", "key"]


class ModelsViewSet(Rows):
    """Product models."""

    model = ProductModel
    form_fields = [*NAMED, "family", "warranty_months", "maintenance"]
    list_display = ["name", "key", "family"]


class ComponentViewSet(Rows):
    """Components."""

    model = Component
    form_fields = [*NAMED, "model", "warranty_months"]
    list_display = ["name", "key", "model"]


class FaultCodeViewSet(Rows):
    """Fault codes."""

    model = FaultCode
    form_fields = ["code", "family", "model", "meaning", "meaning_en", "severity"]
    list_display = ["code", "meaning", "family", "model", "severity"]
    search_fields = ["code", "folded", "meaning"]


class PartViewSet(Rows):
    """Spare parts."""

    model = Part
    form_fields = [*NAMED, "number", "product_models"]
    list_display = ["name", "number"]
    search_fields = ["name", "number"]


class ToolViewSet(Rows):
    """Tools."""

    model = Tool
    form_fields = NAMED
    list_display = ["name", "key"]


class SymptomViewSet(Rows):
    """Symptoms."""

    model = Symptom
    form_fields = [*NAMED, "synonyms"]
    list_display = ["name", "synonyms"]


class RunViewSet(Records):
    """Records of fault guides followed, to look at."""

    model = DiagnosisRun
    form_fields = ["note"]
    list_display = ["guide", "person", "result", "recorded_at"]


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
