"""Paper on its way through a vote, for tests: handed out, boxed, entered and counted by two."""

from deliberation.accounts.models import Account
from deliberation.stages.vote import closing
from deliberation.stages.vote.models import (
    PaperCount,
)
from deliberation.stages.vote.paper import batches, desk, sheets
from deliberation.stages.vote.rules import GRACE
from tests.vote.voting import two_people

FOR, AGAINST = {"1": "for"}, {"1": "against"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def tally(**heads):
    return {"1": {"for": 0, "against": 0, "abstain": 0, "invalid": 0} | heads}


async def same_person(world, name: str):
    """Whoever is called `name` with another account, as a resident has by slip."""
    person = world.people[name]
    account = await Account.create(person=person, created_at=world.now)
    actor = await world.actor(name)
    return type(actor)(account.id, actor.name, actor.person_id, None, actor.offices)


async def given(hands, world, matter, number, choices) -> None:
    """A sheet entered by one clerk and confirmed by another."""
    await sheets.enter(hands[0], matter, number=number, choices=choices, now=world.now)
    await sheets.confirm(hands[1], matter, number=number, choices=choices, now=world.now)


async def counts(hands, matter, vote) -> dict:
    vote = await closing.close(hands[0], matter, vote.closes_at + GRACE)
    return vote.result["questions"][0]["counts"]


async def handed_out(world, matter, *out, second="何经办") -> None:
    await two_people(world, matter, "vote.issue_paper", {"numbers": list(out)}, second=second)


async def boxed(world, hands, matter, papers) -> None:
    """Papers 1 to `papers` handed out by two people and put into the box."""
    await handed_out(world, matter, *range(1, papers + 1))
    await desk.return_papers(hands[0], matter, numbers=list(range(1, papers + 1)), now=world.now)


async def counted(hands, matter, now, papers, **heads) -> PaperCount:
    """A batch counted alike by a clerk and a supervisor."""
    batch = {"papers": papers, "tallies": tally(**heads), "now": now}
    made = await batches.enter(hands[0], matter, **batch)
    return await batches.confirm(hands[2], matter, batch=made.id, **batch)


async def send(client, url, status=303, **data):
    answer = await client.post(url, data=data)
    assert answer.status_code == status, answer.text
    return answer
