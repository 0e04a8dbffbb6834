"""Addresses of kiosks: where records may be sent."""

from __future__ import annotations

import ipaddress
from typing import Final

import httpx

from kiosk.sync.client.problem import ClientProblem

_LAST_PORT: Final = 65535


def checked_url(url: str) -> str:
    """Return a kiosk's address without its last slash. Raises ClientProblem with one sentence.

    Records are personal, so only loopback is spoken to without TLS.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ClientProblem(f"{url!r} is no address: {error}", permanent=True) from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        sentence = f"{url!r} is no address such as https://kiosk.example:8443"
        raise ClientProblem(sentence, permanent=True)
    if parsed.port == 0 or (parsed.port or 0) > _LAST_PORT:
        raise ClientProblem(f"{url!r} has no port from 1 to {_LAST_PORT}", permanent=True)
    if parsed.query or parsed.fragment or parsed.userinfo:
        sentence = f"{url!r} may hold host, port and path only"
        raise ClientProblem(sentence, permanent=True)
    if parsed.scheme == "http" and not _is_loopback(parsed.host):
        sentence = f"{url!r} leads over the network without TLS; use https"
        raise ClientProblem(sentence, permanent=True)
    return str(parsed).rstrip("/")


def stays_here(url: str) -> bool:
    """Say whether an address leads to this machine itself."""
    return _is_loopback(httpx.URL(url).host)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
