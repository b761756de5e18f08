"""What pages show of the office's own provider of sign-in, and what is told when it went wrong."""

from __future__ import annotations

from collections.abc import Mapping

from archive.identities import Identity
from kernel.errors import TangthuError
from kernel.oidc_errors import (
    IdentityTaken,
    NotLinked,
    OnlyWayIn,
    ProviderAway,
    ProviderRefused,
    ProviderUntrusted,
    SignInOver,
)
from kernel.people_errors import LinkUsed, TooManyTries
from search_api.oidc.linking import LinkingService
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices

WRONG = "loi"
"""The parameter of an address that carries the code of what went wrong."""

_TOLD = (
    SignInOver,
    ProviderRefused,
    NotLinked,
    ProviderUntrusted,
    ProviderAway,
    IdentityTaken,
    OnlyWayIn,
    LinkUsed,
    TooManyTries,
)
_BY_CODE: Mapping[str, type[TangthuError]] = {kind.code: kind for kind in _TOLD}


def notice_of(asking: Asking, error: TangthuError) -> Notice:
    """An error above a page."""
    return Notice(asking.either(error.remedy), "bad", asking.either(error.title))


def wrong_before(asking: Asking, services: WebServices) -> Notice | None:
    """What the address says went wrong on the way here; nothing but sentences of ours."""
    kind = _BY_CODE.get(asking.request.query_params.get(WRONG, ""))
    if kind is None:
        return None
    return notice_of(asking, kind(minutes=services.house.signing.tries_minutes))


def provider_name(services: WebServices) -> str:
    """What people know the provider by; empty without one."""
    return services.house.oidc.options.shown_name if services.house.oidc else ""


def identities_of(services: WebServices, person_id: str) -> dict[str, object]:
    """What a person's page shows of it."""
    known: tuple[Identity, ...] = LinkingService(services.house.catalogue).of_person(person_id)
    return {"provider": provider_name(services), "identities": known}
