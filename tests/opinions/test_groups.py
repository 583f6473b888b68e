"""Many opinions at once: grouped, undone, drafted, checked by a second person, told, seconded."""

import re
from datetime import date

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.log.models import Entry, broken
from deliberation.matters.models import Plan
from deliberation.messages.recipients import recipients
from deliberation.people.models import Member, Person
from deliberation.places.models import Household
from deliberation.stages.opinions import answering, grouping, seconding
from deliberation.stages.opinions.demand import demand
from deliberation.stages.opinions.facts import facts
from deliberation.stages.opinions.grouping import Together
from deliberation.stages.opinions.models import Answer, Draft, Group, Opinion, Second
from deliberation.stages.opinions.preparing import MOST_ALONE, open_sections
from deliberation.stages.opinions.rules import PLANNED, REPLIES, VERDICTS, public_reasons
from deliberation.stages.opinions.telling import unseen
from tests.opinions.test_actions import answer, opened, said, stranger, written
from tests.queries import counted

pytestmark = pytest.mark.anyio


async def four(world, matter) -> list[Opinion]:
    """Two about the drain, two about lamps."""
    return [
        await said(world, matter, "赵大妈", "厨房下水道堵了三回", 1),
        await said(world, matter, "钱师傅", "下水道返味，主管太细", 2),
        await said(world, matter, "褚阿姨", "楼道灯坏了半年", 3),
        await said(world, matter, "卫师傅", "楼道灯不亮，摔过人", 4),
    ]


async def grouped(world, matter, title="下水道", category="drain", against=False, rows=None):
    rows = rows or [await said(world, matter)]
    ids = tuple(row.id for row in rows)
    one = Together(title, ids, category, against)
    clerk = await world.actor("张经办")
    (group,) = await grouping.accept(clerk, matter, [one], now=world.now)
    return group


async def test_several_suggestions_are_accepted_at_once_and_taken_back_at_once(world, client):
    matter = await opened(world)
    first, second, third, fourth = await four(world, matter)
    doubtful = await said(world, matter, "赵大妈", "每个月把账贴出来，大家就愿意交", 5)
    await said(world, matter, "钱师傅", "钱花在哪里要一笔一笔贴出来", 6)
    clerk = await client("张经办")
    url = f"/matters/{matter.id}/opinions/suggestions"
    page = (await clerk.get(url)).text
    assert "建议归成3组" in page
    assert "共同的词：" in page and "说的都是：排水" in page
    chosen = re.findall(r'name="do-(\d+)".*?value="(\w+)" selected', page, re.S)
    assert chosen == [(str(first.id), "join"), (str(third.id), "join"), (str(doubtful.id), "later")]
    form = {}
    for name, value in re.findall(r'name="((?:in|title|category)-\d+)"[^>]*value="([^"]*)"', page):
        form.setdefault(name, []).append(value)
    form |= {f"do-{first.id}": "join", f"do-{third.id}": "join"}
    form |= {f"title-{first.id}": "找19900001234"}
    refused = await clerk.post(url, data=form)
    assert refused.status_code == 422
    assert "手机号码" in refused.text and "找19900001234" in refused.text
    assert await Group.all().count() == 0, "all or none"
    form |= {f"title-{first.id}": "更换下水管", f"category-{first.id}": "drain"}
    assert (await clerk.post(url, data=form)).status_code == 303
    groups = await Group.filter(matter=matter)
    assert [group.title for group in groups][0] == "更换下水管"
    assert await Opinion.filter(group_id__isnull=True).count() == 2
    page = (await clerk.get(url)).text
    assert "最近一次归并了2组" in page
    ids = re.findall(r'name="group" value="(\d+)"', page)
    assert (await clerk.post(f"{url}/undo", data={"group": ids})).status_code == 303
    assert await Group.all().count() == 0
    assert await Opinion.filter(group_id__isnull=True).count() == 6
    assert "建议归成3组" in (await clerk.get(url)).text
    assert (await clerk.post(f"{url}/undo", data={"group": ids})).status_code == 422
    undone = await Entry.filter(act="opinions.group").order_by("-id").first()
    assert sorted(map(int, undone.body["undone"])) == [first.id, second.id, third.id, fourth.id]
    assert await broken(f"matter/{matter.id}") is None


