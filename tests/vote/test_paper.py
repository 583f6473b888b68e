"""Paper is entered twice by two people, stands over the phone, and never exceeds what came back."""

import hashlib
import json

import pytest

from deliberation.accounts.models import Account
from deliberation.acting import Forbidden, Refused
from deliberation.approvals.models import Approval
from deliberation.documents.models import File
from deliberation.log.models import Entry
from deliberation.people.models import Member
from deliberation.places.models import Household
from deliberation.stages.vote import closing, dangerous
from deliberation.stages.vote.commitments import commitment
from deliberation.stages.vote.models import (
    Ballot,
    InclusionCode,
    PaperCount,
    RollEntry,
    SecretAnswer,
    Vote,
)
from deliberation.stages.vote.paper import batches, boxes, desk, sheets, transcribing
from deliberation.stages.vote.paper.facts import record
from deliberation.stages.vote.paper.models import Assistance, MobileBox, Transcript
from deliberation.stages.vote.paper.proposing import propose
from deliberation.stages.vote.paper.rules import (
    Figures,
    lines_each,
    numbers,
    per_page,
    spans,
    surplus,
)
from deliberation.stages.vote.rules import GRACE
from tests.vote.voting import cast, open_vote, two_people

pytestmark = pytest.mark.anyio

FOR, AGAINST = {"1": "for"}, {"1": "against"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def tally(**heads):
    return {"1": {"for": 0, "against": 0, "abstain": 0, "invalid": 0} | heads}


@pytest.fixture
async def hands(world):
    """Two clerks and a supervisor who handle paper."""
    return [await world.actor(name) for name in ("张经办", "何经办", "孙监督")]


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


# Numbered sheets of named votes.


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


# The desk of secret votes.


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("3", [3]),
        ("3、7、12-15", [3, 7, 12, 13, 14, 15]),
        ("３，７ 12—14；7号 20至21号", [3, 7, 12, 13, 14, 20, 21]),
        ("5 ～ 6\n9", [5, 6, 9]),
    ],
)
def test_numbers_are_read_as_clerks_write_them_and_written_back(typed, read):
    assert numbers(typed) == read
    assert numbers(spans(read)) == read


@pytest.mark.parametrize(
    "typed", ["", "、", "0", "三号楼", "15-12", "1-2-3", "1-201", "1-200、300"]
)
def test_numbers_that_are_none_are_refused_in_a_sentence(typed):
    with pytest.raises(ValueError, match="[一-龥]"):
        numbers(typed)
    assert len(numbers("1-200")) == 200


async def handed_out(world, matter, *out, second="何经办") -> None:
    await two_people(world, matter, "vote.issue_paper", {"numbers": list(out)}, second=second)


async def boxed(world, hands, matter, papers) -> None:
    """Papers 1 to `papers` handed out by two people and put into the box."""
    await handed_out(world, matter, *range(1, papers + 1))
    await desk.return_papers(hands[0], matter, numbers=list(range(1, papers + 1)), now=world.now)


async def test_papers_are_handed_out_by_two_people_and_several_at_once(world, hands):
    matter, vote, entries = await open_vote(world, 12, secret=True)
    made = await propose(hands[0], matter, "vote.issue_paper", [3, 7], world.now)
    assert await RollEntry.filter(state="paper_issued").count() == 0
    shown = {"approval": made.id, "shown": made.digest, "now": world.now}
    for alone in (hands[0], await same_person(world, "张经办")):
        with pytest.raises(Refused, match="提出的人不能自己批准"):
            await dangerous.approve(alone, matter, **shown)
    await dangerous.approve(hands[1], matter, **shown)
    issued = await RollEntry.filter(state="paper_issued").values_list("number", flat=True)
    assert issued == [3, 7]
    assert await Entry.all().count() == 0


