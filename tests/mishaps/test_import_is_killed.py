"""The sync process is killed in the middle of a file; the same file is then imported again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from kiosk.store import log
from kiosk.store.engine import reading
from kiosk.sync.files import import_file
from kiosk.usecases.importing import ImportResult

if TYPE_CHECKING:
    from tests.conftest import Home

LINES = 4000
REPEATS = (11, 1011, 2011, 3011)
OLDER = 3501
CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kiosk.store.engine import open_engine
from kiosk.sync.files import import_file
engine = open_engine(Path(sys.argv[1]))
say = lambda line: print(line, flush=True)
import_file(engine, Path(sys.argv[2]), lambda: datetime.now(UTC), progress=say)
"""


def write_file(path: Path, home: Home) -> None:
    raw = msgspec.to_builtins(home.model)
    with path.open("wb") as file:
        for line in range(LINES):
            number = line - 1 if line in (*REPEATS, OLDER) else line
            version = 1 if line == OLDER else number // 3000 + 1
            record = raw | {"reference": f"R{number % 3000}", "version": version}
            file.write(b"{}\n" if line % 1000 == 7 else msgspec.json.encode(record) + b"\n")


@pytest.mark.parametrize("slices", [1, 4])
def test_every_record_is_in_once_and_the_log_is_whole(
    bare_home: Home, tmp_path: Path, slices: int
) -> None:
    path = tmp_path / "records.ndjson"
    write_file(path, bare_home)
    command = [sys.executable, "-c", CHILD, str(bare_home.folder / "kiosk.db"), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        reached = [int(child.stdout.readline()) for _ in range(slices)]
        child.kill()
    assert reached[-1] < LINES
    position = bare_home.one("SELECT lines FROM imports")
    assert position >= reached[-1]

    result = import_file(bare_home.engine, path, bare_home.clock)

    assert result == ImportResult(
        lines=LINES, applied=LINES - 9, repeated=4, older=1, rejected=4, conflicts=0
    )
    # Three were refused, one of them twice, and three had another's record instead of their own.
    assert bare_home.one("SELECT count(*) FROM renewals") == 2994
    assert bare_home.one("SELECT version FROM renewals WHERE reference = 'R900'") == 2
    assert bare_home.one("SELECT count(*) FROM rejects") == 4
    assert bare_home.events().count("records-imported") == 1
    with reading(bare_home.engine) as connection:
        assert log.head(connection)[0] == len(bare_home.events())
