"""Whatever takes two people stands on top of the second one's desk: what, whose, since when."""

import ast
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from deliberation.approvals.models import Approval
from deliberation.calendar import moment_text
from deliberation.matters.models import Attendance, Confirmation, Meeting, Passage
from deliberation.stages.notices import actions
from deliberation.stages.opinions.models import Draft, Opinion
from deliberation.stages.vote.dangerous import DANGEROUS
from deliberation.stages.vote.freezing import payload_of
from deliberation.stages.vote.models import PaperCount, RollEntry
from deliberation.stages.vote.paper import sheets
from deliberation.stages.vote.paper.models import Transcript
from deliberation.stages.vote.proxies.models import Proxy
from tests.cast import matter_at
from tests.notices.record import told
from tests.vote.papers import FOR, tally
from tests.vote.voting import open_vote

pytestmark = pytest.mark.anyio
PACKAGE = Path(__file__).resolve().parents[2] / "deliberation"
# Where a first and a second person are told apart, and the test below that shows it on the desk.
COMPARED = {
    "approvals/actions.py": "dangerous",
    "stages/vote/dangerous.py": "dangerous",
    "matters/confirming.py": "minutes",
    "stages/notices/desk.py": "notice",
    "stages/opinions/answering.py": "answers",
    "stages/vote/paper/handling.py": "paper",
    "stages/vote/proxies/actions.py": "proxies",
}


def test_no_further_act_takes_two_people_without_standing_on_the_desk():
    found = set()
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text()
        if "is_same" not in text and "own_reasons" not in text:
            continue
        nodes = ast.walk(ast.parse(text))
        called = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
        if {"is_same", "own_reasons"} & called:
            found.add(str(path.relative_to(PACKAGE)))
    tasks = {"approvals/tasks.py"}  # asks the same to say whose turn it is
    assert found - tasks == set(COMPARED)


async def top(client, who: str) -> str:
    """What stands on the desk under “second signature”; '' without it."""
    page = (await (await client(who)).get("/desk")).text
    found = re.search(r"<h2>等您第二个人签的.*?</section>", page, re.S)
    return found[0] if found else ""


async def dangerous(world) -> tuple[str, str, str]:
    matter, vote, _ = await open_vote(world, 3)
    times = payload_of(None, world.now + timedelta(days=2), world.now)
    payload = times | {"numbers": [1], "missing": 1, "reason": "错", "strike": [], "add": []}
    for act in DANGEROUS:
        await Approval.create(
            matter=matter,
            vote=vote,
            act=act,
            payload=payload,
            digest="0" * 64,
            proposed_at=world.now,
            proposed_by=world.accounts["张经办"].id,
            proposer_id=world.people["张经办"].id,
        )
    # What is past (freezing) or cannot come about while people vote (concluding) has lapsed.
    return f"（{len(DANGEROUS) - 2}件）", "孙监督", f"/matters/{matter.id}/vote/paper"


async def minutes(world) -> tuple[str, str, str]:
    matter = await matter_at(world, "proposal")
    meeting = await Meeting.create(
        matter=matter,
        passage=await Passage.get(matter=matter, stage="proposal"),
        stage="proposal",
        held_at=world.now - timedelta(days=1),
        venue="会议室",
        chair="李书记",
        recorder="张经办",
        points="同意",
        convened_at=world.now,
    )
    seat = await Attendance.create(meeting=meeting, person=world.people["王主任"], present=True)
    await Confirmation.create(
        attendance=seat, paper=True, recorded_at=world.now, recorded_by=world.accounts["张经办"].id
    )
    return "对着原件核对", "何经办", f"/matters/{matter.id}/proposal/meetings/{meeting.id}"


async def notice(world) -> tuple[str, str, str]:
    matter = await told(world, "decision_notice")
    await actions.draft(await world.actor("张经办"), matter, note="", now=world.now)
    return "核对公示", "李书记", f"/matters/{matter.id}/notices"


async def answers(world) -> tuple[str, str, str]:
    matter = await matter_at(world, "opinions")
    said = {"channel": "online", "said_on": date(2026, 3, 1), "received_at": world.now}
    row = await Opinion.create(matter=matter, text="漏水", **said)
    draft = {"verdict": "adopted", "reason": "列入", "drafted_at": world.now}
    await Draft.create(matter=matter, opinion=row, **draft, drafted_by=world.accounts["张经办"].id)
    return "1份答复草稿", "何经办", f"/matters/{matter.id}/opinions/answers"


async def paper(world) -> tuple[str, str, str]:
    matter, vote, _ = await open_vote(world, 12, secret=True)
    entered = {"entered_at": world.now, "entered_by": world.accounts["张经办"].id}
    await PaperCount.create(vote=vote, papers=1, tallies=tally(**{"for": 1}), **entered)
    await Transcript.create(vote=vote, papers=1, content=str(FOR), **entered)
    return "有2份纸质票", "孙监督", f"/matters/{matter.id}/vote/paper"


async def sheet(world) -> tuple[str, str, str]:
    matter, _, _ = await open_vote(world, 3)
    clerk = await world.actor("张经办")
    await sheets.enter(clerk, matter, number=1, choices=FOR, now=world.now)
    return "有1份纸质票", "何经办", f"/matters/{matter.id}/vote/paper"


async def proxies(world) -> tuple[str, str, str]:
    matter, vote, _ = await open_vote(world, 3, profile="P4", status="posted")
    await Proxy.create(
        entry=await RollEntry.filter(vote=vote).first(),
        person=world.people["钱师傅"],
        powers="全权",
        signed_on=date(2026, 3, 1),
        until=date(2026, 4, 1),
        entered_at=world.now,
        entered_by=world.accounts["张经办"].id,
    )
    return "有1份委托书", "孙监督", f"/matters/{matter.id}/vote/proxies"


@pytest.mark.parametrize("kind", [dangerous, minutes, notice, answers, paper, sheet, proxies])
async def test_the_second_person_is_told_who_did_the_first_half_and_when(world, client, kind):
    what, who, url = await kind(world)
    shown = await top(client, who)
    when = re.sub(r"<[^>]+>", "", shown)
    assert what in when and f"张经办，{moment_text(world.now)}" in when, shown
    assert f'href="{url}"' in shown
    assert (await (await client(who)).get(url)).status_code == 200
    assert "张经办，" not in await top(client, "张经办"), "never the one who did the first half"
    assert await top(client, "刘干部") == ""
