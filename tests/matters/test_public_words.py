"""What a matter's pages show to everyone holds no personal data."""

import pytest

from deliberation.acting import Refused
from deliberation.log.models import Entry
from deliberation.matters import actions
from deliberation.matters.actions import Details
from deliberation.stages.vote.models import Vote
from tests.cast import matter_at
from tests.vote.voting import open_vote, two_people

pytestmark = pytest.mark.anyio
WORDS = "家住2单元301室，电话19900001234"
TOLD = ["文字里有手机号码，这里会公开，请删去", "文字里有门牌号，这里会公开，请删去"]


def details(world, **changes) -> Details:
    given = {"title": "管网改造", "summary": "", "source": "party", "contact": "张经办"}
    given |= {"contact_phone": "0371-6000 0003", "places": (world.compound.id,)}
    return Details(**given | changes)


@pytest.mark.parametrize("changes", [{"title": WORDS}, {"summary": WORDS}])
async def test_a_registration_with_personal_data_is_refused(world, changes):
    clerk = await world.actor("张经办")
    wanted = details(world, **changes)
    with pytest.raises(Refused) as refused:
        await actions.register(
            clerk, world.community, wanted, procedure="one-three-two", now=world.now
        )
    assert sorted(refused.value.reasons) == sorted(TOLD)
    matter = await matter_at(world, "matters")
    with pytest.raises(Refused, match="这里会公开"):
        await actions.edit(clerk, matter, wanted, world.now)
    assert await Entry.all().count() == 0


async def test_no_reason_of_a_move_holds_personal_data(world):
    matter, vote, _ = await open_vote(world, 3, status="frozen")
    secretary, given = await world.actor("李书记"), {"reason": WORDS, "now": world.now}
    with pytest.raises(Refused, match="这里会公开"):
        await actions.send_back(secretary, matter, to="proposal", **given)
    with pytest.raises(Refused, match="这里会公开"):
        await actions.terminate(secretary, matter, **given)
    with pytest.raises(Refused, match="这里会公开"):
        await two_people(world, matter, "vote.void", {"reason": WORDS})
    assert (await Vote.get(id=vote.id)).status == "frozen"


@pytest.mark.parametrize(
    ("who", "named"), [("visitor", False), ("赵大妈", False), ("张经办", True), ("刘干部", True)]
)
async def test_who_sat_in_the_party_organisations_meeting_is_not_public(world, client, who, named):
    matter = await matter_at(world, "opinions", discussed_by="李建华、王秀兰")
    page = (await (await client(who)).get(f"/matters/{matter.id}/matters")).text
    assert "同意立项" in page
    assert ("王秀兰" in page) is named