async def test_a_refusal_names_every_number_and_moves_none(world, hands):
    matter, _, entries = await open_vote(world, 12, secret=True)
    await handed_out(world, matter, 1, 2)
    await cast(world, matter, entries[4], "for")
    with pytest.raises(Refused) as refused:
        await propose(hands[0], matter, "vote.issue_paper", [2, 5, 6, 40], world.now)
    assert refused.value.reasons == [
        "2号已经投过票，或者已经领过纸质票",
        "5号已经投过票，或者已经领过纸质票",
        "名册上没有40号",
    ]
    with pytest.raises(Refused, match="^6号没有领过纸质票"):
        await desk.return_papers(hands[0], matter, numbers=[1, 6], now=world.now)
    assert await RollEntry.filter(state="voted", channel="paper").count() == 0


async def test_numbers_that_wait_are_not_proposed_twice_and_a_proposal_is_taken_back(world, hands):
    matter, _, _ = await open_vote(world, 12, secret=True)
    made = await propose(hands[0], matter, "vote.issue_paper", [3, 7], world.now)
    with pytest.raises(Refused, match="^7号已经提出过"):
        await propose(hands[1], matter, "vote.issue_paper", [7, 8], world.now)
    with pytest.raises(Forbidden) as forbidden:
        await propose(await world.actor("赵大妈"), matter, "vote.issue_paper", [7], world.now)
    assert "7号" not in str(forbidden.value)
    await dangerous.withdraw(hands[0], matter, approval=made.id, now=world.now)
    again = await propose(hands[1], matter, "vote.issue_paper", [7, 8], world.now)
    await dangerous.approve(hands[0], matter, approval=again.id, shown=again.digest, now=world.now)
    assert await RollEntry.filter(state="paper_issued").count() == 2


async def test_a_vote_by_phone_between_the_two_people_stops_the_handing_out(world, hands):
    matter, _, entries = await open_vote(world, 12, secret=True)
    made = await propose(hands[0], matter, "vote.issue_paper", [3, 7], world.now)
    await cast(world, matter, entries[6], "for")
    with pytest.raises(Refused, match="^7号已经投过票"):
        await dangerous.approve(
            hands[1], matter, approval=made.id, shown=made.digest, now=world.now
        )
    assert await RollEntry.filter(state="paper_issued").count() == 0


async def test_whoever_holds_a_secret_paper_votes_by_phone_only_after_handing_it_back(world, hands):
    matter, _, entries = await open_vote(world, 10, secret=True)
    await handed_out(world, matter, 1)
    with pytest.raises(Refused, match="已经领了纸质票"):
        await cast(world, matter, entries[0], "for")
    await two_people(world, matter, "vote.hand_back", {"numbers": [1]}, second="孙监督")
    await cast(world, matter, entries[0], "for")
    with pytest.raises(Refused, match="已经投过票"):
        await propose(hands[0], matter, "vote.issue_paper", [1], world.now)


async def test_a_paper_in_the_box_cannot_be_handed_back_nor_issued_again(world, hands):
    matter, _, entries = await open_vote(world, 10, secret=True)
    with pytest.raises(Refused, match="没有领过"):
        await desk.return_papers(hands[0], matter, numbers=[1], now=world.now)
    await boxed(world, hands, matter, 1)
    for act in ("vote.issue_paper", "vote.hand_back"):
        with pytest.raises(Refused, match="^1号"):
            await propose(hands[0], matter, act, [1], world.now)
    with pytest.raises(Refused, match="^1号"):
        await desk.return_papers(hands[0], matter, numbers=[1], now=world.now)
    with pytest.raises(Refused, match="以纸质票为准"):
        await cast(world, matter, entries[0], "for")


async def test_after_the_end_nothing_is_handed_out_and_a_late_note_of_the_box_is_logged(
    world, hands
):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await handed_out(world, matter, 1, 2, 3)
    for act in ("vote.issue_paper", "vote.hand_back"):
        with pytest.raises(Refused, match="只在表决时间内"):
            await propose(hands[0], matter, act, [3], vote.closes_at)
    assert await Entry.all().count() == 0
    await desk.return_papers(hands[0], matter, numbers=[1, 2], now=vote.closes_at)
    entry = await Entry.get()
    assert entry.body == {"vote": vote.id, "papers": 2}, "how many, never who"


# Counting.


async def counted(hands, matter, now, papers, **heads) -> PaperCount:
    """A batch counted alike by a clerk and a supervisor."""
    batch = {"papers": papers, "tallies": tally(**heads), "now": now}
    made = await batches.enter(hands[0], matter, **batch)
    return await batches.confirm(hands[2], matter, batch=made.id, **batch)


