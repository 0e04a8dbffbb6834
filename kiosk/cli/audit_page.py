"""The reference page of the log's events, written from the catalogue that the code obeys."""

from __future__ import annotations

from kiosk.domain.audit import CATALOGUE

_HEAD = """\
# Audit events

Written by `kiosk audit events --markdown > docs/audit.md` from `kiosk/domain/audit.py`; a test
keeps the two equal.

Everything that happens at a kiosk is written down as one of these events; nothing else can be. An
event is written in the transaction of the fact it tells of, so that neither is ever without the
other. The rows form one hash chain: each holds the hash of the row before it, and a salted digest
stands in the chain for the payload, so that a payload with personal content can be removed after
its time and the chain still verifies.

- `kiosk audit verify` walks the chain and names the first row that is not as it was written.
- `kiosk audit head` prints the last row's number and hash. Keep it elsewhere: whoever cuts rows off
  the end cannot make `kiosk audit verify --head N:HASH` say ok.
- `kiosk audit export` writes the rows out, with all that is needed to verify them.

Who: `collector` is the person at the screen, `staff` a member of staff by badge
(`staff:T-104`), `central` the department's central system, `system` the kiosk itself or whoever
runs its commands.

| event | who | the payload holds at least | meaning |
|---|---|---|---|
"""


def page() -> str:
    """Return docs/audit.md whole."""
    rows = []
    for event, spec in CATALOGUE.items():
        who = ", ".join(spec.who)
        fields = ", ".join(f"`{name}`" for name in sorted(spec.required))
        rows.append(f"| `{event}` | {who} | {fields} | {spec.doc} |\n")
    return _HEAD + "".join(rows)
