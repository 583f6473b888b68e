"""The Ed25519 key that signs the record, and the public keys there were before it.

The private key lies outside the database, so that who can write tables cannot sign. Beside it lies
the ring (`log-keys.json`), in the form in which it is published: every public key, oldest first,
and for every change of key a statement signed with the old one. A key that no statement reaches
begins a new line: its predecessor was lost.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from deliberation.log import durable
from deliberation.log.models import stamp

ROTATION = b"deliberation/rotation\n"


class KeyProblem(Exception):
    """Why the record cannot be signed, as one sentence for whoever runs the server."""


@dataclass(frozen=True)
class Keys:
    """The key that signs now; `publics` maps every fingerprint to its public key (hex), in order.

    A fingerprint is the first 32 hex of the SHA-256 of the raw public key.
    """

    private: Ed25519PrivateKey
    publics: dict[str, str]
    rotations: list[dict]

    @property
    def current(self) -> str:
        return fingerprint(public_hex(self.private))

    def sign(self, message: bytes) -> str:
        return self.private.sign(message).hex()

    def ring(self, used: Iterable[str] | None = None) -> dict:
        """{"keys", "rotations"} for publication: all, or the lines that `used` keys belong to."""
        order, reached = list(self.publics), {one["new"] for one in self.rotations}
        first = 0
        if used is not None:
            places = [order.index(key) for key in used if key in order]
            oldest = min(places, default=order.index(self.current))
            first = max(n for n in range(oldest + 1) if n == 0 or order[n] not in reached)
        kept = order[first:]
        return {
            "keys": [{"key": key, "public": self.publics[key]} for key in kept],
            "rotations": [one for one in self.rotations if one["old"] in kept],
        }


def fingerprint(public: str) -> str:
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:32]


def public_hex(private: Ed25519PrivateKey) -> str:
    return private.public_key().public_bytes_raw().hex()


def verifies(public: str, signature: str, message: bytes) -> bool:
    """Whether the hex signature over the message was made with the private half of `public`."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def ring_path(path: Path) -> Path:
    return path.with_name(f"{path.stem}-keys.json")


def create(path: Path) -> Keys:
    """Makes the first key (mode 600) unless there is one; returns what then lies there."""
    durable.create(path, _pem(Ed25519PrivateKey.generate()), 0o600)
    return load(path)


def load(path: Path) -> Keys:
    """The key and its ring; a key without a ring is the first one. Raises KeyProblem."""
    private = _read_key(path)
    publics, rotations = _read_ring(ring_path(path))
    current = public_hex(private)
    if publics and fingerprint(current) not in publics:
        raise KeyProblem(
            f"签名钥匙不对：{path}（指纹{fingerprint(current)}）不在{ring_path(path)}里，"
            "请放回原来的钥匙文件"
        )
    return Keys(private, publics or {fingerprint(current): current}, rotations)


def keep_ring(path: Path, keys: Keys) -> None:
    """Writes the ring where there is none yet."""
    durable.create(ring_path(path), _json(keys.ring()), 0o644)


def rotate(path: Path, at: datetime) -> dict:
    """Puts a new key in the place of the old one, which signs the statement that it did.

    Returns the statement. The ring is written first: whatever is interrupted, the key that lies
    there is on it.
    """
    keys, new = load(path), Ed25519PrivateKey.generate()
    public = public_hex(new)
    statement = {
        "old": keys.current,
        "new": fingerprint(public),
        "public": public,
        "at": stamp(at),
    }
    statement["signature"] = keys.sign(ROTATION + rfc8785.dumps(statement))
    _follow(path, new, keys.publics, [*keys.rotations, statement])
    return statement


def begin_anew(path: Path) -> str:
    """Makes a key although there was one, which is lost and could sign no statement.

    Returns the fingerprint. Raises KeyProblem while a key lies there.
    """
    if path.exists():
        raise KeyProblem(f"签名钥匙{path}还在，换钥匙请不要用--lost")
    publics, rotations = _read_ring(ring_path(path))
    new = Ed25519PrivateKey.generate()
    _follow(path, new, publics, rotations)
    return fingerprint(public_hex(new))


def _follow(path: Path, new: Ed25519PrivateKey, publics: dict, rotations: list) -> None:
    public = public_hex(new)
    ring = Keys(new, publics | {fingerprint(public): public}, rotations).ring()
    following = path.with_name(f"{path.name}.next")
    durable.replace(following, _pem(new), 0o600)
    durable.replace(ring_path(path), _json(ring), 0o644)
    durable.move(following, path)


def _read_key(path: Path) -> Ed25519PrivateKey:
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyProblem(f"签名钥匙{path}读不出来（{type(error).__name__}）") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyProblem(f"签名钥匙{path}不是Ed25519钥匙")
    return private


def _read_ring(path: Path) -> tuple[dict[str, str], list[dict]]:
    """Every statement is checked: the ring is what old signatures are believed by."""
    if not path.exists():
        return {}, []
    try:
        ring = json.loads(path.read_bytes())
        publics = {one["key"]: one["public"] for one in ring["keys"]}
        rotations = [
            {name: one[name] for name in ("old", "new", "public", "at", "signature")}
            for one in ring["rotations"]
        ]
        sound = all(fingerprint(public) == key for key, public in publics.items())
        sound = sound and all(follows(one, publics) for one in rotations)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyProblem(f"公钥文件{path}读不出来（{type(error).__name__}）") from error
    if not sound:
        raise KeyProblem(f"公钥文件{path}被改动过：指纹或者换钥匙的声明不对")
    return publics, rotations


def follows(statement: dict, publics: dict[str, str]) -> bool:
    """Whether a rotation is signed with its old key and leads to a key of the ring."""
    signed = {name: statement[name] for name in ("old", "new", "public", "at")}
    known = publics.get(statement["new"]) == statement["public"]
    old = publics.get(statement["old"], "")
    return known and verifies(old, statement["signature"], ROTATION + rfc8785.dumps(signed))


def _pem(private: Ed25519PrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _json(ring: dict) -> bytes:
    return json.dumps(ring, indent=2).encode() + b"\n"
