"""What cannot be read, or should not, is refused with a sentence before anything of it is used."""

import io
import zipfile

import pytest

from kb.importing import archive, pictures, reading, word
from kb.importing.document import Refused
from tests.kb.importing.conftest import png
from tests.kb.importing.word import docx, p, part, picture, table, zipped

DOCTYPE = '<?xml version="1.0" encoding="{}"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


def refusal(data, name="文件.docx"):
    """The sentence the file is refused with."""
    with pytest.raises(Refused) as refused:
        reading.read(name=name, data=data, kind="faq")
    return str(refused.value)


def test_what_is_not_a_word_file():
    assert "不" in refusal(b"PDF-1.7") or "not a Word file" in refusal(b"PDF-1.7")
    assert refusal(zipped({"a.txt": "x"}))
    assert refusal(zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<workbook/>"}))
    assert refusal(b"", "文件.md")
    assert refusal(b"x", "文件.pdf")


def test_an_old_word_file_or_one_with_a_password():
    assert ".docx" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_a_damaged_file():
    whole = docx(p("话"))

    assert refusal(whole[: len(whole) // 2])
    assert refusal(whole.replace(b"word/document.xml", b"word/documenx.xml"))
    assert refusal(docx(p("话"), parts={"word/styles.xml": "<broken"}))
    assert refusal(docx(parts={"word/document.xml": part("document", "")}))


def test_a_zip_that_unpacks_to_far_more_than_it_is(monkeypatch):
    assert refusal(docx(p("话"), parts={"word/extra.bin": "0" * 5_000_000}))

    monkeypatch.setattr(archive, "MAX_UNPACKED", 1_000)
    assert refusal(docx(p("话")))


def test_a_zip_of_too_many_parts():
    assert "2000" in refusal(docx(p("话"), parts={f"x/{number}": "" for number in range(2_001)}))


@pytest.mark.parametrize("name", ["../a.md", "/etc/a.md", "文/../../a.md", "..\\a.md", "C:\\a.md"])
def test_a_zip_whose_names_lead_out_of_it(name):
    assert name.replace("\\", "/") in refusal(zipped({"b.md": "话", name: "x"}), "文件.zip")


def test_an_encrypted_zip():
    data = bytearray(zipped({"a.md": "话"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1

    assert refusal(bytes(data), "文件.zip")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp037"])
@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "docProps/core.xml", "_rels/.rels"])
def test_xml_that_declares_entities_in_whatever_encoding(name, encoding):
    data = DOCTYPE.format(encoding).encode(encoding)
    if encoding == "cp037":  # the declaration must be readable before the encoding is known
        head, tail = DOCTYPE.format(encoding).split("?>")
        data = f"{head}?>".encode() + tail.encode(encoding)

    assert refusal(docx(p("话"), parts={name: data}))


def test_xml_that_hides_under_another_name_is_not_read():
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    relations = part("x", "").split("<w:x")[0] + (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{relation}" Target="notes.bin"/></Relationships>'
    )
    found = reading.read(
        name="a.docx",
        data=docx(
            p("话"), parts={"word/notes.bin": DOCTYPE.format("utf-8"), "word/_rels/document.xml.rels": relations}
        ),
        kind="faq",
    )

    assert found.blocks[0].text == "话"


def test_a_file_that_is_too_large(monkeypatch):
    monkeypatch.setattr(archive, "MAX_SIZE", 2 * 1024**2)

    assert "2 MB" in refusal(b"x" * (2 * 1024**2 + 1), "文件.md")


def test_a_text_too_long_for_the_converter(monkeypatch):
    monkeypatch.setattr(word, "MAX_XML", 10_000)

    assert refusal(docx(*[p(f"{number} 断电") for number in range(100)]))


def test_a_file_without_any_text():
    assert refusal(docx(p("")))
    assert refusal(b"\n \n", "文件.md")
    assert refusal(docx(p(picture(1)), media={"a.png": png()}))


def test_a_text_that_cannot_be_decoded():
    assert "UTF-8" in refusal(b"\xff\xff\xff\x80", "文件.md")
    assert "UTF-8" in refusal("话".encode("utf-16"), "文件.md")


@pytest.mark.parametrize("texts", [{"a.png": png()}, {"a.md": "x", "b.md": "y"}])
def test_a_zip_without_one_markdown_file(texts):
    assert str(sum(name.endswith("md") for name in texts)) in refusal(zipped(texts), "文件.zip")


def test_a_damaged_picture():
    assert "2" in refusal(docx(p("话", picture(1), picture(2)), media={"a.png": png(), "b.png": png()[:40]}))
    assert "b.png" in refusal(zipped({"a.md": "![](b.png) x", "b.png": b"x"}), "文件.zip")


def test_a_picture_of_too_many_pixels(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PIXELS", 40)

    assert refusal(docx(p("话", picture(1)), media={"a.png": png()}))


def test_a_table_too_wide_and_a_nesting_too_deep():
    assert "63" in refusal(docx(table(["x"] * 64)))
    assert refusal(docx("<w:sdt><w:sdtContent>" * 3_000 + p("话") + "</w:sdtContent></w:sdt>" * 3_000))


def test_a_member_that_says_less_than_it_holds_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.md", "话" * 1_000)
    data = bytearray(target.getvalue())
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = (10).to_bytes(4, "little")

    assert refusal(bytes(data), "文件.zip")
