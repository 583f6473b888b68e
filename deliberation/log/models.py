"""The log: one row per act, chained by digest, never changed.

Bodies hold ids, figures and digests, never names, phones or free text, so that correcting or
erasing a person's data never has to touch the record.
"""

import hashlib
from datetime import datetime

import rfc8785
from tortoise import fields
from tortoise.models import Model

GENESIS = "0" * 64


class Entry(Model):
    """`chain` is `matter/<id>` or `place/<id>`; `sequence` counts from 1 within it.

    `digest` = SHA-256 of the domain prefix and the canonical JSON of the columns above it. In a
    matter's chain `signature` (see `signing`) is made with the key whose fingerprint is `key`;
    both are empty in a place's chain and in entries older than the signatures.
    """

    id = fields.BigIntField(primary_key=True)
    chain = fields.CharField(max_length=40)
    sequence = fields.IntField()
    at = fields.DatetimeField()
    act = fields.CharField(max_length=60)
    account_id = fields.IntField(null=True)
    matter_id = fields.IntField(null=True, db_index=True)
    body = fields.JSONField()
    previous = fields.CharField(max_length=64)
    digest = fields.CharField(max_length=64)
    key = fields.CharField(max_length=32, db_default="")
    signature = fields.CharField(max_length=128, db_default="")

    class Meta:
        table = "entry"
        unique_together = (("chain", "sequence"),)
        ordering = ["id"]


class Outage(Model):
    """From the last sign of life until the next one: nobody could reach the site in between."""

    id = fields.IntField(primary_key=True)
    since = fields.DatetimeField(unique=True)
    until = fields.DatetimeField()

    class Meta:
        table = "outage"
        ordering = ["id"]


def content(entry: Entry) -> dict:
    """What is hashed of an entry."""
    return {
        "chain": entry.chain,
        "sequence": entry.sequence,
        "at": stamp(entry.at),
        "act": entry.act,
        "account": entry.account_id,
        "matter": entry.matter_id,
        "body": entry.body,
        "previous": entry.previous,
    }


def digest(entry: Entry) -> str:
    """Hex SHA-256 over the canonical form of an entry (RFC 8785 JSON)."""
    hashed = b"deliberation/entry\n" + rfc8785.dumps(content(entry))
    return hashlib.sha256(hashed).hexdigest()


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, the one spelling of a time inside hashed bytes."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


async def head(chain: str) -> Entry | None:
    """The newest entry of a chain; None before the first."""
    return await Entry.filter(chain=chain).order_by("-sequence").first()


async def broken(chain: str) -> int | None:
    """The sequence of the first entry that does not follow from its predecessor; None if sound."""
    previous, expected = GENESIS, 1
    async for entry in Entry.filter(chain=chain).order_by("sequence"):
        sound = entry.sequence == expected and entry.previous == previous
        if not sound or digest(entry) != entry.digest:
            return expected
        previous, expected = entry.digest, expected + 1
    return None