async def test_a_suggestion_may_be_cut_smaller_or_declined_and_is_not_made_again(world, client):
    matter = await opened(world)
    first, second, third, fourth = await four(world, matter)
    clerk = await client("张经办")
    url = f"/matters/{matter.id}/opinions/suggestions"
    data = {
        f"do-{first.id}": "alone",
        f"in-{first.id}": [str(first.id), str(second.id)],
        f"do-{third.id}": "later",
        f"in-{third.id}": [str(third.id), str(fourth.id)],
    }
    assert (await clerk.post(url, data=data)).is_redirect
    assert await Opinion.filter(alone=True).order_by("id").values_list("id", flat=True) == [
        first.id,
        second.id,
    ]
    assert "建议归成1组" in (await clerk.get(url)).text
    data = {f"do-{third.id}": "join", f"title-{third.id}": "灯", f"in-{third.id}": str(fourth.id)}
    assert (await clerk.post(url, data=data)).is_redirect
    assert (await Opinion.get(id=third.id)).group_id is None
    assert (await Opinion.get(id=fourth.id)).group_id is not None
    nothing = await clerk.post(url, data={})
    assert nothing.status_code == 422 and "没有相近的意见了" in nothing.text
    for odd in ("level=9", "level=%00"):
        assert (await clerk.get(f"{url}?{odd}")).status_code == 200
    assert (await (await client("赵大妈")).get(url)).status_code == 404


async def test_a_grouping_that_others_built_on_is_not_taken_back(world, client):
    matter = await opened(world)
    former = await grouped(world, matter)
    moved = await Opinion.get(group=former)
    world.later(minutes=1)
    actor, url = await world.actor("张经办"), f"/matters/{matter.id}/opinions/suggestions"
    (group,) = await grouping.accept(
        actor, matter, [Together("又一组", (moved.id,))], now=world.now
    )
    neighbour, clerk = await world.actor("褚阿姨"), await client("张经办")
    await seconding.second(neighbour, matter, group, "second", world.now)
    why = "有1组：“又一组”有人附议或者看法不同，不能一起撤回，请一条一条取出"
    page = (await clerk.get(url)).text
    assert why in page and "disabled" in page.split("撤回这一次归并")[0][-200:]
    refused = await clerk.post(f"{url}/undo", data={"group": group.id})
    assert refused.status_code == 422 and why in refused.text.split('id="errors"')[1][:600]
    with pytest.raises(Refused, match="后来又归并过"):
        await grouping.undo(actor, matter, [group.id + 1], world.now)
    await seconding.second(neighbour, matter, group, "", world.now)
    assert why not in (await clerk.get(url)).text
    assert (await clerk.post(f"{url}/undo", data={"group": group.id})).status_code == 303
    assert (await Opinion.get(id=moved.id)).group_id == former.id, "back where it came from"


async def test_no_opinion_is_put_into_two_groups_and_none_of_a_stranger_into_any(world):
    matter = await opened(world)
    mine, waits = await said(world, matter), await stranger(world, matter)
    clerk = await world.actor("张经办")
    for wrong in (
        [Together("甲", (mine.id,)), Together("乙", (mine.id,))],
        [Together("甲", (waits.id,))],
        [Together("甲", ())],
        [Together("", (mine.id,))],
        [Together("甲", (mine.id,), "nothing")],
        [],
    ):
        with pytest.raises(Refused):
            await grouping.accept(clerk, matter, wrong, now=world.now)
    with pytest.raises(Forbidden):
        await grouping.accept(
            await world.actor("赵大妈"), matter, [Together("甲", (mine.id,))], now=world.now
        )
    assert await Group.all().count() == 0


async def test_the_same_household_saying_it_again_is_marked_for_staff(world, client):
    matter = await opened(world)
    first = await said(world, matter, "卫师傅", "楼道灯坏了半年没人管", 1)
    await said(world, matter, "蒋同学", "楼道灯坏了半年，没人管", 2)
    await said(world, matter, "赵大妈", "楼道灯坏了半年没人管", 3)
    clerk = await client("张经办")
    for page in ("list", "suggestions"):
        html = (await clerk.get(f"/matters/{matter.id}/opinions/{page}")).text
        assert html.count(f"同一户在意见{first.id}里说过") == 1, page


