"""Markdown to HTML: safe whatever is written, with links between documents."""

import re
from html.parser import HTMLParser

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kb.prose import html, links

HARMFUL = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>1</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<p style="position:fixed">x</p>',
    "<style>body{display:none}</style>",
    "<iframe src=//evil.example></iframe>",
    "<form action=//evil.example><button>x</button></form>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="java&#10;script:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "[x](https://e.example){: onclick=alert(1) style=color:red }",
    '![x](a.png){: onerror="alert(1)" }',
    "# 标题 {: onmouseover=alert(1) }",
    '<input type="text" onfocus="alert(1)" autofocus formaction="//evil.example">',
    '<label onclick="alert(1)">x</label>',
    '<base href="//evil.example/">',
    '<meta http-equiv="refresh" content="0;url=//evil.example">',
    '<object data="x"></object><embed src="x">',
    '<a href="doc:PR-1&quot; onclick=&quot;alert(1)">x</a>',
    '[x](doc:PR-1" onclick="alert(1))',
    "```html\n</code></pre><script>alert(1)</script>\n```",
    "|a|\n|-|\n|<script>alert(1)</script>|",
    '<table style="x" onclick=alert(1)><tr><td style="text-align: left;background:url(//e)">x',
    "</div></main><script>alert(1)</script>",
]


class Reader(HTMLParser):
    """Collects what a browser would make of it."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Keep them."""
        self.tags.add(tag)
        self.attributes += attrs


def assert_harmless(text):
    read = Reader(text)
    assert not read.tags & {
        "script",
        "style",
        "iframe",
        "form",
        "object",
        "embed",
        "base",
        "meta",
        "svg",
        "math",
        "link",
    }
    for name, value in read.attributes:
        assert not name.startswith("on")
        assert name not in {"style", "formaction", "autofocus", "srcdoc", "id", "class"} or (name, value) == (
            "class",
            "table",
        )
        if name in {"href", "src"}:
            assert re.match(r"(https?|mailto|tel):|[^:]*($|[/?#])", value or ""), value


@pytest.mark.parametrize("text", HARMFUL)
def test_nothing_that_harms_a_reader_passes(text):
    assert_harmless(html(text))
    assert_harmless(html(f"一\n\n- 二 {text}\n"))


@given(parts=st.lists(st.sampled_from(HARMFUL) | st.text(max_size=10), max_size=4))
def test_nor_do_pieces_of_it_put_together(parts):
    assert_harmless(html("".join(parts)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**粗**", "<strong>粗</strong>"),
        ("==重点==", "<mark>重点</mark>"),
        ("~~旧~~", "<del>旧</del>"),
        ("H~2~O", "H<sub>2</sub>O"),
        ("- [x] 断电", "checked"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("1. 一\n2. 二", "<ol>"),
        ("[x](tel:+86123)", 'href="tel:+86123"'),
        ("<kbd>F2</kbd>", "<kbd>F2</kbd>"),
        ("```\nE04\n```", "E04"),
    ],
)
def test_what_authors_need_is_shown(text, shown):
    assert shown in html(text)


def test_columns_keep_their_alignment_and_tables_can_be_scrolled():
    shown = html("|a|b|\n|:-:|-:|\n|1|2|")

    assert '<td align="center">1</td>' in shown
    assert '<td align="right">2</td>' in shown
    assert shown.startswith('<div class="table" tabindex="0"><table>')


def test_nothing_is_nothing():
    assert html("") == ""


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("[x](doc:PR-003)", "/doc/PR-003/", "/en/doc/PR-003/"),
        ("[x](doc:PR-003#open)", "/doc/PR-003/#open", "/en/doc/PR-003/#open"),
        ("[x](doc:MAN-1.2)", "/doc/MAN-1.2/", "/en/doc/MAN-1.2/"),
        ("[x](course:safety)", "/courses/safety/", "/en/courses/safety/"),
    ],
)
def test_links_between_documents_lead_there_in_the_language_of_the_reader(text, chinese, english):
    for language, address in (("zh-hans", chinese), ("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            assert f'href="{address}"' in html(text)


@pytest.mark.parametrize("text", ["[x](doc:)", "[x](course:a.b)", "[x](doc:a/b)", "[x](lesson:a)"])
def test_a_link_that_leads_nowhere_is_no_link(text):
    assert "href=" not in html(text)


def test_links_can_be_listed():
    text = "见 [甲](doc:PR-003#open)、[乙](course:safety) 与 [丙](https://e.example)。"

    assert links(text) == [("doc", "PR-003", "open"), ("course", "safety", "")]
