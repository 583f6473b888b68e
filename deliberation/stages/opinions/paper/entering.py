"""A clerk reads a page that waits: it becomes an opinion with the picture as its evidence, or is
put away with a reason. Nothing counts before."""

from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.matters.models import Matter
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.paper.models import Scan, copies, undecided
from deliberation.stages.opinions.recording import Said, write

DECIDED = "这一张已经办过了，请看下一张"


async def enter(actor: Actor, matter: Matter, scan: Scan, *, said: Said, now: datetime) -> Opinion:
    """Records what stands on a page. Without a place in `said` it is its household's own."""
    async with acting(actor, "opinions.record", now, matter=matter) as act:
        row = await _waiting(scan)
        named = said.building or said.room or said.speaker
        home = None if named else await row.household
        if not named and home is None:
            raise Refused("请选楼栋、写房号")
        code = f"{matter.id}-scan-{row.id}"
        before = await Opinion.filter(request_code__startswith=code).count()  # taken back since
        opinion = await write(act, said, f"{code}-{before}" if before else code, home)
        row.opinion, row.household_id = opinion, opinion.household_id
        await _decide(act, row, ["opinion_id", "household_id"])
        act.record(scan=row.id)
    return opinion


async def discard(actor: Actor, matter: Matter, scan: Scan, *, reason: str, now: datetime) -> None:
    """Puts a page away: a copy, a blank, a picture of something else. It is kept."""
    async with acting(actor, "opinions.discard_scan", now, matter=matter) as act:
        row = await _waiting(scan)
        row.discarded = reason
        await _decide(act, row, ["discarded"])
        act.record(scan=row.id)


async def discard_copies(actor: Actor, matter: Matter, now: datetime) -> None:
    """Puts every page away that is the same picture as an earlier one: a file brought twice."""
    async with acting(actor, "opinions.discard_scan", now, matter=matter) as act:
        found = await copies(matter)
        if not found:
            raise Refused("没有重复的文件了")
        for row in await Scan.filter(id__in=list(found)):
            row.discarded = f"和第{found[row.id]}张是同一个文件"
            await _decide(act, row, ["discarded"])
        act.record(scans=list(found))


async def put_back(actor: Actor, matter: Matter, scan: Scan, now: datetime) -> None:
    """Lets a page that was put away wait again."""
    async with acting(actor, "opinions.discard_scan", now, matter=matter) as act:
        await scan.refresh_from_db()
        if not scan.discarded:
            raise Refused("这一张没有作废，不用放回")
        scan.discarded, scan.decided_at, scan.decided_by = "", None, None
        await scan.save(update_fields=["discarded", "decided_at", "decided_by"])
        act.record(scan=scan.id, back=True)


async def _waiting(scan: Scan) -> Scan:
    row = await Scan.get_or_none(undecided(), id=scan.id)
    if row is None:
        raise Refused(DECIDED)
    return row


async def _decide(act: Act, row: Scan, changed: list[str]) -> None:
    row.decided_at, row.decided_by = act.now, act.actor.account_id
    await row.save(update_fields=[*changed, "decided_at", "decided_by"])
