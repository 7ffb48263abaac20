"""Texts of other formats as Markdown."""

from html import unescape
from re import sub

import pytest
from hypothesis import example, given, settings

from exams.formats import markup
from kb.prose import html
from tests.exams.formats import drawn


def shown(markdown: str) -> str:
    """Return the words that a reader sees."""
    return " ".join(unescape(sub(r"<[^>]*>", "", html(markdown))).split())


@given(drawn.words())
@example("_____")
@example("Is it _____ or ____ ?")
@example("1. first")
@example("- not a list")
@example("# no heading")
@example("a <b>bold</b> &amp; claim")
@settings(max_examples=60, deadline=None)
def test_plain_words_are_shown_as_they_are(words: str):
    assert shown(markup.from_plain(words)) == words


def test_lines_of_plain_words_stay_lines():
    assert html(markup.from_plain("a\nb\n\nc")).count("<p>") == 2
    assert "<br" in html(markup.from_plain("a\nb"))


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("<p>a <b>b</b> <i>c</i></p><p>d<br>e</p>", "a **b** *c*\n\nd  \ne"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("a<hr>b", "a\n\nb"),
        ("<table><tr><th>U</th></tr><tr><td>12 V</td></tr></table>", "| U |\n|---|\n| 12 V |"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
        ("H<sub>2</sub>O, 10<sup>3</sup>", "H₂O, 10³"),
        ('<a href="https://example.org">e</a>', "[e](https://example.org)"),
        ("<h3>Head</h3>", "### Head"),
        ("<!DOCTYPE html><p>a <![9 b</p>", "a &lt;!\\[9 b"),
    ],
)
def test_html_becomes_markdown(source: str, markdown: str):
    assert markup.from_html(source) == markdown


def test_pictures_are_those_of_the_question_and_others_are_named():
    lost: list[str] = []
    found = markup.from_html(
        '<img src="@@PLUGINFILE@@/a.png" alt="A"> <img src="https://example.org/b.png" alt="B">'
        ' <img src="c.png" alt="C">',
        find=lambda source: "a.png" if source.endswith("a.png") else None,
        lose=lost.append,
    )
    assert found == "![A](a.png) [B](https://example.org/b.png) C"
    assert len(lost) == 2


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<iframe src='https://example.org'></iframe>",
        "<svg onload='x()'></svg>",
        "<math><mi>x</mi></math>",
        '<p style="color: red">a</p>',
        '<a href="javascript:x()">a</a>',
        r"a \(x^2\) b",
    ],
)
def test_what_is_lost_is_named(source: str):
    lost: list[str] = []
    found = markup.from_html(source, lose=lost.append)
    assert len(lost) == 1
    assert "<" not in found
    assert "javascript" not in found


def test_a_text_that_is_no_html_is_read_as_words_with_lines():
    assert markup.markdown("2 < 3\nand so", "moodle") == "2 < 3  \nand so"
    assert markup.markdown("<b>2</b>\nand so", "moodle") == "**2**  \nand so"
