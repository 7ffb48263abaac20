"""What an address of the search screen asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from kb.searching.facets import Narrowing, narrowing

#: Characters of a query; what is longer is cut.
LONGEST = 200


@dataclass(frozen=True)
class Asked:
    """A query, what it is narrowed to, and how it is to be taken."""

    query: str
    narrowing: Narrowing
    is_as_typed: bool = False  # neither lead to the code at once nor correct it
    with_withdrawn: bool = False
    page: str = ""

    @property
    def is_fresh(self) -> bool:
        """Whether somebody has just asked, and does not look further in what he asked."""
        return not (self.narrowing.values or self.with_withdrawn or self.page)

    @property
    def narrowed(self) -> str:
        """What stands in the address beside the query."""
        withdrawn = {"withdrawn": "1"} if self.with_withdrawn else {}
        return urlencode({**self.narrowing.address, **withdrawn})

    def address(self, query: str = "", **changes: str) -> str:
        """Return the address of this search with these parameters changed; an empty one is left out."""
        said = {"q": query or self.query, "all": "1" if self.is_as_typed else "", **self.narrowing.address}
        said |= {"withdrawn": "1" if self.with_withdrawn else ""} | changes
        return f"{reverse('search')}?{urlencode({name: value for name, value in said.items() if value})}"


def asked(sent: Mapping[str, str]) -> Asked:
    """Return what an address asks for; nothing in it can be wrong."""
    return Asked(
        " ".join(sent.get("q", "").split())[:LONGEST].strip(),
        narrowing(sent),
        is_as_typed="all" in sent,
        with_withdrawn=sent.get("withdrawn") == "1",
        page=sent.get("page", "")[:8],
    )
