"""An attacker's tools: requests that dawdle, driven by hand, so that something can change while they are under way."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient

from tests.rights.offices import PASSWORD, Offices

Step = bytes | Callable[[], object]


@dataclass(slots=True)
class Dawdled:
    """What came of it. `pieces`: of the body that held something; `whole`: it came to its end."""

    status: int = 0
    pieces: int = 0
    whole: bool = False
    body: bytearray = field(default_factory=bytearray)


class SlowRequest:
    """One request of somebody who has signed in, spoken to the application itself (ASGI)."""

    def __init__(self, offices: Offices, account: str, method: str, path: str, content_type: str = "") -> None:
        self.token = offices.sign_in(account)
        self._offices = offices
        headers = {
            "host": "archive.test",
            "origin": "http://archive.test",
            "cookie": f"tangthu_session={self.token}",
            "content-type": content_type,
        }
        self._scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items() if value],
            "client": ("10.0.0.9", 50000),
            "server": ("archive.test", 80),
        }

    def run(self, body: Sequence[Step], between: Callable[[], object] | None = None) -> Dawdled:
        """Sends these pieces, doing what stands between them; `between`: once the head of the answer has come."""
        return asyncio.run(self._run(list(body), between))

    async def _run(self, body: list[Step], between: Callable[[], object] | None) -> Dawdled:
        came, ended = Dawdled(), list[bool]()

        async def receive() -> dict[str, Any]:
            while body and callable(body[0]):
                await asyncio.to_thread(body.pop(0))  # type: ignore[arg-type]
            if body:
                return {"type": "http.request", "body": body.pop(0), "more_body": bool(body)}
            if ended:
                await asyncio.Event().wait()  # whoever asked listens on
            ended.append(True)
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                came.status = message["status"]
                if between is not None:
                    await asyncio.to_thread(between)
                return
            came.pieces += bool(message.get("body"))
            came.body += message.get("body", b"")
            came.whole = not message.get("more_body", False)

        await self._offices.application(self._scope, receive, send)
        return came


def key_of(offices: Offices, client: TestClient, scopes: Sequence[str]) -> str:
    """A new API key of whoever has signed in there."""
    form = {"name": "máy", "scopes": list(scopes), "days": "30", "old": PASSWORD}
    found = re.search(r'id="new-key">(tangthu_[\w-]+)<', client.post("/tai-khoan/khoa-api", data=form).text)
    assert found
    return found[1]


def told_of(offices: Offices, kind: str) -> list[str]:
    """The details of all events of a kind."""
    with offices.house.catalogue.reading() as unit:
        return [str(row.detail) for row in unit.events.rows() if row.type == kind]
