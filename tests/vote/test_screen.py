"""The meeting: the projector tells numbers only, and one phone signs in everyone bound to it."""

from datetime import timedelta

import pytest

from deliberation.accounts.models import Account, Session, SessionAccount
from deliberation.matters.models import Attendance, Meeting
from deliberation.people.models import Member
from deliberation.stages.vote import closing
from deliberation.stages.vote.meeting.screens import countdown
from deliberation.stages.vote.models import RollEntry, Vote
from tests.cast import NOW
from tests.vote.voting import cast, open_vote, sign_in

pytestmark = pytest.mark.anyio


async def meeting_of(world, count=10, present=0, **more):
    """An open vote held at a meeting today, with `present` of its lines signed in."""
    matter, vote, entries = await open_vote(world, count, **more)
    await sign_in(matter, vote, entries[:present])
    return matter, vote, entries, f"/matters/{matter.id}/vote"


async def phone(world, *entries) -> None:
    """Accounts 选民1, 选民2 … for these lines, all bound to the browser of the first."""
    for number, entry in enumerate(entries, 1):
        account = await Account.create(person_id=entry.person_id, created_at=NOW)
        world.accounts[f"选民{number}"] = account
    await world.token("选民1")
    session = await Session.get(account=world.accounts["选民1"])
    for number in range(2, len(entries) + 1):
        await SessionAccount.create(session=session, account=world.accounts[f"选民{number}"])


async def test_the_screen_is_for_staff_and_overseers(world, client):
    _, _, _, base = await meeting_of(world)
    for name in ("visitor", "赵大妈", "陈先生", "管理员"):
        assert (await (await client(name)).get(f"{base}/screen")).status_code == 404, name
    for name in ("张经办", "李书记", "孙监督", "刘干部"):
        assert (await (await client(name)).get(f"{base}/screen")).status_code == 200, name


async def test_the_screen_refreshes_itself_without_a_script(world, client):
    _, _, _, base = await meeting_of(world)
    page = (await (await client("张经办")).get(f"{base}/screen")).text
    assert '<meta http-equiv="refresh" content="8">' in page
    assert "<script" not in page and 'class="top"' not in page
    assert 'alt="扫码打开http://127.0.0.1:8000' + base + '/sign-in"' in page


def shown(page: str, label: str) -> int:
    """The big figure under a label."""
    return int(page.split(f"<dt>{label}</dt><dd>")[1].split("<")[0])


async def test_who_signed_in_and_who_voted_are_two_numbers_and_the_quorum_is_told(world, client):
    """One joint number would tell whoever keeps the list which of those present have voted."""
    matter, _, entries, base = await meeting_of(world, 10, present=5)
    staff = await client("张经办")
    await cast(world, matter, entries[4], "for")  # signed in as well
    page = (await staff.get(f"{base}/screen")).text
    assert (shown(page, "应到"), shown(page, "已签到"), shown(page, "已投票")) == (10, 5, 1)
    assert "还不够" in page and "要7人" in page and "实到" not in page
    await cast(world, matter, entries[5], "against")
    page = (await staff.get(f"{base}/screen")).text
    assert (shown(page, "已签到"), shown(page, "已投票")) == (5, 2)
    assert "够不够截止后算" in page and "还不够" not in page
    for entry in (*entries[:4], entries[6]):
        await cast(world, matter, entry, "against")
    page = (await staff.get(f"{base}/screen")).text
    assert (shown(page, "已签到"), shown(page, "已投票")) == (5, 7) and "人数够了" in page


async def test_no_name_and_no_answer_is_on_the_screen_before_the_count(world, client):
    matter, vote, entries, base = await meeting_of(world, 10, present=3)
    for entry in entries[:8]:
        await cast(world, matter, entry, "for")
    staff = await client("张经办")
    open_page = (await staff.get(f"{base}/screen")).text
    world.now = vote.closes_at
    over = (await staff.get(f"{base}/screen")).text
    assert "投票已经截止，等候计票" in over
    for page in (open_page, over):
        assert not [n for n in range(10) if f"选民{n}" in page]
        assert "张经办" not in page and "过半数" not in page and 'class="counts"' not in page
    world.later(minutes=1)
    await closing.close(await world.actor("张经办"), matter, world.now)
    page = (await staff.get(f"{base}/screen")).text
    assert "通过" in page and "同意8人" in page and shown(page, "同意") == 8
    assert not [n for n in range(10) if f"选民{n}" in page]
    assert "扫码" not in page


