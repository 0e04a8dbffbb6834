"""What a watcher of many kiosks is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from kiosk.domain.reasons import Reason
from kiosk.store.engine import reading
from kiosk.upkeep.backup import back_up
from kiosk.upkeep.metrics import exposition
from tests.conftest import Home


def figures(home: Home, *reasons: Reason) -> dict[tuple[str, ...], float]:
    with reading(home.engine) as connection:
        text = exposition(connection, "BKK-5-1", reasons, home.clock()).decode()
    return {
        (sample.name, *(value for key, value in sample.labels.items() if key != "kiosk")): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_ready_kiosk_says_so_and_counts_its_blanks(kiosk_home: Home) -> None:
    told = figures(kiosk_home)
    assert told["kiosk_ready",] == 1
    assert told["kiosk_not_ready", "K-303"] == 0
    assert told["kiosk_blanks_left",] == kiosk_home.one(
        "SELECT count(*) FROM blanks WHERE fate = 'left'"
    )
    assert told["kiosk_records_age_seconds",] == -1


def test_the_reason_that_stops_it_is_named(kiosk_home: Home) -> None:
    told = figures(kiosk_home, Reason.PAPER_OUT)
    assert told["kiosk_ready",] == 0
    assert told["kiosk_not_ready", "K-303"] == 1
    assert told["kiosk_not_ready", "K-304"] == 0


def test_records_grow_old(kiosk_home: Home) -> None:
    kiosk_home.take_in(kiosk_home.signed())
    kiosk_home.clock.now += timedelta(minutes=5)
    assert figures(kiosk_home)["kiosk_records_age_seconds",] == 300


def test_nothing_was_copied_yet(kiosk_home: Home, tmp_path: Path) -> None:
    assert figures(kiosk_home)["kiosk_backup_age_seconds",] == -1
    back_up(kiosk_home.engine, tmp_path / "copy.db", "BKK-5-1", kiosk_home.clock)
    kiosk_home.clock.now += timedelta(hours=1)
    assert figures(kiosk_home)["kiosk_backup_age_seconds",] == 3600


def test_every_figure_names_the_kiosk(kiosk_home: Home) -> None:
    with reading(kiosk_home.engine) as connection:
        text = exposition(connection, "BKK-5-1", (), kiosk_home.clock()).decode()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines
    assert all('kiosk="BKK-5-1"' in line for line in lines)
