"""What the log's tests share: acts to sign, a start as of another process, checks of our own."""

import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from deliberation import features
from deliberation.acting import acting
from deliberation.database import connect, disconnect
from deliberation.log.models import Entry
from tests.cast import unguarded


async def act(world, matter, count: int = 1) -> None:
    """As many acts of the clerk on a matter that stands at the vote."""
    clerk = await world.actor("张经办")
    for number in range(count):
        now = world.later(minutes=1)
        async with acting(clerk, "vote.draft", now, matter=matter) as one:
            one.record(number=number)


async def restart(settings) -> None:
    """What a new process does first."""
    await disconnect()
    await connect(settings, features.model_modules())


def witnessed(settings) -> list[dict]:
    """The lines of the file of checkpoints."""
    text = (settings.checkpoint_folder / "checkpoints.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


async def lose(chain: str, after: int) -> None:
    """The newest entries vanish, as with a backup from before them."""
    await unguarded()
    await Entry.filter(chain=chain, sequence__gt=after).delete()


def canon(content) -> bytes:
    """Canonical JSON of ASCII keys and whole numbers, spelled without our library."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def assert_signed(public: str, signature: str, domain: str, content: dict) -> None:
    """Raises InvalidSignature unless `content` was signed by the key's private half."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    key.verify(bytes.fromhex(signature), domain.encode() + b"\n" + canon(content))


def assert_checkpoints(checkpoints: list[dict], keys: list[dict]) -> None:
    publics = {one["key"]: one["public"] for one in keys}
    for key, public in publics.items():
        assert key == hashlib.sha256(bytes.fromhex(public)).hexdigest()[:32]
    for one in checkpoints:
        signed = {name: one[name] for name in ("chain", "sequence", "digest", "at", "key")}
        assert one.keys() == signed.keys() | {"signature"}
        assert_signed(publics[one["key"]], one["signature"], "deliberation/checkpoint", signed)