async def test_a_draft_is_public_only_after_a_second_person_checked_it(world, client):
    matter = await opened(world)
    group = await grouped(world, matter)
    author, other = await world.actor("张经办"), await world.actor("何经办")
    await answering.draft(
        author, matter, [group], verdict="adopted", reason="列入方案第一项", now=world.now
    )
    draft = await Draft.get()
    public = f"/matters/{matter.id}/opinions"
    for name in ("visitor", "赵大妈", "孙监督"):
        assert "列入方案第一项" not in (await (await client(name)).get(public)).text
    assert (await facts(matter, "opinions")).groups == ("下水道",)
    with pytest.raises(Refused, match="没有第二个人核对"):
        await answering.publish(other, matter, world.now)
    with pytest.raises(Refused, match="不能自己核对"):
        await answering.check(author, matter, {draft.id: 1}, world.now)
    await answering.draft(
        other, matter, [group], verdict="partly", reason="先换主管", now=world.now
    )
    with pytest.raises(Refused, match="改动过"):
        await answering.check(author, matter, {draft.id: 1}, world.now)
    await answering.check(author, matter, {draft.id: 2}, world.now)
    await answering.publish(author, matter, world.now)
    made = await Answer.get()
    assert (made.verdict, made.answered_by, made.checked_by) == (
        "partly",
        other.account_id,
        author.account_id,
    )
    assert await Draft.all().count() == 0
    assert "先换主管" in (await (await client("visitor")).get(public)).text
    with pytest.raises(Refused, match="还没有起草好的答复"):
        await answering.publish(author, matter, world.now)


async def test_drafts_are_read_one_by_one_and_published_together_or_not_at_all(world, client):
    matter = await opened(world)
    rows = await four(world, matter)
    author, other = await world.actor("张经办"), await world.actor("何经办")
    for row in rows:
        await answering.draft(
            author, matter, [row], verdict="adopted", reason="列入方案", now=world.now
        )
    url, clerk = f"/matters/{matter.id}/opinions/answers", await client("张经办")
    two = [f"{row.id}-1" for row in (await Draft.all())[:2]]
    stale = await clerk.post(f"{url}/discard", data={"drop": [two[0], two[1][:-1] + "2"]})
    assert stale.status_code == 422 and await Draft.all().count() == 4, "all or none"
    assert (await clerk.post(f"{url}/discard", data={"drop": two})).status_code == 303
    assert await Draft.all().count() == 2
    again = {"verdict": "adopted", "reason": "列入方案", "now": world.now}
    await answering.draft(author, matter, rows[:2], **again)
    shown = {row.id: row.version for row in await Draft.all()}
    last = max(shown)
    second = await client("何经办")
    page = (await second.get(url)).text
    assert page.count('name="draft"') == 4 and " checked" not in page.split("等核对的")[1]
    assert "全部核对无误（4条）" in page
    boxes = [f"{id}-1" for id in shown if id != last]
    assert (await second.post(f"{url}/check", data={"every": f"{last}-1"})).status_code == 422
    assert (await second.post(f"{url}/check", data={"draft": boxes})).status_code == 303
    with pytest.raises(Refused, match="还有1份"):
        await answering.publish(other, matter, world.now)
    assert await Answer.all().count() == 0
    rest = {"every": f"{last}-1", "all": "1"}
    assert (await second.post(f"{url}/check", data=rest)).status_code == 303
    answers = await answering.publish(other, matter, world.now)
    assert {row.answered_at for row in answers} == {world.now}
    assert (await facts(matter, "opinions")).unanswered == 0
    for name in ("赵大妈", "孙监督", "管理员", "visitor"):
        actor = await world.actor(name)
        with pytest.raises(Forbidden):
            await answering.check(actor, matter, shown, world.now)
        with pytest.raises(Forbidden):
            await answering.publish(actor, matter, world.now)


