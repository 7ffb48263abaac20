"""What an item of QTI says to whom after it was answered: to options and answers where it can be, else to all. Pure."""

from django.utils.translation import gettext as _

from exams.formats.qti_choice import truth
from exams.formats.qti_item import Body, Item
from exams.formats.qti_score import Test
from exams.formats.qti_typed import ANY, answer, escaped, patterns
from exams.formats.xml import Node


def explanation(item: Item, interaction: Node, kind: str, body: Body) -> str:
    """Put each feedback where it belongs and return what is said to all."""
    words = []
    for node, said, test, ident in item.notes():
        if not _put(item, interaction, kind, body, said, test, ident):
            if test or ident:
                item.lose(node, _("Feedback for some answers only: it is part of the explanation."))
            words.append(said)
    return "\n\n".join(words)


def _put(item: Item, interaction: Node, kind: str, body: Body, said: str, test: Test | None, ident: str) -> bool:
    said = " ".join(said.split())
    match kind:
        case "single" | "multiple":
            return _to_options(interaction, kind, body, said, test, ident)
        case "truefalse":
            return _to_truth(interaction, body, said, test, ident)
        case "short" if test:
            return _to_forms(body, said, test)
        case "numeric" if test:
            return _to_numbers(item, body, said, test)
    return False


def _chosen(test: Test | None, ident: str) -> str:
    return test.value if test and test.kind in ("is", "has") else ident


def _to_options(interaction: Node, kind: str, body: Body, said: str, test: Test | None, ident: str) -> bool:
    idents = [each.get("identifier") for each in interaction.walk() if each.tag in ("simpleChoice", "inlineChoice")]
    chosen = _chosen(test, ident)
    if chosen:
        rows = [row for row, own in zip(body["options"], idents, strict=True) if own == chosen]
    elif kind == "single" and test and test.kind in ("right", "wrong", "other"):
        rows = [row for row in body["options"] if row["right"] is (test.kind == "right")]
    else:
        rows = []
    for row in rows:
        row["feedback"] = " ".join(filter(None, (row.get("feedback"), said)))
    return bool(rows)


def _to_truth(interaction: Node, body: Body, said: str, test: Test | None, ident: str) -> bool:
    chosen = _chosen(test, ident)
    option = next((each for each in interaction.walk() if chosen and each.get("identifier") == chosen), None)
    if option:
        value = truth(" ".join(option.words.split()))
    elif test and test.kind in ("right", "wrong", "other"):
        value = body["right"] is (test.kind == "right")
    else:
        value = None
    if value is not None:
        body.setdefault("feedback", {})[str(value).lower()] = said
    return value is not None


def _to_forms(body: Body, said: str, test: Test) -> bool:
    rows = body["accepted"]
    match test.kind:
        case "is" | "near":
            text = escaped(test.value)
            found = [row for row in rows if row["text"] == text]
            if not found:
                rows.append({"text": text, "fraction": "0"})
                found = rows[-1:]
        case "pattern":
            found = [row for row in rows if row["text"] in patterns(test)[0]]
        case "right":
            found = [row for row in rows if row.get("fraction", "100") == "100"]
        case "wrong" | "other":
            found = [row for row in rows if row["text"] == ANY]
            if not found:
                rows.append({"text": ANY, "fraction": "0"})
                found = rows[-1:]
        case _:
            return False
    for row in found:
        row["feedback"] = said
    return True


def _to_numbers(item: Item, body: Body, said: str, test: Test) -> bool:
    if test.kind == "right":
        body["feedback"] = said
        return True
    if test.kind not in ("is", "near", "between", "wrong", "other"):
        return False
    wanted = {"answer": ANY} if test.kind in ("wrong", "other") else answer(item, test)
    rows = [body, *body.get("more", [])]
    found = next((row for row in rows if wanted.items() <= row.items()), None)
    if found is None:
        found = wanted | {"fraction": "0"}
        body.setdefault("more", []).append(found)
    found["feedback"] = said
    return True
