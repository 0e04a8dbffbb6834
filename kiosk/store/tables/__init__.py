"""Every table of the database, with its constraints; the triggers stand beside.

Reading any of these files reads all of them, so that `metadata` is always whole.
"""

from __future__ import annotations

from kiosk.store.tables import (  # noqa: F401 - see above
    jobs,
    log,
    people,
    records,
    service,
    stickers,
)
