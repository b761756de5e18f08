"""Requests under way while rights change: a body that dawdles, an answer that takes minutes.

The gate lets in once, when the head of a request has come. What comes after that may come hours later: so it is asked
again with each piece, of the body or of the answer, some seconds after it was asked last.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel.errors import TangthuError

LOG = logging.getLogger(__name__)

AGAIN_SECONDS = 2.0
"""So long a right that is gone may still be used by a request that was let in before."""

_TROUBLE = 500

Still = Callable[[], None]
"""Raises what refuses a request now that was let in before."""


class _CutOffError(Exception):
    """The answer ends here."""


class _Asking:
    """Asks again, not too often."""

    def __init__(self, still: Still) -> None:
        self._still = still
        self._asked = time.monotonic()

    async def refusal(self) -> TangthuError | None:
        """Why this request would not be let in now; None if it would, or was asked just now."""
        if time.monotonic() - self._asked < AGAIN_SECONDS:
            return None
        try:
            await run_in_threadpool(self._still)
        except TangthuError as error:
            # A catalogue that is away for a moment refuses nobody who was let in: asked again with the next piece.
            return error if error.http_status < _TROUBLE else None
        self._asked = time.monotonic()
        return None


async def watched(
    application: ASGIApp, scope: Scope, receive: Receive, send: Send, still: Still, *, answer_too: bool
) -> None:
    """Has a request answered. A body that comes too late is refused.

    `answer_too`: an answer too late breaks off, and whoever reads it can tell.
    """
    asking, answered = _Asking(still), False

    async def receive_if_still() -> Message:
        message = await receive()
        # Once it is answered the framework listens here only for the end of the connection.
        if message["type"] != "http.request" or answered:
            return message
        refusal = await asking.refusal()
        # The answer may have begun while we asked; it is asked for by itself then.
        if refusal and not answered:
            # The framework takes any other error in a body for a bad one (400).
            raise HTTPException(refusal.http_status)
        return message

    async def send_if_still(message: Message) -> None:
        nonlocal answered
        answered = True
        of_body = answer_too and message["type"] == "http.response.body" and bool(message.get("body"))
        if of_body and (refusal := await asking.refusal()):
            LOG.warning("an answer that was under way was broken off: %s", refusal)
            raise _CutOffError
        await send(message)

    try:
        await application(scope, receive_if_still, send_if_still)
    except _CutOffError:
        return  # without its end: the server closes the connection, and whoever reads knows that it is not whole
