"""Files in whatever encoding people keep them, and files that are none."""

import pytest

from exams import formats
from exams.formats.encoding import Undecodable, decode

CHINESE = "电源指示灯 熄灭时，先测什么？{=输入电压 ~输出电压}"
GERMAN = "Welche Spannung führt das größere Gerät – „12 V“ oder „5 V“? {=12 V ~5 V}"
FRENCH = "Où est l'élément défectueux ? {=à côté ~«là»}"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (CHINESE, "utf-8", "UTF-8"),
        (CHINESE, "utf-8-sig", "UTF-8 with BOM"),
        (CHINESE, "utf-16", "UTF-16"),
        (CHINESE, "gb18030", "GB18030"),
        (CHINESE, "gbk", "GB18030"),
        ("镕 {T} 丂 电源 😀 模块", "gb18030", "GB18030"),
        ("电 {T}", "gb18030", "GB18030"),
        (GERMAN, "cp1252", "windows-1252"),
        (FRENCH, "cp1252", "windows-1252"),
        ("25 °C ± 2 {T}", "cp1252", "windows-1252"),
        ("Write about Dag Hammarskjöld. {}", "cp1252", "windows-1252"),
    ],
)
def test_the_encoding_of_a_text_is_found_and_told(text: str, codec: str, name: str):
    found = formats.read(text.encode(codec), "x.gift")
    assert not found.errors
    assert found.encoding == name
    assert decode(text.encode(codec)).text == text


def test_utf_16_the_other_way_round_is_read():
    assert decode(b"\xfe\xff" + CHINESE.encode("utf-16-be")).text == CHINESE


@pytest.mark.parametrize("codec", ["gb2312", "gbk", "gb18030", "utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_xml_says_its_encoding_itself(codec: str):
    words = "größer" if codec in ("iso-8859-1", "windows-1252") else "电源"
    quiz = f"""<?xml version="1.0" encoding="{codec}"?><quiz><question type="truefalse"><name><text>n</text></name>
        <questiontext format="html"><text>{words}</text></questiontext><answer fraction="100"><text>true</text></answer>
        <answer fraction="0"><text>false</text></answer></question></quiz>"""
    (question,) = formats.read(quiz.encode(codec), "x.xml").questions
    assert question.text == words


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"fine {T}\n\n\xff\xff\x81 {T}", 3),
        (b"a\n\nb\x00c {T}", 3),
        (b"\xff\xfea", 1),
        (b"\xef\xbb\xbf\xff", 1),
        (b'<?xml version="1.0" encoding="klingon"?><quiz/>', 1),
        ('<?xml version="1.0" encoding="utf-8"?>\n<quiz>é</quiz>'.encode("cp1252"), 2),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 2),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(data: bytes, line: int):
    with pytest.raises(Undecodable):
        decode(data)
    (fault,) = formats.read(data, "x.gift", "gift").errors
    assert fault.line == line


def test_a_file_of_no_format_is_refused():
    (fault,) = formats.read(b"just words", "x.doc").errors
    assert "formats" in fault.message


def test_a_file_that_is_too_large_is_refused():
    (fault,) = formats.read(b"a" * (20 * 1024 * 1024 + 1), "x.gift").errors
    assert "20 MB" in fault.message


@pytest.mark.parametrize(
    ("data", "name", "format"),
    [
        (b"::a:: b {T}", "x", "gift"),
        (b"b {T}", "x.txt", "gift"),
        (b"Which?\nA) a\nB) b\nANSWER: A", "x.txt", "aiken"),
        (b"<?xml version='1.0'?><!-- a <b> --><quiz/>", "x.xml", "moodle-xml"),
        (b'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"/>', "x.xml", "qti21"),
        (b'<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"/>', "x.xml", "qti30"),
        (b"kind,text\n", "x.csv", "csv"),
        (b"a word", "x.doc", None),
    ],
)
def test_the_format_is_told_by_what_is_in_a_file(data: bytes, name: str, format: str | None):
    assert formats.sniff(data, name) == format
