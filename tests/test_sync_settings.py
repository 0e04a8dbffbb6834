"""An address away from this machine needs TLS, or the kiosk does not start."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.settings import SettingsError, load_settings

PLAIN = """
[kiosk]
id = "BKK-5-1"
office = "BKK-5"
[printer.sticker]
device = "tcp://127.0.0.1:9"
[sync]
"""


@pytest.mark.parametrize(
    "lines",
    [
        'listen = ""',
        'listen = "127.0.0.1:8090"',
        'listen = "localhost:0"',
        'listen = "[::1]:8090"',
        'listen = "0.0.0.0:8443"\ntls_cert = "c.pem"\ntls_key = "k.pem"',
        'listen = "192.0.2.7:8090"\nbehind_proxy = true',
    ],
)
def test_addresses_that_are_safe(tmp_path: Path, lines: str) -> None:
    (tmp_path / "kiosk.toml").write_text(PLAIN + lines)
    sync = load_settings(tmp_path / "kiosk.toml").sync
    assert sync.spool == tmp_path / "spool"
    assert sync.tls_cert in ("", str(tmp_path / "c.pem"))


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('listen = "0.0.0.0:8090"', "away from this machine: set tls_cert and tls_key"),
        ('listen = "kiosk.example:8090"', "away from this machine"),
        ('listen = "[::]:8090"', "away from this machine"),
        ('listen = "0.0.0.0:8090"\ntls_cert = "c.pem"', "set together"),
        ('listen = "8090"', "no address such as"),
        ('listen = "127.0.0.1:99999"', "no address such as"),
        ('listen = "127.0.0.1:http"', "no address such as"),
        ("stale_after_h = -1", "stale_after_h"),
    ],
)
def test_addresses_that_keep_the_kiosk_from_starting(
    tmp_path: Path, lines: str, sentence: str
) -> None:
    (tmp_path / "kiosk.toml").write_text(PLAIN + lines)
    with pytest.raises(SettingsError, match=sentence):
        load_settings(tmp_path / "kiosk.toml")
