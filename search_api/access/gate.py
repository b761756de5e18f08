"""Before anything else runs: who is it, and may they go through this door (ASGI).

Stands within the guard, which refuses what comes from other sites. Asks `doors` for what an address takes, and leaves
who it is in the request for `current_viewer`.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive.catalogue import Catalogue
from kernel.errors import BadRequest, BadValue, ForeignSite, NotFound, TangthuError, Unavailable
from kernel.people_errors import NotAllowed, NotSignedIn, SetUpFirst
from search_api.access import policy
from search_api.access.doors import API, Door, Found, Who, find, methods_of
from search_api.access.policy import Permission
from search_api.access.viewer import Viewer
from search_api.access.watching import watched
from search_api.access.wholes import is_all_seen
from search_api.people.cookies import session_token
from search_api.people.notebook import LONGEST_ASKED, Notebook
from search_api.people.options import SigningOptions
from search_api.people.pace import Pace
from search_api.people.signing import SignedIn, SignIn
from search_api.problems import ErrorPage, language_of, problem, with_status

SIGN_IN_PAGE, PEOPLE_PAGE, OWN_PAGE = "/dang-nhap", "/nguoi-dung", "/tai-khoan"
_SHOWN, _SHOWN_AGAIN = frozenset({200, 206, 304}), frozenset({409, 422})
"""Statuses of answers that hold what was asked for; a page's form that is refused comes back with the whole page."""

_STATE = "tangthu"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_MACHINES = ("/api/", "/health/", "/metrics")


@dataclass(frozen=True, slots=True)
class Entered:
    """Who has come in, left in the request's scope. `signed_in` None: nobody has to sign in (yet), or nobody did.

    `locked`: a session that only its person's password opens again.
    """

    signed_in: SignedIn | None = None
    locked: SignedIn | None = None
    local: bool = False


@dataclass(frozen=True, slots=True)
class Keeper:
    """What the gate needs of the house."""

    catalogue: Catalogue
    options: SigningOptions
    notebook: Notebook
    error_page: ErrorPage | None = None
    pace: Pace = field(default_factory=Pace)


