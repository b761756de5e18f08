"""A sign-in at a provider that says whatever it is told to."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from archive.identities import Identity
from kernel.clock import now
from search_api.oidc.options import OidcOptions
from search_api.oidc.provider import Provider
from search_api.oidc.signing import OidcSignIn, Purpose, Wanted
from tests.rights.offices import Offices, person_id
from tests.servers.lying_provider import Lie, Lies


class SignInThere:
    """A sign-in as the person `lan` there, who is the clerk here. `clock`: the provider's, to be put forward."""

    def __init__(self, offices: Offices, lies: Lies, **options: Any) -> None:
        self.offices, self.lies, self.ahead = offices, lies, 0.0
        chosen = OidcOptions(lies.issuer, "tangthu", "s", **({"seconds": 5.0} | options))
        self.provider = Provider(chosen, lambda: time.monotonic() + self.ahead)
        self.signing = OidcSignIn(offices.house.catalogue, offices.options, self.provider)
        clerk = person_id(offices, "clerk")
        identity = Identity(lies.issuer, "lan", clerk, "lan", now())
        offices.house.catalogue.write(lambda unit: unit.identities.link(identity))

    def __call__(self, lie: Lie = lambda _: None, **answer: str) -> str:
        """The session's token."""
        wanted = Wanted(Purpose.SIGN_IN, "http://archive.test/ve")
        there, cookie = self.signing.begin(wanted, "10.0.0.9")
        asked = {name: value[0] for name, value in parse_qs(urlsplit(there).query).items()}
        self.lies.truth(asked["nonce"])
        lie(self.lies)
        begun = self.signing.take(cookie, asked["state"])
        return self.signing.end(begun, cookie, {"code": "x", **answer}, "10.0.0.9", "a test")
