"""我的资料: seen, taken along and put right, by whom it is of and nobody else."""

import pytest

from deliberation.accounts.models import SessionAccount, SignInCode
from deliberation.log.models import Entry
from deliberation.people.models import Correction
from deliberation.stages.notices.models import Objection
from deliberation.stages.opinions import seconding
from deliberation.stages.opinions.survey.rules import Given
from deliberation.stages.vote.models import Ballot, RollEntry
from tests.accounts.helpers import PHONE, browser, give_phone, household_slip, slip_row
from tests.cast import matter_at
from tests.opinions.test_actions import answer, opened, said
from tests.opinions.test_groups import grouped
from tests.vote.voting import open_vote

pytestmark = pytest.mark.anyio
WRONG = "名字应当是赵大妈的妈，电话13800001111"


async def test_everybody_sees_and_takes_along_what_is_kept_of_them(app, world, client):
    await give_phone(app, world.people["赵大妈"])
    given = Given({"fee": "unwilling"}, frozenset({"roof"}))
    more = {"stance": "agree", "given": given}
    await said(world, await opened(world), text="下水管又堵了", **more)
    mine = await client("赵大妈")
    page = (await mine.get("/me/data")).text
    assert "1号楼101" in page and "199****1234" in page and PHONE not in page
    taken = (await mine.get("/me/data.json")).json()
    words = taken["我说过的"][0]
    assert taken["资料"][0]["姓名"] == "赵大妈" and words["意见"] == "下水管又堵了"
    assert (words["态度"], words["想改什么"]) == ("同意改造", "屋面")
    assert words["回答"] == {"交物业费": "不愿意"}
    assert PHONE not in str(taken)
    other = (await (await client("钱师傅")).get("/me/data.json")).json()
    assert other["我说过的"] == [] and other["资料"][0]["姓名"] == "钱师傅"
    for url in ("/me/data", "/me/data.html", "/me/data.json"):
        assert (await (await client("visitor")).get(url)).status_code == 404
    # Only a code sent to a number proves it; a slip with four digits goes through other hands.
    code = await SignInCode.create(
        ticket_hash="t", phone_hash="p", code_hash="c", sent_at=world.now, used_at=world.now
    )
    await SessionAccount.filter(account=world.accounts["赵大妈"]).update(code=code)
    file = await mine.get("/me/data.html")
    assert PHONE in file.text and "下水管又堵了" in file.text
    assert "attachment" in file.headers["content-disposition"]
    assert PHONE not in (await mine.get("/me/data")).text


async def test_what_is_taken_along_holds_every_act_and_no_choice_of_a_secret_vote(world, client):
    mine = await client("赵大妈")
    _, named, _ = await open_vote(world, 10, people=["赵大妈"])
    _, secret, _ = await open_vote(world, 10, people=["赵大妈"], secret=True)
    own = await RollEntry.get(vote=named, number=901)
    await Ballot.create(
        entry=own, version=1, choices={"1": "against"}, channel="phone", cast_at=world.now
    )
    await RollEntry.filter(number=901).update(state="voted", channel="phone")
    works = await matter_at(world, "implementation")
    await mine.post(f"/matters/{works.id}/evaluation/submit", data={"verdict": "satisfied"})
    about = {"vote": named, "person": world.people["赵大妈"], "name": "赵大妈"}
    text = {"text": "名册漏了我儿子", "filed_at": world.now, "due_on": world.now.date()}
    await Objection.create(**about, **text)
    matter = await opened(world)
    group = await grouped(world, matter, rows=[await said(world, matter, "钱师傅")])
    jiang = await world.actor("赵大妈")
    await seconding.second(jiang, matter, group, "differ", world.now)
    await answer(world, matter, group)
    taken = (await mine.get("/me/data.json")).json()
    kept_secret, open_ballot = taken["我投过的票"]
    assert "反对" in str(open_ballot["第1次"]) and "2026年3月2日" in open_ballot["第1次"]["时间"]
    assert set(kept_secret) == {"议题", "名册编号", "怎么投的", "作废", "说明"}
    assert taken["对结果的评议"][0]["评议"] == "满意"
    assert taken["我的异议"][0]["异议"] == "名册漏了我儿子"
    (stood,) = taken["附议和看法不同"]
    assert stood["看法不同"] == "下水道" and stood["答复"].startswith("采纳：")
    page = (await mine.get("/me/data.html")).text
    for words in ("名册漏了我儿子", "反对", "无记名：", "下水道"):
        assert words in page, words
    other = (await (await client("钱师傅")).get("/me/data.json")).json()
    assert not any(other[one] for one in ("我投过的票", "我的异议", "附议和看法不同"))


