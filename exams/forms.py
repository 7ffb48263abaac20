"""The form in which a question and its current version are edited as one."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminPageChooser

from exams import bank, written
from exams.kinds import KINDS
from exams.models import Question
from kb.models import Block, ControlledPage


class QuestionForm(WagtailAdminModelForm):
    """Question, key and citation; saving other words, another key or another citation makes the next version."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[(key, kind.label) for key, kind in KINDS.items()])
    text = forms.CharField(label=_("Question"), widget=forms.Textarea(attrs={"rows": 3}))
    answers = forms.CharField(
        label=_("Options and key"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Choice: “- [x] right” and “- [ ] wrong”, a line each. True or false: “answer: true”. "
            "Number: “answer: 12”, “tolerance: 0.6”, “unit: V”. Order: “1. first”, “2. second”, in the right order."
        ),
    )
    explanation = forms.CharField(label=_("Explanation"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    page = forms.ModelChoiceField(
        ControlledPage.objects.all(),
        label=_("Rests on the document"),
        widget=AdminPageChooser(target_models=[ControlledPage]),
    )
    block_id = forms.CharField(
        label=_("Block of it"), max_length=64, help_text=_("The part after # in the address of the passage.")
    )

    class Meta:
        model = Question
        fields = ["topic", "key", "state", "difficulty", "is_critical"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and (version := self.instance.version):
            self.initial |= {
                "kind": version.kind, "text": version.text, "answers": written.write(version.kind, version.body),
                "explanation": version.explanation, "page": version.page_id, "block_id": version.block_id,
            }  # fmt: skip

    def clean(self) -> dict:
        """Read the answers, and find the cited block."""
        cleaned = super().clean()
        if "kind" in cleaned and "answers" in cleaned:
            try:
                cleaned["body"] = written.read(cleaned["kind"], cleaned["answers"])
            except written.Unreadable as line:
                raise ValidationError({"answers": gettext("This line cannot be read: %s") % line.text}) from None
            if mistakes := KINDS[cleaned["kind"]].mistakes(cleaned["body"]):
                self.add_error("answers", mistakes)
        page, block_id = cleaned.get("page"), cleaned.get("block_id")
        is_there = page and block_id and Block.objects.filter(page=page, block_id=block_id).exists()
        if page and block_id and not is_there and not self._keeps_its_words(cleaned):
            self.add_error("block_id", gettext("The document has no such block."))
        return cleaned

    def _keeps_its_words(self, cleaned: dict) -> bool:
        """Whether only state or place change: what rests on a passage that is gone can still be retired."""
        version = self.instance.version if self.instance.pk else None
        names = ("kind", "text", "explanation", "body", "block_id")
        said = {name: cleaned.get(name) for name in names} | {"page_id": cleaned["page"].pk}
        return version is not None and bank.says(version, said)

    @transaction.atomic
    def save(self, commit: bool = True) -> Question:
        """Save the question and, where something of it changed, its next version."""
        if self.instance.author_id is None:
            self.instance.author = self.for_user
        question = super().save(commit)
        words = {name: self.cleaned_data[name] for name in ("kind", "text", "explanation", "body", "page", "block_id")}
        bank.revise(question=question, **words)
        return question