async def test_batches_are_counted_by_two_people_after_the_end_and_add_up(world, hands):
    matter, vote, entries = await open_vote(world, 14, secret=True)
    await boxed(world, hands, matter, 12)
    await cast(world, matter, entries[12], "against")
    end = vote.closes_at
    ten = {"papers": 10, "tallies": tally(**{"for": 9, "invalid": 1})}
    with pytest.raises(Refused, match="截止时间以后"):
        await batches.enter(hands[0], matter, **ten, now=world.now)
    with pytest.raises(Refused, match="合计要等于本批票数10"):
        await batches.enter(hands[0], matter, papers=10, tallies=tally(abstain=2), now=end)
    batch = (await batches.enter(hands[0], matter, **ten, now=end)).id
    for alone in (hands[0], await same_person(world, "张经办")):
        with pytest.raises(Refused, match="另一个人核对"):
            await batches.confirm(alone, matter, batch=batch, **ten, now=end)
    wrong = {"papers": 10, "tallies": tally(**{"for": 10})}
    with pytest.raises(Refused, match="不一致"):
        await batches.confirm(hands[2], matter, batch=batch, **wrong, now=end)
    with pytest.raises(Refused, match="没有经第二人核对"):
        await closing.close(hands[0], matter, end + GRACE)
    await batches.confirm(hands[2], matter, batch=batch, **ten, now=end)
    with pytest.raises(Refused, match="还有2张没有计入"):
        await closing.close(hands[0], matter, end + GRACE)
    await counted(hands, matter, end, 2, against=2)
    result = (await closing.close(hands[0], matter, end + GRACE)).result
    assert (result["phone"], result["paper"]) == (1, 12)
    assert result["questions"][0]["counts"] == {
        "for": 9,
        "against": 3,
        "abstain": 0,
        "invalid": 1,
        "not_returned": 0,
    }


async def test_a_refused_batch_is_not_counted_and_may_be_entered_again(world, hands):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await boxed(world, hands, matter, 10)
    end = vote.closes_at
    ten = {"papers": 10, "tallies": tally(against=10)}
    batch = (await batches.enter(hands[0], matter, **ten, now=end)).id
    await batches.refuse(hands[1], matter, batch=batch, now=end)
    with pytest.raises(Refused, match="没有这一批"):
        await batches.confirm(hands[1], matter, batch=batch, **ten, now=end)
    await counted(hands, matter, end, 10, against=10)
    found = (await closing.close(hands[0], matter, end + GRACE)).result
    assert found["questions"][0]["counts"]["against"] == 10


@pytest.mark.parametrize(("papers", "fits"), [(50, True), (51, False)])
async def test_a_batch_holds_fifty_papers_at_most(world, hands, papers, fits):
    matter, vote, entries = await open_vote(world, 60, secret=True)
    await RollEntry.filter(vote=vote).update(state="voted", channel="paper")
    batch = batches.enter(
        hands[0], matter, papers=papers, tallies=tally(abstain=papers), now=vote.closes_at
    )
    if fits:
        await batch
    else:
        with pytest.raises(Refused, match="一批1到50张"):
            await batch


async def test_more_papers_than_came_back_are_void_with_a_reason_once_two_counted_them(
    world, hands, client
):
    matter, vote, _ = await open_vote(world, 14, secret=True)
    await handed_out(world, matter, *range(1, 13))
    await desk.return_papers(hands[0], matter, numbers=list(range(1, 12)), now=world.now)
    end = vote.closes_at
    voided = await counted(hands, matter, end, 12, **{"for": 12})
    assert voided.confirmed_by is None
    assert voided.void_reason == "登记交回11张，已计0张，这一批却有12张，多出的票分不出来"
    assert (await Entry.all().order_by("-id").first()).body["void"] is True
    world.later(days=2)
    page = (await (await client("张经办")).get(f"/matters/{matter.id}/vote/paper")).text
    assert "12张作废，没有计入" in page and "先补登记交票" in page
    with pytest.raises(Refused, match="还有11张没有计入"):
        await closing.close(hands[0], matter, end + GRACE)
    await desk.return_papers(hands[0], matter, numbers=[12], now=end)
    await counted(hands, matter, end, 12, **{"for": 12})
    result = (await closing.close(hands[0], matter, end + GRACE)).result
    assert result["questions"][0]["counts"]["for"] == 12, "the void batch is not added"


