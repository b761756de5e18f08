"""`/tai-khoan`: a person's own account."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pyotp
from fastapi import Request, Response
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from kernel.errors import BadValue, TangthuError
from kernel.people_errors import NotSignedIn, TooManyTries, WeakPassword, WrongSignIn
from search_api.access.gate import address_of, entered
from search_api.access.viewer import Viewer
from search_api.people.own import MOST_KEY_DAYS, SCOPES, OwnAccount, WantedKey
from search_api.people.passwords import FEWEST
from search_api.people.signing import SignedIn, SignIn
from search_api.web.language import N_
from search_api.web.oidc_words import identities_of, wrong_before
from search_api.web.people_words import PERMISSIONS
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices

PATH = "/tai-khoan"

_DONE = {
    "mat-khau": N_("The password was changed; all other sessions and all keys have ended."),
    "ma-xac-thuc": N_("From now on a code is asked for when you sign in."),
    "bo-ma-xac-thuc": N_("No code is asked for any more."),
    "ket-thuc-phien": N_("The session has ended."),
    "bo-khoa-api": N_("The key opens nothing any more."),
    "lien-ket": N_("From now on this identity opens your account."),
    "bo-lien-ket": N_("The identity opens the account no more."),
}
_KEY = N_("This is the only time that the key is shown. Keep it where only the program can read it.")
_NO_ACCOUNT = N_("There are no accounts here yet: whoever sits at this machine may do everything.")


class Step(StrEnum):
    """What a form of the page asks for."""

    PASSWORD = "mat-khau"  # noqa: S105 - "password", in an address
    CODE = "ma-xac-thuc"
    NO_CODE = "bo-ma-xac-thuc"
    END_SESSION = "ket-thuc-phien"
    KEY = "khoa-api"
    END_KEY = "bo-khoa-api"


def account_page(request: Request, services: WebServices, notice: Notice | None = None, status: int = 200) -> Response:
    """The whole page."""
    asking = Asking.read(request, services.options.language)
    done = _DONE.get(request.query_params.get("xong", ""))
    told = Notice(asking.say(done)) if done else wrong_before(asking, services)
    return _page(asking, services, notice or told, status)


def change(request: Request, step: Step, form: FormData, services: WebServices) -> Response:
    """Does what a form asks for and shows the page again."""
    asking, signed_in = Asking.read(request, services.options.language), _signed_in(request)
    own = OwnAccount(services.house.catalogue, SignIn(services.house.catalogue, services.house.signing))
    try:
        if step is Step.KEY:
            scopes = [one for one in form.getlist("scopes") if isinstance(one, str)]
            wanted = WantedKey(_text(form, "name"), scopes, _text(form, "days"))
            key = own.make_key(signed_in, wanted, _text(form, "old"), address_of(request))
            return _page(asking, services, Notice(asking.say(_KEY)), key=key)
        _do(own, signed_in, step, form, address_of(request))
    except (BadValue, WrongSignIn, TooManyTries, WeakPassword) as error:
        return _page(asking, services, _told(asking, error), error.http_status)
    return RedirectResponse(f"{PATH}?xong={step.value}", 303)


def _do(own: OwnAccount, signed_in: SignedIn, step: Step, form: FormData, address: str) -> None:
    if step is Step.PASSWORD:
        own.change_password(signed_in, _text(form, "old"), _text(form, "password"), address)
    elif step is Step.CODE:
        own.set_totp(signed_in, _text(form, "secret"), _text(form, "code"), _text(form, "old"), address)
    elif step is Step.NO_CODE:
        own.drop_totp(signed_in, _text(form, "old"), address)
    elif step is Step.END_SESSION:
        own.end_session(signed_in, _text(form, "session"))
    else:
        own.end_key(signed_in, _text(form, "key"))


def _page(asking: Asking, services: WebServices, notice: Notice | None, status: int = 200, key: str = "") -> Response:
    known = entered(asking.request)
    if known.local:
        return asking.page("account_none.html", here="account", notice=Notice(asking.say(_NO_ACCOUNT)))
    signed_in = _signed_in(asking.request)
    with services.house.catalogue.reading() as unit:
        person = unit.people.by_id(signed_in.person.id)
        sessions, keys = unit.sessions.of_person(person.id), unit.sessions.keys_of(person.id)
    return asking.page(
        "account.html",
        status,
        here="account",
        notice=notice,
        person=person,
        sessions=sessions,
        own_session=signed_in.session.id if signed_in.session else "",
        keys=keys,
        key=key,
        scopes=_scopes(signed_in.viewer),
        most_days=MOST_KEY_DAYS,
        fewest=FEWEST,
        step=Step,
        **identities_of(services, person.id),
        **_new_code(person.account, wanted="ma" in asking.request.query_params and person.totp is None),
    )


def _new_code(account: str, *, wanted: bool) -> dict[str, Any]:
    if not wanted:
        return {"secret": "", "picture": ""}
    import segno  # noqa: PLC0415 - a second factor is set up once

    secret = pyotp.random_base32()
    address = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name="Tàng thư")
    drawn = segno.make(address, error="m").svg_inline(scale=4, border=4, dark="#000", light="#fff")
    return {"secret": secret, "picture": Markup(drawn)}  # noqa: S704 - drawn by us, of squares alone


def _scopes(viewer: Viewer) -> list[tuple[str, str]]:
    return [(one.value, PERMISSIONS[one]) for one in SCOPES if viewer.may(one)]


def _signed_in(request: Request) -> SignedIn:
    known = entered(request).signed_in
    if known is None:
        raise NotSignedIn
    return known


def _told(asking: Asking, error: TangthuError) -> Notice:
    return Notice(asking.either(error.remedy), "bad", asking.either(error.title))


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
