"""A Markdown file, alone or in a zip with its pictures, is read as what it says."""

import time

import pytest

from kb.importing import reading
from kb.prose import html
from tests.kb.importing.conftest import png
from tests.kb.importing.word import zipped


def read(text, kind="faq", **members):
    if members:
        return reading.read(name="文件.zip", data=zipped({"文/a.md": text} | members), kind=kind)
    return reading.read(name="文件.md", data=text.encode() if isinstance(text, str) else text, kind=kind)


def text(markdown):
    return "\n\n".join(block.text for block in read(markdown).blocks)


def lost(document):
    return [loss.what for loss in document.losses]


def test_headings_are_title_chapters_and_blocks():
    source = "# 手册\n\n前言\n\n## 概述 ##\n章首\n\n### 范围\n话\n\n#### 细目\n\n安全\n----\n\n完"
    found = read(source, kind="manual")

    assert (found.title, [block.text for block in found.blocks]) == ("手册", ["前言"])
    assert [(chapter.title, [block.heading for block in chapter.blocks]) for chapter in found.chapters] == [
        ("概述", ["概述", "范围"]),
        ("安全", ["安全"]),
    ]
    assert found.chapters[0].blocks[1].text == "话\n\n### 细目"


def test_a_heading_says_its_words_without_marks():
    found = read("# 更换 **电源** `PSU` [说明](https://a.b/c) 3 \\* 2\n\n## 甲\n")

    assert found.title == "更换 电源 PSU 说明 3 * 2"


def test_what_looks_like_a_heading_in_code_is_code():
    assert [block.text for block in read("## 甲\n\n```\n# 注释\n<b>\n```\n").blocks] == ["```\n# 注释\n<b>\n```"]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("- 一\n  - 二\n    - 三\n- 四", "<ul>\n<li>一<ul>\n<li>二<ul>\n<li>三"),
        ("话\n- 一\n- 二", "<p>话</p>\n<ul>\n<li>一</li>\n<li>二</li>\n</ul>"),
        ("1) 一\n2) 二", "<ol>\n<li>一</li>\n<li>二</li>\n</ol>"),
        ("1. 一\n\n   ```\n   x = 1\n   ```\n2. 二", "</code></pre></div>\n</li>\n<li>\n<p>二</p>"),
        ("- 一\n\n  段\n- 二", "<p>段</p>\n</li>\n<li>\n<p>二</p>"),
        ("1. 一\n- 二", "</ol>\n<ul>"),
        ("话\n| A | B |\n|---|---|\n| 1 | 2 |", "<p>话</p>\n<div class="),
        ("一\\\n二", "一<br>\n二"),
        ("10~20~30 V", "<p>10~20~30 V</p>"),
        ("~~旧~~", "<del>旧</del>"),
    ],
)
def test_it_shows_here_what_it_shows_elsewhere(source, shown):
    assert shown in html(text(source))


def test_a_reference_leads_where_its_definition_says_in_whatever_block():
    found = read("## 甲\n\n见[手册][m]和[m]\n\n## 乙\n\n完\n\n[m]: https://example.org/m\n")

    assert found.blocks[0].text == "见[手册](https://example.org/m)和[m](https://example.org/m)"


def test_html_is_taken_out_and_told_and_its_words_are_kept():
    found = read(
        "前<span class='x'>中</span>后<br>行\n\n<!-- 注\n释 -->\n`<b>` <https://a.b>\n<script>alert(1)</script>"
    )

    assert found.blocks[0].text == "前中后  \n行\n\n`<b>` <https://a.b>"
    assert [(loss.detail, loss.line) for loss in found.losses] == [("<span>", 1), ("<!-->", 3), ("<script>", 6)]


def test_a_table_written_in_html_is_a_table():
    found = read("<table><tr><th>A</th><th>B</th></tr>\n<tr><td>1</td><td>2</td></tr></table>\n\n完")

    assert (found.blocks[0].text, found.table_count) == ("| A | B |\n|---|---|\n| 1 | 2 |\n\n完", 1)


def test_pictures_come_from_the_zip_and_stand_in_their_blocks():
    found = read(
        "## 甲\n![前面板](../图/a.png)\n话\n\n1. 一 ![](b.png)\n2. 二\n\n## 乙\n<img src='b.png' alt='后'>\n\n完",
        **{"图/a.png": png(), "文/b.png": png("blue"), "__MACOSX/文/a.md": "x"},
    )

    assert [(block.heading, block.text, block.picture and block.picture.name) for block in found.blocks] == [
        ("甲", "话\n\n1. 一", "a.png"),
        ("甲 (2)", "2. 二", "b.png"),
        ("乙", "完", "b.png"),
    ]
    assert [block.picture.description for block in found.blocks] == ["前面板", "", "后"]


def test_names_in_a_zip_that_windows_made_are_read():
    data = zipped({"a.md": "![x](图.png) 话", "xx.png": png()})
    found = reading.read(name="a.zip", data=data.replace(b"xx.png", "图.png".encode("gb18030")), kind="faq")

    assert (found.picture_count, lost(found)) == (1, [])


def test_a_picture_elsewhere_is_a_link_and_one_that_is_missing_is_told():
    found = read("![远](https://a.b/c.png) ![没](x.png) ![出](../../etc/passwd) 话")

    assert found.blocks[0].text == "[远](https://a.b/c.png)   话"
    assert lost(found) == ["external-picture", "missing-picture", "missing-picture"]


def test_a_link_to_another_file_is_told():
    found = read("[别的](other.md) [好](https://a.b)")

    assert found.blocks[0].text == "别的 [好](https://a.b)"
    assert [(loss.what, loss.detail, loss.line) for loss in found.losses] == [("link", "other.md", 1)]


def test_lines_of_data_before_the_text_are_told():
    found = read("---\ntitle: x\ntags: [a]\n---\n\n话")

    assert (found.blocks[0].text, lost(found)) == ("话", ["front-matter"])


def test_a_text_that_is_not_utf_8_is_read_as_gb18030_and_that_is_noted():
    found = read("# 电源\n\n断电后操作".encode("gb18030"))

    assert (found.title, found.blocks[0].text, len(found.notes)) == ("电源", "断电后操作", 1)
    assert read("# 电源\n\n话".encode("utf-8-sig")).title == "电源"


@pytest.mark.parametrize("bad", ["``` ", "<!-- ", "[[[", "![", "<a ", "](", "~", "- ", "> ", "* ", "|-", "\\", "*_"])
def test_reading_takes_about_as_long_as_the_text_is(bad):
    began = time.process_time()

    read("话 " + bad * 20_000 + "\n" + (bad + "\n") * 5_000)

    assert time.process_time() - began < 5
