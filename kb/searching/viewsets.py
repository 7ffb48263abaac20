"""The authoring screens of the words of the search, each in effect within seconds."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views.generic import CreateView, IndexView
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.permissions import page_permission_policy

from kb.models import ControlledPage, DictionaryWord, PromotedResult, StopWord, SynonymGroup
from kb.searching.lexicon import forget
from kb.searching.report import RECENT, asked_with
from kb.searching.words import is_taken, refusal
from people.viewsets import DeleteUnused, Rows


class WordsForm(WagtailAdminModelForm):
    """A form whose words are in effect at once for the person who saves it, and within seconds for everybody."""

    def save(self, commit: bool = True) -> object:
        """Save the row, and look at the words again."""
        saved = super().save(commit)
        forget()
        return saved


class SynonymsForm(WordsForm):
    """A group of words that mean the same."""

    def clean_words(self) -> str:
        """Refuse a group that begins as another does."""
        words = self.cleaned_data["words"]
        group = SynonymGroup(pk=self.instance.pk, words=words)
        if other := is_taken(group):
            raise ValidationError(gettext("Another group begins with the same word; add to that one: %s") % other)
        return words


class WordForm(WordsForm):
    """A word of a list."""

    def clean_word(self) -> str:
        """Refuse what would be found inside other words."""
        if sentence := refusal(self.cleaned_data["word"]):
            raise ValidationError(sentence)
        return self.cleaned_data["word"]


class PromotedForm(WagtailAdminModelForm):
    """A document that is put first."""

    def clean_page(self) -> ControlledPage:
        """Refuse a document that this person may neither read nor edit, as if there were none."""
        page = self.cleaned_data["page"]
        readable = ControlledPage.objects.visible_to(self.for_user).filter(pk=page.pk).exists()
        if not (readable or page_permission_policy.user_has_permission_for_instance(self.for_user, "change", page)):
            raise ValidationError(gettext("Choose a document that you may read."))
        return page


class AddPrefilled(CreateView):
    """A new row, begun with what the address says."""

    def get_initial(self) -> dict[str, str]:
        """Take the fields the address names, as far as they may be that long."""
        fields = self.model._meta.get_field
        sent = {name: self.request.GET.get(name, "") for name in ("words", "word", "query")}
        named = {each.name for each in self.model._meta.fields}
        return {name: text[: fields(name).max_length or 200] for name, text in sent.items() if text and name in named}


class DeleteWord(DeleteUnused):
    """Deletes a word, which is then in effect no more."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Delete it, and look at the words again."""
        answer = super().form_valid(form)
        forget()
        return answer


class UsesPanel(HelpPanel):
    """What the row is for, with examples; of a row that is there, how often its words were asked lately."""

    class BoundPanel(HelpPanel.BoundPanel):
        """It, of one row."""

        def get_context_data(self, parent_context: dict | None = None) -> dict:
            """Add the words of the row, and how often each was part of a query."""
            context = super().get_context_data(parent_context)
            words = _words_of(self.instance) if self.instance.pk else []
            return context | {"uses": asked_with(words, on=timezone.localdate()), "days": RECENT}


def _words_of(row: Model) -> list[str]:
    return row.members if isinstance(row, SynonymGroup) else [getattr(row, "query", "") or getattr(row, "word", "")]


class Words(Rows):
    """A table of words."""

    add_view_class = AddPrefilled
    delete_view_class = DeleteWord


class SynonymViewSet(Words):
    """Synonyms."""

    model, icon = SynonymGroup, "link"
    edit_handler = ObjectList(
        [UsesPanel(template="kb/searching/help/synonyms.html"), FieldPanel("words")], base_form_class=SynonymsForm
    )
    list_display = ("__str__", "updated_at")
    search_fields = ("words",)


class PromotedIndex(IndexView):
    """The promoted results, with their documents."""

    def get_base_queryset(self) -> QuerySet[PromotedResult]:
        """Fetch the documents with them."""
        return super().get_base_queryset().select_related("page")


class PromotedViewSet(Words):
    """Promoted results."""

    model, icon = PromotedResult, "arrow-up"
    index_view_class = PromotedIndex
    edit_handler = ObjectList(
        [
            UsesPanel(template="kb/searching/help/promoted.html"),
            FieldPanel("query"),
            FieldPanel("page"),
            FieldPanel("place"),
        ],
        base_form_class=PromotedForm,
    )
    list_display = (
        "query",
        "page",
        "place",
        BooleanColumn("in_force", label=_("Now in force"), accessor="page.live"),
        "updated_at",
    )
    search_fields = ("query", "folded", "page__title", "page__number")


class DictionaryViewSet(Words):
    """The dictionary."""

    model, icon = DictionaryWord, "openquote"
    edit_handler = ObjectList(
        [UsesPanel(template="kb/searching/help/dictionary.html"), FieldPanel("word")], base_form_class=WordForm
    )
    list_display = ("word", "updated_at")
    search_fields = ("word", "folded")


class StopWordViewSet(Words):
    """Stop words."""

    model, icon = StopWord, "cross"
    edit_handler = ObjectList(
        [UsesPanel(template="kb/searching/help/stop_words.html"), FieldPanel("word")], base_form_class=WordForm
    )
    list_display = ("word", "updated_at")
    search_fields = ("word", "folded")


class SearchGroup(ModelViewSetGroup):
    """The menu of the search."""

    menu_label = _("Search")
    menu_icon = "sliders"
    menu_order = 230
    items = (
        SynonymViewSet("synonyms"),
        PromotedViewSet("promoted-results"),
        DictionaryViewSet("dictionary"),
        StopWordViewSet("stop-words"),
    )
