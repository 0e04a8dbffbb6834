"""What central's job signs, in fifty lines: a batch for a kiosk, and the pass of a request.

  python seal.py batch RECORDS KEY --source NAME --first N -o BATCH.gz   prints Batch-Signature
  python seal.py pass METHOD TARGET KEY [--body FILE]                    prints the pass

It needs the packages cbor2 and cryptography, and nothing of the kiosk's.
"""

import argparse
import base64
import gzip
import hashlib
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def sign1(payload: bytes, key: Ed25519PrivateKey) -> str:
    """Return a COSE_Sign1 message (RFC 9052) as base64url without padding."""
    key_id = hashlib.sha256(key.public_key().public_bytes_raw()).digest()[:4]
    protected = cbor2.dumps({1: -8, 4: key_id}, canonical=True)  # EdDSA, and whose
    signature = key.sign(cbor2.dumps(["Signature1", protected, b"", payload], canonical=True))
    message = cbor2.CBORTag(18, [protected, {}, payload, signature])
    return base64.urlsafe_b64encode(cbor2.dumps(message, canonical=True)).rstrip(b"=").decode()


def batch(records: bytes, key: Ed25519PrivateKey, wanted: argparse.Namespace) -> str:
    """Write the packed batch and return its signature."""
    envelope = {
        "source": wanted.source,
        "audience": wanted.kiosk,
        "first_seq": wanted.first,
        "last_seq": wanted.first + len(records.splitlines()) - 1,
        "sha256": hashlib.sha256(records).hexdigest(),
        "snapshot": False,
        "made_at": datetime.now(UTC).isoformat(),
    }
    line = json.dumps(envelope).encode()
    wanted.output.write_bytes(gzip.compress(line + b"\n" + records))
    return sign1(line, key)


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    sealing = commands.add_parser("batch")
    sealing.add_argument("records", type=Path)
    sealing.add_argument("key", type=Path)
    sealing.add_argument("--kiosk", default="BKK-5-1")
    sealing.add_argument("--source", required=True)
    sealing.add_argument("--first", type=int, default=1)
    sealing.add_argument("-o", "--output", type=Path, required=True)
    passing = commands.add_parser("pass")
    passing.add_argument("method")
    passing.add_argument("target")
    passing.add_argument("key", type=Path)
    passing.add_argument("--body", type=Path)
    wanted = parser.parse_args()
    key = load_pem_private_key(wanted.key.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        sys.exit(f"{wanted.key} is not an Ed25519 key")
    if wanted.command == "batch":
        print(batch(wanted.records.read_bytes(), key, wanted))
    else:
        body = wanted.body.read_bytes() if wanted.body else b""
        digest = hashlib.sha256(body).digest()
        said = [wanted.method, wanted.target, int(time.time()), digest]
        print(sign1(cbor2.dumps(said, canonical=True), key))


if __name__ == "__main__":
    main()
