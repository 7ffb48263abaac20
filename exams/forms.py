"""The form in which a question and its current version are edited as one."""

from collections.abc import Iterable, Iterator, Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import ModelChoiceIterator
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminPageChooser
from wagtail.images.widgets import AdminImageChooser

from exams import simulation, written
from exams.bank import duplicates, revise
from exams.bank.usage import usage
from exams.kinds import KINDS
from exams.models import Question, QuestionVersion, Topic
from exams.simulation.freeze import resolve
from kb.models import Block, ControlledPage, Picture
from people.refusal import Refused

IN_USE = _(
    "This question is in use. Whoever has it before him keeps it as it is; papers go on drawing it as it is until the "
    "new version is reviewed. If its key was wrong, mark the sittings again as well."
)
WORDS = ("kind", "text", "name", "explanation", "body", "page", "block_id")


class TopicChoices(ModelChoiceIterator):
    """The topics with those below them, indented."""

    def __iter__(self) -> Iterator[tuple[object, str]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for topic, depth in tree(self.queryset.all()):
            yield self.field.prepare_value(topic), "\u2003" * depth + topic.label


class TopicChoiceField(forms.ModelChoiceField):
    """A topic, out of all of them as a tree."""

    iterator = TopicChoices


def tree(topics: Iterable[Topic]) -> list[tuple[Topic, int]]:
    """Return the topics, each with how deep it lies, in the order of the tree."""
    below: dict[int | None, list[Topic]] = {}
    rows = list(topics)
    there = {topic.pk for topic in rows}
    for topic in rows:
        below.setdefault(topic.parent_id if topic.parent_id in there else None, []).append(topic)
    found, todo = [], [(topic, 0) for topic in reversed(below.get(None, []))]
    while todo:
        topic, depth = todo.pop()
        found.append((topic, depth))
        todo += [(part, depth + 1) for part in reversed(below.get(topic.pk, []))]
    return found


class _ShowsWhatThereIs:
    """A chooser that shows nothing for what is no id; Wagtail's own fails there."""

    def get_instance(self, value: object) -> object:
        """Return the row with this id, None where there cannot be one."""
        try:
            return super().get_instance(value)
        except (ValueError, OverflowError):
            return None


class DocumentChooser(_ShowsWhatThereIs, AdminPageChooser):
    """Chooses a document."""


class PictureChooser(_ShowsWhatThereIs, AdminImageChooser):
    """Chooses a picture."""


class DocumentField(forms.ModelChoiceField):
    """A document by its id."""

    def to_python(self, value: object) -> object:
        """Return the document. Raises ValidationError, also for an id that no database can hold."""
        if len(str(value or "")) > 18:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        return super().to_python(value)


class PassageField(forms.CharField):
    """A block of the document that was chosen, out of all of them by their headings."""

    widget = forms.Select

    def offer(self, page: object, chosen: str) -> None:
        """Offer the passages of that page (an id, or what was sent for one) and what was chosen before."""
        found = passages(page)
        if chosen and chosen not in dict(found):
            found.append((chosen, gettext("%s (not in the document today)") % chosen))
        self.widget.choices = [("", "—"), *found]


def passages(page: object) -> list[tuple[str, str]]:
    """Return (block id, place and heading or first words) of the passages of the live document with that id."""
    if not str(page or "").isdecimal() or len(str(page)) > 18:
        return []
    rows = Block.objects.filter(page=int(str(page)), page__live=True).values_list(
        "block_id", "position", "heading", "text"
    )
    return [(id_, f"{position}. {heading or text[:60]}") for id_, position, heading, text in rows]


class QuestionForm(WagtailAdminModelForm):
    """Question, key and citation; saving other words, another key or another citation makes the next version.

    What should give its author pause (the bank has nearly the same question; candidates have it before them; somebody
    else has written a version meanwhile) is asked once: two ticks, which appear only then.
    """

    kind = forms.ChoiceField(label=_("Kind"), choices=[(key, kind.label) for key, kind in KINDS.items()])
    text = forms.CharField(
        label=_("Question"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Markdown. A picture: ![what it shows](its address), or choose one below."),
    )
    picture = forms.ModelChoiceField(
        Picture.objects.all(), label=_("Add a picture to the question"), required=False, widget=PictureChooser
    )
    answers = forms.CharField(label=_("Options and key"), widget=forms.Textarea(attrs={"rows": 10}))
    explanation = forms.CharField(label=_("Explanation"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    page = DocumentField(
        ControlledPage.objects.all(),
        label=_("Rests on the document"),
        widget=DocumentChooser(target_models=[ControlledPage]),
    )
    block_id = PassageField(label=_("Passage of it"), max_length=64)
    name = forms.CharField(
        label=_("Short name"), required=False, max_length=200, help_text=_("For lists; candidates do not see it.")
    )
    base = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the version that was opened
    is_another = forms.BooleanField(label=_("It is another question"), required=False, widget=forms.HiddenInput)
    is_meant = forms.BooleanField(label=_("Change it all the same"), required=False, widget=forms.HiddenInput)

    class Meta:
        model = Question
        fields = ["topic", "key", "difficulty", "is_critical", "for_practice"]
        field_classes = {"topic": TopicChoiceField}

    field_order = [
        "is_another", "is_meant", "kind", "text", "picture", "answers", "explanation", "page", "block_id", "topic",
        "key", "name", "difficulty", "is_critical", "for_practice",
    ]  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        typed = kwargs.get("initial") or {}
        super().__init__(*args, **kwargs)
        self.version = self.instance.version if self.instance.pk else None
        if self.version:
            self.initial = _said(self.version) | self.initial | typed
        sent = self.data if self.is_bound else self.initial
        self.fields["block_id"].offer(sent.get("page"), str(sent.get("block_id") or ""))
        for name in ("is_another", "is_meant"):
            if sent.get(name):
                self._show(name)

    def clean(self) -> dict:
        """Read the answers, find the cited block, and ask what should be asked."""
        cleaned = super().clean()
        if picture := cleaned.get("picture"):
            cleaned["text"] = f"{cleaned.get('text', '')}\n\n![{picture.title}]({picture.file.url})"
        if "kind" in cleaned and "answers" in cleaned:
            cleaned["body"] = self._body(cleaned)
        page, block_id = cleaned.get("page"), cleaned.get("block_id")
        is_there = page and block_id and Block.objects.filter(page=page, block_id=block_id).exists()
        if page and block_id and not is_there and not self._keeps_its_words(cleaned):
            self.add_error("block_id", gettext("The document has no such block."))
        if not self.errors and not self._keeps_its_words(cleaned):
            self._ask_whether_meant(cleaned)
        return cleaned

    def _body(self, cleaned: Mapping) -> dict:
        """Return the body that was written. Raises ValidationError at the field it concerns."""
        kind = KINDS[cleaned["kind"]]
        try:
            body = written.read(cleaned["kind"], cleaned["answers"])
            if cleaned["kind"] == "simulation" and not simulation.is_frozen(body):
                body = resolve(body, person=self.for_user)
        except written.Unreadable as line:
            raise ValidationError({"answers": gettext("This line cannot be read: %s") % line.text}) from None
        except Refused as refused:
            raise ValidationError({"answers": refused.reasons}) from None
        if mistakes := kind.mistakes(body):
            raise ValidationError({"answers": mistakes})
        if mistakes := kind.text_mistakes(cleaned.get("text", ""), body):
            raise ValidationError({"text": mistakes})
        return body

    def _keeps_its_words(self, cleaned: dict) -> bool:
        """Whether only its place changes: what rests on a passage that is gone can still be moved."""
        said = {name: cleaned.get(name) for name in WORDS if name != "page"} | {"page_id": _pk(cleaned.get("page"))}
        return self.version is not None and revise.says(self.version, said)

    def _ask_whether_meant(self, cleaned: dict) -> None:
        """Ask where the bank has nearly the same question, or candidates have this one before them."""
        said = duplicates.words(cleaned["text"], cleaned["body"])
        is_new = self.version is None or said != duplicates.words(self.version.text, self.version.body)
        if is_new and not cleaned.get("is_another"):
            mine = [self.instance.pk] if self.instance.pk else []
            alike = duplicates.find([said], besides=mine)[0]
            if alike:
                self._ask("is_another", _links(alike))
        if self.version and not cleaned.get("is_meant"):
            if cleaned.get("base") not in (None, self.version.number):
                self._ask("is_meant", gettext("Version %d was written meanwhile.") % self.version.number)
            if usage(self.instance).is_in_use:
                self._ask("is_meant", str(IN_USE))

    def _ask(self, name: str, sentence: str) -> None:
        self._show(name)
        self.add_error(name, sentence)

    def _show(self, name: str) -> None:
        self.fields[name].widget = forms.CheckboxInput()

    @transaction.atomic
    def save(self, commit: bool = True) -> Question:
        """Save the question and, where something of it changed, its next version."""
        if self.instance.pk is None:
            self.instance.author = self.for_user
        question = super().save(commit)
        words = {name: self.cleaned_data[name] for name in WORDS}
        revise.revise(question=question, by=self.for_user, at=timezone.now(), **words)
        return question

    def version_as_typed(self) -> QuestionVersion:
        """Return the words as a version that is not saved, to be looked at. The form must have read text and body."""
        said = {name: self.cleaned_data.get(name) or "" for name in ("kind", "text", "explanation")}
        return QuestionVersion(**said, body=self.cleaned_data["body"])


class PreviewForm(QuestionForm):
    """The words of a question to look at, whatever else of it is still missing."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - {"kind", "text", "picture", "answers"}:
            self.fields[name].required = False

    def _ask_whether_meant(self, cleaned: dict) -> None:
        """Nothing is saved, so nothing is asked."""

    def _post_clean(self) -> None:
        """Nothing is saved, so the row is not looked at."""


def _said(version: QuestionVersion) -> dict:
    names = ("kind", "text", "name", "explanation", "block_id")
    answers = written.write(version.kind, version.body)
    return {name: getattr(version, name) for name in names} | {
        "page": version.page_id,
        "answers": answers,
        "base": version.number,
    }


def _pk(page: ControlledPage | None) -> int | None:
    return page.pk if page else None


def _links(alike: Iterable[duplicates.Alike]) -> SafeString:
    links = format_html_join(
        ", ",
        '<a href="{}" target="_blank">{}</a> ({} %)',
        (
            (reverse("question", args=[each.question.pk]), each.text[:80] or each.question, each.percent)
            for each in alike
        ),
    )
    return format_html("{} {}", gettext("The bank has nearly the same:"), links)
