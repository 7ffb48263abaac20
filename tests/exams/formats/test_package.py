"""Packages that strangers made: what could do harm is refused, with the cause."""

import io
import stat
import zipfile

import pytest

from exams.formats import qti
from exams.formats.package import BadPackage, Package, members, pack

MANIFEST = b'<manifest><resources><resource href="1.xml"><file href="1.xml"/></resource></resources></manifest>'


def zipped(*parts: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts:
            packed.writestr(name, data)
    return made.getvalue()


def refusal(data: bytes) -> str:
    found = qti.read(data, "p.zip")
    assert not found.questions
    return found.errors[0].message


def test_a_zip_that_unpacks_to_far_more_than_it_is_is_refused() -> None:
    assert "harm" in refusal(zipped(("a.xml", b"0" * 30_000_000)))


@pytest.mark.parametrize("name", ["../a.xml", "/etc/a.xml", "a/../../b.xml", "C:\\a.xml", "..\\a.xml"])
def test_names_that_lead_out_are_refused(name: str) -> None:
    assert "leads out" in refusal(zipped((name, b"x")))


def test_a_link_is_refused() -> None:
    link = zipfile.ZipInfo("a.xml")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert "link" in refusal(zipped((link, b"/etc/passwd")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused() -> None:
    assert "one name" in refusal(zipped(("a.xml", b"1"), ("a.xml", b"2")))


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(BadPackage, match="more than"):
        members(zipped(*((f"{n}.txt", b"") for n in range(2_100))))


def test_what_is_damaged_is_refused() -> None:
    data = zipped(("imsmanifest.xml", MANIFEST))
    assert "damaged" in refusal(data[:40] + data[60:])
    assert "damaged" in refusal(b"PK\x03\x04")


def test_a_file_that_is_far_too_large_is_not_looked_into() -> None:
    assert "larger" in refusal(b"PK" + b"0" * (20 * 1024 * 1024))


def test_a_zip_without_a_manifest_is_refused() -> None:
    assert "imsmanifest.xml" in refusal(zipped(("1.xml", b"<assessmentItem/>")))


def test_a_manifest_with_a_doctype_is_refused_with_its_place() -> None:
    text = b'<?xml version="1.0"?>\n<!DOCTYPE m [<!ENTITY a "b">]><manifest>&a;</manifest>'
    (fault,) = qti.read(zipped(("imsmanifest.xml", text)), "p.zip").errors
    assert (fault.file, fault.line) == ("p.zip/imsmanifest.xml", 2)


def test_a_file_that_the_manifest_names_must_be_there() -> None:
    (fault,) = qti.read(zipped(("imsmanifest.xml", MANIFEST)), "p.zip").errors
    assert "1.xml" in fault.message


def test_an_item_that_is_broken_is_named_with_file_and_line() -> None:
    (fault,) = qti.read(zipped(("imsmanifest.xml", MANIFEST), ("1.xml", b"<a>\n<b>\n</a>")), "p.zip").errors
    assert (fault.file, fault.line) == ("p.zip/1.xml", 3)


def test_a_manifest_in_a_folder_is_found() -> None:
    found = qti.read(zipped(("q/imsmanifest.xml", MANIFEST), ("q/1.xml", b"<assessmentItem/>")), "p.zip")
    assert "asks nothing" in found.errors[0].message


def test_addresses_lead_to_members_only() -> None:
    package = Package({"a/b.png": b"", "c d.png": b""}, "imsmanifest.xml")
    assert package.resolve("a/1.xml", "b.png") == "a/b.png"
    assert package.resolve("a/1.xml", "../c%20d.png") == "c d.png"
    for address in ("../../etc/passwd", "http://x/b.png", "//x/b.png", "file:///etc/passwd", "[", ""):
        assert package.resolve("a/1.xml", address) is None


def test_packing_says_nothing_of_when() -> None:
    assert pack({"a": b"1"}) == pack({"a": b"1"})
    assert members(pack({"a/b": b"1"})) == {"a/b": b"1"}
