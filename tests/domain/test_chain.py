from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.chain import GENESIS, payload_digest, row_hash


def test_the_same_payload_under_another_salt_has_another_digest() -> None:
    assert payload_digest(b"a" * 16, "{}") != payload_digest(b"b" * 16, "{}")


row = st.fixed_dictionaries(
    {
        "number": st.integers(0, 300),
        "at": st.text("12", max_size=3),
        "event": st.text("12", max_size=3),
        "actor": st.text("12", max_size=3),
        "digest": st.binary(max_size=3),
        "previous": st.binary(max_size=3),
    }
)


@given(row, row)
def test_different_rows_have_different_hashes(one: dict[str, str], other: dict[str, str]) -> None:
    # Few letters, so that the same text cut at other places comes up.
    assert (row_hash(**one) == row_hash(**other)) is (one == other)  # type: ignore[arg-type]


def test_the_hash_of_a_row_never_changes_its_recipe() -> None:
    # Old logs must verify for ever: this value may not change.
    found = row_hash(
        number=1,
        at="2026-11-21T05:00:00.000000+00:00",
        event="process-started",
        actor="system",
        digest=payload_digest(b"\x00" * 16, '{"process":"ui"}'),
        previous=GENESIS,
    )
    assert found.hex() == "5113c10c4b4dee0e6b868a11201a9131398e7023fd5f3d360c6dae422c66f6e6"
