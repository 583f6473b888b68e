"""Numbered sheets are entered twice by two people and stand over the phone."""

import hashlib

import pytest

from deliberation.accounts.models import Account
from deliberation.acting import Forbidden, Refused
from deliberation.documents.models import File
from deliberation.log.models import Entry
from deliberation.people.models import Member
from deliberation.places.models import Household
from deliberation.stages.vote import closing
from deliberation.stages.vote.models import (
    Ballot,
    RollEntry,
)
from deliberation.stages.vote.paper import boxes, sheets
from deliberation.stages.vote.paper.facts import record
from deliberation.stages.vote.paper.models import Assistance, MobileBox
from deliberation.stages.vote.rules import GRACE
from tests.vote.papers import (
    AGAINST,
    FOR,
    PNG,
    counts,
    given,
    same_person,
    send,
)
from tests.vote.voting import cast, open_vote

pytestmark = pytest.mark.anyio


async def test_a_sheet_counts_only_once_another_person_entered_the_same(world, hands):
    matter, _, entries = await open_vote(world, 3)
    await sheets.enter(hands[0], matter, number=1, choices=FOR, now=world.now)
    assert (await RollEntry.get(id=entries[0].id)).state == "none"
    for alone in (hands[0], await same_person(world, "张经办")):
        with pytest.raises(Refused, match="另一个人核对"):
            await sheets.confirm(alone, matter, number=1, choices=FOR, now=world.now)
    with pytest.raises(Refused, match="不一致"):
        await sheets.confirm(hands[1], matter, number=1, choices=AGAINST, now=world.now)
    await sheets.confirm(hands[1], matter, number=1, choices=FOR, now=world.now)
    entry = await RollEntry.get(id=entries[0].id)
    assert (entry.state, entry.channel) == ("voted", "paper")


async def test_the_database_refuses_a_sheet_confirmed_by_whoever_entered_it(world, hands):
    matter, _, _ = await open_vote(world, 3)
    await sheets.enter(hands[0], matter, number=1, choices=FOR, now=world.now)
    with pytest.raises(Exception, match="frozen: UPDATE on ballot"):
        await Ballot.all().update(confirmed_by=hands[0].account_id)
    with pytest.raises(Exception, match="frozen: UPDATE on ballot"):
        await Ballot.all().update(entered_by=hands[1].account_id)


async def test_confirmed_paper_stands_over_the_phone_and_the_phone_is_told(world, hands):
    matter, vote, entries = await open_vote(world, 3)
    await cast(world, matter, entries[0], "against")
    await sheets.enter(hands[0], matter, number=1, choices=FOR, now=world.now)
    await cast(world, matter, entries[0], "abstain")
    await sheets.confirm(hands[1], matter, number=1, choices=FOR, now=world.now)
    with pytest.raises(Refused, match="以纸质票为准"):
        await cast(world, matter, entries[0], "against")
    assert await counts(hands, matter, vote) == {
        "for": 1,
        "against": 0,
        "abstain": 0,
        "invalid": 0,
        "not_returned": 0,
    }
    assert await Ballot.all().count() == 3


async def test_a_refused_entry_loses_nothing_of_what_came_by_phone(world, hands):
    matter, vote, entries = await open_vote(world, 3)
    await cast(world, matter, entries[0], "against")
    await sheets.enter(hands[0], matter, number=1, choices=FOR, now=world.now)
    await sheets.refuse(hands[1], matter, number=1, now=world.now)
    assert (await counts(hands, matter, vote))["against"] == 1


async def test_an_entry_is_made_once_and_again_after_it_was_refused(world, hands):
    matter, _, _ = await open_vote(world, 3)
    await sheets.enter(hands[0], matter, number=1, choices=AGAINST, now=world.now)
    with pytest.raises(Refused, match="录过一次"):
        await sheets.enter(hands[0], matter, number=1, choices=FOR, now=world.now)
    await sheets.refuse(hands[1], matter, number=1, now=world.now)
    await given(hands, world, matter, 1, FOR)
    with pytest.raises(Refused, match="已经核对计入"):
        await sheets.enter(hands[0], matter, number=1, choices=FOR, now=world.now)


