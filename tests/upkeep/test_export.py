from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from kiosk.store.log import LogRow, canonical
from kiosk.upkeep.export import COLUMNS, ExportFormat, lines

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
ROWS = st.lists(
    st.builds(
        LogRow,
        number=st.integers(1, 10**9),
        at=st.just("2026-11-21T03:00:00.000000+00:00"),
        event=st.just("stock-loaded"),
        actor=TEXT,
        payload=st.none() | st.dictionaries(TEXT, TEXT, max_size=3).map(canonical),
        salt=st.binary(max_size=16),
        digest=st.binary(min_size=32, max_size=32),
        previous=st.binary(min_size=32, max_size=32),
        hash=st.binary(min_size=32, max_size=32),
    ),
    max_size=4,
)


@given(ROWS)
def test_each_row_is_one_line_of_json_whatever_it_holds(rows: list[LogRow]) -> None:
    text = "".join(lines(rows, ExportFormat.NDJSON))
    found = [json.loads(line) for line in text.split("\n")[:-1]]
    payloads = [None if row["payload"] is None else canonical(row["payload"]) for row in found]
    assert payloads == [row.payload for row in rows]
    assert [bytes.fromhex(row["hash"]) for row in found] == [row.hash for row in rows]


@given(ROWS)
def test_a_table_reads_back_whatever_it_holds(rows: list[LogRow]) -> None:
    text = "".join(lines(rows, ExportFormat.CSV))
    head, *found = csv.reader(io.StringIO(text, newline=""))
    assert tuple(head) == COLUMNS
    assert [(row[3], row[4]) for row in found] == [(row.actor, row.payload or "") for row in rows]


def test_rows_are_written_as_they_come() -> None:
    row = LogRow(1, "", "", "", None, b"", b"", b"", b"")
    taken = 0

    def endless() -> Iterator[LogRow]:
        nonlocal taken
        while True:
            taken += 1
            yield row

    for kind in ExportFormat:
        taken = 0
        written = lines(endless(), kind)
        for _ in range(10):
            next(written)
        assert taken <= 10
