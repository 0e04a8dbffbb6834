"""Away from loopback the interface speaks TLS, with a certificate of its own."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRole
from kiosk.sync.server.limits import Limits
from kiosk.sync.server.tls import TlsProblem, server_context


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kiosk")])
    now = dt.datetime.now(dt.UTC)
    host = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_path, key_path = folder / "cert.pem", folder / "key.pem"
    cert_path.write_bytes(made.public_bytes(Encoding.PEM))
    key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return cert_path, key_path


def test_batches_go_through_tls(serve: Callable[..., Any], certificate: tuple[Path, Path]) -> None:
    with serve(certificate=certificate) as central:
        assert central.url.startswith("https://")
        trusting = ssl.create_default_context(cafile=certificate[0])
        with httpx.Client(base_url=central.url, verify=trusting, timeout=30) as http:
            central.http = http
            assert central.push(central.some(3000)).json()["applied"] == 3000
            assert central.get("/sync/v1/status").json()["watermarks"] == {"tax": 3000}
            assert central.push(central.some(1), audience="X").status_code == 403


def test_a_refusal_arrives_although_the_batch_is_still_being_sent(
    serve: Callable[..., Any], certificate: tuple[Path, Path]
) -> None:
    with serve(certificate=certificate) as central:
        stranger = new_key(central.home.folder, KeyRole.CENTRAL, "stranger")
        _, signature = central.sealed(central.envelope([b"x"]), stranger)
        trusting = ssl.create_default_context(cafile=certificate[0])
        with httpx.Client(base_url=central.url, verify=trusting, timeout=30) as http:
            central.http = http
            for _ in range(5):
                assert central.post(bytes(8_000_000), signature).status_code == 401


def test_who_speaks_no_tls_is_let_go(
    serve: Callable[..., Any], certificate: tuple[Path, Path]
) -> None:
    limits = Limits(connections=2, per_s=1000, burst=1000)
    with serve(limits, certificate) as central:
        for _ in range(5):
            with suppress(ConnectionError):
                plain = central.raw(b"GET /health HTTP/1.1\r\nHost: kiosk\r\n\r\n")
                assert b"200 OK" not in plain
        trusting = ssl.create_default_context(cafile=certificate[0])
        ends_at = time.monotonic() + 20
        while True:
            try:
                served = httpx.get(f"{central.url}/health", verify=trusting, timeout=20)
            except httpx.TransportError:  # both places are taken until the last ones are let go
                assert time.monotonic() < ends_at
                time.sleep(0.05)
            else:
                break
        assert served.status_code == 200


def test_a_certificate_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("no certificate")
    with pytest.raises(TlsProblem, match=r"tls_cert .*c\.pem .*cannot be used"):
        server_context(tmp_path / "c.pem", tmp_path / "k.pem")
