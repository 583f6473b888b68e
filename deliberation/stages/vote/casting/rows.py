"""The rows behind a group of ballots: read with few queries under lock, written in bulk.

However many ballots share a transaction, the number of statements stays the same. On PostgreSQL
the vote is locked shared (closing takes it for itself) and the lines in the order of their ids, so
that paper entry, closing and other processes wait for one another and never in a circle.
"""

from collections.abc import Collection, Sequence

from tortoise.functions import Max

from deliberation.acting import Together
from deliberation.log.standing import restored_reasons
from deliberation.people.models import Member, Ownership
from deliberation.stages.vote.casting.box import Box, Cast, Line
from deliberation.stages.vote.casting.receipts import Receipt, is_code, named, receipt_key, secret
from deliberation.stages.vote.count.tally import Question
from deliberation.stages.vote.facts import current_vote, profile_of
from deliberation.stages.vote.models import (
    Ballot,
    InclusionCode,
    RollEntry,
    SecretAnswer,
    Vote,
    standing,
)
from deliberation.stages.vote.profiles import Electorate
from deliberation.stages.vote.roll.own import in_force
from deliberation.stages.vote.rules import SECRET_LEAST, phone_blockers

_HOMES = {Electorate.HOUSEHOLDS: Member, Electorate.OWNERS: Ownership}
_MOST_ID = 2**31 - 1


async def open_box(together: Together, casts: Sequence[Cast]) -> Box | None:
    """What the database knows that these ballots depend on; None when there is no vote."""
    vote = await _locked(together)
    if vote is None:
        return None
    asked = frozen_questions(vote)
    lines = await _lines(vote, {cast.entry for cast in casts if 0 < cast.entry <= _MOST_ID})
    table = _HOMES.get(profile_of(vote).electorate)
    return Box(
        vote=vote,
        asked=asked,
        blockers=await _phone_blockers(vote) + restored_reasons(together.matter),
        lines=lines,
        homes=await _homes(table, casts) if table else None,
        by_household=table is Member,
        known=await _known(vote, asked, [cast for cast in casts if cast.entry in lines]),
        carried=await _carried(vote, casts) if table else {},
    )


async def present(vote: Vote, entry: RollEntry) -> Ballot | None:
    """The named ballot that was cast last by phone for a line; None of a secret vote."""
    if vote.secret or entry.state != "voted":
        return None
    return await Ballot.filter(entry=entry, channel="phone").order_by("-version").first()


async def is_followed(entry: int, version: int) -> bool:
    """Whether a line's (id) named ballot was followed by another one by phone."""
    return await Ballot.filter(entry_id=entry, channel="phone", version__gt=version).exists()


async def store(together: Together, box: Box) -> None:
    """Writes what the box took. Raises RuntimeError when a mark was not to be had after all."""
    if not box.marked:
        return
    lines = RollEntry.filter(id__in=list(box.marked))
    # The exact transition once more, by the database: none → voted, or voted by phone again.
    free = lines.filter(state="none") if box.vote.secret else lines.exclude(channel="paper")
    moved = await free.update(state="voted", channel="phone")
    if moved != len(box.marked):
        raise RuntimeError(f"{len(box.marked)} lines were to be marked, {moved} could be")
    vote = box.vote.id
    if box.ballots:
        await Ballot.bulk_create(
            Ballot(
                entry_id=one.entry,
                version=one.version,
                choices=one.choices,
                channel="phone",
                cast_at=one.cast_at,
                request_code=one.request_code,
                proxy_id=one.proxy,
            )
            for one in box.ballots
        )
        return
    # In the order of their keys: within a group nothing keeps the order of casting.
    await InclusionCode.bulk_create(
        InclusionCode(code=code, vote_id=vote) for code in sorted(box.codes)
    )
    await SecretAnswer.bulk_create(
        SecretAnswer(
            key=one.key, vote_id=vote, question=one.question, choice=one.choice, salt=one.salt
        )
        for one in sorted(box.answers, key=lambda one: one.key)
    )


async def _locked(together: Together) -> Vote | None:
    vote = await current_vote(together.matter)
    connection = together.connection
    if vote and connection.capabilities.dialect != "sqlite":
        await connection.execute_query("SELECT id FROM vote WHERE id = $1 FOR SHARE", [vote.id])
        await vote.refresh_from_db()
    return vote


def frozen_questions(vote: Vote) -> tuple[Question, ...]:
    """What is asked, as frozen: the database refuses every change of it from then on."""
    return tuple(
        Question(
            str(row["number"]),
            row["text"],
            tuple((option["key"], option["label"]) for option in row["options"]),
        )
        for row in (vote.manifest or {}).get("questions", ())
    )


async def _lines(vote: Vote, ids: Collection[int]) -> dict[int, Line]:
    columns = ("id", "person_id", "household_id", "state", "channel")
    rows = standing(vote).filter(id__in=list(ids)).order_by("id").select_for_update()
    found = [tuple(getattr(row, name) for name in columns) for row in await rows.only(*columns)]
    last = {} if vote.secret else await _versions([row[0] for row in found])
    return {row[0]: Line(*row, version=last.get(row[0], 0)) for row in found}


async def _versions(entries: list[int]) -> dict[int, int]:
    """The last version of each line's named ballot; read after the lines are locked."""
    rows = Ballot.filter(entry_id__in=entries).annotate(last=Max("version")).order_by()
    return dict(await rows.group_by("entry_id").values_list("entry_id", "last"))


async def _phone_blockers(vote: Vote) -> list[str]:
    if not vote.secret:
        return []
    some = await standing(vote).limit(SECRET_LEAST).values_list("id", flat=True)
    return phone_blockers(True, len(some))


async def _homes(
    table: type[Member] | type[Ownership], casts: Sequence[Cast]
) -> dict[int, set[int]]:
    people = {cast.actor.person_id for cast in casts} - {None}
    rows = table.filter(person_id__in=list(people)).values_list("person_id", "household_id")
    found: dict[int, set[int]] = {}
    for person, home in await rows:
        found.setdefault(person, set()).add(home)
    return found


async def _carried(vote: Vote, casts: Sequence[Cast]) -> dict[int, dict[int, int]]:
    people = {cast.actor.person_id for cast in casts} - {None}
    rows = in_force(vote).filter(person_id__in=list(people)).order_by("id")
    found: dict[int, dict[int, int]] = {}
    for person, entry, proxy in await rows.values_list("person_id", "entry_id", "id"):
        found.setdefault(person, {})[entry] = proxy
    return found


async def _known(
    vote: Vote, asked: tuple[Question, ...], casts: Sequence[Cast]
) -> dict[str, Receipt]:
    """The receipts of forms that were stored before."""
    keys = {
        receipt_key(vote.secret, cast.entry, cast.code): cast
        for cast in casts
        if is_code(cast.code)
    }
    if vote.secret:
        codes = InclusionCode.filter(vote=vote, code__in=list(keys))
        return {
            code: secret(vote, keys[code].entry, keys[code].code, asked)
            for code in await codes.values_list("code", flat=True)
        }
    entries = [cast.entry for cast in casts]
    rows = await Ballot.filter(entry_id__in=entries, request_code__in=list(keys))
    return {row.request_code: named(row, asked) for row in rows}
