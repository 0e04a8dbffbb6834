from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.store import people
from kiosk.store.engine import writing

if TYPE_CHECKING:
    from tests.conftest import Home


@pytest.fixture
def hire(bare_home: Home) -> Callable[[str, str], str]:
    """Adds a member of staff by badge and role, without a PIN, and returns whom the log names."""

    def add(badge: str, role: str) -> str:
        with writing(bare_home.engine) as connection:
            people.add(
                connection, badge=badge, name="-", role=role, pin_hash="-", at=bare_home.clock()
            )
        return f"staff:{badge}"

    return add


@pytest.fixture
def technician(hire: Callable[[str, str], str]) -> str:
    """A technician, `staff:T-101`."""
    return hire("T-101", "technician")
