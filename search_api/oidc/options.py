"""Which provider, and how this house is known there, as the settings say it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kernel.errors import BadValue

LONGEST_ADDRESS = 2000
_LONGEST_ISSUER = 500


@dataclass(frozen=True, slots=True)
class OidcOptions:
    """`issuer`: its address, exactly as it stands in its tokens. `secret`: empty for a client without one (PKCE alone).

    `name`: on the button. `scopes`: parted by spaces, `openid` among them. `ca`: certificates to trust instead of this
    machine's. `seconds`: for each call to the provider, from the first byte to the last.
    `anew`: every sign-in asks the person anew at the provider, not only the opening of a locked PC.
    """

    issuer: str
    client_id: str
    secret: str = ""
    name: str = ""
    scopes: str = "openid profile"
    ca: Path | None = None
    seconds: float = 10.0
    anew: bool = True

    def __post_init__(self) -> None:
        """BadValue naming the setting that makes no sense."""
        if not self.is_allowed(self.issuer) or len(self.issuer) > _LONGEST_ISSUER or urlsplit(self.issuer).query:
            expected = "https://…, or http:// of this machine itself"
            raise BadValue(name="TANGTHU_OIDC_ISSUER", value=self.issuer[:100], expected=expected)
        if not self.client_id:
            raise BadValue(name="TANGTHU_OIDC_CLIENT_ID", value="", expected="1-")
        if "openid" not in self.scopes.split():
            raise BadValue(name="TANGTHU_OIDC_SCOPES", value=self.scopes[:100], expected="openid …")

    @property
    def shown_name(self) -> str:
        """What people know the provider by."""
        return self.name or str(urlsplit(self.issuer).hostname)

    def is_allowed(self, untrusted_address: str) -> bool:
        """Whether an address may be called: https, or http where the issuer and it are on this machine itself."""
        plain = untrusted_address.isascii() and untrusted_address.isprintable() and " " not in untrusted_address
        if not plain or len(untrusted_address) > LONGEST_ADDRESS:
            return False
        try:
            parts, _ = urlsplit(untrusted_address), urlsplit(untrusted_address).port
        except ValueError:
            return False
        if not parts.hostname or "@" in parts.netloc or "#" in untrusted_address:
            return False
        near = parts.scheme == "http" and self.issuer.startswith("http://") and _is_loopback(parts.hostname)
        return parts.scheme == "https" or near


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