async def test_several_groups_are_answered_with_one_reply_and_what_was_typed_is_kept(world, client):
    matter = await opened(world)
    rows = await four(world, matter)
    drain = await grouped(world, matter, rows=rows[:2])
    clerk = await client("张经办")
    url = f"/matters/{matter.id}/opinions/answers"
    page = (await clerk.get(url)).text
    assert f'value="g{drain.id}" checked' in page and f'value="o{rows[2].id}" checked' in page
    form = {
        "pick-drain": f"g{drain.id}",
        "reply-drain": "plan",
        "pick-stairs": [f"o{row.id}" for row in rows[2:]],
        "reply-stairs": "",
        "reason-stairs": "都换声控灯",
    }
    wrong = await clerk.post(url, data=form)
    assert wrong.status_code == 422
    assert "还要选怎样答复" in wrong.text and "都换声控灯" in wrong.text
    form["reason-stairs"] = "打19900001234"
    wrong = await clerk.post(url, data=form | {"reply-stairs": "partly"})
    assert wrong.status_code == 422 and "手机号码" in wrong.text
    assert await Draft.all().count() == 0
    form |= {"reply-stairs": "partly", "reason-stairs": "都换声控灯"}
    assert (await clerk.post(url, data=form)).status_code == 303
    made = {(row.group_id, row.opinion_id): row for row in await Draft.all()}
    ready = "改造方案，做法、数量和时间在方案里写明。"
    assert made[drain.id, None].reason == f"将写进{ready}", "there is no plan to read yet"
    await Plan.create(matter=matter, version=1, created_at=world.now, frozen_at=world.now)
    late = await said(world, matter, "赵大妈", "下水道又堵了", 5)
    await clerk.post(url, data={"pick-drain": f"o{late.id}", "reply-drain": "plan"})
    assert (await Draft.all().order_by("-id"))[0].reason == f"已列入{ready}"
    assert [made[None, row.id].reason for row in rows[2:]] == ["都换声控灯"] * 2
    own = (await clerk.get(url)).text
    assert "您起草的，要另一个人核对" in own and 'name="draft"' not in own
    other = (await (await client("何经办")).get(url)).text
    assert other.count('name="draft"') == 4
    for bad in ({}, {"draft": "x"}, {"draft": "1-"}, {"draft": "999999-1"}):
        assert (await clerk.post(f"{url}/check", data=bad)).status_code == 422, bad


async def test_what_waits_behind_hundreds_of_drafts_is_still_offered(world):
    matter = await opened(world)
    home = {"matter": matter, "household": world.households["1-101"], "channel": "online"}
    when = {"said_on": date(2026, 3, 2), "received_at": world.now}
    await Opinion.bulk_create(Opinion(text=f"话{n}", **home, **when) for n in range(MOST_ALONE + 1))
    *first, last = await Opinion.all().order_by("id")
    clerk, words = await world.actor("张经办"), {"verdict": "adopted", "reason": "列入"}
    with counted() as queries:
        await answering.draft(clerk, matter, first, **words, now=world.now)
    assert len(queries) < 30, "a ballot would wait as long"
    assert await Draft.filter(version=1).count() == len(first)
    (section,) = await open_sections(matter)
    assert [one.row.id for one in section.subjects] == [last.id]


def test_the_ready_replies_may_go_public_and_have_every_verdict():
    assert {verdict for verdict, _, _ in REPLIES.values()} == set(VERDICTS)
    for _, _, reason in (*REPLIES.values(), *PLANNED.values()):
        assert public_reasons(reason) == []


async def test_unanswered_groups_block_the_stage_and_are_listed_with_links(world, client):
    matter = await opened(world)
    group = await grouped(world, matter)
    url = f"/matters/{matter.id}/opinions"
    page = (await (await client("赵大妈")).get(url)).text
    assert "还有1条意见没有答复，其中有1组：下水道" in page
    clerk = (await (await client("张经办")).get(url)).text
    assert f'<a href="{url}/groups/{group.id}">下水道</a>' in clerk
    await answer(world, matter, group)
    assert "还有1条意见没有答复" not in (await (await client("赵大妈")).get(url)).text


async def test_a_home_seconds_once_changes_its_mind_and_takes_it_back(world, client):
    matter = await opened(world)
    group = await grouped(world, matter)
    url = f"/matters/{matter.id}/opinions"
    second = f"{url}/groups/{group.id}/second"
    wei, jiang = await client("卫师傅"), await client("蒋同学")  # of one home
    for person, stand, shown in [
        (wei, "second", "1户附议，0户看法不同"),
        (jiang, "second", "1户附议，0户看法不同"),
        (jiang, "differ", "0户附议，1户看法不同"),
        (wei, "", "0户附议，0户看法不同"),
        (wei, "second", "1户附议，0户看法不同"),
    ]:
        done = await person.post(second, data={"stand": stand})
        assert done.status_code == 303, done.text
        assert shown in (await (await client("visitor")).get(url)).text
    assert await Second.all().count() == 1
    assert "您家附议" in (await jiang.get(url)).text
    assert (await wei.post(second, data={"stand": "x"})).status_code == 422
    bodies = [row.body for row in await Entry.filter(act="opinions.second")]
    assert len(bodies) == 5
    assert not [body for body in bodies if {"stand", "household"} & set(body)]


