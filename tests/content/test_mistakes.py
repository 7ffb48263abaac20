"""Every kind of mistake is named by file and line, and then nothing is loaded."""

import pytest
from wagtail.models import Page

from kb.models import LoadedPiece
from people.models import OrgUnit
from tests.content.folder import Folder

pytestmark = pytest.mark.django_db

CHAPTER = "kb/manuals/handbook/01-levels.md"
ENGLISH = "kb/manuals/handbook/01-levels.en.md"
PROCEDURE, GUIDE, FAQ = "kb/procedures/pr-1-psu.md", "kb/faults/fg-1-no-boot.md", "kb/faqs/faq-1.md"
GUIDE_ENGLISH = "kb/faults/fg-1-no-boot.en.md"
COURSE, PLANS, TOPIC = "courses/basics.md", "courses/plans.md", "exams/topics/basics.md"
MORE = "exams/topics/kinds.md"
EXAM, SCHEME = "exams/junior.md", "exams/certification/service.md"

# What is broken: file, words that stand in it once, what stands there instead, part of the sentence.
BROKEN = {
    "unknown key": (FAQ, "owner: repair", "owner: repair\ncolour: red", "colour: This key is not known here"),
    "key twice": (FAQ, "version: 1.1", "version: 1.1\nversion: 1.2", "already given in line 3"),
    "missing key": (FAQ, "owner: repair\n", "", "“owner” is missing"),
    "empty key": (FAQ, "version: 1.1", "version:", "nothing behind the key"),
    "unknown unit": (FAQ, "owner: repair", "owner: nobody", "There is no unit “nobody”"),
    "unknown model": ("kb/bulletins/tb-1.md", "models: rs2", "models: rs2, rs9", "There is no product model “rs9”"),
    "bad day": (FAQ, "effective: 2026-02-01", "effective: 2026-02-30", "effective: “2026-02-30” is not a day"),
    "bad version": (FAQ, "version: 1.1", "version: eleven", "not a version"),
    "last change": (FAQ, "version: 1.1", "version: 1.2", "the last change is 1.1, not 1.2"),
    "one signs twice": (FAQ, "reviewed: 乙二", "reviewed: 甲一", "reviewed: three different people"),
    "bad choice": (FAQ, "audience: dealer", "audience: all", "must be one of: public, dealer, internal"),
    "long title": (FAQ, "title: 保修多久？", f"title: {'长' * 256}", "256 characters; 255 are allowed"),
    "unknown block kind": (FAQ, "## text: 例外", "## step: 例外", "“step” cannot stand here"),
    "number taken": ("kb/bulletins/tb-1.md", "number: TB-1", "number: FAQ-1", "already taken in kb/faqs/faq-1.md:2"),
    "bad number": (FAQ, "number: FAQ-1", "number: FAQ/1", "not a document number"),
    "dead link": (FAQ, "course:basics", "doc:PR-9", "There is no controlled document “PR-9”"),
    "dead block link": (FAQ, "course:basics", "doc:PR-1#gone", "Document PR-1 has no block “gone”"),
    "dead course link": (FAQ, "course:basics", "course:gone", "There is no course “gone”"),
    "link to nowhere": (FAQ, "course:basics", "faq-2.md", "leads nowhere"),
    "html": (FAQ, "电池 12 个月。", "电池 <b>12</b> 个月。", "HTML is not allowed"),
    "dead link in English": (ENGLISH, "- begin.", "- [begin](doc:PR-9).", "There is no controlled document “PR-9”"),
    "other block": (ENGLISH, "{#shock}", "{#shocks}", "has hazard #shock, not hazard #shocks"),
    "structure in English": (ENGLISH, "{#shock}\n", "{#shock}\nlevel: danger\n", "level: This key is not known here"),
    "change in English": (ENGLISH, "1.0 / 2025-06-01", "1.0 / 2025-06-02", "must say the same"),
    "choice in English": (GUIDE_ENGLISH, "Off -> swap", "Off -> rail", "must say the same"),
    "not translated": (GUIDE_ENGLISH, "cause: No output\n", "", "“cause” is not translated"),
    "text not translated": (GUIDE_ENGLISH, "By the procedure.\n", "", "The text is not translated"),
    "unknown tool": (PROCEDURE, "tools: meter, torch", "tools: meter, saw", "There is no tool “saw”"),
    "unknown qualification": (PROCEDURE, "server/2 x 2", "server/4 x 2", "There is no qualification “server/4”"),
    "unknown field": (PROCEDURE, "field: server/2", "field: server/9", "There is no qualification “server/9”"),
    "unknown reader": (PROCEDURE, "readers: head, repair", "readers: all", "There is no unit “all”"),
    "long software": (PROCEDURE, "software: 2.4", f"software: {'2' * 101}", "100 are allowed"),
    "bad hazard": (PROCEDURE, "level: caution", "level: hot", "must be one of: notice, caution"),
    "bad minutes": (PROCEDURE, "minutes: 30", "minutes: long", "not a whole number"),
    "unknown symptom": (GUIDE, "symptoms: no-boot", "symptoms: noise", "There is no symptom “noise”"),
    "unknown code": (GUIDE, "codes: rs1:E-05,", "codes: rs2:E-05,", "There is no fault code “rs2:E-05”"),
    "missing node": (GUIDE, "choice: 亮 -> rail", "choice: 亮 -> gone", "does not exist: gone"),
    "missing start": (GUIDE, "start: led", "start: gone", "starts at a node that does not exist"),
    "no procedure": (GUIDE, "procedure: PR-1#off", "procedure: FAQ-1", "There is no procedure “FAQ-1”"),
    "no step": (GUIDE, "procedure: PR-1#off", "procedure: PR-1#gone", "Document PR-1 has no block “gone”"),
    "bad range": (GUIDE, "range: .. 11.4 -> swap", "range: 11.4 -> swap", "Write “low .. high -> node”"),
    "unknown part": (GUIDE, "parts: psu", "parts: fan", "There is no spare part “fan”"),
    "unknown component": (GUIDE, "component: rs1-psu", "component: fan", "There is no component “fan”"),
    "unknown lesson": (COURSE, "cites: HB-1.1#levels", "cites: HB-1.1#gone", "has no block “gone”"),
    "bad hours": (COURSE, "hours: 1.5", "hours: 1.55", "must be hours"),
    "unknown covers": (COURSE, "covers: server/1", "covers: cars/1", "There is no qualification “cars/1”"),
    "misnamed": (COURSE, "key: basics", "key: other", "must be named other.md"),
    "unknown course": (PLANS, "| new | basics | 14 |", "| new | none | 14 |", "course: There is no course “none”"),
    "unknown plan": (PLANS, "| new | basics | 14 |", "| old | basics | 14 |", "no plan “old” in this file"),
    "unknown position": (PLANS, "| engineer |", "| pilot |", "There is no position “pilot”"),
    "bad cell": (PLANS, "| new | basics | 14 |", "| new | basics | soon |", "due_days: "),
    "two right": (TOPIC, "- [ ] 1 小时", "- [x] 1 小时", "Mark exactly one option as right"),
    "no citation": (TOPIC, "cites: HB-1.1#shock\n", "", "“cites” is missing"),
    "dead citation": (TOPIC, "cites: PR-1#output", "cites: PR-1#gone", "Document PR-1 has no block “gone”"),
    "whole document cited": (TOPIC, "cites: PR-1#output", "cites: PR-1", "Name the block as well"),
    "difficulty": (TOPIC, "difficulty: 3", "difficulty: 4", "not a whole number from 1 to 3"),
    "bad answer": (TOPIC, "answer: 12.6", "answer: 12,6", "“12,6” is not a number"),
    "stray line": (TOPIC, "- [ ] 1 小时\n", "- [ ] 1 小时\n又及\n", "only options"),
    "short order": (TOPIC, "3. 验电\n", "", "3 to 20 lines"),
    "unreadable gap": (MORE, "- [ ] 上电\n[2]", "- 上电\n[2]", "This line cannot be read here"),
    "gap out of turn": (MORE, "[2] numeric", "[3] numeric", "This line cannot be read here"),
    "gap not in the text": (MORE, "再等 {{2}} 分钟", "再等 2 分钟", "must have each gap once: {{1}} {{2}}"),
    "bad part of a gap": (MORE, "answer: 5\n", "", "Gap 2: Answer and tolerance must be numbers"),
    "fractions": (MORE, "%60% 验电", "%50% 验电", "must come to 100 percent"),
    "bad tolerance": (MORE, "tolerance: 10%", "tolerance: ten%", "tolerance: “ten” is not a number"),
    "bad credit": (MORE, "1\ncredit: part\n\n按等级表", "1\ncredit: half\n\n按等级表", "must be one of: part, whole"),
    "no accepted form": (MORE, "= 验电\n= 用*表验电\n", "", "at least one accepted answer"),
    "one pair": (MORE, "- 二级 -> 1 小时\n", "", "at least two pairs"),
    "level above its criterion": (MORE, "只说了等级号 / 1", "只说了等级号 / 3", "from 0 to those of the criterion"),
    "no words at least": (MORE, "least_words: 20", "least_words: few", "not a whole number"),
    "unknown guide": (MORE, "guide: FG-1", "guide: FG-9", "There is no fault guide “FG-9”"),
    "unknown fault": (MORE, "fault: fixed", "fault: gone", "gone"),
    "question twice": (TOPIC, "{#order}", "{#limit}", "already used in line"),
    "too many": (EXAM, "draw: basics / 2 / 1", "draw: basics / 5 / 1", "only 4 such questions left, not 5"),
    "too many critical": (EXAM, "draw: basics / 1 / 2 / critical", "draw: basics / 2 / 2 / critical", "only 1 such"),
    "unknown topic": (EXAM, "draw: basics / 2 / 1", "draw: other / 2 / 1", "There is no topic “other”"),
    "bad draw": (EXAM, "draw: basics / 2 / 1", "draw: basics / two / 1", "“two” is not a whole number"),
    "unknown exam": (SCHEME, "requires: exam junior", "requires: exam other", "There is no exam “other”"),
    "unknown level": (SCHEME, "requires: level junior", "requires: level first", "no other level “first”"),
    "itself": (SCHEME, "requires: level junior", "requires: level senior", "no other level “senior”"),
    "unknown table": ("kb/parts.md", "## tool", "## saw", "Table “saw” is not known here"),
    "unknown column": ("kb/parts.md", "| key | number |", "| key | nr |", "The columns must be: key, number"),
    "unknown kind of unit": ("organisation.md", "| company |", "| firm |", "kind: "),
    "below itself": ("organisation.md", "| | company |", "| repair | company |", "must stand above this one"),
    "key of a row twice": ("kb/parts.md", "| torch |", "| meter |", "“meter” is already taken in kb/parts.md:"),
    "owner of a code": ("kb/fault-codes.md", "| rs1 | E-05", "| rs7 | E-05", "There is no product model “rs7”"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "sentence"), BROKEN.values(), ids=BROKEN)
