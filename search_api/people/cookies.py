"""Our cookies: unreadable to scripts, sent to this house alone, and bound to it where it is encrypted."""

from __future__ import annotations

from fastapi import Request, Response

SECURE, PLAIN = "__Host-tangthu", "tangthu_session"
_RECENT_SECURE, _RECENT_PLAIN = "__Host-tangthu-recent", "tangthu_recent"


def session_token(request: Request) -> str:
    """The token that a browser sent; empty without one. Over HTTPS only the cookie that was set over HTTPS counts."""
    return request.cookies.get(_name(request), "")[:200]


def set_session(request: Request, response: Response, token: str) -> None:
    """A cookie for as long as the browser is open; how long the session lasts is kept on the server."""
    response.set_cookie(_name(request), token, path="/", httponly=True, samesite="strict", secure=_is_secure(request))


def drop_session(request: Request, response: Response) -> None:
    """The browser forgets it, what was looked for, and what it keeps of our pages."""
    response.delete_cookie(_name(request), path="/", httponly=True, samesite="strict", secure=_is_secure(request))
    drop_recent(request, response)
    response.headers["Clear-Site-Data"] = '"cache"'


def recent_kept(request: Request) -> str:
    """What was looked for, as the browser kept it: from outside; empty where there is nothing."""
    return request.cookies.get(_recent_name(request), "")


def set_recent(request: Request, response: Response, value: str) -> None:
    """Keeps what was looked for while the browser is open."""
    name, secure = _recent_name(request), _is_secure(request)
    response.set_cookie(name, value, path="/", httponly=True, samesite="strict", secure=secure)


def drop_recent(request: Request, response: Response) -> None:
    """The browser forgets what was looked for."""
    name, secure = _recent_name(request), _is_secure(request)
    response.delete_cookie(name, path="/", httponly=True, samesite="strict", secure=secure)


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _name(request: Request) -> str:
    return SECURE if _is_secure(request) else PLAIN


def _recent_name(request: Request) -> str:
    return _RECENT_SECURE if _is_secure(request) else _RECENT_PLAIN
