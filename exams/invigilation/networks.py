"""Networks from which an exam may be begun: lines such as 10.20.0.0/16 or 2001:db8::/48. Pure."""

import ipaddress

from django.utils.translation import gettext as _

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MOST = 200  # lines


def mistakes(text: str) -> list[str]:
    """Return a sentence for each line that is no network."""
    lines = _lines(text)
    if len(lines) > MOST:
        return [_("These are too many networks; %(most)d are the most.") % {"most": MOST}]
    return [
        _("“%(line)s” is not a network; write it as in 10.20.0.0/16 or 2001:db8::/48.") % {"line": line[:60]}
        for line in lines
        if _network(line) is None
    ]


def allows(text: str, address: str) -> bool:
    """Say whether this address is in one of the networks; no line allows every address, a broken one none."""
    lines = _lines(text)
    if not lines:
        return True
    try:
        given = ipaddress.ip_address(address.strip())
    except ValueError:
        return False
    given = getattr(given, "ipv4_mapped", None) or given  # ::ffff:10.20.0.5 is 10.20.0.5
    return any(given in network for network in map(_network, lines) if network is not None)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.replace(",", "\n").splitlines() if line.strip()]


def _network(line: str) -> Network | None:
    """Return the network a line names; an address with bits set behind its mask stands for its network."""
    try:
        return ipaddress.ip_network(line, strict=False)
    except ValueError:
        return None
