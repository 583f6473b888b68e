"""What organisations answer in writing: by their link, or on paper as a clerk records it.

Nothing is overwritten: a later position counts and the earlier ones stay to be read. Each condition
is answered by a change of the plan or an explained no.
"""

from dataclasses import dataclass
from datetime import date, datetime

from deliberation.acting import VISITOR, Act, Actor, Refused, acting
from deliberation.calendar import moment_text
from deliberation.documents.uploads import Upload, keep_all
from deliberation.matters.facts import current_passage
from deliberation.matters.items import items_of, newest
from deliberation.matters.models import Matter
from deliberation.stages.consultation.invitations import WRONG, find, invited, reasons_of
from deliberation.stages.consultation.models import (
    Condition,
    Invitation,
    Link,
    Position,
    PositionFile,
    Undertaking,
)
from deliberation.stages.consultation.rules import STAGE, position_reasons
from deliberation.stages.consultation.table import Answered, Written, table


@dataclass(frozen=True)
class Promise:
    """One undertaking: `amount` in fen, `item` the number of the plan's item, None for all."""

    what: str
    due_on: date | None = None
    who: str = ""
    amount: int | None = None
    item: int | None = None


@dataclass(frozen=True)
class Said:
    """A position as written. `keep` are ids of files of the one before that still belong to it."""

    stance: str
    reason: str = ""
    conditions: tuple[str, ...] = ()
    undertakings: tuple[Promise, ...] = ()
    respondent: str = ""
    files: tuple[Upload, ...] = ()
    keep: frozenset[int] = frozenset()


async def answer(
    token: str, invitation: int, said: Said, *, seen: int | None, now: datetime
) -> None:
    """Takes the answer of whoever holds the link of this very invitation.

    `seen` is the newest position that the page showed: an answer given meanwhile from another
    browser is not written over unseen. The same answer sent twice is one.
    """
    link = await find(token)
    if link is None or link.invitation_id != invitation:
        raise Refused(WRONG)
    matter = link.invitation.passage.matter
    async with acting(VISITOR, "consultation.answer", now, matter=matter) as act:
        link = await find(token)  # it may have been revoked while we waited for the lock
        if reasons := reasons_of(link, now):
            raise Refused(*reasons)
        entry = await invited(act, invitation)
        if entry.position and entry.position.id != seen:
            if _same(entry.last, said):
                act.record(invitation=invitation, repeated=entry.position.id)
                return
            at = moment_text(entry.position.answered_at)
            raise Refused(f"{at}另外交过一份答复，请看“已经交的答复”，核对以后再交一次")
        await _write(act, entry, said, link)


def _same(last: Written, said: Said) -> bool:
    promised = [
        Promise(row.what, row.due_on, row.who, row.amount, row.item) for row in last.undertakings
    ]
    known = {row.file.sha256 for row in last.files}
    return (
        (last.position.stance, last.position.reason, last.position.respondent)
        == (said.stance, said.reason, said.respondent)
        and tuple(promised) == said.undertakings
        and tuple(row.text for row in last.conditions) == said.conditions
        and {upload.sha256 for upload in said.files} <= known
    )


async def record(
    actor: Actor, matter: Matter, invitation: int, said: Said, *, now: datetime
) -> None:
    """Records what an organisation wrote on paper; it replaces the earlier position."""
    async with acting(actor, "consultation.record", now, matter=matter) as act:
        await _write(act, await invited(act, invitation), said, None)


async def _write(act: Act, entry: Answered, said: Said, link: Link | None) -> None:
    reasons = position_reasons(said.stance, said.reason, said.conditions)
    asked = {row.item for row in said.undertakings if row.item is not None}
    if asked and asked - {one.number for one in await items_of(await newest(act.matter))}:
        reasons.append("承诺写明的那一项，方案里没有，请看最新的页面")
    if reasons:
        raise Refused(*reasons)
    position = await Position.create(
        invitation=entry.invitation,
        link=link,
        stance=said.stance,
        reason=said.reason,
        respondent=said.respondent,
        answered_at=act.now,
        recorded_by=act.actor.account_id,
    )
    for text in said.conditions:
        await Condition.create(position=position, text=text)
    for promise in said.undertakings:
        await Undertaking.create(position=position, **vars(promise))
    await _attach(act, entry, position, said)
    act.record(
        invitation=entry.invitation.id,
        position=position.id,
        stance=said.stance,
        conditions=len(said.conditions),
        undertakings=len(said.undertakings),
        link=link.id if link else None,
        replaces=entry.position.id if entry.position else None,
    )


async def _attach(act: Act, entry: Answered, position: Position, said: Said) -> None:
    before = {row.file_id for row in entry.last.files} if entry.last else set()
    for file in sorted(before & said.keep):
        await PositionFile.create(position=position, file_id=file)
    for row in await keep_all(act, said.files):
        await PositionFile.create(position=position, file=row)


async def respond(
    actor: Actor,
    matter: Matter,
    condition: int,
    *,
    met: bool,
    item: int | None,
    answer: str,
    now: datetime,
) -> None:
    """Answers a condition: it is met by the plan's `item` (its number), which is changed for it,
    or without one by what the plan said already; or it is not, and `answer` explains why."""
    async with acting(actor, "consultation.respond", now, matter=matter) as act:
        row = await _standing(act, condition)
        items = await items_of(await newest(matter))
        if item is not None and item not in [one.number for one in items]:
            raise Refused("方案里没有这一项，请看最新的页面")
        row.met, row.item, row.answer, row.answered_at = met, item, answer, act.now
        await row.save(update_fields=["met", "item", "answer", "answered_at"])
        act.record(condition=row.id, met=row.met, item=item)


async def _standing(act: Act, id: int) -> Condition:
    """A condition of a position that still counts."""
    entries = (await table(await current_passage(act.matter, STAGE.key))).answered
    held = {row.id: row for entry in entries for row in entry.conditions}
    if id not in held:
        raise Refused("这个条件已经被单位新的意见替换，请看最新的页面")
    return held[id]


async def history(invitation: Invitation) -> Answered:
    """All that an organisation was sent and wrote in its stay."""
    passage = await invitation.passage
    found = await table(passage)
    entries = (*found.answered, *found.withdrawn)
    return next(entry for entry in entries if entry.invitation.id == invitation.id)
