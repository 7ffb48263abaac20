"""A Word file is read as what it says; what it cannot be read as is told with its place."""

import pytest

from kb.importing import reading
from tests.kb.importing.conftest import png
from tests.kb.importing.word import cell, docx, footnotes, item, p, part, picture, run, table

MERGED_DOWN = '<w:vMerge w:val="restart"/>'
TEXT_BOX = (
    "<w:r>{before}<w:drawing><wp:anchor><a:graphic><a:graphicData uri='x/wordprocessingShape'><wps:wsp><wps:txbx>"
    "<w:txbxContent><w:p><w:r><w:t>框里的话</w:t></w:r></w:p></w:txbxContent></wps:txbx></wps:wsp></a:graphicData>"
    "</a:graphic></wp:anchor></w:drawing>{after}</w:r>"
)


def read(*body, kind="faq", name="手册.docx", **options):
    return reading.read(name=name, data=docx(*body, **options), kind=kind)


def text(*body, **options):
    """The Markdown of a file without headings."""
    return "\n\n".join(block.text for block in read(*body, **options).all_blocks())


def lost(document):
    return [loss.what for loss in document.losses]


def test_a_manual_has_a_chapter_for_each_heading_1_and_a_block_for_each_heading_2():
    found = read(
        p("维护手册", style="Title"), p("前言"),
        p("概述", style="1"), p("章首"), p("范围", style="2"), p("内容"), p("细目", style="3"), p("更细"),
        p("安全", style="1"), p("断电", style="2"),
        kind="manual",
    )  # fmt: skip

    assert found.title == "维护手册"
    assert [(block.heading, block.text) for block in found.blocks] == [("维护手册", "前言")]
    assert [(chapter.title, [block.heading for block in chapter.blocks]) for chapter in found.chapters] == [
        ("概述", ["概述", "范围"]),
        ("安全", ["断电"]),
    ]
    assert found.chapters[0].blocks[1].text == "内容\n\n### 细目\n\n更细"


def test_a_single_document_has_a_block_for_each_heading_of_the_highest_level():
    found = read(p("先看这里"), p("现象", style="2"), p("甲"), p("处理", style="2"), p("步骤", style="3"), p("乙"))

    assert (found.title, found.chapters) == ("手册", [])
    assert [(block.heading, block.text) for block in found.blocks] == [
        ("手册", "先看这里"),
        ("现象", "甲"),
        ("处理", "### 步骤\n\n乙"),
    ]


def test_a_single_highest_heading_over_everything_is_the_title():
    found = read(p("更换电源", style="1"), p("甲", style="2"), p("乙", style="2"), kind="manual")

    assert found.title == "更换电源"
    assert [chapter.title for chapter in found.chapters] == ["甲", "乙"]


def test_headings_are_known_by_their_outline_level_whatever_their_style_is_called():
    found = read(p("一", style="Own"), p("二", properties='<w:outlineLvl w:val="0"/>'), p("话"))

    assert [block.heading for block in found.blocks] == ["一", "二"]


@pytest.mark.parametrize(
    ("headings", "kept"),
    [
        (["1 概述", "2 安全"], ["概述", "安全"]),
        (["第一章 概述", "第二章 安全"], ["概述", "安全"]),
        (["一、概述", "二、安全"], ["概述", "安全"]),
        (["1.1概述", "1.2安全"], ["概述", "安全"]),
        (["1年保修", "2年保修"], ["1年保修", "2年保修"]),
        (["2024 年", "2025 年"], ["2024 年", "2025 年"]),
        (["1 概述", "安全"], ["1 概述", "安全"]),
    ],
)
def test_numbers_written_in_headings_go_only_where_they_count(headings, kept):
    found = read(*(p(words, style="2") for words in headings))

    assert [block.heading for block in found.blocks] == kept
    assert ("heading-number" in lost(found)) == (headings != kept)


