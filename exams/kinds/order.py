"""What is shuffled: places in an order, and the ids that a candidate sees instead of them."""

from collections.abc import Sequence
from random import Random


def shuffled(count: int, chance: Random) -> list[int]:
    """Return the places from 0 in another order."""
    places = list(range(count))
    chance.shuffle(places)
    return places


def placed(order: Sequence, count: int) -> list[int]:
    """Return the order, or where it is none of so many places, their own."""
    places = list(range(count))
    return list(order) if len(order) == count and all(place in order for place in places) else places


def numbered(texts: Sequence[str], order: Sequence) -> list[dict[str, str]]:
    """Return the texts in this order, each with its id."""
    return [{"id": str(id_), "text": texts[place]} for id_, place in enumerate(placed(order, len(texts)), start=1)]


def ids(count: int, order: Sequence) -> list[str]:
    """Return the id of each place."""
    found = [""] * count
    for id_, place in enumerate(placed(order, count), start=1):
        found[place] = str(id_)
    return found


def texts(shown: Sequence[dict[str, str]], wanted: Sequence[str]) -> list[str]:
    """Return the texts of these ids."""
    known = {each["id"]: each["text"] for each in shown}
    return [known[id_] for id_ in wanted if id_ in known]
