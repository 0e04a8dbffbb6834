"""What the doctor asks about the exchange with central: its key, and where jobs come in."""

from __future__ import annotations

import http.client
import json
import ssl
from typing import Final

from kiosk.sticker.keys import KeyRing, KeyRole, SigningKey
from kiosk.upkeep.doctor import Ailment

ANSWER_S: Final = 2.0
"""As for the screens: a server that needs longer serves nobody."""


def sync_key(ring: KeyRing, key: SigningKey, kiosk: str) -> str:
    """Check that central can believe this kiosk's print log."""
    public = ring.find(key.kid, KeyRole.SYNC)
    if public is None:
        raise Ailment(
            f"the key {key.kid.hex()} that signs the print log has no public half of role sync in "
            "the ring: put its .toml there, and into central's ring"
        )
    if public.kiosk not in (None, kiosk):
        raise Ailment(
            f"the print log's key is kiosk {public.kiosk}'s: make one with `kiosk keys new`"
        )
    return f"key {key.kid.hex()} signs the print log"


def listening(host: str, port: int, *, has_tls: bool) -> str:
    """Check that central's jobs are answered, or that their port is free for them."""
    scheme = "https" if has_tls else "http"
    line = _line(host, port, has_tls=has_tls)
    try:
        line.request("GET", "/health")
        answer = json.loads(line.getresponse().read(4096))
    except ConnectionRefusedError:
        return f"not running; port {port} is free"
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Ailment(
            f"port {port} is taken and does not answer as `kiosk run sync` ({error}): "
            "stop what has it, or set sync.listen"
        ) from error
    finally:
        line.close()
    if not isinstance(answer, dict) or "status" not in answer:
        raise Ailment(f"another program serves port {port}: stop it, or set sync.listen")
    if answer["status"] != "ok":
        raise Ailment(f"`kiosk run sync` answers with a problem: {answer.get('detail')}")
    return f"answering at {scheme}://{host}:{port}"


def _line(host: str, port: int, *, has_tls: bool) -> http.client.HTTPConnection:
    if not has_tls:
        return http.client.HTTPConnection(host, port, timeout=ANSWER_S)
    context = ssl.create_default_context()
    context.check_hostname = False  # its own machine asks; central is who verifies the name
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=ANSWER_S, context=context)