class Gate:
    """Lets in or refuses."""

    def __init__(self, application: ASGIApp, keeper: Keeper) -> None:
        self._application = application
        self._keeper = keeper
        self._sign_in = SignIn(keeper.catalogue, keeper.options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers or refuses one request."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        found = find(scope["method"], scope["path"])
        try:
            entered = await run_in_threadpool(self._enter, scope, found)
        except TangthuError as error:
            await self._refuse(error, scope, receive, send)
            return
        if entered.signed_in is None:
            await self._application(scope, receive, send)
            return
        passing = _Passing(send, found, entered.signed_in, self._keeper.notebook)
        if scope["method"] == "POST":
            passing.shown |= _SHOWN_AGAIN
        still = partial(self._still, scope, found, entered.signed_in)
        # What was changed is told to the end, though whoever changed it may have lost sight of it by that.
        given = scope["method"] == "GET" or bool(found and found.door.takes_out)
        await watched(self._application, scope, receive, passing, still, answer_too=given)

    async def _refuse(self, error: TangthuError, scope: Scope, receive: Receive, send: Send) -> None:
        """The page that says so is of this person too, with the ways that are open to them."""
        signed_in = entered(Request(scope)).signed_in
        answer = _elsewhere(scope, error, signed_in) or _refused(scope, error, self._keeper.error_page)
        await answer(scope, receive, _Passing(send, None, signed_in, self._keeper.notebook) if signed_in else send)

    def _enter(self, scope: Scope, found: Found | None) -> Entered:
        entered = self._who(scope)
        scope.setdefault("state", {})[_STATE] = entered
        if entered.local:
            return entered
        door = found.door if found else None
        if door and door.permission is None and door.who is Who.ANYBODY:
            return entered
        if door and door.who is Who.NEARBY and is_here(scope):
            return entered
        if entered.signed_in is None:
            raise NotSignedIn if self._sign_in.anyone() or self._keeper.options.always else SetUpFirst
        if entered.signed_in.key and not scope["path"].startswith(_MACHINES):
            raise NotSignedIn  # a key is for programs: no page of a person opens to it
        pieces = door is not None and door.in_pieces
        self._keeper.pace.check(entered.signed_in, self._keeper.options.requests_per_minute, pieces=pieces)
        self._keeper.notebook.used(entered.signed_in)
        if found is None:
            raise _no_such(scope)
        self._expect_right(found, entered.signed_in.viewer)
        if found.door.takes_out:
            asked = scope.get("query_string", b"").decode("utf-8", "replace")
            if len(asked) > LONGEST_ASKED:  # to note the beginning alone would hide what is put after it
                raise BadValue(name="q", value=f"{asked[:50]}…", expected=f"<= {LONGEST_ASKED}")
            self._keeper.notebook.took_out(entered.signed_in, scope["path"], asked)
        return entered

    def _still(self, scope: Scope, found: Found | None, before: SignedIn) -> None:
        """NotSignedIn, NotAllowed, NotFound where who was let in would not be now, or may see less than then."""
        signed_in = self._who(scope).signed_in
        if signed_in is None or found is None:
            raise NotSignedIn
        self._keeper.notebook.used(signed_in)
        if found.door.who is not Who.NEARBY:
            self._expect_right(found, signed_in.viewer)
        if not set(before.viewer.tokens) <= set(signed_in.viewer.tokens):
            raise NotAllowed(permission=policy.Permission.READ.value)

    def _who(self, scope: Scope) -> Entered:
        headers = Headers(scope=scope)
        scheme, _, untrusted_key = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return Entered(self._sign_in.of_key(untrusted_key.strip()))
        untrusted_token = session_token(Request(scope))
        if untrusted_token:
            try:
                signed_in = self._sign_in.of_session(untrusted_token)
            except NotSignedIn:
                return Entered(local=self._is_local(scope))
            _expect_own_page(scope, headers)
            locked = signed_in.session is not None and signed_in.session.locked
            return Entered(locked=signed_in) if locked else Entered(signed_in)
        return Entered(local=self._is_local(scope))

    def _is_local(self, scope: Scope) -> bool:
        """Whether it is the person at the machine of an archive that has no accounts yet."""
        return not self._keeper.options.always and is_here(scope) and not self._sign_in.anyone()

    def _expect_right(self, found: Found, viewer: Viewer) -> None:
        permission = found.door.permission
        if permission is None:
            return
        if not viewer.may(permission):
            raise NotAllowed(permission=permission.value)
        if found.untrusted_record_id:
            with self._keeper.catalogue.reading() as unit:
                # NotFound where there is none that they may see: what they may do with it is asked only then.
                record = unit.records.by_id(found.untrusted_record_id, viewer.tokens)
                binned = unit.bin.among([record.id])
                whole = is_all_seen(unit, record, viewer, its_bytes=found.door.noted == "original")
            if not whole or (binned and not viewer.may(policy.Permission.SEE_BIN, record.unit)):
                raise NotFound(id=record.id)
            if not _may_with(viewer, found.door, record.unit):
                raise NotAllowed(permission=permission.value)


def _may_with(viewer: Viewer, door: Door, unit: str) -> bool:
    """What is seen may be read, wherever it comes from: it is public, or shared. All else takes the right there."""
    reading = door.permission is not None and door.permission.value.endswith(":read")
    return door.permission is None or reading or viewer.may(door.permission, unit)


def entered(request: Request) -> Entered:
    """Who has come in with this request."""
    found = request.scope.get("state", {}).get(_STATE)
    return found if isinstance(found, Entered) else Entered()


def is_here(scope: Scope) -> bool:
    """Whether a request comes from this machine itself, and calls it so: not through a proxy that names a house."""
    client = scope.get("client")
    name = Headers(scope=scope).get("host", "").rpartition(":")[0] or Headers(scope=scope).get("host", "")
    return client is not None and _is_loopback(client[0]) and (name == "localhost" or _is_loopback(name.strip("[]")))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def address_of(request: Request) -> str:
    """Where a request comes from, as far as it is known: behind a proxy what that says (uvicorn trusts a local one)."""
    return request.client.host if request.client else ""


def _expect_own_page(scope: Scope, headers: Headers) -> None:
    """A change by somebody whom a cookie names must say that it comes from a page of ours; the guard has compared."""
    if scope["method"] not in _SAFE_METHODS and not ({"origin", "sec-fetch-site"} & set(headers.keys())):
        raise ForeignSite(what="Origin: –")


def _no_such(scope: Scope) -> TangthuError:
    if methods_of(scope["path"]):
        return with_status(BadRequest(what=f"{scope['method']} {scope['path'][:200]}"), 405)
    return NotFound(id=scope["path"][:200])


def _elsewhere(scope: Scope, error: TangthuError, signed_in: SignedIn | None) -> Response | None:
    """Who may not search, as an administrator, finds at the root the page that is theirs and no refusal."""
    if signed_in is None or not isinstance(error, NotAllowed) or (scope["method"], scope["path"]) != ("GET", "/"):
        return None
    manages = signed_in.viewer.may(Permission.MANAGE_PEOPLE)
    return RedirectResponse(PEOPLE_PAGE if manages else OWN_PAGE, 303)


def _refused(scope: Scope, error: TangthuError, error_page: ErrorPage | None) -> Response:
    request = Request(scope)
    if error_page is None or scope["path"].startswith(_MACHINES):
        response: Response = problem(error, language_of(request))
        if error.http_status == 401:
            response.headers["WWW-Authenticate"] = f'Bearer realm="tangthu", error="{error.code}"'
        return response
    if error.http_status == 401 and scope["method"] == "GET":
        query = scope.get("query_string", b"").decode("ascii", "replace")
        back = f"/{scope['path'].lstrip('/')}" + (f"?{query}" if query else "")
        return RedirectResponse(f"{SIGN_IN_PAGE}?{urlencode({'tiep': back})}" if back != "/" else SIGN_IN_PAGE, 303)
    page = error_page(request, error)
    if isinstance(error, Unavailable):
        page.headers["Retry-After"] = "5"
    return page


class _Passing:
    """Sends on an answer to somebody who has signed in: kept by no cache for the next one at the same PC, and noted."""

    def __init__(self, send: Send, found: Found | None, signed_in: SignedIn, notebook: Notebook) -> None:
        self._send = send
        self._found = found
        self._signed_in = signed_in
        self._notebook = notebook
        self.shown = _SHOWN

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if "public" not in headers.get("cache-control", ""):
                # A picture may be kept and asked about again (ETag); a page or an answer is kept by nobody.
                headers["Cache-Control"] = "private, no-cache" if "etag" in headers else "no-store"
                headers.add_vary_header("Cookie")
                headers.add_vary_header("Authorization")
            if self._found and self._found.door.noted and message["status"] in self.shown:
                self._notebook.saw(self._signed_in, self._found.untrusted_record_id, self._found.door.noted)
        await self._send(message)


__all__ = [
    "API",
    "OWN_PAGE",
    "PEOPLE_PAGE",
    "SIGN_IN_PAGE",
    "Entered",
    "Gate",
    "Keeper",
    "address_of",
    "entered",
    "is_here",
]