async def test_only_homes_in_scope_second_and_only_what_is_there(world, client):
    matter = await opened(world)
    group = await grouped(world, matter)
    empty = await Group.create(matter=matter, title="空的")
    with pytest.raises(Refused, match="没有意见"):
        await seconding.second(await world.actor("赵大妈"), matter, empty, "second", world.now)
    with pytest.raises(Refused, match="已经在这一组里"):  # she said it herself
        await seconding.second(await world.actor("赵大妈"), matter, group, "second", world.now)
    mine = (await (await client("赵大妈")).get(f"/matters/{matter.id}/opinions")).text
    assert "您家说过的话在这一组里" in mine and 'name="stand"' not in mine
    for name in ("visitor", "陈先生", "张经办", "孙监督"):
        with pytest.raises((Forbidden, Refused)):
            await seconding.second(await world.actor(name), matter, group, "second", world.now)
    other = await opened(world)
    url = f"/matters/{other.id}/opinions/groups/{group.id}/second"
    assert (await (await client("赵大妈")).post(url, data={"stand": "second"})).status_code == 404
    assert (
        'name="stand"'
        not in (await (await client("陈先生")).get(f"/matters/{matter.id}/opinions")).text
    )


async def test_who_spoke_who_seconded_and_who_differed_are_told_until_they_say_they_saw_it(
    world, client
):
    matter = await opened(world)
    group = await grouped(world, matter)  # 赵大妈 said it
    for name, stand in [("褚阿姨", "second"), ("卫师傅", "differ")]:
        await seconding.second(await world.actor(name), matter, group, stand, world.now)
    await speak(matter, group, [world.households["1-102"]])  # 钱师傅: written down in error
    await Opinion.filter(household=world.households["1-102"]).update(set_aside="不是我家")
    told = ("赵大妈", "褚阿姨", "卫师傅", "蒋同学")
    for name in told:
        assert "条没有看" not in (await (await client(name)).get("/me")).text
    await answer(world, matter, group, reason="主管全部换新")
    for name in told:
        person = await client(name)
        for _ in range(2):  # looking is not yet having seen
            page = (await person.get("/me")).text
            assert "1条没有看" in page and "主管全部换新" in page, name
    assert "条没有看" not in (await (await client("钱师傅")).get("/me")).text
    for name in ("钱师傅", "褚阿姨"):
        await Person.filter(id=world.people[name].id).update(phone_hash=name)
    rung = await recipients(matter, "answer", (await Answer.get()).id)
    assert rung == [world.people["褚阿姨"].id]
    sent = {"answer": str((await Answer.get()).id)}
    wei = await client("卫师傅")
    assert "您家看法不同的：下水道" in (await wei.get("/me")).text
    assert (await wei.post("/me/seen", data=sent)).status_code == 303
    assert (await wei.post("/me/seen", data=sent)).status_code == 303
    assert "条没有看" not in (await wei.get("/me")).text
    assert "1条没有看" in (await (await client("蒋同学")).get("/me")).text, "each for themselves"
    for bad in ({}, {"answer": "x"}):
        assert (await wei.post("/me/seen", data=bad)).status_code == 422
    assert (await (await client("visitor")).post("/me/seen", data=sent)).status_code == 404
    await answer(world, matter, group, verdict="partly", reason="先换东侧的主管")
    assert "先换东侧的主管" in (await wei.get("/me")).text, "a new answer is told anew"
    assert [one.answer.reason for one in await unseen(await world.actor("褚阿姨"))] == [
        "先换东侧的主管"
    ]


async def many_homes(world) -> dict[int, list[Household]]:
    """Twelve homes on floors 1 to 6 of each building, beside those of the cast."""
    return {
        n: [
            await Household.create(
                place=building,
                path=building.path,
                room=f"{floor}0{door}",
                label=f"{building.name}{floor}0{door}",
            )
            for floor in range(1, 7)
            for door in (5, 6)
        ]
        for n, building in world.buildings.items()
    }


async def speak(matter, group, homes) -> None:
    for home in homes:
        await Opinion.create(
            matter=matter,
            group=group,
            household=home,
            channel="phone",
            text="电梯",
            said_on=date(2026, 3, 2),
            received_at=matter.registered_at,
        )