def test_bold_italic_struck_and_raised_characters_are_kept():
    words = p(run("注意：", "<w:b/>"), "请", run("断电", "<w:i/>"), "，", run("旧", "<w:strike/>"),
              "，m", run("2", '<w:vertAlign w:val="superscript"/>'))  # fmt: skip

    assert text(words) == "**注意：**请*断电*，~~旧~~，m²"


def test_letters_that_mean_something_in_markdown_are_only_letters():
    assert text(p("a*b _x_ [注](x) 10~20~30 <b> {x}")) == r"a\*b \_x\_ \[注](x) 10\~20\~30 &lt;b> \{x}"
    assert text(p("# 不是标题"), p("1. 不是列表")) == "\\# 不是标题\n\n1\\. 不是列表"


def test_lists_keep_their_depth_and_their_numbers():
    found = text(item("一"), item("甲", depth=1), item("乙", depth=1), item("二"), item("点", number=2),
                 item("下", number=2, depth=1))  # fmt: skip

    assert found == "1. 一\n    1. 甲\n    2. 乙\n2. 二\n\n- 点\n    - 下"


def test_steps_go_on_counting_after_what_stands_between_them():
    assert text(item("一"), p("说明"), item("二"), item("重来", number=3)) == "1. 一\n\n说明\n\n2. 二\n1. 重来"


def test_a_list_counted_in_letters_is_told():
    assert lost(read(item("甲", number=4))) == ["list-format"]


def test_a_list_that_belongs_to_a_style_is_a_list():
    assert text(p("一", style="Steps"), p("二", style="Steps")) == "1. 一\n2. 二"


def test_a_table_becomes_a_table():
    found = read(table(["代码", "含义"], ["E|04", run("断电", "<w:b/>").join(["<w:tc><w:p>", "</w:p></w:tc>"])]))

    assert found.table_count == 1
    assert found.blocks[0].text == "| 代码 | 含义 |\n|---|---|\n| E\\|04 | **断电** |"


def test_merged_cells_are_made_regular_and_told():
    found = read(
        table(
            ["A", "B"],
            [cell("竖", properties=MERGED_DOWN), "1"],
            [cell("", properties="<w:vMerge/>"), "2"],
            [cell("宽", properties='<w:gridSpan w:val="2"/>')],
        )
    )

    assert found.blocks[0].text.split("\n")[2:] == ["| 竖 | 1 |", "| 竖 | 2 |", "| 宽 |  |"]
    assert lost(found) == ["merged-cells"]


def test_a_frame_of_one_cell_is_a_quotation_and_several_lines_in_a_cell_are_told():
    found = read(table(["注意安全"]), table(["A", "B"], [cell("一", "二"), cell(table(["x", "y"]))]))

    assert found.blocks[0].text.startswith("> 注意安全\n\n| A | B |")
    assert found.blocks[0].text.endswith("| 一 / 二 | x / y |")
    assert lost(found) == ["nested-table", "cell-paragraphs"]


def test_the_first_picture_is_the_blocks_and_a_further_one_continues_it():
    found = read(
        p("拆盖", style="1"), item("一"), p(picture(1, "前面板")), item("二"), p(picture(2)), p("图 2"),
        media={"a.png": png(), "b.jpeg": png("blue", "JPEG")},
    )  # fmt: skip

    first, second = found.blocks
    assert (first.heading, first.text, first.picture.description) == ("拆盖", "1. 一\n2. 二", "前面板")
    assert (second.heading, second.text, second.picture.data) == ("拆盖 (2)", "图 2", png("blue", "JPEG"))


def test_a_picture_of_another_kind_is_told_and_bitmaps_are_converted():
    found = read(p("话"), p(picture(1)), p(picture(2)), media={"a.emf": b"\1\0\0\0xxxx", "b.bmp": png(kind="BMP")})

    assert found.blocks[0].picture.data.startswith(b"\x89PNG")
    assert lost(found) == ["unsupported-picture"]


