"""The provider as this house knows it: where it is asked, its keys, and what a code is worth."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from kernel.oidc_errors import ProviderAway, SignInOver
from search_api.oidc.fetching import Fetcher, untrusted
from search_api.oidc.keys import ALGORITHMS, SigningKey, fitting, keys_of
from search_api.oidc.options import OidcOptions
from search_api.oidc.strict_json import strict_object
from search_api.oidc.subject import Expected, Subject
from search_api.oidc.tokens import check

DISCOVERY_SECONDS, KEYS_SECONDS = 3600.0, 300.0
"""For so long they hold; a key that the provider takes back is gone here after the second."""

REFETCH_SECONDS = 60.0
"""For a key that is not known, the keys are asked for anew at most once in so long."""

_LONGEST_CODE = 4000

_MOST_AT_ONCE = 8
"""Of the threads that answer all requests of the house, so many may wait for a slow provider and no more."""


@dataclass(frozen=True, slots=True)
class Places:
    """What the discovery document says."""

    authorization: str
    token: str
    keys: str
    basic: bool
    names_itself: bool


class Provider:
    """One for each process. Safe over threads."""

    def __init__(self, options: OidcOptions, clock: Callable[[], float] = time.monotonic) -> None:
        self.options = options
        self._clock = clock
        self._fetcher = Fetcher(options)
        self._few = threading.BoundedSemaphore(_MOST_AT_ONCE)
        self._loading = threading.Lock()
        self._places: tuple[float, Places] | None = None
        self._keys: tuple[float, tuple[dict[str, Any], ...]] | None = None
        self._refetched = -REFETCH_SECONDS

    @contextmanager
    def among_few(self) -> Iterator[None]:
        """Around all that asks the provider. ProviderAway if too many wait for it already."""
        if not self._few.acquire(blocking=False):
            raise ProviderAway
        try:
            yield
        finally:
            self._few.release()

    def places(self) -> Places:
        """Where it is asked, as it said within the last hour. ProviderAway, ProviderUntrusted."""
        with self._alone():
            if self._places is None or self._clock() - self._places[0] >= DISCOVERY_SECONDS:
                address = f"{self.options.issuer.rstrip('/')}/.well-known/openid-configuration"
                self._places = (self._clock(), self._read_places(self._document(address)))
            return self._places[1]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One asks for all; who waits for it waits no longer than it may take."""
        if not self._loading.acquire(timeout=self.options.seconds):
            raise ProviderAway
        try:
            yield
        finally:
            self._loading.release()

    def _document(self, address: str) -> dict[str, Any]:
        fetched = self._fetcher.get(address)
        if fetched.status != 200:
            raise untrusted(f"answers {fetched.status} at {address}")
        try:
            return strict_object(fetched.untrusted_body)
        except ValueError as error:
            raise untrusted(f"{error} at {address}") from error

    def _read_places(self, document: Mapping[str, Any]) -> Places:
        if document.get("issuer") != self.options.issuer:
            raise untrusted(f"calls itself {str(document.get('issuer'))[:200]!r}")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        found = [document.get(name) for name in names]
        if not all(isinstance(one, str) and self.options.is_allowed(one) for one in found):
            raise untrusted(f"its addresses: {str(found)[:500]}")
        if not _offers(document, "response_types_supported", {"code"}):
            raise untrusted("does not offer codes")
        if not _offers(document, "code_challenge_methods_supported", {"S256"}):
            raise untrusted("offers no S256")
        if not _offers(document, "id_token_signing_alg_values_supported", ALGORITHMS):
            raise untrusted("signs by no algorithm that is taken here")
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = isinstance(methods, list) and "client_secret_basic" in methods
        names_itself = document.get("authorization_response_iss_parameter_supported") is True
        return Places(str(found[0]), str(found[1]), str(found[2]), basic, names_itself)

    def address(self, redirect: str, state: str, nonce: str, verifier: str, *, anew: bool) -> str:
        """Where the browser is sent. ProviderAway, ProviderUntrusted."""
        asked = {"prompt": "login", "max_age": "0"} if anew else {}
        return str(
            prepare_grant_uri(
                self.places().authorization,
                self.options.client_id,
                "code",
                redirect,
                self.options.scopes,
                state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
                **asked,
            )
        )

    def expect_answer_of(self, untrusted_issuer: str | None) -> None:
        """Whether an answer that came by the browser is this provider's (RFC 9207). ProviderUntrusted."""
        if untrusted_issuer is None and not self.places().names_itself:
            return
        if untrusted_issuer != self.options.issuer:
            raise untrusted("an answer of another provider")

    def who(self, untrusted_code: str, redirect: str, verifier: str, expected: Expected) -> Subject:
        """Whom the code is for. SignInOver (it was used before, or is too old), ProviderAway, ProviderUntrusted."""
        if not untrusted_code or len(untrusted_code) > _LONGEST_CODE:
            raise untrusted("no code")
        answer = self._exchange(untrusted_code, redirect, verifier)
        token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str) or str(answer.get("token_type", "")).lower() != "bearer":
            raise untrusted("hands out no ID token")
        if not isinstance(access_token, str):
            raise untrusted("hands out no access token")
        try:
            return check(token, replace(expected, access_token=access_token), self._keys_for)
        except ValueError as error:
            raise untrusted(f"its ID token: {error}") from error

    def _exchange(self, code: str, redirect: str, verifier: str) -> dict[str, Any]:
        places, options = self.places(), self.options
        body, headers = {"code": code, "code_verifier": verifier}, {}
        if options.secret and places.basic:
            # RFC 6749, 2.3.1: both as in a form, or a colon in one would end it.
            pair = f"{quote_plus(options.client_id)}:{quote_plus(options.secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode('ascii')).decode('ascii')}"
        else:
            body |= {"client_id": options.client_id, "client_secret": options.secret}
        fetched = self._fetcher.post(
            places.token, prepare_token_request("authorization_code", "", redirect, **body), headers
        )
        try:
            answer = strict_object(fetched.untrusted_body)
        except ValueError as error:
            raise untrusted(f"{error} at {places.token}") from error
        if answer.get("error") == "invalid_grant":
            raise SignInOver
        if fetched.status != 200 or "error" in answer:
            raise untrusted(f"answers {fetched.status} to a code: {str(answer.get('error'))[:100]!r}")
        return answer

    def _keys_for(self, algorithm: str, kid: str | None) -> tuple[SigningKey, ...]:
        """ValueError for a key that is none; ProviderAway, ProviderUntrusted."""
        with self._alone():
            if self._keys is None or self._clock() - self._keys[0] >= KEYS_SECONDS:
                self._load_keys()
            found = fitting(self._kept_keys(), algorithm, kid)
            if not found and self._clock() - self._refetched >= REFETCH_SECONDS:
                self._refetched = self._clock()
                self._load_keys()
                found = fitting(self._kept_keys(), algorithm, kid)
        return found

    def _kept_keys(self) -> tuple[dict[str, Any], ...]:
        return self._keys[1] if self._keys else ()

    def _load_keys(self) -> None:
        # Called by those that hold the lock, as `places` does: what it knows is read without it.
        known = self._places[1].keys if self._places else ""
        try:
            self._keys = (self._clock(), keys_of(self._document(known)))
        except ValueError as error:
            raise untrusted(str(error)) from error


def _offers(document: Mapping[str, Any], name: str, wanted: set[str] | frozenset[str]) -> bool:
    """Whether one of these stands there; a provider that does not say is believed to."""
    offered = document.get(name)
    return offered is None or (
        isinstance(offered, list) and any(one in wanted for one in offered if isinstance(one, str))
    )