async def test_a_vote_with_paper_of_one_person_only_is_not_closed(world, hands):
    matter, vote, _ = await open_vote(world, 3)
    await sheets.enter(hands[0], matter, number=1, choices={"1": "invalid"}, now=world.now)
    with pytest.raises(Refused, match="还有1份纸质票没有经第二人核对"):
        await closing.close(hands[0], matter, vote.closes_at + GRACE)
    await sheets.confirm(hands[2], matter, number=1, choices={"1": "invalid"}, now=vote.closes_at)
    assert (await counts(hands, matter, vote))["invalid"] == 1


async def test_after_the_end_only_a_sheet_that_came_before_is_entered(world, hands):
    matter, vote, _ = await open_vote(world, 3)
    sheet, end = {"number": 1, "choices": FOR}, vote.closes_at
    with pytest.raises(Refused, match="截止以前已经交来"):
        await sheets.enter(hands[0], matter, **sheet, now=end)
    await sheets.enter(hands[0], matter, **sheet, handed_in=True, now=end)
    await sheets.confirm(hands[1], matter, **sheet, now=end)
    assert (await counts(hands, matter, vote))["for"] == 1


async def test_a_number_that_is_not_on_the_roll_and_a_wrong_answer_are_refused(world, hands):
    matter, _, _ = await open_vote(world, 3)
    with pytest.raises(Refused, match="名册上没有4号"):
        await sheets.enter(hands[0], matter, number=4, choices=FOR, now=world.now)
    with pytest.raises(Refused, match="不在选项之内"):
        await sheets.enter(hands[0], matter, number=1, choices={"1": "yes"}, now=world.now)
    with pytest.raises(Forbidden):
        resident = await world.actor("赵大妈")
        await sheets.enter(resident, matter, number=1, choices=FOR, now=world.now)
    assert await Ballot.all().count() == 0


async def test_help_at_the_sheet_has_two_witnesses_and_stays_out_of_the_log(world, hands):
    matter, _, entries = await open_vote(world, 3)
    ids = {name: world.people[name].id for name in ("王主任", "吴委员", "孙监督", "冯老师")}
    sheet = {"number": 1, "choices": FOR, "now": world.now}

    def helped(*names):
        return sheets.Help(*(ids.get(name) for name in names))

    for wrong, why in (
        (helped("王主任", "吴委员"), "两名见证人"),
        (helped("王主任", "吴委员", "吴委员"), "不同的人"),
        (sheets.Help(ids["王主任"], ids["吴委员"], entries[0].person_id), "不同的人"),
        (helped("王主任", "吴委员", "冯老师"), "从列出的人里选"),
    ):
        with pytest.raises(Refused, match=why):
            await sheets.enter(hands[0], matter, **sheet, help=wrong)
    await sheets.enter(hands[0], matter, **sheet, help=helped("王主任", "吴委员", "孙监督"))
    row = await Assistance.get()
    assert (row.helper_id, row.witness_id) == (ids["王主任"], ids["吴委员"])
    assert await Entry.all().count() == 0


async def test_a_scan_is_kept_with_its_hash_and_read_by_nobody_before_the_count(
    world, hands, client, app
):
    matter, vote, _ = await open_vote(world, 3)
    base = f"/matters/{matter.id}/vote/paper"
    clerk = await client("张经办")
    sheet = {"number": "1", "c1": "for"}
    wrong = await clerk.post(f"{base}/enter", data=sheet, files={"scan": ("a.png", b"GIF89a")})
    assert wrong.status_code == 422 and "请上传照片" in wrong.text
    sent = await clerk.post(f"{base}/enter", data=sheet, files={"scan": ("票1.png", PNG)})
    assert sent.status_code == 303
    file = await File.get()
    assert file.sha256 == hashlib.sha256(PNG).hexdigest()
    assert (file.media_type, file.size) == ("image/png", len(PNG))
    assert app.state.files.get(file.sha256) == PNG
    await sheets.confirm(hands[1], matter, number=1, choices=FOR, now=world.now)
    assert (await clerk.get(f"/files/{file.id}")).status_code == 404
    assert f"/files/{file.id}" not in (await clerk.get(base)).text
    world.later(days=2, minutes=1)
    await closing.close(hands[0], matter, world.now)
    for name, status in (("张经办", 200), ("孙监督", 200), ("赵大妈", 404), ("visitor", 404)):
        assert (await (await client(name)).get(f"/files/{file.id}")).status_code == status, name
    assert file.sha256[:16] in (await clerk.get(base)).text


