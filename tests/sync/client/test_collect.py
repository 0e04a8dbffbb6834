from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.sticker.cose import sign1
from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRing, KeyRole, load_signing_key
from kiosk.sync.client import ClientProblem, Collected, Patience, collect
from kiosk.sync.client.ledger import open_ledger

if TYPE_CHECKING:
    from tests.sync.client.conftest import Central, FakeKiosk


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "log.ndjson"


@pytest.fixture
def gather(
    central: Central, fake: FakeKiosk, hasty: Patience, ledger: Path
) -> Callable[..., Collected]:
    """Collect from the fake kiosk, three facts a page."""

    def run(**how: Any) -> Collected:  # noqa: ANN401 - as collect takes them
        ring = how.pop("ring", central.ring)
        how = {"page_facts": 3, "patience": hasty, **how}
        return collect(fake.url, ledger, central.key, ring, **how)

    return run


Gather = Callable[..., Collected]


def kept(ledger: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ledger.read_bytes().splitlines()]


def whole(fake: FakeKiosk) -> list[dict[str, Any]]:
    return [{"kiosk": fake.name, **fact} for fact in fake.facts]


def test_days_offline_drain_in_pages_without_loss(
    fake: FakeKiosk, gather: Gather, ledger: Path
) -> None:
    fake.print_fact(10)
    got = gather()
    assert kept(ledger) == whole(fake)
    assert (got.kiosk, got.new, got.last) == ("BKK-5-1", 10, 20)
    assert fake.delivered == 20
    assert fake.acked == [{"number": 20, "hash": hashlib.sha256(b"20").hexdigest()}]


def test_only_news_is_appended_and_acknowledged(
    fake: FakeKiosk, gather: Gather, ledger: Path
) -> None:
    fake.print_fact(2)
    gather()
    for _ in range(3):
        assert gather().new == 0
    assert len(fake.acked) == 1
    fake.print_fact()
    assert gather().new == 1
    assert kept(ledger) == whole(fake)
    assert len(fake.acked) == 2


def test_a_kiosk_that_has_printed_nothing_yet_leaves_an_empty_file(
    gather: Gather, ledger: Path
) -> None:
    assert gather().new == 0
    assert ledger.read_bytes() == b""


@pytest.mark.parametrize(
    "fault", ["drop before it is read", "drop after it is done", "half an answer"]
)
@pytest.mark.parametrize("place", range(5))
def test_a_line_that_breaks_at_any_boundary_loses_and_doubles_nothing(
    fake: FakeKiosk, gather: Gather, ledger: Path, fault: str, place: int
) -> None:
    fake.print_fact(7)
    which, before = ("print-log/ack", 0) if place == 4 else ("print-log", place)
    fake.faults[which] = [*[None] * before, fault, fault]
    gather()
    assert kept(ledger) == whole(fake)
    assert len(fake.acked) == 1


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_half_a_line_left_by_a_crash_is_collected_anew(
    fake: FakeKiosk, gather: Gather, ledger: Path, cut: int
) -> None:
    fake.print_fact(4)
    gather()
    content = ledger.read_bytes()
    ledger.write_bytes(content[:-cut])
    assert gather().new == 1
    assert ledger.read_bytes() == content


def test_a_file_torn_in_its_first_line_is_begun_anew(
    fake: FakeKiosk, gather: Gather, ledger: Path
) -> None:
    fake.print_fact()
    ledger.write_bytes(b'{"kio')
    assert gather().new == 1
    assert kept(ledger) == whole(fake)


@pytest.mark.parametrize(
    "content", [b"dear diary", b"dear diary\n", b'{"kiosk":"K"}\n', b"x" * 2_000_000]
)
def test_a_file_of_something_else_is_left_alone(
    gather: Gather, ledger: Path, content: bytes
) -> None:
    ledger.write_bytes(content)
    with pytest.raises(ClientProblem, match="fact of a print log"):
        gather()
    assert ledger.read_bytes() == content


def test_facts_are_on_the_disk_before_the_kiosk_hears_of_them(
    fake: FakeKiosk, gather: Gather, ledger: Path
) -> None:
    fake.print_fact(7)
    told: list[tuple[int, int]] = []

    def look(_name: str) -> None:
        told.append((fake.delivered, len(kept(ledger))))

    fake.on_request = look
    gather()
    # What the next request says is delivered was in the file when the request before had ended.
    assert told == [(0, 0), (0, 3), (6, 6), (12, 7), (14, 7)]


def test_two_collectors_do_not_write_into_one_file(gather: Gather, ledger: Path) -> None:
    with open_ledger(ledger), pytest.raises(ClientProblem, match="another collect"):
        gather()


def test_a_page_of_an_unknown_signer_is_not_kept(
    fake: FakeKiosk, gather: Gather, ledger: Path, central: Central
) -> None:
    fake.print_fact()
    fake.key = central.key  # trusted, in another role
    with pytest.raises(ClientProblem, match="not in the ring"):
        gather()
    with pytest.raises(ClientProblem, match="not in the ring"):
        gather(ring=KeyRing())
    assert ledger.read_bytes() == b""


