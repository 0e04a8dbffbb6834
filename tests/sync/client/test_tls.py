from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kiosk.sync.client import Target, push_file

if TYPE_CHECKING:
    from tests.sync.client.conftest import Central

MakeFile = Callable[..., Path]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that signed itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kiosk")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "kiosk.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return path


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_words: object) -> None:
        pass

    def do_GET(self) -> None:
        self.send_error(501)


@pytest.fixture
def url(certificate: Path) -> Iterator[str]:
    """A server behind TLS that serves nothing."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Quiet)
    server.handle_error = lambda *_about: None  # type: ignore[method-assign] # refused handshakes
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    plain: socket.socket = server.socket
    server.socket = context.wrap_socket(plain, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_certificate_that_nobody_vouches_for_ends_the_push_at_once(
    central: Central, url: str, make_file: MakeFile
) -> None:
    began = time.monotonic()
    [outcome] = push_file(make_file(1), [Target(url)], central.key, "paid").outcomes
    assert "certificate verify failed" in str(outcome.problem).lower()
    assert time.monotonic() - began < 5


def test_an_authority_of_our_own_is_trusted(
    central: Central, url: str, make_file: MakeFile, certificate: Path
) -> None:
    target = Target(url)
    [outcome] = push_file(make_file(1), [target], central.key, "p", ca=certificate).outcomes
    assert "501" in str(outcome.problem)
