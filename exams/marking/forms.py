"""What a marker says of an answer."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.models import Item


def points_field(most: Decimal, **options: object) -> forms.DecimalField:
    """Return a field for points between none and so many."""
    widget = forms.NumberInput({"step": "0.25", "inputmode": "decimal"})
    return forms.DecimalField(
        min_value=0, max_value=most, max_digits=7, decimal_places=2, required=False, widget=widget, **options
    )


class MarkForm(forms.Form):
    """Points for each criterion of the rubric, or for the whole answer where there is none; and a comment.

    A level of the rubric may be chosen; points that are typed go before it.
    """

    comment = forms.CharField(
        label=gettext_lazy("Comment for the candidate"), required=False, max_length=4000,
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=99)

    def __init__(self, *args: object, item: Item, **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        whole = {"criterion": _("The whole answer"), "points": str(item.points)}
        self.rubric = item.version.body.get("rubric") or [whole]
        self.levels = [[] if row is whole else _levels(row) for row in self.rubric]
        for n, (row, levels) in enumerate(zip(self.rubric, self.levels, strict=True)):
            if levels:
                choices = [(str(place), level["text"]) for place, level in enumerate(levels)]
                self.fields[f"level-{n}"] = forms.ChoiceField(
                    choices=choices, required=False, widget=forms.RadioSelect
                )  # fmt: skip
            label = _("Points, at most %(most)s") % {"most": row["points"]}
            self.fields[f"points-{n}"] = points_field(Decimal(str(row["points"])), label=label)

    def rows(self) -> Iterator[dict[str, object]]:
        """Yield each criterion with its levels, each with its radio button, and its field of points."""
        for n, (row, levels) in enumerate(zip(self.rubric, self.levels, strict=True)):
            radios = list(self[f"level-{n}"]) if levels else []
            yield {
                "criterion": row["criterion"],
                "most": row["points"],
                "levels": list(zip(radios, levels, strict=True)),
                "points": self[f"points-{n}"],
            }

    def clean(self) -> dict:
        """Work out the scores; one is needed for each criterion."""
        cleaned = super().clean()
        scores = [self._score(n, levels) for n, levels in enumerate(self.levels)]
        for n, score in enumerate(scores):
            if score is None and f"points-{n}" not in self.errors:
                self.add_error(f"points-{n}", _("Give points for this."))
        return cleaned | {"scores": scores}

    def _score(self, n: int, levels: Sequence[dict]) -> Decimal | None:
        typed, chosen = self.cleaned_data.get(f"points-{n}"), self.cleaned_data.get(f"level-{n}")
        if typed is not None:
            return typed
        return Decimal(str(levels[int(chosen)]["points"])) if chosen else None


def _levels(row: dict) -> list[dict]:
    """Return the levels of a criterion, the best first, with all and nothing where the author left them out."""
    written = list(row.get("levels", []))
    for words, points in ((_("wholly met"), row["points"]), (_("not met"), "0")):
        if all(Decimal(str(level["points"])) != Decimal(str(points)) for level in written):
            written.append({"text": words, "points": points})
    return sorted(written, key=lambda level: -Decimal(str(level["points"])))


class AppealForm(forms.Form):
    """What is decided of an appeal, and why; with points where it was marked by hand."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"), widget=forms.RadioSelect,
        choices=[
            ("upheld", gettext_lazy("The appeal is upheld")), ("rejected", gettext_lazy("The appeal is rejected")),
        ],
    )  # fmt: skip
    answer = forms.CharField(
        label=gettext_lazy("Answer to the candidate"), max_length=4000, widget=forms.Textarea({"rows": 4})
    )

    def __init__(self, *args: object, most: int | None = None, **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if most:
            label = _("Points if it is upheld, at most %(most)s") % {"most": most}
            self.fields["points"] = points_field(Decimal(most), label=label)


class LateForm(forms.Form):
    """Whether a late answer counts, and why."""

    counts = forms.ChoiceField(
        label=gettext_lazy("Decision"), widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("It counts")), ("no", gettext_lazy("It does not count"))],
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea({"rows": 2}))
    seen = forms.DateTimeField(widget=forms.HiddenInput)
