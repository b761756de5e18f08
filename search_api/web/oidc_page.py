"""`/dang-nhap/mot-lan`: signing in by the office's own provider, and linking who one is there.

The browser is sent on by a page of ours, there and back. There: the page's policy lets no form lead elsewhere. Back:
the session's cookie is not sent with what another site began, so the first request that may carry it is one of ours.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from archive.identities import BegunSignIn
from kernel.errors import BadRequest, BadValue, Conflict, NotFound, TangthuError
from kernel.oidc_errors import ProviderAway
from kernel.people_errors import NotSignedIn, TooManyTries, WrongSignIn
from search_api.access.asking import current_viewer
from search_api.access.gate import SIGN_IN_PAGE, address_of, entered
from search_api.oidc.linking import LinkingService
from search_api.oidc.signing import OidcSignIn, Purpose, Wanted
from search_api.people.cookies import begun_token, drop_begun, drop_session, set_begun, set_session
from search_api.people.signing import SignedIn, SignIn
from search_api.web import account_page, people_page
from search_api.web.oidc_words import WRONG, notice_of, provider_name
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices
from search_api.web.sign_in_page import own_address

if TYPE_CHECKING:  # its libraries are loaded where there is a provider
    from search_api.oidc.provider import Provider

BEGIN, BACK = f"{SIGN_IN_PAGE}/mot-lan", f"{SIGN_IN_PAGE}/mot-lan/ve"
BY_LINK = "/moi/{token}/mot-lan"
OWN, OF_PERSON = f"{account_page.PATH}/mot-lan/{{step}}", f"{people_page.PATH}/{{person_id}}/mot-lan/{{step}}"

UNLOCK = "mo-khoa"
_LONGEST_REDIRECT = 500
_FAILED = (BadRequest, Conflict, ProviderAway)


class Step(StrEnum):
    """What is done with an identity."""

    LINK = "lien-ket"
    DROP = "bo-lien-ket"


def begin(request: Request, form: FormData, services: WebServices) -> Response:
    """Sends the browser to the provider; of a locked session, to open that again if the form says so."""
    known = entered(request)
    former, unlock = known.signed_in or known.locked, known.locked is not None and _text(form, "viec") == UNLOCK
    purpose, target = Purpose.UNLOCK if unlock else Purpose.SIGN_IN, own_address(_text(form, "tiep"))
    wanted = Wanted(purpose, _redirect(request), target, former.session if former else None)
    return _begun(request, wanted, services, _sign_in_again(target))


def begin_by_link(request: Request, token: str, services: WebServices) -> Response:
    """Instead of choosing a password: from then on the identity opens the account that the one-time link is for."""
    wanted = Wanted(Purpose.CHOOSE, _redirect(request), untrusted_link=token)
    return _begun(request, wanted, services, _sign_in_again())


def change_own(request: Request, step: Step, form: FormData, services: WebServices) -> Response:
    """Links an identity with one's own account, after the password once more, or drops the link."""
    signed_in, house = _signed_in(request), services.house
    asking = Asking.read(request, services.options.language)
    try:
        if step is Step.DROP:
            LinkingService(house.catalogue).drop_own(signed_in, _text(form, "issuer"), _text(form, "subject"))
            return RedirectResponse(f"{account_page.PATH}?xong={step.value}", 303)
        sign_in = SignIn(house.catalogue, house.signing)
        sign_in.check_password(signed_in.person, _text(form, "old"), address_of(request))
    except (WrongSignIn, TooManyTries, Conflict) as error:
        return account_page.account_page(request, services, notice_of(asking, error), error.http_status)
    target = f"{account_page.PATH}?xong={step.value}"
    wanted = Wanted(Purpose.LINK, _redirect(request), target, signed_in.session)
    return _begun(request, wanted, services, account_page.PATH)


def change_person(request: Request, person_id: str, step: Step, form: FormData, services: WebServices) -> Response:
    """Links an identity with a person's account, or drops the link: by whoever manages it."""
    asking, linking = Asking.read(request, services.options.language), LinkingService(services.house.catalogue)
    viewer, subject = current_viewer(request), _text(form, "subject")
    try:
        if step is Step.DROP:
            linking.drop(viewer, person_id, _text(form, "issuer"), subject)
        else:
            linking.link(viewer, person_id, _provider(services).options.issuer, subject)
    except (BadValue, Conflict) as error:
        return people_page.person_page(request, person_id, services, notice_of(asking, error), error.http_status)
    return RedirectResponse(f"{people_page.PATH}/{person_id}?xong={step.value}", 303)


def come_back(request: Request, services: WebServices) -> Response:
    """The provider's answer, which the browser brings: checked, used once, and the way on."""
    signing, token, asked = _signing(services), begun_token(request), request.query_params
    begun = None
    try:
        untrusted_answer = {name: value for name, value in asked.multi_items() if len(asked.getlist(name)) == 1}
        begun = signing.take(token, untrusted_answer.get("state", ""))
        agent = request.headers.get("user-agent", "")
        session = signing.end(begun, token, untrusted_answer, address_of(request), agent)
    except _FAILED as error:
        return _failed(request, services, error, _back_to(begun))
    answer = _onward(request, services, begun.target)
    drop_begun(request, answer)
    if session:
        drop_session(request, answer)
        set_session(request, answer, session)
    return answer


def _begun(request: Request, wanted: Wanted, services: WebServices, back: str) -> Response:
    if len(wanted.redirect) > _LONGEST_REDIRECT:
        raise BadRequest(what="Host")
    try:
        there, token = _signing(services).begin(wanted, address_of(request))
    except _FAILED as error:
        return _failed(request, services, error, back)
    answer = _onward(request, services, there, provider_name(services))
    set_begun(request, answer, token)
    return answer


def _failed(request: Request, services: WebServices, error: TangthuError, back: str) -> Response:
    asking = Asking.read(request, services.options.language)
    address = f"{back}{'&' if '?' in back else '?'}{urlencode({WRONG: error.code})}"
    answer = _onward(request, services, address, notice=notice_of(asking, error), status=error.http_status)
    drop_begun(request, answer)
    return answer


def _onward(
    request: Request,
    services: WebServices,
    address: str,
    name: str = "",
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    asking = Asking.read(request, services.options.language)
    # The other language is that of the page to sign in: this address, with its code, is of use once.
    plain = Request({**request.scope, "method": "GET", "path": SIGN_IN_PAGE, "query_string": b""})
    answer = Asking(plain, asking.language).page(
        "onward.html", status, here="sign-in", address=address, name=name, notice=notice
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _back_to(begun: BegunSignIn | None) -> str:
    if begun is not None and begun.purpose == Purpose.LINK:
        return account_page.PATH
    return _sign_in_again(begun.target if begun else "/")


def _sign_in_again(target: str = "/") -> str:
    return f"{SIGN_IN_PAGE}?{urlencode({'tiep': target})}" if target != "/" else SIGN_IN_PAGE


def _redirect(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}{BACK}"


def _provider(services: WebServices) -> Provider:
    if services.house.oidc is None:
        raise NotFound(id=BEGIN)
    return services.house.oidc


def _signing(services: WebServices) -> OidcSignIn:
    return OidcSignIn(services.house.catalogue, services.house.signing, _provider(services))


def _signed_in(request: Request) -> SignedIn:
    known = entered(request).signed_in
    if known is None:
        raise NotSignedIn
    return known


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
