"""A provider that lies signs nobody in, and each lie is seen for what it is."""

from __future__ import annotations

import hmac
import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kernel.oidc_errors import ProviderAway, ProviderUntrusted, SignInOver
from search_api.oidc.fetching import MOST_BYTES
from search_api.oidc.signing import Purpose, Wanted
from search_api.oidc.strict_json import strict_object
from tests.rights.offices import Offices, offices_in
from tests.rights.signing_in_there import SignInThere
from tests.servers.lying_provider import KID, Lie, Lies, as_json, coded, lying_provider, public, signed, signing_key

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with offices_in(tmp_path_factory.mktemp("offices"), tries=1000) as made:
        yield made


@pytest.fixture
def lies() -> Iterator[Lies]:
    with lying_provider() as served:
        yield served


def test_the_truth_signs_in(offices: Offices, lies: Lies) -> None:
    token = SignInThere(offices, lies)()
    assert offices.signing.of_session(token).person.account == "clerk"


def claim(**values: object) -> Lie:
    return lambda lies: lies.claims.update(values)


def without(name: str) -> Lie:
    return lambda lies: lies.claims.pop(name)


def header(**values: object) -> Lie:
    return lambda lies: lies.header.update(values)


def token(make: Callable[[Lies], str]) -> Lie:
    return lambda lies: setattr(lies, "token", make)


def unsigned(algorithm: str) -> Callable[[Lies], str]:
    head = coded(json.dumps({"alg": algorithm, "kid": KID}).encode())
    return lambda lies: f"{head}.{coded(json.dumps(lies.claims).encode())}."


def by_a_curve(lies: Lies) -> str:
    return signed({"alg": "ES256", "kid": KID}, json.dumps(lies.claims).encode(), signing_key("EC", "P-256"))


def by_public_key(form: str) -> Callable[[Lies], str]:
    """HMAC by what everybody knows: whoever took the algorithm from the token would believe it."""

    def made(lies: Lies) -> str:
        key = signing_key()
        shown = json.dumps(public(key)).encode() if form == "jwk" else key.as_pem(private=False)
        head = coded(json.dumps({"alg": "HS256", "kid": KID}).encode())
        plain = f"{head}.{coded(json.dumps(lies.claims).encode())}"
        return f"{plain}.{coded(hmac.digest(shown, plain.encode(), 'sha256'))}"

    return made


def twice(name: str, first: str) -> Callable[[Lies], str]:
    """A payload in which a name stands twice; the last is true."""

    def made(lies: Lies) -> str:
        plain = json.dumps(lies.claims)
        return signed(lies.header, f'{{"{name}": "{first}", {plain[1:]}'.encode(), lies.key)

    return made


def own_key_in_header(lies: Lies) -> str:
    other = signing_key("RSA", 3072)
    head = {"alg": "RS256", "kid": "other", "jwk": public(other), "jku": f"{lies.issuer}/jwks"}
    return signed(head, json.dumps(lies.claims).encode(), other)


def tampered(lies: Lies) -> str:
    head, _, signature = lies.made().split(".")
    return f"{head}.{coded(json.dumps(lies.claims | {'sub': 'root'}).encode())}.{signature}"


