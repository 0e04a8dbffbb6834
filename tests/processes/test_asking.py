"""A server counts as answering when an answer comes, and not when somebody listens."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from kiosk.processes.asking import is_answering
from kiosk.processes.ready import Ready
from kiosk.processes.sync import ready_sync
from kiosk.settings import Settings

if TYPE_CHECKING:
    from tests.conftest import Home
    from tests.processes.conftest import Systemd


def test_who_only_listens_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert not is_answering(listener.getsockname(), timeout_s=0.1)


def test_nobody_there_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
    assert not is_answering(address)


@pytest.mark.parametrize(
    ("said", "is_one"), [(b"HTTP/1.1 503 No\r\n\r\n", True), (b"SSH-2.0\r\n", False), (b"", False)]
)
def test_a_problem_is_an_answer_too(said: bytes, *, is_one: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            line, _ = listener.accept()
            with line:
                line.recv(1000)
                line.sendall(said)

        server = threading.Thread(target=answer)
        server.start()
        assert is_answering(listener.getsockname()) is is_one
        server.join()


def test_a_server_behind_tls_is_asked_through_tls(
    patient_systemd: Systemd,
    configure: Callable[..., Settings],
    run: Callable[[Ready], None],
    kiosk_home: Home,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kiosk")])
    now, day = datetime.now(UTC), timedelta(days=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    signed = made.not_valid_before(now - day).not_valid_after(now + day).sign(key, hashes.SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (kiosk_home.folder / "cert.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    (kiosk_home.folder / "tls.pem").write_bytes(pem)
    tls = 'tls_cert = "cert.pem"\ntls_key = "tls.pem"\n'
    ready = ready_sync(configure(listen="127.0.0.1:0", sync=tls), patient_systemd.watchdog())
    run(ready)
    assert (ready.address or "").startswith("https://")
    assert patient_systemd.hear(10) == "READY=1"
    assert patient_systemd.hears_it_live()
