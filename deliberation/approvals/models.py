"""Proposals of dangerous acts, and who approved them.

A proposal is bound to the digest of its payload: whoever approves, approves those bytes. Who
proposed it never decides on it, neither by the same account nor as the same person.
"""

import hashlib

import rfc8785
from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Approval(Model):
    """`act` is the act to be done, `payload` what it does it with (ids, figures, reasons).

    `decision`: '' while it waits, then approved, withdrawn (by anyone who may propose) or stale
    (what it was bound to had changed when somebody wanted to approve it).
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="approvals", on_delete=RESTRICT, db_index=True
    )
    vote = fields.ForeignKeyField(
        "deliberation.Vote", related_name="approvals", on_delete=RESTRICT, db_index=True
    )
    act = fields.CharField(max_length=60)
    payload = fields.JSONField()
    digest = fields.CharField(max_length=64)
    proposed_at = fields.DatetimeField()
    proposed_by = fields.IntField()
    proposer_id = fields.IntField(null=True)
    decision = fields.CharField(max_length=10, default="")
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.IntField(null=True)
    decider_id = fields.IntField(null=True)

    class Meta:
        table = "approval"
        ordering = ["id"]


def payload_digest(act: str, payload: dict) -> str:
    """Hex SHA-256 of an act and its payload in canonical form (RFC 8785 JSON)."""
    content = rfc8785.dumps({"act": act, "payload": payload})
    return hashlib.sha256(b"deliberation/approval\n" + content).hexdigest()
