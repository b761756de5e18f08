"""The cookie of a session: unreadable to scripts, sent to this house alone, and bound to it where it is encrypted."""

from __future__ import annotations

from fastapi import Request, Response

SECURE, PLAIN = "__Host-tangthu", "tangthu_session"


def session_token(request: Request) -> str:
    """The token that a browser sent; empty without one. Over HTTPS only the cookie that was set over HTTPS counts."""
    return request.cookies.get(_name(request), "")[:200]


def set_session(request: Request, response: Response, token: str) -> None:
    """A cookie for as long as the browser is open; how long the session lasts is kept on the server."""
    response.set_cookie(_name(request), token, path="/", httponly=True, samesite="strict", secure=_is_secure(request))


def drop_session(request: Request, response: Response) -> None:
    """The browser forgets it, and what it keeps of our pages."""
    response.delete_cookie(_name(request), path="/", httponly=True, samesite="strict", secure=_is_secure(request))
    response.headers["Clear-Site-Data"] = '"cache"'


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _name(request: Request) -> str:
    return SECURE if _is_secure(request) else PLAIN