def test_a_page_signed_by_another_kiosk_is_not_kept(
    fake: FakeKiosk, gather: Gather, central: Central
) -> None:
    ring = KeyRing(replace(key, kiosk="K-2") for key in central.ring)
    with pytest.raises(ClientProblem, match="BKK-5-1 is signed with the key of K-2"):
        gather(ring=ring)


def test_a_revoked_key_is_not_believed(fake: FakeKiosk, gather: Gather, central: Central) -> None:
    ring = KeyRing(replace(key, revoked=key.role is KeyRole.SYNC) for key in central.ring)
    with pytest.raises(ClientProblem, match="not in the ring"):
        gather(ring=ring)


def test_a_page_changed_on_the_way_is_not_kept(
    fake: FakeKiosk, gather: Gather, ledger: Path
) -> None:
    fake.print_fact(2)
    status, document, headers = fake.page(0, 3)
    document["facts"][0]["kind"] = "voided"
    fake.faults["print-log"] = [(status, document, headers)]
    with pytest.raises(ClientProblem, match="changed on the way"):
        gather()
    fake.faults["print-log"] = [(status, document, {})]
    with pytest.raises(ClientProblem, match="no signature"):
        gather()
    fake.faults["print-log"] = [(status, document, {"Log-Signature": "%%%"})]
    with pytest.raises(ClientProblem, match="no signature"):
        gather()
    assert ledger.read_bytes() == b""


def test_an_old_page_replayed_is_not_kept_again(
    fake: FakeKiosk, gather: Gather, ledger: Path
) -> None:
    fake.print_fact(2)
    old = fake.page(0, 3)
    gather()
    fake.faults["print-log"] = [old]
    with pytest.raises(ClientProblem, match="facts after 0, asked for those after 4"):
        gather()
    assert kept(ledger) == whole(fake)


@pytest.mark.parametrize(
    ("numbers", "more", "says"),
    [
        ([4, 2], False, "does not follow"),
        ([2, 2], False, "does not follow"),
        (["2"], False, "does not follow"),
        ([True], False, "does not follow"),
        ([2, 4, 9], False, "ends at 4, before fact 9"),
        ([], True, "sends none"),
    ],
)
def test_a_page_that_makes_no_sense_is_not_kept(
    fake: FakeKiosk, gather: Gather, ledger: Path, *, numbers: list[object], more: bool, says: str
) -> None:
    fake.print_fact(2)
    fake.facts = [{"number": number} for number in numbers]
    page = _signed(fake, more=more)
    fake.faults["print-log"] = [page]
    with pytest.raises(ClientProblem, match=says):
        gather()
    assert ledger.read_bytes() == b""


def _signed(fake: FakeKiosk, *, more: bool) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Sign a page whose facts are wrong, as a broken kiosk would."""
    page = {"kiosk": fake.name, "after": 0, "facts": fake.facts, "head": fake.head, "more": more}
    message = sign1(hashlib.sha256(json.dumps(page).encode()).digest(), fake.key)
    return 200, page, {"Log-Signature": urlsafe_b64encode(message).decode()}


def test_a_log_that_was_cut_is_noticed(fake: FakeKiosk, gather: Gather, ledger: Path) -> None:
    fake.print_fact(3)
    gather()
    fake.facts = fake.facts[:1]
    fake._grow(2)
    with pytest.raises(ClientProblem, match="ends at 2, before fact 6"):
        gather()
    assert len(kept(ledger)) == 3


def test_a_log_cut_after_its_last_print_is_noticed_by_the_head(
    fake: FakeKiosk, gather: Gather
) -> None:
    fake.print_fact()
    fake._grow(9)
    gather()
    fake._grow(5)
    with pytest.raises(ClientProblem, match="ends at 5, and 9 was kept; it was cut"):
        gather()
    fake.head = {"number": 9, "hash": "f" * 64}
    with pytest.raises(ClientProblem, match="entry 9 of its log is not the one that was kept"):
        gather()


def test_a_head_file_of_something_else_is_said(gather: Gather, ledger: Path) -> None:
    ledger.with_name("log.ndjson.head").write_text("{}")
    with pytest.raises(ClientProblem, match="holds no head"):
        gather()


def test_another_kiosk_at_the_address_is_not_mixed_in(
    fake: FakeKiosk, gather: Gather, ledger: Path
) -> None:
    fake.print_fact()
    gather()
    fake.name = "K-2"
    fake.print_fact()
    with pytest.raises(ClientProblem, match="is K-2, and the file holds BKK-5-1"):
        gather()


def test_what_was_collected_before_trouble_stays(
    fake: FakeKiosk, gather: Gather, ledger: Path
) -> None:
    fake.print_fact(7)
    gone = (401, {"title": "revoked", "permanent": True}, {})
    fake.faults["print-log"] = [None, None, gone]
    with pytest.raises(ClientProblem, match="revoked"):
        gather()
    assert len(kept(ledger)) == 6
    assert gather().new == 1
    assert kept(ledger) == whole(fake)


def test_a_wrong_key_is_refused_by_the_kiosk(
    fake: FakeKiosk, central: Central, ledger: Path, hasty: Patience, tmp_path: Path
) -> None:
    new_key(tmp_path, KeyRole.CENTRAL, "other")
    other = load_signing_key(tmp_path / "other.pem")
    with pytest.raises(ClientProblem, match="not central"):
        collect(fake.url, ledger, other, central.ring, patience=hasty)
