"""The ledger of an item: entries are added and taken back, never edited.

A wrong entry is taken back by one of the opposite amount that says why, so every figure that was
ever shown can be explained.
"""

from dataclasses import dataclass
from datetime import date, datetime

from deliberation.acting import Actor, Refused, acting
from deliberation.calendar import local_date
from deliberation.matters.models import Matter, PlanItem
from deliberation.stages.implementation.checks import fit_for_public, item_of, not_future
from deliberation.stages.implementation.models import Spending
from deliberation.stages.implementation.progress import ItemProgress


@dataclass(frozen=True)
class Entry:
    """What the ledger's form asks; `amount` in fen, `payer` only of payments."""

    kind: str
    amount: int
    paid_on: date
    voucher: str
    payer: str = ""
    recipient: str = ""


async def spend(
    actor: Actor, item: PlanItem, matter: Matter, entry: Entry, now: datetime
) -> Spending:
    """Adds an entry to an item's ledger."""
    async with acting(actor, "implementation.spend", now, matter=matter) as act:
        found = await item_of(act, item)
        _check_entry(found, entry, now)
        row = await Spending.create(
            item=item,
            kind=entry.kind,
            payer=entry.payer,
            amount=entry.amount,
            paid_on=entry.paid_on,
            recipient=entry.recipient,
            voucher=entry.voucher,
            recorded_at=now,
            recorded_by=actor.account_id,
        )
        act.record(item=item.id, spending=row.id, kind=row.kind, payer=row.payer, amount=row.amount)
    return row


def _check_entry(found: ItemProgress, entry: Entry, now: datetime) -> None:
    not_future(entry.paid_on, "日期", now)
    if entry.amount < 0 or (entry.amount == 0 and entry.kind != "settlement"):
        raise Refused("金额要大于0；记错了请用“冲销”")
    if (entry.kind == "payment") != bool(entry.payer):
        raise Refused("付款要选资金来源，合同价和结算价不用选")
    same = [(row.kind, row.payer, row.amount, row.voucher) for row in found.reversible]
    if (entry.kind, entry.payer, entry.amount, entry.voucher) in same:
        raise Refused("同样的一笔（同一凭证号、同一金额）已经登记过，没有重复登记")


async def reverse(
    actor: Actor, item: PlanItem, matter: Matter, *, spending: int, reason: str, now: datetime
) -> None:
    """Takes an entry (by its id) back with one of the opposite amount, for a reason."""
    async with acting(actor, "implementation.reverse", now, matter=matter) as act:
        found = await item_of(act, item, final=False)
        wrong = next((row for row in found.reversible if row.id == spending), None)
        if wrong is None:
            raise Refused("这一笔不能冲销：它不在这一项里，或者已经冲销过")
        fit_for_public(reason)
        row = await Spending.create(
            item_id=wrong.item_id,
            kind=wrong.kind,
            payer=wrong.payer,
            amount=-wrong.amount,
            paid_on=local_date(now),
            recipient=wrong.recipient,
            voucher=wrong.voucher,
            reverses=wrong,
            reason=reason,
            recorded_at=now,
            recorded_by=actor.account_id,
        )
        act.record(spending=row.id, reverses=wrong.id, amount=row.amount)
