"""`/dang-nhap` and what belongs to it: signing in and out, locking a shared PC, and what a one-time link opens."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from kernel.errors import BadValue, TangthuError
from kernel.people_errors import LinkUsed, NotSignedIn, TooManyTries, WeakPassword, WrongSignIn
from mappings.people import Person
from search_api.access.gate import SIGN_IN_PAGE, address_of, entered
from search_api.people.cookies import drop_session, session_token, set_session
from search_api.people.entering import Entering
from search_api.people.passwords import FEWEST
from search_api.people.signing import SignIn
from search_api.web.language import N_
from search_api.web.oidc_words import provider_name, wrong_before
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices

PATH = SIGN_IN_PAGE
UNLOCK, SIGN_OUT, LOCK, LINK = "/mo-khoa", "/dang-xuat", "/khoa", "/moi/{token}"

_NOT_ALIKE = N_("The two passwords are not alike.")
_LONGEST_TARGET = 2000


def sign_in_page(
    request: Request, services: WebServices, notice: Notice | None = None, status: int = 200, target: str = ""
) -> Response:
    """The form; for a locked session first the one that opens it again. `target`: where to go on."""
    asking = Asking.read(request, services.options.language)
    known = entered(request)
    if known.signed_in is not None and request.method == "GET":
        return RedirectResponse(own_address(request.query_params.get("tiep", "")), 303)
    sign_in = _sign_in(services)
    return asking.page(
        "sign_in.html",
        status,
        here="sign-in",
        notice=notice or wrong_before(asking, services),
        provider=provider_name(services),
        locked=known.locked.person if known.locked else None,
        ready=sign_in.anyone(),
        target=own_address(target or request.query_params.get("tiep", "")),
    )


def sign_in(request: Request, form: FormData, services: WebServices) -> Response:
    """Opens a session and goes on where the person wanted to go. A session that was there before ends."""
    account, password, code = _text(form, "account"), _text(form, "password"), _text(form, "code")
    agent = request.headers.get("user-agent", "")
    try:
        token = _sign_in(services).sign_in(account, password, code, address_of(request), agent)
    except (WrongSignIn, TooManyTries) as error:
        return _again(request, form, services, error)
    known = entered(request)
    former = known.signed_in or known.locked
    if former is not None:
        _sign_in(services).sign_out(former)
    answer = RedirectResponse(own_address(_text(form, "tiep")), 303)
    drop_session(request, answer)
    set_session(request, answer, token)
    return answer


def unlock(request: Request, form: FormData, services: WebServices) -> Response:
    """Opens a locked session with its person's password."""
    try:
        _sign_in(services).unlock(session_token(request), _text(form, "password"), address_of(request))
    except (WrongSignIn, TooManyTries) as error:
        return _again(request, form, services, error)
    except NotSignedIn:  # it has ended meanwhile
        return RedirectResponse(PATH, 303)
    return RedirectResponse(own_address(_text(form, "tiep")), 303)


def sign_out(request: Request, services: WebServices) -> Response:
    """Ends the session; the browser forgets what it kept."""
    known = entered(request)
    if known.signed_in is not None:
        _sign_in(services).sign_out(known.signed_in)
    answer = RedirectResponse(PATH, 303)
    drop_session(request, answer)
    return answer


def lock(request: Request, services: WebServices) -> Response:
    """The session stays, and shows nothing until its person's password is typed."""
    known = entered(request)
    if known.signed_in is not None:
        _sign_in(services).lock(known.signed_in)
    answer = RedirectResponse(PATH, 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def link_page(request: Request, token: str, services: WebServices) -> Response:
    """What a one-time link opens: the choice of a password, for the first administrator of a name too."""
    try:
        person = _entering(services).whose(token)
    except LinkUsed as error:
        return _link_used(request, services, error)
    return _link_form(request, token, person, services)


def use_link(request: Request, token: str, form: FormData, services: WebServices) -> Response:
    """Takes the password and leads to signing in with it."""
    entering, asking = _entering(services), Asking.read(request, services.options.language)
    password = _text(form, "password")
    try:
        person = entering.whose(token)
        if password != _text(form, "again"):
            notice = Notice(asking.say(_NOT_ALIKE), "bad")
            return _link_form(request, token, person, services, notice, form, 422)
        if person is None:
            entering.make_first(token, _text(form, "account"), _text(form, "name"), password)
        else:
            entering.choose_password(token, password)
    except (BadValue, WeakPassword) as error:
        notice = Notice(asking.either(error.remedy), "bad", asking.either(error.title))
        return _link_form(request, token, entering.whose(token), services, notice, form, 422)
    except LinkUsed as error:
        return _link_used(request, services, error)
    return RedirectResponse(f"{PATH}?{urlencode({'xong': 'mat-khau'})}", 303)


def _link_form(
    request: Request,
    token: str,
    person: Person | None,
    services: WebServices,
    notice: Notice | None = None,
    typed: FormData | None = None,
    status: int = 200,
) -> Response:
    asking = Asking.read(request, services.options.language)
    account, name = (_text(typed, "account"), _text(typed, "name")) if typed else ("", "")
    return asking.page(
        "one_time_link.html",
        status,
        here="sign-in",
        notice=notice,
        person=person,
        provider=provider_name(services),
        address=f"/moi/{token}",
        account=account,
        name=name,
        fewest=FEWEST,
    )


def _link_used(request: Request, services: WebServices, error: LinkUsed) -> Response:
    asking = Asking.read(request, services.options.language)
    return sign_in_page(
        request, services, Notice(asking.either(error.remedy), "bad", asking.either(error.title)), error.http_status
    )


def _again(request: Request, form: FormData, services: WebServices, error: TangthuError) -> Response:
    asking = Asking.read(request, services.options.language)
    notice = Notice(asking.either(error.remedy), "bad", asking.either(error.title))
    return sign_in_page(request, services, notice, error.http_status, _text(form, "tiep"))


def own_address(untrusted: str) -> str:
    """Where to go on: an address of this house, never another one's."""
    plain = untrusted.isascii() and untrusted.isprintable() and len(untrusted) <= _LONGEST_TARGET
    own = untrusted.startswith("/") and not untrusted.startswith(("//", "/\\", "/dang-", "/moi/"))
    return untrusted if plain and own else "/"


def _sign_in(services: WebServices) -> SignIn:
    return SignIn(services.house.catalogue, services.house.signing)


def _entering(services: WebServices) -> Entering:
    return Entering(services.house.catalogue, services.house.signing.unit)


def _text(form: FormData | None, name: str) -> str:
    value = form.get(name) if form else None
    return value if isinstance(value, str) else ""
