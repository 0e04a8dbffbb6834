"""What may name a kiosk and a source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.sync.client import ClientProblem, Patience, Receives, Target, push_file

if TYPE_CHECKING:
    from tests.sync.client.conftest import Central, FakeKiosk

MakeFile = Callable[..., Path]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://kiosk", "is no address"),
        ("kiosk:8090", "is no address"),
        ("https://", "is no address"),
        ("http://kiosk.example:8090", "without TLS"),
        ("http://10.0.0.1:8090", "without TLS"),
        ("https://me:secret@kiosk", "host, port and path only"),
        ("https://kiosk?x=1", "host, port and path only"),
        ("https://kiosk:65536", "no port from 1"),
        ("https://kiosk:0", "no port from 1"),
    ],
)
def test_a_wrong_address_is_refused(
    central: Central, make_file: MakeFile, url: str, says: str
) -> None:
    with pytest.raises(ClientProblem, match=says):
        push_file(make_file(1), [Target(url)], central.key, "paid")


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.8.0.1:1", "http://[::1]:1"])
def test_loopback_needs_no_tls(central: Central, make_file: MakeFile, url: str) -> None:
    patience = Patience(give_up_s=0)
    [outcome] = push_file(
        make_file(1), [Target(url)], central.key, "paid", patience=patience
    ).outcomes
    assert outcome.problem is not None
    assert outcome.kiosk == url


@pytest.mark.parametrize("source", ["", "a b", "../x", "ก", "x" * 41])
def test_a_source_is_a_plain_name(
    fake: FakeKiosk, central: Central, make_file: MakeFile, source: str
) -> None:
    with pytest.raises(ClientProblem, match="cannot name a source"):
        push_file(make_file(1), [Target(fake.url)], central.key, source)


@pytest.mark.parametrize("kiosk", ["K 1", "ตู้1", "x" * 60])
def test_a_kiosk_with_a_name_that_no_source_bears_is_said_before_anything_is_sent(
    fake: FakeKiosk, central: Central, make_file: MakeFile, kiosk: str
) -> None:
    target = Target(fake.url, kiosk, Receives.OWN)
    with pytest.raises(ClientProblem, match="cannot name the source of one kiosk"):
        push_file(make_file(1), [target], central.key, "paid")
    assert fake.asked == []
