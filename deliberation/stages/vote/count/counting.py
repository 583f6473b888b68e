"""From the stored ballots to the result: only sums over rows, the rules decide (`tally.py`)."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

import rfc8785

from deliberation.database.reading import in_chunks
from deliberation.matters.models import Matter
from deliberation.stages.vote.count.tally import Question as Asked
from deliberation.stages.vote.count.tally import Result, add_up, count, decide
from deliberation.stages.vote.facts import meeting_of, profile_of, tally_question
from deliberation.stages.vote.meeting.attendance import signed_in
from deliberation.stages.vote.models import (
    Ballot,
    PaperCount,
    Question,
    RollEntry,
    Scrutineer,
    SecretAnswer,
    Vote,
    standing,
)
from deliberation.stages.vote.roll.electorate import NOBODY, Weights, total

Given = dict[str, dict[str, Weights]]  # question number → answer → weight


async def result_of(matter: Matter, vote: Vote) -> dict:
    """The result as stored, printed and certified; integers and sentences only.

    {outcome, profile, entitled and present {heads, area}, signed_in, phone, paper, quorum_sums,
    questions: [{number, text, kind, outcome, winner, counts, area, sums}], opens_at, closes_at,
    scrutineers, tellers (ids of persons)}. `counts` (heads) and `area` (None unless weighed) are
    keyed by option, `invalid` and `not_returned`; `winner` is an option's key or None.
    """
    profile = profile_of(vote)
    entries = await standing(vote)
    came = await signed_in(await meeting_of(matter, vote))
    entitled = total(Weights(row.heads, row.area) for row in entries)
    here = [row for row in entries if row.state == "voted" or row.person_id in came]
    present = total(Weights(row.heads, row.area) for row in here)
    given = await (_secret(vote) if vote.secret else _named(vote, entries))
    questions, results = await Question.filter(vote=vote), []
    for row in questions:
        question, answers = tally_question(row), given[str(row.number)]
        results.append((question, answers, decide(profile, question, answers, entitled, present)))
    return {
        "outcome": _outcome(vote, [one for _, _, one in results], questions),
        "profile": profile.words,
        "entitled": _pair(entitled),
        "present": _pair(present),
        "signed_in": sum(row.heads for row in here if row.person_id in came),
        "phone": _heads(entries, "phone"),
        "paper": _heads(entries, "paper"),
        "quorum_sums": list(results[0][2].quorum_sums),
        "questions": [
            _question(row, *one, present, profile.by_area)
            for row, one in zip(questions, results, strict=True)
        ],
        "opens_at": vote.opens_at.isoformat(),
        "closes_at": vote.closes_at.isoformat(),
        "scrutineers": await _watching(vote, "scrutineer"),
        "tellers": await _watching(vote, "teller"),
    }


def digest(result: dict) -> str:
    """Hex SHA-256 of a result's canonical form: what scrutineers certify."""
    return hashlib.sha256(b"deliberation/result\n" + rfc8785.dumps(result)).hexdigest()


async def counted_ballots(vote: Vote, **only) -> dict[int, Ballot]:
    """Per line of the roll the confirmed paper, or else the last version from the phone."""
    counted: dict[int, Ballot] = {}
    found = Ballot.filter(entry__vote=vote, entry__struck_by=None, refused_at__isnull=True, **only)
    async for ballot in in_chunks(found):
        if ballot.channel == "paper" and ballot.confirmed_by is None:
            continue
        before = counted.get(ballot.entry_id, ballot)
        counted[ballot.entry_id] = max(before, ballot, key=_rank)
    return counted


def _rank(ballot: Ballot) -> tuple[bool, int]:
    return ballot.channel == "paper", ballot.version


async def _named(vote: Vote, entries: list[RollEntry]) -> Given:
    counted = await counted_ballots(vote)
    weights = {row.id: Weights(row.heads, row.area) for row in entries}
    answers: dict[str, list] = defaultdict(list)
    for entry, ballot in counted.items():
        for number, choice in ballot.choices.items():
            answers[number].append((choice, weights[entry]))
    return defaultdict(dict, {number: add_up(rows) for number, rows in answers.items()})


async def _secret(vote: Vote) -> Given:
    """One head per stored answer, and the batches of papers as two people counted them."""
    answers: dict[str, list] = defaultdict(list)
    rows = await SecretAnswer.filter(vote=vote).values_list("question", "choice")
    for question, choice in rows:
        answers[str(question)].append((choice, Weights(1)))
    batches = PaperCount.filter(vote=vote, confirmed_by__not_isnull=True)
    for tallies in await batches.values_list("tallies", flat=True):
        for number, options in tallies.items():
            answers[number] += [(key, Weights(heads)) for key, heads in options.items() if heads]
    return defaultdict(dict, {number: add_up(rows) for number, rows in answers.items()})


def _outcome(vote: Vote, results: list[Result], questions: list[Question]) -> str:
    """The plan's question decides, of line items one that passes; the funds one never does."""
    deciding = [one for one, row in zip(results, questions, strict=True) if row.kind != "funds"]
    if any(one.outcome == "passed" for one in deciding):
        return "passed"
    return deciding[0].outcome


def _question(
    row: Question,
    question: Asked,
    given: dict[str, Weights],
    found: Result,
    present: Weights,
    by_area: bool,
) -> dict:
    left = count(next(iter(question.contenders)), given, present).not_returned
    keys = [option["key"] for option in row.options] + ["invalid"]
    weights = {key: given.get(key, NOBODY) for key in keys} | {"not_returned": left}
    return {
        "number": row.number,
        "text": row.text,
        "kind": row.kind,
        "outcome": found.outcome,
        "winner": found.winner,
        "counts": {key: weight.heads for key, weight in weights.items()},
        "area": {key: weight.area for key, weight in weights.items()} if by_area else None,
        "sums": list(found.majority_sums),
    }


def _heads(entries: Iterable[RollEntry], channel: str) -> int:
    voted = (row for row in entries if row.state == "voted" and row.channel == channel)
    return sum(row.heads for row in voted)


def _pair(weights: Weights) -> dict[str, int]:
    return {"heads": weights.heads, "area": weights.area}


async def _watching(vote: Vote, role: str) -> list[int]:
    rows = Scrutineer.filter(vote=vote, role=role).order_by("id")
    return await rows.values_list("person_id", flat=True)
