"""The authoring screens of people."""

from collections.abc import Iterator, Sequence

from django import forms
from django.contrib import messages
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Model, ProtectedError, QuerySet, RestrictedError
from django.db.models.deletion import Collector
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic import DeleteView, EditView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import DeleteView as DeleteUserView
from wagtail.users.views.users import IndexView as ListUsersView
from wagtail.users.views.users import UserViewSet

from people.models import Credential, OrgUnit, Position, Qualification, Subject, User

FIELDS = {"name", "employee_number", "unit", "position", "position_since"}
IN_USE = (ProtectedError, RestrictedError)


def in_the_way(rows: Sequence[Model] | QuerySet) -> list[Model]:
    """Return the rows that keep these, and what goes with them, from being deleted; deletes nothing.

    Rows that name one of these among many are in the way as well: a signed document would lose it without a signature.
    """
    try:
        Collector(using=DEFAULT_DB_ALIAS).collect(rows)
    except ProtectedError as error:
        return list(error.protected_objects)
    except RestrictedError as error:
        return list(error.restricted_objects)
    return [naming for row in rows for naming in _naming(row)]


def _naming(row: Model) -> Iterator[Model]:
    for relation in row._meta.get_fields(include_hidden=True):
        if relation.many_to_many and relation.auto_created and not relation.concrete:
            yield from relation.related_model._base_manager.filter(**{relation.field.name: row})


class _PersonFields(forms.Form):
    first_name = last_name = None  # one name, as people write it here; Wagtail's form asks for two
    email = forms.EmailField(required=False, label=_("Email"))

    def account_fields(self) -> list[forms.BoundField]:
        """Return the fields of the first tab; the second has the roles."""
        names = [
            "username",
            "name",
            "employee_number",
            "email",
            "unit",
            "position",
            "position_since",
            "password1",
            "password2",
            "is_active",
        ]
        return [self[name] for name in names if name in self.fields]


class PersonCreationForm(_PersonFields, UserCreationForm):
    """A new person."""

    class Meta(UserCreationForm.Meta):
        fields = (UserCreationForm.Meta.fields | FIELDS) - {"first_name", "last_name"}


class PersonEditForm(_PersonFields, UserEditForm):
    """A person to edit."""

    class Meta(UserEditForm.Meta):
        fields = (UserEditForm.Meta.fields | FIELDS) - {"first_name", "last_name"}


class DeleteUnused(DeleteView):
    """Deletes a row, or says that something rests on it; Wagtail's own view fails there."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Delete it if nothing is in the way."""
        try:
            with transaction.atomic():
                if not in_the_way([self.object]):
                    return super().form_valid(form)
        except IN_USE:
            pass
        messages.error(self.request, gettext("“%s” is in use and cannot be deleted.") % self.object)
        return redirect(self.get_success_url())


class DeletePerson(DeleteUnused, DeleteUserView):
    """Deletes a person nothing rests on."""


class ListPeople(ListUsersView):
    """Lists people; a name is one field here, and Wagtail looks for it in two."""

    search_fields = ["name", "username", "employee_number", "email"]


class PersonViewSet(UserViewSet):
    """Wagtail's screens for users, with ours for their forms."""

    index_view_class = ListPeople
    create_template_name = "people/users/create.html"
    edit_template_name = "people/users/edit.html"
    delete_view_class = DeletePerson

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        """Return the form to create or edit a person."""
        return PersonEditForm if for_update else PersonCreationForm


class EditUsed(EditView):
    """Saves a row with its parts, or says that a part that was taken out is in use; Wagtail's own view fails there."""

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        """Save all of it or nothing; what was typed stays, and the parts taken out are there again."""
        try:
            with transaction.atomic():
                return super().form_valid(form)
        except IN_USE:
            taken = [part for formset in form.formsets.values() for part in formset.deleted_forms]
            for part in taken:
                part.data = part.data.copy()
                del part.data[part.add_prefix("DELETE")]
            names = ", ".join(str(part.instance) for part in taken)
            form.add_error(None, gettext("In use, and so not taken out: %s. Nothing was saved.") % names)
            self.produced_error_code, self.produced_error_message = "validation_error", self.get_error_message()
            return self.form_invalid(form)


class Rows(ModelViewSet):
    """A table of rows to edit."""

    icon = "list-ul"
    list_per_page = 50
    copy_view_enabled = False
    edit_view_class = EditUsed
    delete_view_class = DeleteUnused


class ViewOnly(ModelPermissionPolicy):
    """Nobody adds, changes or deletes, superusers included; who may view is a matter of roles."""

    def user_has_permission(self, user: User, action: str) -> bool:
        """Allow looking alone."""
        return action == "view" and super().user_has_permission(user, action)


class Records(Rows):
    """Rows that come from what people did, to look at."""

    inspect_view_enabled = True

    def on_register(self) -> None:
        """Close all but looking."""
        register_permission_policy(self.model, ViewOnly(self.model), exact_class=True)
        super().on_register()


class UnitViewSet(Rows):
    """Units."""

    model = OrgUnit
    form_fields = ["key", "name", "name_en", "parent", "kind"]
    list_display = ["name", "key", "kind", "parent"]


class PositionViewSet(Rows):
    """Positions."""

    model = Position
    form_fields = ["key", "name", "name_en"]
    list_display = ["name", "key"]


class SubjectViewSet(Rows):
    """Subjects."""

    model = Subject
    form_fields = ["key", "name", "name_en"]
    list_display = ["name", "key"]


class QualificationViewSet(Rows):
    """Qualifications."""

    model = Qualification
    form_fields = ["subject", "rank", "gate"]
    list_display = ["subject", "rank", "gate"]


class CredentialViewSet(Records):
    """Credentials, to look at: they come from decisions, and nothing is ever changed or taken out here."""

    model = Credential
    form_fields = ["is_public"]
    list_display = ["number", "person", "qualification", "valid_from", "valid_until"]


class PeopleGroup(ModelViewSetGroup):
    """The menu of people."""

    menu_label = _("Organisation")
    menu_icon = "group"
    menu_order = 500
    items = (
        UnitViewSet("units"),
        PositionViewSet("positions"),
        SubjectViewSet("subjects"),
        QualificationViewSet("qualifications"),
        CredentialViewSet("credentials"),
    )
