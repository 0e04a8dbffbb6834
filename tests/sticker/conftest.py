from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain.renewal import PaidRecord
from kiosk.sticker.grant import make_grant
from kiosk.sticker.keys import KeyRing, KeyRole, PublicKey, SigningKey, key_id


def _key(seed: int) -> SigningKey:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return SigningKey(key_id(private.public_key().public_bytes_raw()), private)


@pytest.fixture(scope="session")
def central() -> SigningKey:
    return _key(1)


@pytest.fixture(scope="session")
def kiosk_key() -> SigningKey:
    return _key(2)


@pytest.fixture(scope="session")
def stranger() -> SigningKey:
    return _key(3)


@pytest.fixture(scope="session")
def ring(central: SigningKey, kiosk_key: SigningKey) -> KeyRing:
    signers = ((central, KeyRole.CENTRAL), (kiosk_key, KeyRole.KIOSK))
    return KeyRing(
        PublicKey(key.kid, key.private.public_key().public_bytes_raw(), role, name=role.value)
        for key, role in signers
    )


@pytest.fixture(scope="session")
def ungranted(model_record: PaidRecord) -> PaidRecord:
    model = model_record
    vehicle = replace(
        model.vehicle,
        engine_cc=1496,
        weight_kg=1105,
        first_registered_on=date(2021, 3, 4),
        chassis_tail="004711",
    )
    return replace(
        model,
        reference="DLT-2569-0012345",
        version=3,
        vehicle=vehicle,
        owner=replace(model.owner, id_digest="ab" * 32),
        tax=replace(model.tax, year_be=2570),
        paid_at=datetime(2026, 11, 20, 3, 4, tzinfo=UTC),
    )


@pytest.fixture(scope="session")
def record(ungranted: PaidRecord, central: SigningKey) -> PaidRecord:
    return replace(ungranted, grant=make_grant(ungranted, central))
