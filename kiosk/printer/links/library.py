"""python-escpos, loaded when the first printer is opened and not before."""

from __future__ import annotations

import os
import shutil
from functools import cache


@cache
def load_library() -> None:
    """Import python-escpos, which takes a quarter of a second that no other command should pay.

    It makes a folder among the temporary files for a cache that nobody finds again: one for each
    process that ever opened a printer, unless a place for it was set.
    """
    from escpos import capabilities  # noqa: PLC0415

    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