async def test_demand_counts_households_and_hides_what_is_small(world, client):
    matter = await opened(world)
    homes = await many_homes(world)
    lift = await Group.create(matter=matter, title="加装电梯", category="lift")
    no = await Group.create(matter=matter, title="不同意电梯", category="lift", against=True)
    high = [home for n in (1, 2) for home in homes[n] if home.room[0] in "456"]
    ground = [home for n in (1, 2) for home in homes[n] if home.room[0] == "1"]
    await speak(matter, lift, [*high, *high])
    await speak(matter, no, ground)
    shown = await demand(matter)
    (wish,) = shown.wishes
    assert (wish.wanting.count, wish.against.count) == (12, 4)
    assert wish.wanting.buildings == [6, 6]
    assert wish.wanting.floors is None and wish.wanting.floor == "四层以上"
    assert wish.against.buildings is None and wish.against.floors is None
    url = f"/matters/{matter.id}/opinions/demand"
    page = (await (await client("visitor")).get(url)).text
    assert "要12户，不要4户" in page and "要的一半以上住四层以上" in page
    assert "户数太少" in page or "不到5户的不分开显示" in page
    for home in [*high, *ground]:
        assert home.label not in page
    # A fifth household against it, seconding: now there are two sides, and still no small cell.
    fifth = homes[1][2]
    await Second.create(group=no, household=fifth, stand="second", said_at=world.now, said_by=1)
    (wish,) = (await demand(matter)).wishes
    assert wish.against.count == 5 and wish.accord == "conflict"
    assert wish.against.floors is None, "4 and 1 could be told apart"
    assert "想法不同" in (await (await client("visitor")).get(url)).text


async def test_a_home_on_both_sides_counts_for_neither_and_differing_is_the_other_side(world):
    matter = await opened(world)
    homes = await many_homes(world)
    lift = await Group.create(matter=matter, title="加装电梯", category="lift")
    await speak(matter, lift, homes[1][:7])
    stands = [(homes[1][0], "differ"), *((home, "differ") for home in homes[2][:6])]
    for home, stand in [*stands, (homes[2][7], "second"), (homes[2][8], "")]:
        await Second.create(group=lift, household=home, stand=stand, said_at=world.now, said_by=1)
    (wish,) = (await demand(matter)).wishes
    assert (wish.wanting.count, wish.against.count) == (7, 6)


async def test_a_group_is_called_and_sorted_anew(world, client):
    matter = await opened(world)
    group = await grouped(world, matter, category="")
    assert (await demand(matter)).wishes == []
    clerk = await client("张经办")
    url = f"/matters/{matter.id}/opinions/groups/{group.id}"
    wrong = await clerk.post(f"{url}/sort", data={"title": "1-2-301漏水", "category": "drain"})
    assert wrong.status_code == 422 and "门牌号" in wrong.text
    done = await clerk.post(
        f"{url}/sort", data={"title": "不换下水管", "category": "drain", "against": "1"}
    )
    assert done.status_code == 303
    (wish,) = (await demand(matter)).wishes
    assert (wish.wanting.count, wish.against.count) == (0, 1)
    assert "这一组不想要" in (await clerk.get(url)).text


async def test_staff_see_what_is_personal_marked_and_the_record_keeps_it(world, client):
    matter = await opened(world)
    text = "我电话19900001234，楼道灯坏了"
    opinion = await written(world, matter, text=text)
    clerk = await client("张经办")
    base = f"/matters/{matter.id}/opinions"
    for path in ("list", str(opinion.id), "answers"):
        page = (await clerk.get(f"{base}/{path}")).text
        assert '<mark title="手机号码">19900001234' in page, path
    await answer(world, matter, opinion)
    public = (await (await client("visitor")).get(base)).text
    assert "我电话［已隐去］，楼道灯坏了" in public
    assert (await Opinion.get(id=opinion.id)).text == text


async def test_a_household_account_is_told_for_its_home(world):
    matter = await opened(world)
    home = world.households["1-101"]
    group = await grouped(world, matter, rows=[await said(world, matter, "褚阿姨")])
    await seconding.second(await world.actor("赵大妈"), matter, group, "second", world.now)
    await answer(world, matter, group)
    assert await Member.filter(household=home).exists()
    assert len(await unseen(await world.actor("赵大妈"))) == 1
    assert await unseen(await world.actor("visitor")) == []