async def test_handling_paper_before_the_end_leaves_no_trace_of_who_voted_in_the_log(world, hands):
    matter, _, _ = await open_vote(world, 3)
    await given(hands, world, matter, 1, FOR)
    assert await Entry.all().count() == 0


async def test_the_package_counts_sheets_per_pair_of_people(world, hands):
    matter, vote, _ = await open_vote(world, 3)
    await given(hands, world, matter, 1, FOR)
    await given(hands, world, matter, 2, FOR)
    pair = {"entered_by": hands[0].account_id, "confirmed_by": hands[1].account_id}
    assert (await record(vote))["sheets"] == [pair | {"sheets": 2}]


async def test_a_mobile_box_goes_with_three_people_in_office(world, hands):
    matter, vote, _ = await open_vote(world, 3)
    ids = [world.people[name].id for name in ("王主任", "吴委员", "孙监督")]
    trip = {"went_at": world.now, "places": "1号楼、2号楼", "now": world.now}
    stranger = world.people["冯老师"].id
    for two in (ids[:2], [*ids[:2], ids[0]], [*ids[:2], stranger]):
        with pytest.raises(Refused, match="至少要3名"):
            await boxes.carry(hands[0], matter, **trip, workers=two)
    with pytest.raises(Refused, match="请只写楼栋"):
        places = {"places": "1号楼2单元301室"}
        await boxes.carry(hands[0], matter, **trip | places, workers=ids)
    await boxes.carry(hands[0], matter, **trip, workers=ids)
    assert (await MobileBox.get()).workers == sorted(ids)
    assert (await Entry.get()).body == {
        "vote": vote.id,
        "box": (await MobileBox.get()).id,
        "workers": 3,
    }


async def test_a_round_of_the_box_and_help_are_recorded_on_the_page(world, client):
    matter, _, _ = await open_vote(world, 3)
    base = f"/matters/{matter.id}/vote/paper"
    clerk = await client("张经办")
    ids = {name: str(world.people[name].id) for name in ("王主任", "吴委员", "孙监督")}
    trip = {"went_at": "2026-03-02T09:00", "places": "1号楼", "workers": list(ids.values())}
    assert (await clerk.post(f"{base}/box", data=trip)).status_code == 303
    page = (await clerk.get(base)).text
    assert "1号楼，王主任、吴委员、孙监督" in page
    helped = dict(zip(("helper", "witness", "second_witness"), ids.values(), strict=True))
    await send(clerk, f"{base}/enter", number="1", c1="for", **helped)
    assert (await Assistance.get()).helper_id == world.people["王主任"].id


async def test_the_voter_is_told_on_the_page_of_the_vote_and_on_the_own_page(world, hands, client):
    matter, _, entries = await open_vote(world, 3)
    person = entries[0].person_id
    await Member.create(household=await Household.all().first(), person_id=person)
    world.accounts["选民"] = await Account.create(person_id=person, created_at=world.now)
    voter = await client("选民")
    said = "您的纸质票已经收到，以纸质票为准"
    before = [(await voter.get(url)).text for url in ("/me", f"/matters/{matter.id}/vote")]
    await given(hands, world, matter, 1, FOR)
    after = [(await voter.get(url)).text for url in ("/me", f"/matters/{matter.id}/vote")]
    del world.accounts["选民"]
    assert [said in text for text in before + after] == [False, False, True, True]
    assert "手机上投过的不再计入" in after[1]
