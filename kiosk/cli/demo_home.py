"""What `kiosk demo` puts into its folder: settings, keys, database, stock, records, cards."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import qrcode
from sqlalchemy import Engine

from kiosk.bootstrap import now_utc, open_printer, open_store, wire_desk, wire_spool
from kiosk.cli.init import make_database, make_fleet_key, make_kiosk_keys, write_settings
from kiosk.domain.job import JobState
from kiosk.domain.thai import bangkok_date
from kiosk.settings import Settings, load_settings
from kiosk.sticker.code import collection_code
from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRole, SigningKey, load_signing_key
from kiosk.sync.demo_cases import DemoCase, named_cases, signed_case
from kiosk.sync.demo_records import random_records, signed_line
from kiosk.sync.files import import_file
from kiosk.sync.signing import Signer
from kiosk.usecases.staffing import add_staff
from kiosk.usecases.stocking import load_roll
from kiosk.usecases.views import JobView

KIOSK, OFFICE = "BKK-5-1", "BKK-5"
SEED = 2569
FIRST_SERIAL, LAST_SERIAL = "A0000001", "A0002000"
CODE_LIFE = timedelta(days=365)
PRINTED_CASE = "already-printed"
TRAYS = ("tray", "receipts")
"""Into these folders fall stickers, and what comes out of the printer on plain paper."""

STAFF = (
    ("T-101", "ช่างเทคนิคสาธิต", "technician", "271828"),
    ("S-201", "หัวหน้างานสาธิต", "supervisor", "314159"),
)
"""Badge, name, role and PIN of the demo's accounts: known to everybody, and only here."""


def furnish(
    folder: Path,
    *,
    port: int,
    printer_port: int,
    sync_port: int,
    speed_mm_s: int,
    records: int,
    receipt_port: int | None = None,
) -> bool:
    """Make the demo's folder, or take up the one that is there; True if it is new.

    Without `receipt_port` it has no printer on plain paper.
    """
    path = folder / "kiosk.toml"
    device = f"tcp://127.0.0.1:{printer_port}"
    receipt = "" if receipt_port is None else f"tcp://127.0.0.1:{receipt_port}"
    listen = f"127.0.0.1:{sync_port}"
    if path.exists():
        _set_ports(path, device, receipt, port, listen)
        make_database(load_settings(path).kiosk.database, KIOSK)  # of an older version, perhaps
        return False
    half_made = path.with_suffix(".part")
    if half_made.exists():
        _clear(folder)  # an earlier start was ended in the middle
    folder.mkdir(parents=True, exist_ok=True)
    for tray in TRAYS:
        (folder / tray).mkdir(exist_ok=True)
    write_settings(
        half_made,
        kiosk=KIOSK,
        office=OFFICE,
        device=device,
        receipt=receipt,
        port=port,
        is_demo=True,
        speed_mm_s=speed_mm_s,
        listen=listen,
    )
    _fill(folder, load_settings(half_made), records)
    half_made.rename(path)
    return True


def _clear(folder: Path) -> None:
    for made in (folder / "keys", folder / "cards"):
        shutil.rmtree(made, ignore_errors=True)
    for made in (*folder.glob("kiosk.db*"), folder / "records.ndjson"):
        made.unlink(missing_ok=True)


def _fill(folder: Path, settings: Settings, records: int) -> None:
    make_kiosk_keys(folder, KIOSK)
    new_key(folder / "keys", KeyRole.CENTRAL, "central", ring=folder / "keys" / "ring")
    make_fleet_key(folder / "keys" / "fleet.key")
    make_database(settings.kiosk.database, KIOSK)
    engine = open_store(settings)
    load_roll(engine, now_utc, first=FIRST_SERIAL, last=LAST_SERIAL, mode=settings.stock.mode)
    for badge, name, role, pin in STAFF:
        add_staff(engine, now_utc, badge=badge, name=name, role=role, pin=pin)
    _bring_records(engine, settings, folder, records)
    engine.dispose()


def _set_ports(path: Path, device: str, receipt: str, port: int, listen: str) -> None:
    text = path.read_text(encoding="utf-8")
    if "[printer.receipt]" not in text:  # a folder of an earlier version
        text += '\n[printer.receipt]\ndevice = ""\n'
    for section, setting, value in (
        ("printer.sticker", "device", f'"{device}"'),
        ("printer.receipt", "device", f'"{receipt}"'),
        ("ui", "port", str(port)),
        ("sync", "listen", f'"{listen}"'),
    ):
        here = rf"(?m)(^\[{re.escape(section)}\]\n(?:(?!\[).*\n)*?{setting} = ).*$"
        text = re.sub(here, lambda found, value=value: found[1] + value, text)  # type: ignore[misc] # a default keeps the loop's value
    path.write_text(text, encoding="utf-8")


def _bring_records(engine: Engine, settings: Settings, folder: Path, records: int) -> None:
    """Do what central does: sign records, write them to a file, and let the kiosk import it."""
    central = load_signing_key(folder / "keys" / "central.pem")
    signer = Signer(bytes.fromhex(settings.keys.fleet.read_text(encoding="ascii")), central)
    today = bangkok_date(now_utc())
    cases = named_cases(today, KIOSK, OFFICE)
    path = folder / "records.ndjson"
    with path.open("wb") as file:
        for case in cases:
            file.writelines(signed_case(case, signer))
        for record in random_records(records, SEED, today, KIOSK, OFFICE):
            file.write(signed_line(signer, record))
    taken = import_file(engine, path, now_utc)
    if taken.rejected:
        click.echo(
            f"{taken.rejected} of the {taken.lines} demonstration records were refused; see "
            f"`kiosk --config {folder / 'kiosk.toml'} sync rejected`",
            err=True,
        )
    for case in cases:
        _write_card(folder / "cards", case, central)


def _write_card(folder: Path, case: DemoCase, central: SigningKey) -> None:
    """Write what the case's owner would hold: the code to scan, and what to type."""
    folder.mkdir(exist_ok=True)
    code = collection_code(case.reference, now_utc() + CODE_LIFE, central)
    card = {
        "case": case.name,
        "reference": case.reference,
        "id_number": case.id_number,
        "collection_code": code,
        "note": case.note,
    }
    text = json.dumps(card, ensure_ascii=False, indent=2)
    (folder / f"{case.name}.json").write_text(text + "\n", encoding="utf-8")
    symbols: Any = qrcode  # it carries no types
    picture = symbols.make(code, box_size=6, error_correction=symbols.ERROR_CORRECT_M)
    picture.save(str(folder / f"{case.name}.png"))


def print_ahead(settings: Settings, folder: Path) -> None:
    """Collect the stickers of the cases whose story begins with a printed one."""
    card = json.loads((folder / "cards" / f"{PRINTED_CASE}.json").read_text(encoding="utf-8"))
    engine = open_store(settings)
    spool = wire_spool(settings, engine, open_printer(settings))
    desk = wire_desk(settings, engine)
    spool.saw()
    job = desk.request_print(card["reference"], "demo")
    spool.do_one()
    spool.printer.close()
    ended = desk.job(job.id) if isinstance(job, JobView) else None
    engine.dispose()
    if ended is None or ended.state is not JobState.PRINTED:
        raise RuntimeError(f"the case {PRINTED_CASE} was not printed: {ended or job}")
