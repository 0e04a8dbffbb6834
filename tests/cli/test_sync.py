from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from kiosk.store.engine import writing

if TYPE_CHECKING:
    from conftest import Kiosk


def broken(records: Path, field: str, value: object) -> bytes:
    record = json.loads(records.read_bytes())
    record[field] = value
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def test_a_file_is_imported_once(kiosk: Kiosk, records: Path) -> None:
    assert kiosk.ok("sync", "import", records) == f"{records}: 1 lines: 1 applied\n"
    again = kiosk.ok("sync", "import", records)
    assert again == f"{records}: 1 lines: 1 applied (imported before; nothing done now)\n"
    (row,) = json.loads(kiosk.ok("sync", "status", "--json"))["imports"]
    assert (row["source"], row["applied"]) == ("records.ndjson", 1)


def test_a_file_with_contradictions_is_told_the_same_each_time(kiosk: Kiosk, records: Path) -> None:
    file = kiosk.folder / "mixed.ndjson"
    one = records.read_bytes()
    file.write_bytes(one + one + broken(records, "fines_satang", 5) + b"{}\n")
    told = "4 lines: 1 applied, 1 known already, 1 rejected, 1 in conflict"
    first, again = kiosk.run("sync", "import", file), kiosk.run("sync", "import", file)
    assert (first.exit_code, first.stdout) == (1, f"{file}: {told}\n")
    assert again.exit_code == 1
    assert again.stdout == f"{file}: {told} (imported before; nothing done now)\n"
    head, row = kiosk.ok("sync", "status").splitlines()[:2]
    assert head.split("\t")[:7] == [
        *("file", "lines", "applied", "known", "older", "rejected", "in conflict")
    ]
    assert row.split("\t")[:7] == ["mixed.ndjson", "4", "1", "1", "0", "1", "1"]


def test_packed_files_and_standard_input_are_taken(kiosk: Kiosk, records: Path) -> None:
    packed = kiosk.folder / "more.ndjson.gz"
    packed.write_bytes(gzip.compress(records.read_bytes()))
    kiosk.ok("sync", "import", packed)
    said = kiosk.ok("sync", "import", "-", typed=records.read_text("utf-8"))
    assert said == "-: 1 lines: 1 known already\n"


def test_a_wrong_line_is_named_and_the_others_are_applied(kiosk: Kiosk, records: Path) -> None:
    file = kiosk.folder / "mixed.ndjson"
    wrong = broken(records, "status", "maybe").replace(b'"DLT', b'"DLX')
    file.write_bytes(wrong + records.read_bytes())
    result = kiosk.run("sync", "import", "--json", file)
    assert result.exit_code == 1
    (counts,) = json.loads(result.stdout).values()
    assert (counts["applied"], counts["rejected"]) == (1, 1)
    listed = kiosk.run("sync", "rejected", "--json")
    assert listed.exit_code == 1
    (reject,) = json.loads(listed.stdout)
    assert (reject["line"], reject["field"]) == (1, "status")
    assert "maybe" in reject["raw"]


def test_a_refused_record_is_tried_again_and_given_up(kiosk: Kiosk, records: Path) -> None:
    file = kiosk.folder / "wrong.ndjson"
    file.write_bytes(broken(records, "status", "maybe"))
    kiosk.run("sync", "import", file)
    again = kiosk.run("sync", "retry", "1")
    assert (again.exit_code, again.stdout) == (1, "Tried 1, settled 0.\n")
    said = kiosk.refuses("sync", "discard", "1", "--by", "T-101", "--pins", "-", typed=kiosk.pins)
    assert said == "give up record: this takes a registrar or a supervisor"
    by = ("--by", "S-201", "--pins", "-")
    kiosk.ok("sync", "discard", "1", *by, typed=kiosk.pins)
    kiosk.ok("sync", "rejected")
    assert "held until their record is corrected: 0" in kiosk.ok("sync", "status")
    said = kiosk.refuses("sync", "discard", "1", *by, typed=kiosk.pins)
    assert said == "no refused record 1 waits; `kiosk sync rejected` lists them"


STOPPED = """
INSERT INTO conflicts (reference, version, serial, what, raised_at)
VALUES ('DLT-1', 2, 'A0000001', 'refunded', '2026-11-21T05:00:00+00:00')
"""


def test_a_sticker_that_central_stopped_is_listed_until_people_saw_to_it(
    kiosk: Kiosk, engine: Engine
) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(STOPPED)
    listed = kiosk.run("sync", "conflicts")
    assert listed.exit_code == 1
    head, row = listed.stdout.splitlines()
    assert head.split("\t") == ["id", "reference", "version", "serial", "what", "raised"]
    assert row.split("\t")[:5] == ["1", "DLT-1", "2", "A0000001", "refunded"]
    (stopped,) = json.loads(kiosk.run("sync", "conflicts", "--json").stdout)
    assert stopped["serial"] == "A0000001"
    settle = ("sync", "settle", "1", "--how", "handed back", "--by", "S-201", "--pins", "-")
    assert kiosk.ok(*settle, typed=kiosk.pins) == "Settled conflict 1.\n"
    assert json.loads(kiosk.ok("sync", "conflicts", "--json")) == []
    said = kiosk.refuses(*settle, typed=kiosk.pins)
    assert said == "no conflict 1 waits; `kiosk sync conflicts` lists them"


def test_central_signs_what_the_kiosk_imports(kiosk: Kiosk, unsigned: dict[str, Any]) -> None:
    raw, signed = kiosk.folder / "raw.ndjson", kiosk.folder / "signed.ndjson"
    raw.write_text(json.dumps(unsigned, ensure_ascii=False) + "\n", "utf-8")
    keys = kiosk.folder / "keys"
    sign = ("central", "sign", raw, "--key", keys / "central.pem", "--fleet-key")
    kiosk.ok(*sign, keys / "fleet.key", "-o", signed)
    record = json.loads(signed.read_text("utf-8"))
    assert unsigned["owner"]["id_number"] not in signed.read_text("utf-8")
    assert record["grant"]
    kiosk.ok("sync", "import", signed)


def test_central_names_the_line_it_cannot_sign(kiosk: Kiosk, unsigned: dict[str, Any]) -> None:
    raw, signed = kiosk.folder / "raw.ndjson", kiosk.folder / "signed.ndjson"
    wrong = unsigned | {"owner": unsigned["owner"] | {"id_number": "1234567890123"}}
    lines = [json.dumps(record, ensure_ascii=False) for record in (unsigned, wrong)]
    raw.write_text("\n".join(lines), "utf-8")
    keys = kiosk.folder / "keys"
    result = kiosk.run(
        *("central", "sign", raw, "--key", keys / "central.pem"),
        *("--fleet-key", keys / "fleet.key", "-o", signed),
    )
    assert result.exit_code == 1
    assert f"{raw}:2: owner.id_number: " in result.stderr
    assert len(signed.read_bytes().splitlines()) == 1
