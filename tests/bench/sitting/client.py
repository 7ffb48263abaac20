"""A browser of the benchmark: one connection, cookies, nothing else, so that the load costs less than the server."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus

_COOKIE = re.compile(r"([^=;\s]+)=([^;]*)")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> dict:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Client:
    """One person's browser; `ask` raises OSError or EOFError where the server is not there."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
        """Send a request and return the reply. Redirects are not followed."""
        reused = self._open is not None
        try:
            return await self._asked(method, path, body, headers)
        except (OSError, EOFError):
            self.close()
            if not reused or method != "GET":
                raise
            return await self._asked(method, path, body, headers)

    async def form(self, path: str, **sent: str) -> Reply:
        """Send a form, with the token that the cookie has."""
        from urllib.parse import urlencode

        sent["csrfmiddlewaretoken"] = self.cookies.get("csrftoken", "")
        return await self.ask("POST", path, urlencode(sent).encode(), content_type="application/x-www-form-urlencoded")

    async def json(self, path: str, sent: dict, **headers: str) -> Reply:
        """Send JSON."""
        return await self.ask("POST", path, json.dumps(sent).encode(), content_type="application/json", **headers)

    def close(self) -> None:
        """Hang up."""
        if self._open:
            self._open[1].close()
            self._open = None

    async def _asked(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        if self._open is None:
            self._open = await asyncio.open_connection(self.host, self.port, limit=2**20)
        reader, writer = self._open
        lines = {"Host": f"{self.host}:{self.port}", "Content-Length": str(len(body)), "X-Forwarded-Proto": "https"}
        lines |= {"Referer": f"https://{self.host}:{self.port}{path}"}
        lines |= {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            lines["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        return await self._reply(reader)

    async def _reply(self, reader: asyncio.StreamReader) -> Reply:
        said = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status, headers = int(said[0].split()[1]), {}
        for line in said[1:]:
            name, _colon, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie" and (cookie := _COOKIE.match(value)):
                self.cookies[cookie[1]] = cookie[2]
        body = b""
        if status != HTTPStatus.NO_CONTENT and "content-length" in headers:
            body = await reader.readexactly(int(headers["content-length"]))
        elif headers.get("transfer-encoding") == "chunked":
            while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readexactly(2)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Reply(status, headers, body)