HOUR = 3600
TOKENS: dict[str, tuple[Lie, str]] = {
    "alg none": (token(unsigned("none")), "signed by 'none'"),
    "alg nOnE": (token(unsigned("nOnE")), "signed by"),
    "HMAC with the public key as PEM": (token(by_public_key("pem")), "signed by 'HS256'"),
    "HMAC with the public key as JWK": (token(by_public_key("jwk")), "signed by 'HS256'"),
    "another issuer": (claim(iss="https://evil.test"), "iss"),
    "an issuer with a slash more": (lambda lies: lies.claims.update(iss=f"{lies.issuer}/"), "iss"),
    "no issuer": (without("iss"), "iss"),
    "for another client": (claim(aud="other"), "aud"),
    "for nobody": (claim(aud=[]), "aud"),
    "no audience": (without("aud"), "aud"),
    "for several, not by whom": (claim(aud=["tangthu", "other"]), "azp"),
    "for several, by another": (claim(aud=["tangthu", "other"], azp="other"), "azp"),
    "for us, by another": (claim(azp="other"), "azp"),
    "another nonce": (claim(nonce="x"), "nonce"),
    "no nonce": (without("nonce"), "nonce"),
    "a nonce that is no text": (claim(nonce=["x"]), "nonce"),
    "expired": (lambda lies: lies.claims.update(exp=time.time() - 120), "expired"),
    "no end": (without("exp"), "exp"),
    "an end that is no number": (claim(exp="9999999999"), "exp"),
    "issued in the future": (lambda lies: lies.claims.update(iat=time.time() + HOUR), "future"),
    "not yet valid": (lambda lies: lies.claims.update(nbf=time.time() + HOUR), "not yet"),
    "issued before it was asked for": (lambda lies: lies.claims.update(iat=time.time() - HOUR), "from before"),
    "no moment of issue": (without("iat"), "iat"),
    "of a sign-in there an hour ago": (lambda lies: lies.claims.update(auth_time=time.time() - HOUR), "not asked anew"),
    "of a sign-in there tomorrow": (lambda lies: lies.claims.update(auth_time=time.time() + HOUR), "not asked anew"),
    "no moment of sign-in": (without("auth_time"), "when the person"),
    "a moment that is true": (claim(auth_time=True), "when the person|auth_time"),
    "no subject": (without("sub"), "sub"),
    "an empty subject": (claim(sub=""), "no subject"),
    "a subject of spaces": (claim(sub=" lan"), "no subject"),
    "a subject beyond ASCII": (claim(sub="lăn"), "no subject"),
    "a subject too long": (claim(sub="x" * 256), "no subject"),
    "a subject that is a number": (claim(sub=7), "sub"),
    "another access token": (claim(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), "at_hash"),
    "an unknown key": (header(kid="unknown"), "0 keys fit"),
    "a key of its own in the header": (token(own_key_in_header), "0 keys fit"),
    "signed by another key": (lambda lies: setattr(lies, "key", signing_key("RSA", 3072)), "the signature"),
    "changed after it was signed": (token(tampered), "the signature"),
    "an algorithm of another kind of key": (token(by_a_curve), "0 keys fit"),
    "a header that must be understood": (header(crit=["exp"], exp=1), "a header that asks"),
    "an access token": (header(typ="at+jwt"), "a header that asks"),
    "a logout token": (header(typ="logout+jwt"), "a header that asks"),
    "the subject twice": (token(twice("sub", "root")), "stands twice"),
    "NaN for an end": (claim(exp=float("nan")), "no number"),
    "no JSON": (token(lambda lies: signed(lies.header, b"lan", lies.key)), "Expecting|no object"),
    "a list": (token(lambda lies: signed(lies.header, b"[]", lies.key)), "no object"),
    "too deep": (token(lambda lies: signed(lies.header, b"[" * 20_000, lies.key)), "too deep|Expecting|no object"),
    "UTF-16": (token(lambda lies: signed(lies.header, json.dumps(lies.claims).encode("utf-16"), lies.key)), "utf-8"),
    "encrypted": (token(lambda lies: "a.b.c.d.e"), "no signed token"),
    "no base64": (token(lambda lies: "$.b.c"), "base64url"),
    "too long": (token(lambda lies: signed(lies.header, b"x" * 70_000, lies.key)), "no signed token"),
    "none at all": (lambda lies: lies.more.update(id_token=None), "no ID token"),
    "no access token": (lambda lies: lies.more.update(access_token=None), "no access token"),
    "a token of another type": (lambda lies: lies.more.update(token_type="mac"), "no ID token"),
    "an error": (lambda lies: lies.more.update(error="invalid_client"), "invalid_client"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOKENS)
def test_a_lie_in_a_token(name: str, offices: Offices, lies: Lies, caplog: pytest.LogCaptureFixture) -> None:
    lie, reason = TOKENS[name]
    with caplog.at_level(logging.WARNING), pytest.raises(ProviderUntrusted):
        SignInThere(offices, lies)(lie)
    (said,) = [record.getMessage() for record in caplog.records if "cannot be trusted" in record.getMessage()]
    assert re.search(reason, said), said


def discovers(**values: object) -> Lie:
    return lambda lies: lies.discovery.update(values)


def redirected(handler: BaseHTTPRequestHandler) -> Any:
    return 302, {"Location": f"{DISCOVERY}?again"}, b""


def keys(*some: dict[str, Any]) -> Lie:
    return lambda lies: setattr(lies, "keys", list(some))


def answers(path: str, answer: Callable[[BaseHTTPRequestHandler], Any]) -> Lie:
    return lambda lies: lies.answers.update({path: answer})


HUGE = as_json({"x": "y" * (MOST_BYTES + 10)})
PLACES: dict[str, tuple[Lie, str]] = {
    "another issuer": (discovers(issuer="https://evil.test"), "calls itself"),
    "an issuer with a slash more": (lambda lies: lies.discovery.update(issuer=f"{lies.issuer}/"), "calls itself"),
    "no issuer": (discovers(issuer=None), "calls itself"),
    "tokens elsewhere, unencrypted": (discovers(token_endpoint="http://evil.test/token"), "its addresses"),
    "keys in a file": (discovers(jwks_uri="file:///etc/passwd"), "its addresses"),
    "a script to go to": (discovers(authorization_endpoint="javascript:alert(1)"), "its addresses"),
    "no address": (discovers(token_endpoint=None), "its addresses"),
    "no codes": (discovers(response_types_supported=["id_token"]), "no.* codes"),
    "no S256": (discovers(code_challenge_methods_supported=["plain"]), "S256"),
    "HMAC alone": (discovers(id_token_signing_alg_values_supported=["HS256", "none"]), "no algorithm"),
    "redirected discovery": (answers(DISCOVERY, redirected), "redirects"),
    "redirected keys": (answers("/jwks", lambda _: (301, {"Location": "/jwks2"}, b"")), "redirects"),
    "a redirected code": (answers("/token", lambda _: (307, {"Location": "https://evil.test/"}, b"")), "redirects"),
    "a huge discovery": (answers(DISCOVERY, lambda _: HUGE), "more than"),
    "huge keys": (answers("/jwks", lambda _: HUGE), "more than"),
    "a huge token": (answers("/token", lambda _: HUGE), "more than"),
    "a name twice": (answers(DISCOVERY, lambda _: (200, {}, b'{"issuer": 1, "issuer": 2}')), "stands twice"),
    "a page": (answers(DISCOVERY, lambda _: (200, {}, b"<!doctype html>")), "Expecting"),
    "nothing there": (answers(DISCOVERY, lambda _: as_json({}, 404)), "answers 404"),
    "keys that are none": (answers("/jwks", lambda _: as_json({"keys": {}})), "no JWKS"),
    "a weak key": (keys(public(signing_key("RSA", 1024))), "too few bits"),
    "a key for encryption": (keys(public(signing_key(), use="enc")), "0 keys fit"),
    "a key for something else": (keys(public(signing_key(), key_ops=["encrypt"])), "0 keys fit"),
    "a key of another algorithm": (keys(public(signing_key(), alg="PS256")), "0 keys fit"),
    "a symmetric key": (keys({"kty": "oct", "k": coded(b"x" * 32), "kid": KID}), "0 keys fit"),
    "a broken key": (keys({"kty": "RSA", "n": "!", "e": "AQAB", "kid": KID}), "its ID token"),
    "two keys of one name": (keys(public(signing_key()), public(signing_key("RSA", 3072))), "2 keys fit"),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_lie_about_itself(name: str, offices: Offices, lies: Lies, caplog: pytest.LogCaptureFixture) -> None:
    lie, reason = PLACES[name]
    lie(lies)
    with caplog.at_level(logging.WARNING), pytest.raises(ProviderUntrusted):
        SignInThere(offices, lies)()
    (said,) = [record.getMessage() for record in caplog.records if "cannot be trusted" in record.getMessage()]
    assert re.search(reason, said), said
    assert not [path for path in lies.asked if path.endswith(("again", "jwks2"))], "nothing was followed"


@pytest.mark.parametrize(
    ("kind", "size", "algorithm"), [("RSA", 2048, "PS256"), ("EC", "P-256", "ES256"), ("EC", "P-384", "ES384"),
                                    ("OKP", "Ed25519", "EdDSA")]
)  # fmt: skip
def test_other_signatures_are_taken(kind: str, size: int | str, algorithm: str, offices: Offices, lies: Lies) -> None:
    lies.keys = [public(signing_key(kind, size)), {"kty": "new kind", "kid": "later"}]

    def lie(told: Lies) -> None:
        told.key, told.header["alg"] = signing_key(kind, size), algorithm

    assert SignInThere(offices, lies)(lie)
    assert SignInThere(offices, lies)(lambda told: (lie(told), told.header.pop("kid"))), "the only one that fits"


def test_clocks_may_differ_a_little(offices: Offices, lies: Lies) -> None:
    there = SignInThere(offices, lies)
    assert there(lambda told: told.claims.update(exp=time.time() - 20, iat=time.time() + 20, nbf=time.time() + 20))


def test_a_key_that_is_not_known_is_asked_for_once_a_minute(offices: Offices, lies: Lies) -> None:
    there = SignInThere(offices, lies)
    assert there()
    assert lies.asked.count("/jwks") == 1

    def rotated(told: Lies) -> None:
        told.keys = [public(signing_key("RSA", 3072), kid="two")]
        told.key, told.header["kid"] = signing_key("RSA", 3072), "two"

    assert there(rotated) and lies.asked.count("/jwks") == 2
    assert there(rotated) and lies.asked.count("/jwks") == 2, "it is kept"
    for _ in range(5):
        with pytest.raises(ProviderUntrusted):
            there(header(kid="unknown"))
    assert lies.asked.count("/jwks") == 2, "whoever names unknown keys makes nobody ask"
    there.ahead = 61
    with pytest.raises(ProviderUntrusted):
        there(header(kid="unknown"))
    assert lies.asked.count("/jwks") == 3
    there.ahead = 400
    with pytest.raises(ProviderUntrusted):
        there(lambda _: None)  # signed by the first, which is gone
    assert lies.asked.count(DISCOVERY) == 1


def test_a_key_that_is_taken_back_is_gone_within_minutes(offices: Offices, lies: Lies) -> None:
    there = SignInThere(offices, lies)
    assert there()
    lies.keys = [public(signing_key("RSA", 3072))]
    there.ahead = 301
    with pytest.raises(ProviderUntrusted):
        there()


def test_an_answer_by_another_provider(offices: Offices, lies: Lies) -> None:
    with pytest.raises(ProviderUntrusted):
        SignInThere(offices, lies)(iss="https://evil.test")
    lies.discovery["authorization_response_iss_parameter_supported"] = True
    with pytest.raises(ProviderUntrusted):
        SignInThere(offices, lies)()
    assert SignInThere(offices, lies)(iss=lies.issuer)


def test_what_was_begun_ends_once_though_it_takes_a_code_twice(offices: Offices, lies: Lies) -> None:
    signing = SignInThere(offices, lies).signing
    there, cookie = signing.begin(Wanted(Purpose.SIGN_IN, "http://archive.test/ve"), "10.0.0.9")
    asked = {name: value[0] for name, value in parse_qs(urlsplit(there).query).items()}
    lies.truth(asked["nonce"])
    assert signing.end(signing.take(cookie, asked["state"]), cookie, {"code": "x"}, "10.0.0.9", "a test")
    with pytest.raises(SignInOver):
        signing.take(cookie, asked["state"])


def test_a_code_that_it_does_not_know_is_begun_anew(offices: Offices, lies: Lies) -> None:
    lies.answers["/token"] = lambda _: as_json({"error": "invalid_grant"}, 400)
    with pytest.raises(SignInOver):
        SignInThere(offices, lies)()


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """A byte every tenth of a second: each read is quick, all of them never end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(300):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def dripping_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(90):
        handler.wfile.write(f"X-{number}: y\r\n".encode())
        handler.wfile.flush()
        time.sleep(0.1)


def silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(10)


def short(handler: BaseHTTPRequestHandler) -> Any:
    """What it says is whole and true, and less than it said."""
    issuer = f"http://127.0.0.1:{handler.server.server_address[1]}"
    _, headers, body = as_json(Lies(issuer).document())
    return 200, headers | {"Content-Length": "100000"}, body


@pytest.mark.parametrize("way", [dripping, dripping_head, silent])
def test_it_has_so_many_seconds_in_all(way: Callable[[Any], None], offices: Offices, lies: Lies) -> None:
    lies.answers[DISCOVERY] = way
    began = time.monotonic()
    with pytest.raises(ProviderAway):
        SignInThere(offices, lies, seconds=1.0)()
    assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    "broken",
    [
        short,
        lambda _: as_json({}, 500),
        lambda _: as_json({}, 429),
        lambda handler: handler.wfile.write(b"\x16\x03\x01"),
        lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 70_000),
        lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"),
        lambda handler: handler.connection.close(),
    ],
)
def test_what_is_no_answer(broken: Callable[[Any], Any], offices: Offices, lies: Lies) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> Any:
        said = broken(handler)
        return said if isinstance(said, tuple) else None

    lies.answers[DISCOVERY] = answer
    with pytest.raises(ProviderAway):
        SignInThere(offices, lies)()


def test_few_wait_for_a_slow_one(offices: Offices, lies: Lies) -> None:
    there = SignInThere(offices, lies)
    with ExitStack() as waiting:
        for _ in range(8):
            waiting.enter_context(there.provider.among_few())
        with pytest.raises(ProviderAway):
            there()
        assert lies.asked == [], "who comes then is told so at once"
    assert there()


@pytest.mark.parametrize("text", [b'{"a": 1, "a": 1}', b"[]", b"", b"\xff", b'{"a": NaN}', b'{"a": {"b": 1, "b": 2}}'])
def test_json_that_means_two_things_is_none(text: bytes) -> None:
    with pytest.raises(ValueError):
        strict_object(text)
    assert strict_object(b'{"a": [1, {"b": "c"}]}') == {"a": [1, {"b": "c"}]}
