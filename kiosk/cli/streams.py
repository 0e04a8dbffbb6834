"""Standard input and output as every command finds them, whoever started the program."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path


def settle_streams() -> None:
    """Make the three streams usable, and UTF-8 whatever the locale says.

    Scripts read what is written here, and a log of Thai names written in another encoding would be
    no copy of it. A path that is no UTF-8 goes out as the bytes that it is.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            # Closed by whoever started us. Left so, the database would get its number, and
            # whatever a library prints would go into it.
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open to the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