async def test_a_household_has_the_same_page_for_its_home(app, world, client):
    await give_phone(app, world.people["卫师傅"])
    issued = await household_slip(world, "2-102")
    head = f"/people/{world.people['卫师傅'].id}"
    async with browser(app) as home:
        await home.post(f"/s/{issued.token}", data={"code": PHONE[-4:]})
        assert 'href="/me/data"' in (await home.get("/me")).text
        page = (await home.get("/me/data")).text
        assert "户主 卫**，手机号199****1234" in page and "蒋**" in page
        for hidden in (PHONE, "卫师傅", "蒋同学"):
            assert hidden not in page + (await home.get("/me/data.html")).text
        taken = (await home.get("/me/data.json")).json()
        assert taken["资料"][0]["房屋"] == "2号楼102" and taken["谁查过我的资料"] == []
        assert "用那个人自己的纸条" in (await home.get("/me/access")).text
        assert (await home.post("/me/data", data={"words": WRONG})).status_code == 303
        assert (await home.post("/me/data", data={"words": WRONG})).status_code == 422
        clerk = await client("张经办")
        assert f'href="{head}"' in (await clerk.get("/desk")).text
        told = (await clerk.get(head)).text
        assert "2号楼102这一户说写错了" in told and WRONG in told
        # Which keeps nobody of the home from speaking of their own data, and is not shown there.
        wei = await client("卫师傅")
        assert WRONG not in (await wei.get("/me/data")).text
        assert (await wei.post("/me/data", data={"words": "生日不对"})).status_code == 303
        row = await Correction.get(asked_by=(await slip_row(issued)).account_id)
        await clerk.post(f"{head}/corrections/{row.id}", data={"answer": "已经改好"})
        settled = (await home.get("/me/data")).text
        assert "社区：已经改好" in settled and "生日不对" not in settled


async def test_a_clerk_is_told_what_is_wrong_and_answers(world, client):
    mine, person = await client("赵大妈"), world.people["赵大妈"].id
    assert (await mine.post("/me/data", data={"words": WRONG})).status_code == 303
    again = await mine.post("/me/data", data={"words": "还有生日"})
    assert again.status_code == 422 and "还没有办" in again.text and "还有生日" in again.text
    row = await Correction.get(person_id=person)
    assert "13800001111" not in row.words_cipher
    assert "13800001111" not in str(await Entry.all().values_list("body", flat=True))

    clerk = await client("张经办")
    assert f'href="/people/{person}"' in (await clerk.get("/desk")).text
    assert WRONG in (await clerk.get(f"/people/{person}")).text
    url = f"/people/{person}/corrections/{row.id}"
    assert (await clerk.post(url, data={"answer": ""})).status_code == 422
    assert (await clerk.post(url, data={"answer": "已经改好"})).status_code == 303
    twice = await clerk.post(url, data={"answer": "已经改好"})
    assert twice.status_code == 422 and "别人已经办了" in twice.text
    assert "社区：已经改好" in (await mine.get("/me/data")).text
    assert f'href="/people/{person}"' not in (await clerk.get("/desk")).text


async def test_only_a_clerk_of_the_community_settles_it(world, client):
    await (await client("赵大妈")).post("/me/data", data={"words": WRONG})
    row = await Correction.all().first()
    url = f"/people/{row.person_id}/corrections/{row.id}"
    for name, status in (("visitor", 404), ("钱师傅", 404), ("李书记", 403)):
        answer = await (await client(name)).post(url, data={"answer": "好"})
        assert answer.status_code == status, name
    assert (await Correction.get(id=row.id)).settled_at is None
