"""The authoring screens of the catalogue and of document control."""

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from kb.models import (
    Component,
    Deputy,
    DocumentClass,
    FaultCode,
    Hazard,
    Part,
    ProductFamily,
    ProductModel,
    Retention,
    SignOff,
    SoftwareRelease,
    Specification,
    Symptom,
    Tool,
    WarrantyExclusion,
)
from kb.naming import guides_naming
from people.models import User
from people.viewsets import DeleteUnused, EditUsed, Records, Rows

NAMED = ["key", "name", "name_en"]


def _named_in(row: Model) -> str:
    """Return a sentence if signed text names this row by its key, else nothing."""
    guides = guides_naming(row)
    if not guides:
        return ""
    names = {"row": row, "guides": ", ".join(sorted({guide.number for guide in guides}))}
    return gettext("“%(row)s” is named in these fault guides: %(guides)s.") % names


class DeleteUnnamed(DeleteUnused):
    """Deletes a row, or says that signed text names it."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Delete it if no guide names it and nothing else is in the way."""
        if sentence := _named_in(self.object):
            messages.error(self.request, sentence)
            return redirect(self.get_success_url())
        return super().form_valid(form)


class EditNamed(EditUsed):
    """Saves a row; the key that signed text names it by stays."""

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        """Save it unless the key changed and a guide has the one before."""
        before = type(form.instance).objects.get(pk=form.instance.pk)
        sentence = _named_in(before) if "key" in form.changed_data else ""
        if sentence:
            form.add_error("key", sentence)
            self.produced_error_code, self.produced_error_message = "validation_error", self.get_error_message()
            return self.form_invalid(form)
        return super().form_valid(form)


class NamedRows(Rows):
    """A table of rows that signed text may name by their keys."""

    edit_view_class = EditNamed
    delete_view_class = DeleteUnnamed


class FamilyViewSet(Rows):
    """Product families."""

    model = ProductFamily
    form_fields = [*NAMED, "subject"]
    list_display = ["name", "key", "subject"]


class ModelsViewSet(Rows):
    """Product models."""

    model = ProductModel
    form_fields = [*NAMED, "family", "warranty_months", "maintenance", "scheme"]
    list_display = ["name", "key", "family"]
    delete_view_class = DeleteUnnamed  # its components go with it


class SpecificationViewSet(Rows):
    """Lines of specifications."""

    model = Specification
    form_fields = ["model", "position", "name", "name_en", "value", "value_en"]
    list_display = ["name", "value", "model", "position"]
    list_filter = ["model"]
    search_fields = ["name", "name_en", "value"]


class ReleaseViewSet(Rows):
    """Software versions."""

    model = SoftwareRelease
    form_fields = ["model", "version", "released_on", "note", "note_en"]
    list_display = ["version", "model", "released_on", "note"]
    list_filter = ["model"]
    search_fields = ["version", "note"]


class ComponentViewSet(NamedRows):
    """Components."""

    model = Component
    form_fields = [*NAMED, "model", "parent", "warranty_months"]
    list_display = ["name", "key", "model", "parent"]
    list_filter = ["model"]


class ExclusionViewSet(Rows):
    """What the warranty does not cover."""

    model = WarrantyExclusion
    form_fields = [*NAMED, "components"]
    list_display = ["name", "key"]


class FaultCodeViewSet(Rows):
    """Fault codes."""

    model = FaultCode
    form_fields = ["code", "family", "model", "meaning", "meaning_en", "severity", "software"]
    list_display = ["code", "meaning", "family", "model", "severity"]
    search_fields = ["code", "folded", "meaning"]


class PartViewSet(NamedRows):
    """Spare parts."""

    model = Part
    form_fields = [*NAMED, "number", "product_models", "substitutes", "has_serial"]
    list_display = ["name", "number"]
    search_fields = ["name", "number"]


class ToolViewSet(Rows):
    """Tools."""

    model = Tool
    form_fields = [*NAMED, "is_protective", "is_approved"]
    list_display = ["name", "key", "is_protective", "is_approved"]


class HazardViewSet(NamedRows):
    """Dangers, and what to wear."""

    model = Hazard
    form_fields = [*NAMED, "level", "text", "text_en", "protection"]
    list_display = ["name", "key", "level"]


class SymptomViewSet(Rows):
    """Symptoms."""

    model = Symptom
    form_fields = [*NAMED, "synonyms"]
    list_display = ["name", "synonyms"]


class CatalogueGroup(ModelViewSetGroup):
    """The menu of the catalogue."""

    menu_label = _("Products")
    menu_icon = "desktop"
    menu_order = 210
    items = (
        FamilyViewSet("families"),
        ModelsViewSet("models"),
        SpecificationViewSet("specifications"),
        ReleaseViewSet("releases"),
        ComponentViewSet("components"),
        ExclusionViewSet("exclusions"),
        FaultCodeViewSet("codes"),
        PartViewSet("parts"),
        ToolViewSet("tools"),
        HazardViewSet("hazards"),
        SymptomViewSet("symptoms"),
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


class RetentionViewSet(Rows):
    """How long records are kept, one row for each kind."""

    model = Retention
    form_fields = ["archive_months", "personal_months"]
    list_display = ["__str__", "archive_months", "personal_months"]

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
        RetentionViewSet("retention"),
    )