async def test_papers_missing_in_the_box_are_explained_by_two_people_or_nothing_is_counted(
    world, hands
):
    matter, vote, _ = await open_vote(world, 14, secret=True)
    await boxed(world, hands, matter, 12)
    end, act = vote.closes_at, "vote.explain_paper"
    await counted(hands, matter, end, 11, **{"for": 11})
    why = {"missing": 1, "reason": "开箱时两人点过三遍，少一张"}
    with pytest.raises(Refused, match="开箱数过票"):
        await two_people(world, matter, act, why, now=world.now)
    with pytest.raises(Refused, match="与提出的2张不一致"):
        await two_people(world, matter, act, why | {"missing": 2}, now=end)
    with pytest.raises(Refused, match="请删去"):
        await two_people(world, matter, act, why | {"reason": "19900001234说的"}, now=end)
    with pytest.raises(Refused, match="提出的人不能自己批准"):
        await two_people(world, matter, act, why, second="张经办", now=end)
    await Approval.filter(decision="").update(decision="withdrawn")
    await two_people(world, matter, act, why, second="孙监督", now=end)
    result = (await closing.close(hands[0], matter, end + GRACE)).result
    assert result["paper"] == 12
    assert result["questions"][0]["counts"] | {"against": 0} == {
        "for": 11,
        "against": 0,
        "abstain": 0,
        "invalid": 0,
        "not_returned": 1,
    }
    assert (await record(vote))["missing"] == 1


async def test_an_explanation_lapses_when_another_paper_is_counted_after_it(world, hands):
    matter, vote, _ = await open_vote(world, 14, secret=True)
    await boxed(world, hands, matter, 12)
    end = vote.closes_at
    await counted(hands, matter, end, 10, **{"for": 10})
    why = {"missing": 2, "reason": "少两张"}
    await two_people(world, matter, "vote.explain_paper", why, second="孙监督", now=end)
    await counted(hands, matter, end, 1, against=1)
    with pytest.raises(Refused, match="还有1张没有计入"):
        await closing.close(hands[0], matter, end + GRACE)


# Fewer than ten.


async def test_fewer_than_ten_papers_are_written_off_by_two_into_the_box_of_the_phone(world, hands):
    matter, vote, entries = await open_vote(world, 14, secret=True)
    await boxed(world, hands, matter, 3)
    for entry in entries[3:13]:
        await cast(world, matter, entry, "for")
    end = vote.closes_at
    papers = [FOR, AGAINST, {"1": "invalid"}]
    with pytest.raises(Refused, match="截止时间以后"):
        await transcribing.enter(hands[0], matter, papers=papers, now=world.now)
    with pytest.raises(Refused, match="逐张录入同一个票箱"):
        await batches.enter(hands[0], matter, papers=3, tallies=tally(abstain=3), now=end)
    with pytest.raises(Refused, match="第2张"):
        await transcribing.enter(hands[0], matter, papers=[FOR, {"1": "yes"}], now=end)
    await transcribing.enter(hands[0], matter, papers=papers, now=end)
    with pytest.raises(Refused, match="录过一次"):
        await transcribing.enter(hands[1], matter, papers=papers, now=end)
    with pytest.raises(Refused, match="不能再登记交票"):
        await desk.return_papers(hands[0], matter, numbers=[4], now=end)
    for alone in (hands[0], await same_person(world, "张经办")):
        with pytest.raises(Refused, match="另一个人核对"):
            await transcribing.confirm(alone, matter, papers=papers, now=end)
    with pytest.raises(Refused, match="不一致"):
        await transcribing.confirm(hands[1], matter, papers=[FOR, FOR, FOR], now=end)
    assert await SecretAnswer.filter(vote=vote).count() == 10
    await transcribing.confirm(hands[1], matter, papers=papers[::-1], now=end)
    assert await SecretAnswer.filter(vote=vote).count() == 13
    assert await InclusionCode.filter(vote=vote).count() == 10
    assert (await Transcript.get()).content == "", "what was compared is gone"
    result = (await closing.close(hands[0], matter, end + GRACE)).result
    assert (result["phone"], result["paper"]) == (10, 3)
    assert result["questions"][0]["counts"] == {
        "for": 11,
        "against": 1,
        "abstain": 0,
        "invalid": 1,
        "not_returned": 0,
    }
    told = await record(vote)
    assert (told["issued"], told["returned"], told["transcribed"]) == (3, 3, 3)
    assert told["batches"] == [] and told["missing"] == 0


