from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.sticker.key_making import new_key, revoke_key
from kiosk.sticker.keys import KeyProblem, KeyRole
from kiosk.sticker.live_ring import LOOK_EVERY_S, LiveRing


@dataclass
class Seconds:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now

    def pass_(self) -> None:
        self.now += LOOK_EVERY_S


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ring"


def test_a_key_that_is_revoked_counts_no_more_a_second_later(
    tmp_path: Path, folder: Path, seconds: Seconds
) -> None:
    key = new_key(tmp_path, KeyRole.CENTRAL, "central", ring=folder)
    ring = LiveRing(folder, seconds)
    assert ring.find(key.kid) is not None
    revoke_key(folder, "central")
    assert ring.find(key.kid) is not None
    seconds.pass_()
    assert ring.find(key.kid) is None
    assert [known.revoked for known in ring] == [True]


def test_a_key_that_is_added_or_taken_away_is_noticed(
    tmp_path: Path, folder: Path, seconds: Seconds
) -> None:
    new_key(tmp_path, KeyRole.CENTRAL, "one", ring=folder)
    ring = LiveRing(folder, seconds)
    new_key(tmp_path, KeyRole.KIOSK, "two", ring=folder)
    seconds.pass_()
    assert len(ring) == 2
    (folder / "one.toml").unlink()
    seconds.pass_()
    assert [key.name for key in ring] == ["two"]
    assert len(ring.only(KeyRole.CENTRAL)) == 0


def test_a_folder_that_cannot_be_read_leaves_the_keys_until_it_can(
    tmp_path: Path, folder: Path, seconds: Seconds
) -> None:
    key = new_key(tmp_path, KeyRole.CENTRAL, "central", ring=folder)
    ring = LiveRing(folder, seconds)
    (folder / "half.toml").write_text('role = "cen')
    seconds.pass_()
    assert ring.find(key.kid) is not None
    shutil.rmtree(folder)
    seconds.pass_()
    assert ring.find(key.kid) is not None
    other = new_key(tmp_path, KeyRole.CENTRAL, "other", ring=folder)
    seconds.pass_()
    assert ring.find(key.kid) is None
    assert ring.find(other.kid) is not None


def test_a_folder_that_cannot_be_read_at_first_is_refused(folder: Path) -> None:
    with pytest.raises(KeyProblem):
        LiveRing(folder)
