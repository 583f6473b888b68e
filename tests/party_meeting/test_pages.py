from fractions import Fraction

import pytest

from deliberation.matters.minutes import failure
from deliberation.matters.models import Matter
from deliberation.procedure import Norms, Outcome
from deliberation.stages.party_meeting.rules import Facts, blockers
from tests.cast import NOW, STAGES, matter_at, plan_of
from tests.matters.helpers import all_confirm
from tests.proposal.test_pages import CALL
from tests.proposal.test_rules import meeting

FOUR_TWO = (*STAGES[:4], "party_meeting", *STAGES[4:])
MEMBERS = ("李书记", "吴委员", "钱师傅", "冯老师")


async def party_matter(world) -> Matter:
    return await matter_at(world, "party_meeting", stages=FOUR_TWO, procedure="four-two")


@pytest.mark.parametrize(
    ("present", "for_", "outcome"),
    [
        (20, 16, Outcome.INQUORATE),
        (21, 15, Outcome.NOT_PASSED),
        (21, 16, None),
    ],
)
def test_of_31_members_21_must_come_and_16_agree(present, for_, outcome):
    facts = meeting(31, present, for_)
    shares = {"quorum": Fraction(2, 3), "majority": Fraction(1, 2)}
    assert failure(facts, **shares) is outcome
    assert (blockers(Facts(facts), Norms(), NOW) == []) == (outcome is None)


@pytest.mark.anyio
async def test_the_party_meeting_calls_full_members_and_sends_the_plan_to_the_vote(world, client):
    matter = await party_matter(world)
    await plan_of(matter)
    url = f"/matters/{matter.id}/party_meeting"
    clerk, secretary = await client("张经办"), await client("李书记")
    await clerk.post(f"{url}/convene", data=CALL)
    page = (await clerk.get(url)).text
    assert all(name in page for name in MEMBERS)
    assert "卫师傅" not in page
    written = {
        "present": [str(world.people[name].id) for name in MEMBERS[:3]],
        f"reason-{world.people['冯老师'].id}": "住院",
        "points": "审议最终方案",
        "for": "3",
        "against": "0",
        "abstain": "0",
    }
    assert (await clerk.post(f"{url}/meetings/1", data=written)).status_code == 303
    await all_confirm(client, url, MEMBERS[:3])
    moved = await secretary.post(f"/matters/{matter.id}/advance", data={"stage": "party_meeting"})
    assert moved.status_code == 303, moved.text
    assert (await Matter.get(id=matter.id)).stage == "vote"


@pytest.mark.anyio
async def test_a_plan_the_party_members_do_not_carry_goes_back_to_the_committees(world, client):
    matter = await party_matter(world)
    url = f"/matters/{matter.id}/party_meeting"
    clerk, secretary = await client("张经办"), await client("李书记")
    await clerk.post(f"{url}/convene", data=CALL)
    people = [str(world.people[name].id) for name in MEMBERS]
    written = {"present": people, "points": "审议", "for": "2", "against": "2", "abstain": "0"}
    await clerk.post(f"{url}/meetings/1", data=written)
    await all_confirm(client, url, MEMBERS)
    assert "至少3人同意，实际2人同意" in (await secretary.get(url)).text
    assert (await secretary.post(f"{url}/conclude")).status_code == 303
    assert (await Matter.get(id=matter.id)).stage == "proposal"


@pytest.mark.anyio
async def test_a_procedure_without_the_stage_has_no_such_page(world, client):
    matter = await matter_at(world, "consultation")
    clerk = await client("张经办")
    assert (await clerk.get(f"/matters/{matter.id}/party_meeting")).status_code == 404
    answer = await clerk.post(f"/matters/{matter.id}/party_meeting/convene", data=CALL)
    assert answer.status_code == 404