async def test_written_off_papers_look_like_the_phones_and_are_committed_to_at_close(world, hands):
    matter, vote, entries = await open_vote(world, 12, secret=True)
    await boxed(world, hands, matter, 1)
    await cast(world, matter, entries[5], "for")
    phone = await SecretAnswer.get()
    end = vote.closes_at
    await transcribing.enter(hands[0], matter, papers=[AGAINST], now=end)
    await transcribing.confirm(hands[1], matter, papers=[AGAINST], now=end)
    paper = await SecretAnswer.exclude(key=phone.key).get()
    assert (len(paper.key), len(paper.salt)) == (len(phone.key), len(phone.salt))
    await closing.close(hands[0], matter, end + GRACE)
    logged = [entry.body["commitments"] for entry in await Entry.filter(act="vote.commit")]
    assert sorted(sum(logged, [])) == sorted(map(commitment, (phone, paper)))
    said = json.dumps([entry.body for entry in await Entry.filter(act="vote.confirm_paper")])
    assert '"papers": 1' in said and "against" not in said and paper.key not in said


async def test_a_transcript_sent_back_is_emptied_and_entered_again(world, hands):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await boxed(world, hands, matter, 2)
    end = vote.closes_at
    await transcribing.enter(hands[0], matter, papers=[FOR, FOR], now=end)
    assert "for" in (await Transcript.get()).content
    await transcribing.refuse(hands[1], matter, now=end)
    assert (await Transcript.get()).content == ""
    await transcribing.enter(hands[1], matter, papers=[FOR, AGAINST], now=end)
    await transcribing.confirm(hands[0], matter, papers=[AGAINST, FOR], now=end)
    assert await SecretAnswer.filter(vote=vote).count() == 2


async def test_more_papers_than_came_back_are_not_written_off_but_void(world, hands):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await boxed(world, hands, matter, 2)
    end = vote.closes_at
    await transcribing.enter(hands[0], matter, papers=[FOR] * 3, now=end)
    voided = await transcribing.confirm(hands[1], matter, papers=[FOR] * 3, now=end)
    assert "登记交回2张" in voided.void_reason
    assert await SecretAnswer.filter(vote=vote).count() == 0
    with pytest.raises(Refused, match="还有2张没有计入"):
        await closing.close(hands[0], matter, end + GRACE)


async def test_the_database_keeps_a_transcript_from_being_changed(world, hands):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await boxed(world, hands, matter, 2)
    await transcribing.enter(hands[0], matter, papers=[FOR, FOR], now=vote.closes_at)
    for change in (
        {"content": "[]"},
        {"papers": 3},
        {"content": "", "confirmed_by": hands[0].account_id},
    ):
        with pytest.raises(Exception, match="frozen: UPDATE on transcript"):
            await Transcript.all().update(**change)
    with pytest.raises(Exception, match="frozen: DELETE on transcript"):
        await Transcript.all().delete()


@pytest.mark.parametrize(("returned", "few"), [(9, True), (10, False)])
async def test_ten_papers_are_a_batch_and_nine_are_not(world, hands, returned, few):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await boxed(world, hands, matter, returned)
    end, found = vote.closes_at, []
    for attempt in (
        lambda: transcribing.enter(hands[0], matter, papers=[FOR] * 9, now=end),
        lambda: batches.enter(
            hands[0], matter, papers=returned, tallies=tally(**{"for": returned}), now=end
        ),
    ):
        try:
            await attempt()
            found.append(True)
        except Refused:
            found.append(False)
    assert found == [few, not few]


