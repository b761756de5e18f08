"""What somebody looked for a moment ago: kept in a cookie of their browser, shown on the home page.

In the browser and not in the catalogue: what people look for is nobody else's business, and it is gone when the browser
closes. PCs are shared: the cookie names the account it belongs to, and is nothing to anybody else who signs in there;
signing out drops it. No script reads it, and whatever it holds is only ever shown as text and asked as a question.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response

from search_api.access.asking import current_viewer
from search_api.people.cookies import drop_recent, recent_kept, set_recent
from search_api.web.address import SearchAddress

MOST = 8
"""Questions kept, the newest first."""

_LONGEST = 300  # characters of one question with its filters, as an address
_ROOM = 3_000  # octets of the cookie: browsers keep 4,096 with name and attributes


@dataclass(frozen=True, slots=True)
class Recent:
    """A question asked before: its words, how many filters stood beside them, and its address."""

    words: str
    filters: int
    href: str


def recent_questions(request: Request) -> tuple[Recent, ...]:
    """Those of the person who asks, newest first; empty where the cookie is of another, damaged or none."""
    return tuple(_shown(address) for address in _kept(request))


def remember(request: Request, response: Response, address: SearchAddress) -> None:
    """Puts a question before the others. One without an end in sight (too long) is not kept."""
    asked = replace(address, cursor=None)
    told = urlencode(asked.pairs())
    if asked.is_empty or len(told) > _LONGEST:
        return
    earlier = [urlencode(one.pairs()) for one in _kept(request) if one != asked]
    if earlier[:1] != [told]:
        set_recent(request, response, _packed(_owner(request), [told, *earlier][:MOST]))


def forget(request: Request, response: Response) -> None:
    """Nothing is kept any more."""
    drop_recent(request, response)


def _kept(request: Request) -> list[SearchAddress]:
    untrusted_owner, untrusted_questions = _unpacked(recent_kept(request))
    if untrusted_owner != _owner(request):
        return []
    read = (SearchAddress.read(parse_qsl(one[:_LONGEST])) for one in untrusted_questions)
    return [replace(one, cursor=None) for one in read if not one.is_empty][:MOST]


def _owner(request: Request) -> str:
    viewer = current_viewer(request)
    return viewer.account or ""


def _packed(owner: str, questions: Sequence[str]) -> str:
    kept = list(questions)
    while True:
        packed = urlsafe_b64encode(json.dumps([owner, *kept]).encode()).decode()
        if len(packed) <= _ROOM or not kept:
            return packed
        kept.pop()


def _unpacked(untrusted: str) -> tuple[str, list[str]]:
    try:
        found = json.loads(urlsafe_b64decode(untrusted[:_ROOM].encode()))
    except (NotBase64, ValueError, RecursionError):
        return "", []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found) or not found:
        return "", []
    return found[0], found[1 : MOST + 1]


def _shown(address: SearchAddress) -> Recent:
    return Recent(" · ".join(_words(address)), len(address.facets), str(address))


def _words(address: SearchAddress) -> Iterator[str]:
    if address.q:
        yield address.q
    else:
        yield from (value for _, value in address.facets[:2])
        if address.issued_from or address.issued_to:
            yield f"{address.issued_from or '…'} – {address.issued_to or '…'}"
