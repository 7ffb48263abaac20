"""The authoring screens of the catalogue and of document control."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from kb.models import (
    Component,
    Deputy,
    DiagnosisRun,
    DocumentClass,
    FaultCode,
    Part,
    ProductFamily,
    ProductModel,
    SignOff,
    Symptom,
    Tool,
)
from people.models import User
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


class EditOnly(ModelPermissionPolicy):
    """Rows there are one of for each kind of something: nobody adds or deletes any, superusers included."""

    def user_has_permission(self, user: User, action: str) -> bool:
        """Allow looking and changing to those who may."""
        return action in {"change", "view"} and super().user_has_permission(user, action)


class DocumentClassViewSet(Rows):
    """The classes of documents, one for each kind."""

    model = DocumentClass
    form_fields = ["prefix", "signers_qualify", "review_days", "approve_days", "review_months", "reading_days"]
    list_display = ["__str__", "prefix", "signers_qualify", "review_days", "approve_days", "review_months"]

    def on_register(self) -> None:
        """Close adding and deleting."""
        register_permission_policy(self.model, EditOnly(self.model), exact_class=True)
        super().on_register()


class DeputyViewSet(Rows):
    """Who signs for whom, and when."""

    model = Deputy
    form_fields = ["person", "deputy", "begins_on", "ends_on"]
    list_display = ["person", "deputy", "begins_on", "ends_on"]


class SignOffViewSet(Records):
    """The sign-off log, to look at."""

    model = SignOff
    form_fields = ["reason"]
    list_display = ["sequence", "page", "act", "name", "signed_on"]


class ControlGroup(ModelViewSetGroup):
    """The menu of document control."""

    menu_label = _("Document control")
    menu_icon = "lock"
    menu_order = 220
    items = (
        DocumentClassViewSet("document-classes"),
        DeputyViewSet("deputies"),
        SignOffViewSet("sign-offs"),
    )