@pytest.mark.parametrize(("papers", "void"), [(3, False), (4, True)])
def test_a_batch_is_void_from_the_first_paper_too_many(papers, void):
    assert bool(surplus(Figures(issued=9, returned=8, counted=5), papers)) is void


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


def test_few_short_questions_share_a_sheet_and_many_long_ones_do_not():
    one = ("您是否同意本次改造的这一项内容？", ["同意", "反对", "弃权"])
    assert [per_page([one] * count, named=False) for count in (1, 2, 4, 5)] == [4, 4, 2, 1]
    assert [per_page([one] * count, named=True) for count in (1, 3, 4)] == [2, 2, 1]


def test_long_ballots_make_shorter_documents():
    assert [lines_each("sheets", questions) for questions in (1, 4, 12)] == [100, 50, 21]
    assert (lines_each("issue", 12), lines_each("count", 12)) == (300, 0)


# The page.


async def send(client, url, status=303, **data):
    answer = await client.post(url, data=data)
    assert answer.status_code == status, answer.text
    return answer


async def test_the_desk_works_through_a_secret_vote_on_the_page(world, client):
    matter, vote, _ = await open_vote(world, 14, secret=True)
    base = f"/matters/{matter.id}/vote/paper"
    first, second = await client("张经办"), await client("何经办")
    wrong = await send(first, f"{base}/issue", 422, number="三号")
    assert "编号请写成 3、7、12-15 这样" in wrong.text and 'value="三号"' in wrong.text
    await send(first, f"{base}/issue", number="1-3、5")
    own = (await first.get(base)).text
    assert "名册1-3、5号，共4张" in own and "提出的人不能自己批准" in own
    waiting = await Approval.get(decision="")
    shown = {"approval": str(waiting.id), "shown": waiting.digest}
    await send(first, f"{base}/approve", 422, **shown)
    await send(second, f"{base}/approve", **shown)
    await send(first, f"{base}/return", number="1，2，3")
    assert "本批票数" not in (await first.get(base)).text
    world.later(days=2, minutes=1)
    assert "逐张录入" in (await first.get(base)).text
    papers = {"p1-1": "for", "p2-1": "for", "p3-1": "against"}
    await send(first, f"{base}/few", **papers)
    page = (await second.get(base)).text
    assert "selected" not in page, "the second person sees no first entry"
    await send(first, f"{base}/few/confirm", 422, **papers)
    other = {"p1-1": "against", "p2-1": "for", "p3-1": "for"}
    await send(second, f"{base}/few/confirm", **other)
    await send(first, f"/matters/{matter.id}/vote/close")
    result = (await Vote.get(id=vote.id)).result["questions"][0]["counts"]
    assert (result["for"], result["against"]) == (2, 1)


async def test_batches_and_what_is_missing_are_dealt_with_on_the_page(world, hands, client):
    matter, vote, _ = await open_vote(world, 14, secret=True)
    await boxed(world, hands, matter, 11)
    world.later(days=2, minutes=1)
    base = f"/matters/{matter.id}/vote/paper"
    first, second = await client("张经办"), await client("何经办")
    batch = {f"t1-{key}": "0" for key in ("against", "abstain", "invalid")}
    batch |= {"papers": "10", "t1-for": "10"}
    await send(first, f"{base}/count", **batch)
    number = str((await PaperCount.get()).id)
    page = (await second.get(base)).text
    assert f'name="batch" value="{number}"' in page and 'value="10"' not in page
    await send(second, f"{base}/count/confirm", batch=number, **batch)
    assert "箱里的票比交回的少" in (await first.get(base)).text
    await send(first, f"{base}/explain", missing="1", reason="两人点过三遍，少一张")
    waiting = await Approval.get(decision="")
    assert "有1张没有计入，按未交票办理" in (await second.get(base)).text
    await send(second, f"{base}/approve", approval=str(waiting.id), shown=waiting.digest)
    assert "两个人已经写明：1张没有计入" in (await second.get(base)).text
    await send(first, f"/matters/{matter.id}/vote/close")


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
