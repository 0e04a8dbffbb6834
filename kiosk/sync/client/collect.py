"""Collect a kiosk's print log into a file, without loss and without doubles."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.sticker.keys import KeyRing, SigningKey
from kiosk.sync.client.address import checked_url
from kiosk.sync.client.backoff import Patience
from kiosk.sync.client.ledger import Ledger, open_ledger
from kiosk.sync.client.link import Link, open_client
from kiosk.sync.client.pages import Head, Page, verified
from kiosk.sync.client.problem import ClientProblem

PAGE_FACTS: Final = 1000
"""Facts asked for at once: about 500 kB, and days of a busy kiosk."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collection brought: new facts, and the number of the last one that is kept now."""

    kiosk: str
    new: int
    last: int
    head: Head


def collect(
    url: str,
    path: Path,
    key: SigningKey,
    ring: KeyRing,
    *,
    page_facts: int = PAGE_FACTS,
    patience: Patience | None = None,
    ca: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> Collected:
    """Append what a kiosk printed since the last fact in a file, one JSON object a line.

    `key` is central's, `ring` holds the kiosk's key of role sync: a page that it did not sign is
    not kept. A page is on the disk before the kiosk hears of it, so a crash at any moment loses
    and doubles nothing; the same call goes on from the file. At the end the kiosk is told the head
    of its log that is kept in `FILE.head`; a log that later ends before it was cut.

    `progress` is told how many facts came. Raises ClientProblem and OSError; what was collected
    until then stays.
    """
    with (
        open_ledger(path) as ledger,
        open_client(ca) as client,
    ):
        link = Link(client, checked_url(url), key, patience or Patience(), threading.Event())
        before = ledger.head()
        page, new = _drain(link, ledger, ring, page_facts, progress or _ignore)
        _check_head(page, before)
        if _is_news(page.head, before):
            link.acknowledge(page.head.number, page.head.hash)
            ledger.keep_head(page.head)
        return Collected(page.kiosk, new, ledger.last, page.head)


def _ignore(_facts: int) -> None:
    pass


def _drain(
    link: Link, ledger: Ledger, ring: KeyRing, page_facts: int, progress: Callable[[int], None]
) -> tuple[Page, int]:
    """Keep page after page; return the last one, which is empty, and how many facts came.

    The empty page is asked for although the one before it said that no more follow: asking for
    what comes after a fact is how the kiosk learns that the fact is kept.
    """
    new = 0
    while True:
        page = verified(link.log_page(ledger.last, page_facts), ledger.last, ring)
        if ledger.kiosk not in (None, page.kiosk):
            raise ClientProblem(
                f"the kiosk at this address is {page.kiosk}, and the file holds {ledger.kiosk}",
                permanent=True,
            )
        if not page.facts:
            return page, new
        ledger.append(page.kiosk, page.facts)
        new += len(page.facts)
        progress(len(page.facts))


def _check_head(page: Page, before: Head | None) -> None:
    """Compare the log's end with the one that was kept: a chain only grows."""
    if before is None or page.head.number > before.number or page.head == before:
        return
    if page.head.number == before.number:
        sentence = (
            f"entry {before.number} of its log is not the one that was kept; it was rewritten"
        )
    else:
        sentence = f"its log ends at {page.head.number}, and {before.number} was kept; it was cut"
    raise ClientProblem(f"{sentence} (or the kiosk has another disk)", permanent=True)


def _is_news(head: Head, before: Head | None) -> bool:
    """Say whether the kiosk should hear of a head: each hearing is itself one entry of its log."""
    return head.number > (0 if before is None else before.number + 1)