async def test_of_owners_the_ballots_are_told_and_never_their_area(world, client):
    _, _, entries, base = await meeting_of(
        world, profile="P7", weights=[(1, 6000), (1, 8317), (1, 3000)]
    )
    staff = await client("张经办")
    page = (await staff.get(f"{base}/screen")).text
    assert shown(page, "已投票") == 0 and "还不够" in page and "要2人、" in page
    await RollEntry.filter(id=entries[1].id).update(state="voted", channel="phone")
    page = (await staff.get(f"{base}/screen")).text
    assert shown(page, "已投票") == 1 and "83.17" not in page
    await RollEntry.filter(id=entries[0].id).update(state="voted", channel="phone")
    page = (await staff.get(f"{base}/screen")).text
    assert shown(page, "已投票") == 2 and "够不够截止后算" in page


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ({"days": 1, "hours": 2, "minutes": 59}, "离截止还有1天2小时"),
        ({"days": 1}, "离截止还有1天"),
        ({"hours": 23, "minutes": 59, "seconds": 59}, "离截止还有23小时59分钟"),
        ({"hours": 1}, "离截止还有1小时"),
        ({"minutes": 59, "seconds": 59}, "离截止还有59分钟"),
        ({"seconds": 60}, "离截止还有1分钟"),
        ({"seconds": 59}, "离截止还有不到1分钟"),
        ({}, "投票已经截止，等候计票"),
    ],
)
async def test_the_countdown_is_in_plain_words(left, words):
    vote = Vote(status="open", opens_at=NOW - timedelta(days=9), closes_at=NOW + timedelta(**left))
    assert countdown(vote, NOW) == words


async def test_before_the_opening_instant_the_countdown_runs_to_it():
    vote = Vote(status="open", opens_at=NOW + timedelta(minutes=5), closes_at=NOW)
    assert countdown(vote, NOW) == "还有5分钟开始投票"
    assert countdown(Vote(status="certified", opens_at=NOW, closes_at=NOW), NOW) == ""


async def test_one_phone_signs_in_two_voters_one_after_the_other(world, client):
    matter, _, entries, base = await meeting_of(world)
    await phone(world, entries[0], entries[1])
    # The voters live in the community, as signing in asks of them.
    for entry in entries[:2]:
        home = world.households["1-101"]
        await Member.create(household=home, person_id=entry.person_id)
    browser = await client("选民1")
    page = (await browser.get(f"{base}/sign-in")).text
    assert "选民0签到" in page and "选民1签到" in page
    first = await browser.post(f"{base}/sign-in", data={"account": world.accounts["选民1"].id})
    assert first.status_code == 303 and first.headers["location"] == f"{base}/sign-in"
    assert await Attendance.all().values_list("person_id", flat=True) == [entries[0].person_id]
    second = {"account": world.accounts["选民2"].id}
    assert (await browser.post(f"{base}/sign-in", data=second)).status_code == 303
    assert await Attendance.all().count() == 2
    page = (await browser.get(f"{base}/sign-in")).text
    assert page.count("已签到") >= 2 and "选民1签到" not in page
    assert "<strong>选民1</strong>" in page  # whoever signed in last now acts


async def test_nobody_signs_in_for_an_account_of_another_phone(world, client):
    _, _, _, base = await meeting_of(world)
    browser = await client("赵大妈")
    other = {"account": world.accounts["钱师傅"].id}
    answer = await browser.post(f"{base}/sign-in", data=other)
    assert answer.status_code == 422 and "没有这个人的登录" in answer.text
    assert await Attendance.all().count() == 0


async def test_the_sign_in_page_tells_everyone_what_to_do(world, client):
    _, _, entries, base = await meeting_of(world)
    assert "扫您那张登录纸条" in (await (await client("visitor")).get(f"{base}/sign-in")).text
    assert "名册上没有您" in (await (await client("陈先生")).get(f"{base}/sign-in")).text
    await phone(world, entries[0])
    browser = await client("选民1")
    assert ">签到</button>" in (await browser.get(f"{base}/sign-in")).text
    world.later(days=1)
    page = (await browser.get(f"{base}/sign-in")).text
    assert ">签到</button>" not in page and "只在会议当天" in page
    refused = await browser.post(f"{base}/sign-in", data={})
    assert refused.status_code in (403, 422) and await Attendance.all().count() == 0


async def test_a_vote_without_a_meeting_has_no_sign_in_page_and_its_screen_leads_to_the_vote(
    world, client
):
    matter, _, _ = await open_vote(world, 3)
    base = f"/matters/{matter.id}/vote"
    assert await Meeting.all().count() == 0
    assert (await (await client("visitor")).get(f"{base}/sign-in")).status_code == 404
    page = (await (await client("张经办")).get(f"{base}/screen")).text
    assert f'alt="扫码打开http://127.0.0.1:8000{base}"' in page