def test_a_mistake_is_named_by_file_and_line_and_nothing_is_loaded(small: Folder, file, old, new, sentence):
    changed = small.change(file, old, new)
    mistakes = small.mistakes()
    found = [mistake for mistake in mistakes if sentence in mistake]
    assert found, mistakes
    assert _points_at(small, found[0], file, changed, new), found[0]
    assert not LoadedPiece.objects.exists()
    assert not OrgUnit.objects.exists()
    assert Page.objects.filter(depth__gt=2).count() == 0


def _points_at(small: Folder, mistake: str, file: str, first: int, new: str) -> bool:
    """Say whether the mistake names the file, and a line of what is new there or of the head or block it is in."""
    path, line, _sentence = mistake.split(":", 2)
    rows = small.text(file).split("\n")
    above = [n for n, row in enumerate(rows[:first], start=1) if row.startswith("## ")] or [1]
    return path == file and (int(line) in {1, above[-1]} or first <= int(line) <= first + new.count("\n"))


def test_all_mistakes_are_named_at_once_in_order(small: Folder):
    lines = [
        (GUIDE, small.change(GUIDE, "none: unknown", "none: gone")),
        (TOPIC, small.change(TOPIC, "- [ ] 1 小时", "- [x] 1 小时") - 6),  # the heading of the question
        (FAQ, small.change(FAQ, "owner: repair", "owner: nobody")),
        (FAQ, small.change(FAQ, "course:basics", "course:gone")),
    ]
    found = [mistake.split(":")[:2] for mistake in small.mistakes()]
    assert [(file, int(line)) for file, line in found] == sorted(lines)


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("notes.md", "x", "notes.md:1: No file of content has its place here"),
        ("kb/faqs/faq-2.en.md", "title: x\n", "kb/faqs/faq-2.en.md:1: There is no Chinese file beside it"),
        (
            "kb/manuals/other/01-one.md",
            "title: x\n",
            "kb/manuals/other/01-one.md:1: There is no kb/manuals/other/index.md",
        ),
    ],
)
def test_a_file_out_of_place_is_named(small: Folder, file, text, sentence):
    small.write(file, text)
    assert any(mistake.startswith(sentence) for mistake in small.mistakes())


