"""Several people at the same instant, each with a connection of his own; use it with the fixture `committed`."""

import threading
from collections.abc import Callable

from django.db import connections
from django.utils import translation


def at_once(*does: Callable[[], object]) -> list[object]:
    """Do these things at the same time; return what each returned or raised."""
    here, start = connections["default"], threading.Barrier(len(does))
    results: list[object] = [None] * len(does)

    def run(place: int) -> None:
        connections["default"] = type(here)(here.settings_dict, "default")
        translation.activate("zh-hans")
        try:
            start.wait(20)
            results[place] = does[place]()
        except Exception as mistake:
            results[place] = mistake
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(does))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
