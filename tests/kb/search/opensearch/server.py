"""An HTTP server on this machine that answers as OpenSearch does, and remembers what it was asked."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

type Answer = tuple[int, Any] | Callable[["Asked"], tuple[int, Any]]

SHARDS = {"total": 1, "successful": 1, "skipped": 0, "failed": 0}
DONE = {"acknowledged": True}


@dataclass(frozen=True)
class Asked:
    """A request: its body as it came, and as one JSON value or one a line."""

    method: str
    path: str
    options: str
    authorization: str
    text: str

    @property
    def body(self) -> Any:
        """The body as one JSON value."""
        return json.loads(self.text)

    @property
    def actions(self) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
        """What a bulk request asks for: the operation, its options, and the document, {} for a deletion."""
        lines = iter([json.loads(line) for line in self.text.splitlines()])
        found = []
        for line in lines:
            ((operation, options),) = line.items()
            found.append((operation, options, {} if operation == "delete" else next(lines)))
        return found


class Server:
    """A context manager; answers are looked for from the last that was set to the first."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.silent = threading.Event()  # while it is set, no answer leaves
        self._freed = threading.Event()
        self._answers: list[tuple[str, re.Pattern[str], Answer]] = []
        for method, path, answer in _USUAL:
            self.answer(method, path, answer)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                super().handle_one_request()

            def do_GET(self) -> None:
                outer._respond(self)

            do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self._freed.set()
        self._http.shutdown()
        self._http.server_close()

    def answer(self, method: str, path: str, answer: Answer) -> None:
        """Have requests to ``path``, a pattern, answered so: with a status and a body, or what a function returns."""
        self._answers.insert(0, (method, re.compile(path), answer))

    def of(self, method: str, ending: str) -> list[Asked]:
        """Return the requests whose path ends so."""
        return [asked for asked in self.asked if asked.method == method and asked.path.endswith(ending)]

    def _respond(self, request: BaseHTTPRequestHandler) -> None:
        where = urlsplit(request.path)
        text = request.rfile.read(int(request.headers.get("Content-Length", 0))).decode()
        asked = Asked(request.command, where.path, where.query, request.headers.get("Authorization", ""), text)
        self.asked.append(asked)
        if self.silent.is_set():
            self._freed.wait()
            return
        status, body = self._found(asked)
        sent = json.dumps(body).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json; charset=UTF-8")
        request.send_header("Content-Length", str(len(sent)))
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(sent)

    def _found(self, asked: Asked) -> tuple[int, Any]:
        for method, path, answer in self._answers:
            if method == asked.method and path.fullmatch(asked.path):
                return answer(asked) if callable(answer) else answer
        return missing(asked.path)


def missing(name: str) -> tuple[int, Any]:
    """Return the answer to a request about an index that does not exist."""
    cause = {"type": "index_not_found_exception", "reason": f"no such index [{name}]", "index": name}
    return 404, {"error": {"root_cause": [cause], **cause}, "status": 404}


def hits(*found: tuple[object, float], **fields: list[list[Any]]) -> tuple[int, Any]:
    """Return the answer to a search that found (key, score), with the values of ``fields`` for each."""
    listed = [
        {
            "_index": "pages_1",
            "_id": str(key),
            "_score": score,
            "fields": {"pk": [str(key)]} | {name: values[at] for name, values in fields.items() if values[at]},
            "sort": [score, str(key)],
        }
        for at, (key, score) in enumerate(found)
    ]
    best = max((score for _, score in found), default=None)
    total = {"value": len(found), "relation": "eq"}
    return 200, {
        "took": 1,
        "timed_out": False,
        "_shards": SHARDS,
        "hits": {"total": total, "max_score": best, "hits": listed},
    }


def taken(asked: Asked) -> tuple[int, Any]:
    """Return the answer to a bulk request of which everything is taken."""
    return 200, {"took": 1, "errors": False, "items": list(_items(asked))}


def refused(status: int, kind: str, reason: str) -> Callable[[Asked], tuple[int, Any]]:
    """Return what answers a bulk request of which nothing is taken."""

    def answer(asked: Asked) -> tuple[int, Any]:
        error = {"type": kind, "reason": reason}
        items = [
            {operation: {"_index": options["_index"], "_id": options["_id"], "status": status, "error": error}}
            for operation, options, _ in asked.actions
        ]
        return 200, {"took": 1, "errors": True, "items": items}

    return answer


def _items(asked: Asked) -> Iterator[dict[str, Any]]:
    for operation, options, _ in asked.actions:
        done = {"delete": ("not_found", 404)}.get(operation, ("created", 201))
        yield {
            operation: {
                "_index": options["_index"],
                "_id": options["_id"],
                "_version": options.get("version", 1),
                "result": done[0],
                "_shards": {"total": 2, "successful": 1, "failed": 0},
                "_seq_no": 0,
                "_primary_term": 1,
                "status": done[1],
            }
        }


_USUAL: list[tuple[str, str, Answer]] = [
    ("HEAD", "/_alias/.*", (404, {})),
    ("HEAD", "/[^/]+", (404, {})),
    ("PUT", "/[^/]+", lambda asked: (200, DONE | {"shards_acknowledged": True, "index": asked.path[1:]})),
    ("PUT", "/[^/]+/_mapping", (200, DONE)),
    ("PUT", "/[^/]+/_alias/[^/]+", (200, DONE)),
    ("DELETE", "/[^/]+", (200, DONE)),
    ("POST", "/_aliases", (200, DONE)),
    ("POST", "/(.+/)?_bulk", taken),
    ("POST", "/[^/]+/_refresh", (200, {"_shards": {"total": 2, "successful": 1, "failed": 0}})),
    ("POST", "/[^/]+/_search", hits()),
    ("POST", "/[^/]+/_count", (200, {"count": 0, "_shards": SHARDS})),
]
