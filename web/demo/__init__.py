"""The demonstration: its people and devices, and what they have done already, through the same rules as everybody."""

from web.demo.devices import MACHINES, make_devices
from web.demo.exams import make_exams, make_papers
from web.demo.people import (
    PASSWORD,
    PEOPLE,
    certify_senior,
    make_people,
    qualify_field,
    qualify_signers,
    right_response,
)
from web.demo.records import make_records

__all__ = [
    "MACHINES", "PASSWORD", "PEOPLE", "certify_senior", "make_devices", "make_exams", "make_papers", "make_people",
    "make_records", "qualify_field", "qualify_signers", "right_response",
]  # fmt: skip