def test_a_picture_that_lies_elsewhere_is_told_and_not_fetched():
    found = read(p("话", picture(1, link="link")), media={"http://example.org/a.png": b""})

    assert (lost(found), found.picture_count) == (["external-picture"], 0)


def test_a_footnote_stands_at_the_end_of_its_block():
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    found = read(
        p("一", style="1"), p("电压", reference), p("后"), p("二", style="1"), p("完"),
        parts={"word/footnotes.xml": footnotes("额定值 *")},
    )  # fmt: skip

    assert found.blocks[0].text == "电压[1]\n\n后\n\n[1] 额定值 \\*"
    assert lost(found) == ["footnote"]


@pytest.mark.parametrize(
    "box",
    [
        TEXT_BOX.format(before="", after=""),
        TEXT_BOX.format(before='<mc:AlternateContent><mc:Choice Requires="wps">',
                        after="</mc:Choice></mc:AlternateContent>"),
        TEXT_BOX.format(before='<mc:AlternateContent><mc:Choice Requires="wps">',
                        after="</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>框里的话"
                              "</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
                              "</mc:AlternateContent>"),
    ],
)  # fmt: skip
def test_the_words_of_a_text_box_follow_its_paragraph(box):
    found = read(p("段", box), p("后"))

    assert found.blocks[0].text == "段\n\n框里的话\n\n后"
    assert [(loss.what, loss.detail) for loss in found.losses] == [("text-box", "框里的话")]


def test_words_in_fields_are_not_passed_over():
    field = '<w:fldSimple w:instr="SEQ"><w:r><w:t>1</w:t></w:r></w:fldSimple>'

    assert text(p("图 ", field, " 前面板")) == "图 1 前面板"


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("<m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath>", "equation"),
        ('<w:r><w:object><o:OLEObject ProgID="Excel.Sheet"/></w:object></w:r>', "embedded-object"),
        ('<w:r><w:drawing><a:graphic><a:graphicData uri="x/chart"/></a:graphic></w:drawing></w:r>', "drawing"),
        ('<w:del w:id="1"><w:r><w:delText>删</w:delText></w:r></w:del>', "tracked-change"),
        ('<w:hyperlink w:anchor="x"><w:r><w:t>见上</w:t></w:r></w:hyperlink>', "link"),
    ],
)
def test_what_is_left_out_is_told_with_its_place(inside, what):
    found = read(p("概述", style="1"), p("一"), p("二", inside))

    assert lost(found) == [what]
    assert "概述" in found.losses[0].where
    assert str(found.losses[0])


def test_a_place_is_a_heading_and_a_paragraph():
    found = read(p("概述", style="1"), p("一"), p("<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>"))

    assert (found.losses[0].heading, found.losses[0].paragraph) == ("概述", 3)


def test_insertions_are_kept_and_deletions_left_out():
    changed = (
        '<w:ins w:id="1"><w:r><w:t>插</w:t></w:r></w:ins><w:del w:id="2"><w:r><w:delText>删</w:delText></w:r></w:del>'
    )
    found = read(p("前", changed))

    assert (found.blocks[0].text, lost(found)) == ("前插", ["tracked-change"])


def test_contents_headers_and_styles_of_a_company_are_told():
    found = read(p("目录……1", style="TOC1"), p("话", style="Fancy"), p("话", style="Fancy"),
                 parts={"word/header1.xml": part("hdr", p("内部资料"))})  # fmt: skip

    assert found.blocks[0].text == "话\n\n话"
    assert [(loss.what, loss.detail) for loss in found.losses] == [
        ("contents", ""), ("style", "公司样式"), ("header-footer", "内部资料"),
    ]  # fmt: skip


def test_a_heading_too_long_for_a_heading_loses_no_word():
    found = read(p("长" * 300, style="1"), p("二", style="1"))

    assert len(found.blocks[0].heading) == 255
    assert found.blocks[0].text == "长" * 300
    assert lost(found) == ["long-heading"]
