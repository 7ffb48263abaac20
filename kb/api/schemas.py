"""What programs send and get, field by field."""

import datetime
import uuid
from typing import Annotated

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, StringConstraints

from kb.walking.address import MOST_ANSWERS


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("NUL")
    return text


def _text(longest: int) -> type[str]:
    return Annotated[str, StringConstraints(max_length=longest), AfterValidator(_without_nul)]


Answer = _text(200)


class Strict(Schema):
    """What is sent: a field that does not exist is a mistake."""

    model_config = ConfigDict(extra="forbid")


class PartIn(Strict):
    """A part that was put in."""

    number: _text(40)
    quantity: int = Field(1, ge=1, le=999)
    serial_out: _text(60) = ""
    serial_in: _text(60) = ""


class RunIn(Strict):
    """A fault guide followed to an end."""

    key: uuid.UUID = Field(description="Made by the sender; the same record again under it is not recorded twice.")
    guide: _text(32) = Field(description="Document number of the guide.")
    editions: list[int] = Field(
        min_length=1, max_length=60, description="As GET /guides/{number} gave them, in that order."
    )
    answers: list[Answer] = Field(
        max_length=MOST_ANSWERS,
        description="In order: the number of a choice, a reading as typed, none, cannot or done.",
    )
    seen: list[Answer] = Field([], max_length=MOST_ANSWERS, description="Ids of the nodes whose hazards were opened.")
    result: _text(12) = Field(description="resolved, workaround or unresolved.")
    recorded_at: AwareDatetime = Field(description="When it ended, by the clock of the device; at most 30 days ago.")
    started_at: AwareDatetime | None = None
    device: _text(16) = Field("", description="Code on the label of the machine.")
    case: _text(20) = Field("", description="Number of the case it belongs to.")
    note: _text(2000) = ""
    minutes: int | None = None
    parts: list[PartIn] = Field([], max_length=30)
    consent: _text(8) = Field("none", description="none, oral or written.")
    consent_by: _text(60) = ""


class RunOut(Schema):
    """A run as it is recorded."""

    key: uuid.UUID
    guide: str
    version: str
    end: str
    result: str
    cause: str
    path: list[dict]
    gaps: list[dict]
    credentials: list[dict]
    recorded_at: datetime.datetime
    received_at: datetime.datetime | None
    photos: int
    url: str


class PhotosOut(Schema):
    """How many pictures the record has now, and what is wrong with those that were not kept."""

    photos: int
    errors: list[dict]


class ContactIn(Strict):
    """The customer: only those of the unit in charge see it."""

    name: _text(60) = ""
    phone: _text(40) = ""
    address: _text(200) = ""


class ReportIn(Strict):
    """A fault report."""

    key: uuid.UUID = Field(description="Made by the sender; the same report again under it opens no second case.")
    description: _text(4000)
    model: _text(60) = Field("", description="Key of the product; not needed with a device.")
    device: _text(16) = Field("", description="Code on the label of the machine.")
    serial: _text(60) = ""
    bought_on: datetime.date | None = None
    symptom: _text(60) = Field("", description="Key of the symptom.")
    code: _text(40) = Field("", description="Fault code as the machine shows it.")
    occurred: _text(120) = ""
    frequency: _text(12) = Field("", description="once, sometimes, often or always.")
    level: _text(80) = Field("", description="Scheme and rank, such as contract/2.")
    area: _text(60) = Field("", description="Key of the area.")
    contact: ContactIn | None = None
    run: uuid.UUID | None = Field(None, description="Key of the run that led to it.")


class ReportOut(Schema):
    """A case as it stands."""

    key: uuid.UUID
    number: str
    model: str
    serial: str
    level: str
    reported_at: datetime.datetime
    responded_at: datetime.datetime | None
    arrived_at: datetime.datetime | None
    closed_at: datetime.datetime | None
    outcome: str
    url: str


class WayOut(Schema):
    """A way on: the answer that takes it (empty for a range of readings), its words, the node it leads to."""

    answer: str
    words: str
    to: str
    low: str | None = None
    high: str | None = None


class NodeOut(Schema):
    """A node of a guide; `said` are its members, such as heading, text, unit, hazards, result."""

    id: str
    kind: str
    guide: str
    said: dict[str, str | int | bool]
    ways: list[WayOut]


class GuideOut(Schema):
    """A guide in force with the guides it includes, to be walked without a network."""

    number: str
    title: str
    language: str
    version: str
    editions: list[int]
    start: str
    nodes: list[NodeOut]


class SearchIn(Strict):
    """What is looked for."""

    q: _text(200) = Field(min_length=1)
    kind: _text(20) = ""
    model: _text(60) = Field("", description="Key of a product.")
    fault_class: _text(20) = Field("", alias="class")
    level: _text(1) = ""
    lang: _text(12) = ""
    page: int = Field(1, ge=1, le=1000)


class HitOut(Schema):
    """A document that was found."""

    number: str
    kind: str
    title: str
    version: str
    language: str
    passage: list[tuple[str, bool]]
    url: str


class SearchOut(Schema):
    """How many were found, and one page of them; `suggestion` is what was perhaps meant."""

    found: int
    suggestion: str
    hits: list[HitOut]


class Errors(Schema):
    """Why something was refused."""

    errors: list[dict]
