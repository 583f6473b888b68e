"""What a vote asks of one person: their own ballot, a look at the roll, a scrutineer's signature.

Whether somebody voted is told to nobody but themselves.
"""

from deliberation.calendar import day_text, end_of, moment_text
from deliberation.database.plain import found, rows
from deliberation.matters.models import Matter
from deliberation.stages.vote.models import RollEntry, Vote
from deliberation.stages.vote.roll.own import own_lines
from deliberation.stages.vote.rules import is_casting
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope, by_stay

# The result and the roll's fingerprints are long, and nobody's task.
ASKED = (
    "x.id, x.matter_id, x.passage_id, x.profile, x.status, x.posting_last_on, "
    "x.opens_at, x.closes_at"
)

_UNSIGNED = (
    "SELECT s.vote_id, s.person_id FROM scrutineer s LEFT JOIN certification c "
    "ON c.vote_id = s.vote_id AND c.person_id = s.person_id "
    "WHERE s.vote_id IN $1 AND s.role = 'scrutineer' AND c.id IS NULL"
)


async def tasks(scope: Scope) -> list[Task]:
    stays = by_stay(scope.at("vote"))
    if not stays or scope.actor.account_id is None:
        return []
    # The newest of a stay, a void one included.
    every = "WHERE x.passage_id IN $1 ORDER BY x.id"
    asked = await found(Vote, every, [*stays], columns=ASKED)
    votes = {stays[row.passage_id].matter.id: row for row in asked}
    return [*await _own(scope, votes), *await _certify(scope, votes)]


async def _own(scope: Scope, votes: dict[int, Vote]) -> list[Task]:
    asked = {
        one.matter.id: one.matter
        for one in scope.where("vote.cast")
        if (vote := votes.get(one.matter.id)) and vote.status in ("posted", "open")
    }
    lines = await own_lines([votes[id] for id in asked], scope.actor)
    told = []
    for id, matter in asked.items():
        vote = votes[id]
        if not lines[vote.id]:
            continue
        if vote.status == "posted":
            told.append(_posted(matter, vote))
        elif is_casting(vote.status, vote.opens_at, vote.closes_at, scope.now):
            told.append(_ballot(matter, vote, lines[vote.id]))
    return told


def _posted(matter: Matter, vote: Vote) -> Task:
    last_on = vote.posting_last_on
    text = f"您在名册上。名册公示到{day_text(last_on)}24:00，不对可以提异议。"
    url = f"/matters/{matter.id}/vote/roll"
    return Task(text, url, "核对名册", matter, until=end_of(last_on), done=True)


def _ballot(matter: Matter, vote: Vote, lines: list[RollEntry]) -> Task:
    until = f"{moment_text(vote.closes_at)}截止"
    url = f"/matters/{matter.id}/vote"
    if any(line.state == "none" for line in lines):
        text = f"正在投票，{until}。您还没有投。"
        ballot = f"{url}/ballot/{lines[0].id}" if len(lines) == 1 else f"{url}/ballot"
        return Task(text, ballot, "去投票", matter, until=vote.closes_at, act="vote.cast")
    if any(line.state == "paper_issued" for line in lines):
        text = f"您领了纸质票，请用纸质票投，{until}。"
    elif any(line.channel == "paper" for line in lines):
        text = "您的纸质票已经收到，以纸质票为准。"
    else:
        text = f"您已经投过票，{until}。"
    return Task(text, url, "看表决", matter, until=vote.closes_at, done=True)


async def _certify(scope: Scope, votes: dict[int, Vote]) -> list[Task]:
    """Each scrutineer who has not signed under a counted result."""
    counted = {vote.id: id for id, vote in votes.items() if vote.status == "closed"}
    if not counted:
        return []
    matters = {one.matter.id: one for one in scope.stands}
    left: dict[int, list[int]] = {vote: [] for vote in counted}
    for vote, person in await rows(_UNSIGNED, [*counted]):
        left[vote].append(person)
    told = []
    for vote, id in counted.items():
        own = scope.actor.person_id in left[vote]
        if own or (left[vote] and scope.official(matters[id])):
            told.append(_sign(matters[id].matter, len(left[vote]), own))
    return told


def _sign(matter: Matter, left: int, own: bool) -> Task:
    what = "表决已经计票，请您核验结果。" if own else f"表决已经计票，还有{left}名监票人没有核验。"
    who = "" if own else "监票人"
    url = f"/matters/{matter.id}/vote"
    return Task(what, url, "核验", matter, who=who, act="vote.certify")
