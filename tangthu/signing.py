"""How people sign in, by the settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kernel.errors import BadValue
from search_api.oidc.options import OidcOptions
from search_api.people.options import SigningOptions
from tangthu.settings import Settings

if TYPE_CHECKING:
    from search_api.oidc.provider import Provider

_MOST_SECRET = 4096


def signing_options(settings: Settings) -> SigningOptions:
    """How people sign in, by the settings."""
    return SigningOptions(
        always=settings.sign_in == "always",
        idle_minutes=settings.session_idle_minutes,
        session_hours=settings.session_hours,
        tries=settings.sign_in_tries,
        tries_minutes=settings.sign_in_minutes,
        requests_per_minute=settings.requests_per_minute,
        unit=settings.unit,
        keepers=settings.quarantine_keepers,
    )


def oidc_provider(settings: Settings) -> Provider | None:
    """The provider of the office, which is asked nothing yet; None without one. BadValue."""
    if not settings.oidc_issuer:
        return None
    from search_api.oidc.provider import Provider  # noqa: PLC0415 - few offices have one, and its libraries are large

    options = OidcOptions(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        secret=_secret(settings),
        name=settings.oidc_name,
        scopes=settings.oidc_scopes,
        ca=settings.oidc_ca,
        seconds=settings.oidc_seconds,
        anew=settings.oidc_anew == "always",
    )
    try:
        return Provider(options)
    except OSError as error:  # ssl's own among them: not there, or no certificate in it
        raise BadValue(name="TANGTHU_OIDC_CA", value=settings.oidc_ca, expected="PEM") from error


def _secret(settings: Settings) -> str:
    value, path = settings.oidc_client_secret.get_secret_value(), settings.oidc_client_secret_file
    if path is None:
        return value
    if value:
        raise BadValue(name="TANGTHU_OIDC_CLIENT_SECRET_FILE", value=path, expected="one of file and value")
    return _read_secret(path)


def _read_secret(path: Path) -> str:
    try:
        secret = path.read_bytes()[: _MOST_SECRET + 1].decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadValue(name="TANGTHU_OIDC_CLIENT_SECRET_FILE", value=path, expected=str(error)) from error
    if not secret or len(secret) > _MOST_SECRET:
        raise BadValue(name="TANGTHU_OIDC_CLIENT_SECRET_FILE", value=path, expected=f"1-{_MOST_SECRET}")
    return secret
