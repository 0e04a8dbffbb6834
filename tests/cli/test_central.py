from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Kiosk


def sign(kiosk: Kiosk, source: Path | str, sink: Path | str) -> tuple[str | Path, ...]:
    keys = kiosk.folder / "keys"
    command = ("central", "sign", source, "--key", keys / "central.pem")
    return (*command, "--fleet-key", keys / "fleet.key", "-o", sink)


def test_records_are_signed_in_a_pipeline(kiosk: Kiosk, unsigned: dict[str, Any]) -> None:
    line = json.dumps(unsigned) + "\n"
    signed = kiosk.ok(*sign(kiosk, "-", "-"), typed=line * 2)
    assert [bool(json.loads(each)["grant"]) for each in signed.splitlines()] == [True, True]


def test_a_pipe_that_is_written_to_stays_a_pipe(kiosk: Kiosk, unsigned: dict[str, Any]) -> None:
    """Run as root, a file in place of `/dev/null` would break the whole machine."""
    pipe = kiosk.folder / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    kiosk.ok(*sign(kiosk, "-", pipe), typed=json.dumps(unsigned) + "\n")
    reader.join(10)
    assert pipe.is_fifo()
    assert json.loads(got[0])["grant"]
