"""Pictures of records: what is kept of them, what is refused and how it is said, and who sees them."""

import datetime
import io
import re
import uuid
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import Form
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from PIL import Image, ImageFile

from kb import attachments
from kb.attachments import pictures
from kb.models import Attachment, Solution
from people.refusal import Refused
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


def picture(size=(60, 40), kind="JPEG", name="p.jpg", mode="RGB", **options):
    made = io.BytesIO()
    Image.new(mode, size, "red").save(made, kind, **options)
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


@pytest.fixture
def note(technician):
    return Solution.objects.create(
        problem="异响", author=technician, unit=technician.unit, created_at=NOON, changed_at=NOON
    )


def attach(note, file, at=NOON):
    return attachments.attach(file=file, by=note.author, at=at, solution=note)


def kept(attachment):
    with attachment.file.open("rb") as file:
        return Image.open(io.BytesIO(file.read()))


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_a_picture_is_kept_as_jpeg(note, kind):
    made = attach(note, picture(kind=kind))

    assert (kept(made).format, kept(made).size, made.by, made.at) == ("JPEG", (60, 40), note.author, NOON)
    assert made.file.name.startswith("records/")


def test_place_and_camera_are_taken_out_and_it_stands_upright(note):
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "Phone 12", 6  # the camera; turned by 90 degrees
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 0.0)

    made = attach(note, picture(exif=exif, comment=b"secret"))

    assert (dict(kept(made).getexif()), kept(made).size) == ({}, (40, 60))
    with made.file.open("rb") as file:
        assert not {b"Phone", b"secret"} & set(re.findall(rb"Phone|secret", file.read()))


def test_a_large_one_becomes_smaller(note):
    assert kept(attach(note, picture((4000, 1000)))).size == (2000, 500)


def test_what_is_seen_through_becomes_white(note):
    made = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(made, "PNG")

    assert kept(attach(note, SimpleUploadedFile("a.png", made.getvalue()))).getpixel((5, 5)) == (255, 255, 255)


def png(width, height):
    """The head of a picture of that many pixels, and next to nothing behind it."""

    def chunk(kind, data):
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


REFUSED = {
    "empty": b"",
    "text": "就是文字".encode(),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7 ...",
    "a bomb": png(60_000, 60_000),
    "a smaller bomb": png(12_000, 10_000),
    "nothing behind its head": png(100, 100),
    "cut off": picture((400, 300), quality=95).read()[:1500],
    "gif": None,
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_whole_picture_is_refused_by_its_name(note, kind, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    file = SimpleUploadedFile("现场.jpg", REFUSED[kind]) if kind != "gif" else picture(kind="GIF", name="现场.jpg")

    with pytest.raises(Refused, match=r"现场\.jpg"):
        attach(note, file)
    assert not Attachment.objects.exists()


def test_fifty_megabytes_are_refused_without_being_read(note):
    class Huge(SimpleUploadedFile):
        def read(self, *args):
            raise AssertionError("it was read")

        chunks = read

    file = Huge("大.jpg", b"")
    file.size = 50 * 1024 * 1024

    with pytest.raises(Refused, match="50"):
        attach(note, file)


def test_the_same_picture_twice_is_kept_once(note):
    one = attach(note, picture())

    assert attach(note, picture(name="again.jpg"), NOON + datetime.timedelta(hours=1)) == one
    assert Attachment.objects.count() == 1


def test_of_thirty_at_once_the_first_are_kept_and_the_others_named(note):
    files = [picture((10 + n, 10), name=f"{n}.jpg") for n in range(attachments.keep.MOST + 2)]
    files.insert(1, SimpleUploadedFile("坏.jpg", b"x"))

    told = attachments.attach_all(files=files, by=note.author, at=NOON, solution=note)

    assert note.attachments.count() == attachments.keep.MOST
    assert [name in words for name, words in zip(["坏.jpg", "20.jpg", "21.jpg"], told, strict=True)] == [True] * 3


def test_the_field_takes_the_files_of_both_inputs():
    class Photos(Form):
        photos = attachments.PhotosField(label="照片")

    sent = MultiValueDict({"photos": [picture(name="a.jpg"), picture(name="b.jpg")]})
    form = Photos({}, sent)

    assert form.is_valid()
    assert [file.name for file in form.cleaned_data["photos"]] == ["a.jpg", "b.jpg"]
    assert Photos({}, MultiValueDict()).is_valid()
    shown = Photos().as_div()
    assert shown.count('name="photos"') == 2
    assert 'capture="environment"' in shown


def address(made):
    return reverse("attachment", args=[made.key])


def test_who_sees_the_record_sees_its_pictures(client, note):
    made = attach(note, picture())
    client.force_login(make.person())

    answer = client.get(address(made))

    assert answer.status_code == 200
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "private" in answer["Cache-Control"]
    assert Image.open(io.BytesIO(b"".join(answer))).size == (60, 40)


def test_a_small_one_can_be_asked_for(client, note):
    made = attach(note, picture((1000, 500)))
    client.force_login(note.author)

    assert Image.open(io.BytesIO(client.get(address(made) + "?w=400").content)).size == (400, 200)
    assert client.get(address(made) + "?w=9999").status_code == 200


def test_others_are_told_that_nothing_is_there(client, note, dealer):
    made = attach(note, picture())

    assert client.get(address(made)).status_code == 404
    client.force_login(dealer)
    assert client.get(address(made)).status_code == 404
    assert client.get(reverse("attachment", args=[uuid.uuid4()])).status_code == 404


def test_a_picture_that_was_erased_is_gone(client, note):
    made = attach(note, picture())
    client.force_login(note.author)
    made.file.storage.delete(made.file.name)
    assert client.get(address(made)).status_code == 404

    Attachment.objects.update(file="")
    assert client.get(address(made)).status_code == 404