def test_what_is_not_text_is_named_with_its_line(small: Folder):
    (small.path / FAQ).write_bytes("title: 保修\n".encode() + b"number: \xff\n")
    assert f"{FAQ}:2: This is not UTF-8." in small.mistakes()


def test_a_mistake_the_database_finds_undoes_everything(small: Folder):
    small.change("kb/parts.md", "| psu | P-0550 |", "| fan | P-0550 | 风扇 | | rs1 | no |\n| psu | P-0550 |")
    assert [mistake.split(" ")[0] for mistake in small.mistakes()] == ["kb/parts.md:6:"]
    assert not LoadedPiece.objects.exists()
    assert not OrgUnit.objects.exists()


def test_a_circle_of_topics_is_named(small: Folder):
    head = "title: 题\nkey: {}\nparent: {}\n"
    small.write("exams/topics/one.md", head.format("one", "two"))
    small.write("exams/topics/two.md", head.format("two", "one"))
    assert any("need one another" in mistake for mistake in small.mistakes())


def test_a_chapter_is_translated_after_its_manual(small: Folder):
    (small.path / "kb/manuals/handbook/index.en.md").unlink()
    assert small.mistakes() == [f"{ENGLISH}:1: Translate the manual itself first: kb/manuals/handbook/index.en.md."]
