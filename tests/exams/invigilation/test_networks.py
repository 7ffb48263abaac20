"""From which addresses an exam may be begun."""

import pytest

from exams.invigilation import networks

ALLOWED = "10.20.0.0/16\n192.0.2.7, 2001:db8::/48\n"


@pytest.mark.parametrize("address", ["10.20.3.4", "192.0.2.7", "2001:db8:0:1::5", "::ffff:10.20.3.4", " 10.20.0.1 "])
def test_an_address_of_an_allowed_network_may_begin(address: str) -> None:
    assert networks.allows(ALLOWED, address)


@pytest.mark.parametrize("address", ["10.21.0.1", "192.0.2.8", "2001:db8:1::1", "::ffff:10.21.0.1", "", "nonsense"])
def test_any_other_address_may_not(address: str) -> None:
    assert not networks.allows(ALLOWED, address)


@pytest.mark.parametrize("text", ["", "  \n\n", ","])
def test_no_network_allows_every_address(text: str) -> None:
    assert networks.allows(text, "203.0.113.9")


def test_a_host_with_a_mask_stands_for_its_network() -> None:
    assert networks.allows("10.20.3.4/16", "10.20.200.1")


def test_lines_that_are_no_network_are_named() -> None:
    (first, second) = networks.mistakes("10.20.0.0/16\n10.20.0.0/33\nhall 3\n2001:db8::/48")
    assert "10.20.0.0/33" in first
    assert "hall 3" in second
    assert networks.mistakes(ALLOWED) == []


def test_what_is_only_broken_lines_allows_nobody() -> None:
    assert not networks.allows("hall 3", "10.20.3.4")


def test_far_too_many_lines_are_refused_in_one_sentence() -> None:
    assert len(networks.mistakes("x\n" * 10_000)) == 1
