"""Changing the questions that were ticked in the list of the bank."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.bulk_action import BulkAction

from exams.bank import use
from exams.bank.edit import edit
from exams.forms import TopicChoiceField
from exams.models import Question, Topic

_MOST = 500
_KEEP = [("", _("leave as it is"))]
_YES_NO = [*_KEEP, ("yes", _("yes")), ("no", _("no"))]


class ManyForm(forms.Form):
    """What is wished of many questions; what is left empty stays as it is."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[*_KEEP, *((state, Question.State(state).label) for state in use.BRING)],
    )
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=500, help_text=_("Asked where questions are quarantined.")
    )
    topic = TopicChoiceField(
        queryset=Topic.objects.all(), label=_("Topic"), required=False, empty_label=_("leave as it is")
    )
    difficulty = forms.TypedChoiceField(
        label=_("Difficulty"), required=False, coerce=int, choices=[*_KEEP, *Question.Difficulty.choices]
    )
    is_critical = forms.ChoiceField(label=_("Critical"), required=False, choices=_YES_NO)
    for_practice = forms.ChoiceField(label=_("For practice only"), required=False, choices=_YES_NO)

    def clean(self) -> dict:
        """Ask for something to do, and why a question is quarantined."""
        cleaned = super().clean()
        if not self.errors and not self.wished():
            raise forms.ValidationError(gettext("Choose what is to change."))
        if cleaned.get("state") == Question.State.QUARANTINED and not cleaned.get("reason"):
            self.add_error("reason", gettext("Say why."))
        return cleaned

    def wished(self) -> dict[str, object]:
        """Return what is to change."""
        said = {
            name: value for name, value in self.cleaned_data.items() if name != "reason" and value not in ("", None)
        }
        return said | {name: said[name] == "yes" for name in ("is_critical", "for_practice") if name in said}


class ChangeMany(BulkAction):
    """State, topic, difficulty, critical, for practice of those that were ticked; each by its own rules."""

    display_name = _("Change …")
    aria_label = _("Change the selected questions")
    action_type = "change"
    template_name = "exams/admin/many.html"
    models = [Question]
    form_class = ManyForm

    @classmethod
    def get_queryset(cls, model: type[Question], object_ids: Sequence[str]) -> QuerySet[Question]:
        """Return the questions with these ids."""
        ids = [int(each) for each in object_ids[:_MOST] if each.isdecimal() and len(each) < 18]
        found = Question.objects.with_current().filter(pk__in=ids).select_related("topic")
        if not found:
            raise Http404
        return found

    def check_perm(self, obj: Question) -> bool:
        """Only who keeps the bank changes it."""
        return self.request.user.has_perm("exams.change_question")

    def get_all_objects_in_listing_query(self, parent_id: object) -> list[str]:
        """Only what was ticked is changed, never what nobody has seen."""
        return []

    def form_valid(self, form: ManyForm) -> HttpResponse:
        """Change them; say how many, and show those that were refused with the reasons."""
        questions, barred = self.get_actionable_objects()
        edited = edit(
            questions=questions, wished=form.wished(), by=self.request.user, at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
        refused = edited.refused + [(row, [gettext("You may not do this.")]) for row in barred["items_with_no_access"]]
        n = len(edited.changed)
        messages.success(self.request, ngettext("%d question changed.", "%d questions changed.", n) % n)
        if not refused:
            return redirect(self.next_url)
        context = {"edited": edited, "refused": refused, "next": self.next_url}
        return render(self.request, "exams/admin/many_refused.html", context)
