"""What the doctor asks at the kiosk's own addresses: who serves there, and who may be believed."""

from __future__ import annotations

import http.client
import json
import ssl
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kiosk.upkeep.doctor import SOON, Ailment

ANSWER_S: Final = 2.0
"""An answer takes milliseconds; a server that needs longer serves nobody."""


def answering(kiosk: str, host: str, port: int, *, setting: str, has_tls: bool = False) -> str:
    """Check that this kiosk answers at an address of its own, or that the port is free for it.

    `setting` is where the operator may choose another port.
    """
    cure = f"stop it, or set {setting}"
    try:
        body = _health(host, port, has_tls=has_tls)
    except ConnectionRefusedError:
        return f"not running; port {port} is free"
    except (OSError, http.client.HTTPException) as error:
        met = str(error).strip()  # what another program said may end its line
        raise Ailment(f"port {port} is taken by no kiosk ({met}): {cure}") from error
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "status" not in answer:
        raise Ailment(f"another program serves port {port}: {cure}")
    if answer["status"] != "ok":
        why = answer.get("detail") or answer.get("reason")
        raise Ailment(f"what answers at port {port} has a problem of its own: {why}")
    if answer.get("kiosk") != kiosk:
        raise Ailment(f"another kiosk serves port {port} ({answer.get('kiosk')}): {cure}")
    return f"answering at {'https' if has_tls else 'http'}://{host}:{port}"


def _health(host: str, port: int, *, has_tls: bool) -> bytes:
    line = http.client.HTTPConnection(host, port, timeout=ANSWER_S)
    if has_tls:
        context = ssl.create_default_context()
        context.check_hostname = False  # its own machine asks; central is who verifies the name
        context.verify_mode = ssl.CERT_NONE
        line = http.client.HTTPSConnection(host, port, timeout=ANSWER_S, context=context)
    try:
        line.request("GET", "/health")
        return line.getresponse().read(4096)
    finally:
        line.close()


def certificate(cert: Path, key: Path, now: datetime) -> str:
    """Check that central can believe the certificate today, and that its key is the one beside it.

    Raises OSError for a file that cannot be read.
    """
    try:
        found = x509.load_pem_x509_certificates(cert.read_bytes())[0]
    except ValueError as error:
        raise Ailment(f"{cert} holds no certificate in PEM form: put one there") from error
    try:
        own = load_pem_private_key(key.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise Ailment(f"{key} is not an unencrypted private key in PEM form") from error
    if own.public_key() != found.public_key():
        raise Ailment(f"the key {key} does not belong to {cert}: put the two of one order there")
    first, last = found.not_valid_before_utc, found.not_valid_after_utc
    if now < first:
        raise Ailment(f"{cert} is valid from {first:%Y-%m-%d %H:%M} UTC only: look at the clock")
    if now > last:
        raise Ailment(f"{cert} ended at {last:%Y-%m-%d %H:%M} UTC: put a new one there")
    return f"good until {last:%Y-%m-%d}{', which is soon' if last - now < SOON else ''}"
