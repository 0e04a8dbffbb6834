"""What central does before it sends: ID numbers become digests, and each record gets its grant."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from kiosk.domain.identity import Identity, IdProblem, parse_id
from kiosk.domain.identity_digest import owner_digest
from kiosk.sticker.grant import make_grant
from kiosk.sticker.keys import SigningKey
from kiosk.store.renewals import Rejected, read_record
from kiosk.sync.wire import Wire, canonical, decode

MIN_FLEET_KEY_BYTES: Final = 16

_ID_REASONS: Final = {
    IdProblem.EMPTY: "the ID number is missing",
    IdProblem.TOO_SHORT: "the ID number is too short",
    IdProblem.TOO_LONG: "the ID number is too long",
    IdProblem.BAD_CHARACTER: "the ID number holds a character that no ID has",
    IdProblem.BAD_FIRST_DIGIT: "no ID number starts with this digit",
    IdProblem.BAD_CHECK_DIGIT: "the check digit of the ID number is wrong",
}


@dataclass(frozen=True, slots=True)
class SigningProblem:
    """A line that was not signed: its number, the field's dotted path and one sentence why."""

    line: int
    field: str
    reason: str


class Signer:
    """Signs unsigned records with central's key; computes each ID's digest once."""

    def __init__(self, fleet_key: bytes, central: SigningKey) -> None:
        if len(fleet_key) < MIN_FLEET_KEY_BYTES:
            raise ValueError(f"a fleet key has at least {MIN_FLEET_KEY_BYTES} bytes")
        self._fleet_key = fleet_key
        self._central = central
        self._digests: dict[str, str] = {}

    def digest(self, number: str) -> str:
        """Return the digest of a folded ID number."""
        found = self._digests.get(number)
        if found is None:
            found = self._digests[number] = owner_digest(number, self._fleet_key)
        return found

    def sign(self, unsigned: dict[str, Any]) -> bytes | tuple[str, str]:
        """Return the record's canonical line without its end, or field and reason.

        `owner.id_number` and `owner.id_kind` are replaced by the digest; an owner that has an
        `id_digest` already keeps it. A grant that is there is replaced.
        """
        prepared = self._with_digest(unsigned)
        if isinstance(prepared, tuple):
            return prepared
        prepared.pop("grant", None)
        try:
            text = json.dumps(prepared, ensure_ascii=False).encode()
        except (TypeError, ValueError, RecursionError):  # a lone surrogate is a ValueError
            return "line", "the record holds something that JSON cannot say"
        wire = decode(text)
        if isinstance(wire, Rejected):
            return wire.field, wire.reason
        return self._granted(wire)

    def _with_digest(self, unsigned: dict[str, Any]) -> dict[str, Any] | tuple[str, str]:
        owner = unsigned.get("owner")
        if not isinstance(owner, dict) or "id_number" not in owner:
            return dict(unsigned)
        number = owner["id_number"]
        found = parse_id(number) if isinstance(number, str) else IdProblem.BAD_CHARACTER
        if not isinstance(found, Identity):
            return "owner.id_number", _ID_REASONS[found]
        kind = owner.get("id_kind", found.kind.value)
        if kind != found.kind.value:
            return "owner.id_kind", f"{kind!r} does not fit the number, which is {found.kind.value}"
        kept = {name: value for name, value in owner.items() if name != "id_number"}
        signed = {**kept, "id_kind": kind, "id_digest": self.digest(found.number)}
        return {**unsigned, "owner": signed}

    def _granted(self, wire: Wire) -> bytes:
        record = read_record(canonical(wire))
        wire.grant = make_grant(record, self._central)
        return canonical(wire)


def sign_lines(
    lines: Iterable[bytes], signer: Signer, on_problem: Callable[[SigningProblem], None]
) -> Iterator[bytes]:
    """Yield each unsigned line signed, ready to be written; wrong ones go to `on_problem` instead.

    Streams: only the digests of the ID numbers seen are kept.
    """
    for number, line in enumerate(lines, start=1):
        if line.isspace():
            continue
        signed = _sign_line(line, signer)
        if isinstance(signed, tuple):
            on_problem(SigningProblem(number, *signed))
        else:
            yield signed + b"\n"


def _sign_line(line: bytes, signer: Signer) -> bytes | tuple[str, str]:
    try:
        unsigned = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "line", "the text is not valid UTF-8"
    except (ValueError, RecursionError):
        return "line", "the line is not JSON"
    if not isinstance(unsigned, dict):
        return "line", "the line is not an object"
    return signer.sign(unsigned)
