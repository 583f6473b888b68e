"""Proxies: in writing, by two people, listed before the vote; never where persons vote."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from deliberation.acting import Actor, Forbidden, Refused
from deliberation.database import guards
from deliberation.documents.models import File
from deliberation.log.models import Entry
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote import dangerous, drafts, opening
from deliberation.stages.vote.casting import ballots
from deliberation.stages.vote.count.counting import counted_ballots
from deliberation.stages.vote.evidence.proofs import own_proofs
from deliberation.stages.vote.models import Ballot, RollEntry, Vote
from deliberation.stages.vote.profiles import PROFILES
from deliberation.stages.vote.proxies import actions
from deliberation.stages.vote.proxies.models import Proxy
from deliberation.stages.vote.proxies.rules import (
    Facts,
    record_blockers,
    revoke_blockers,
    taking_blockers,
)
from deliberation.stages.vote.roll import rolls
from deliberation.stages.vote.roll.own import held_entries, own_entries
from tests.cast import NOW, matter_at, plan_of
from tests.vote.voting import WATCHERS

pytestmark = pytest.mark.anyio

TODAY = date(2026, 3, 2)
FACTS = Facts("posted", 3, 7, 0, False, False, TODAY, TODAY, None)


@pytest.mark.parametrize("key", PROFILES)
async def test_only_households_and_owners_may_give_a_proxy(key):
    allowed = PROFILES[key].proxies
    assert allowed == (3 if key in ("P4", "P7", "P8") else 0)
    assert bool(taking_blockers("posted", allowed)) == (allowed == 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"carried": 2}, ""),
        ({"carried": 3}, "一人最多接受3份委托，这个人已经有3份"),
        ({"given": True}, "名册7号已经有一份委托"),
        ({"own": True}, "本来就能投这一票"),
        ({"signed_on": TODAY + timedelta(1), "until": TODAY + timedelta(1)}, "不能晚于今天"),
        ({"until": TODAY - timedelta(1)}, "期限已经过了"),
        ({"closes_on": TODAY}, ""),
        ({"closes_on": TODAY + timedelta(1)}, "要包括表决截止的2026年3月3日"),
        ({"status": "frozen"}, ""),
        ({"status": "draft"}, "表决公告以前登记"),
        ({"status": "open"}, "表决公告以前登记"),
        ({"allowed": 0}, "须由本人投票"),
    ],
)
async def test_a_proxy_is_refused_for_one_reason_at_a_time(change, reason):
    found = record_blockers(replace(FACTS, **change), TODAY)
    assert len(found) == bool(reason)
    assert reason in "".join(found)


async def test_a_proxy_is_revocable_until_the_closing_instant():
    assert revoke_blockers("posted", None, NOW) == []
    assert revoke_blockers("open", NOW, NOW - timedelta(microseconds=1)) == []
    assert revoke_blockers("open", NOW, NOW) != []
    assert revoke_blockers("closing", NOW, NOW) != []


async def posted(world, profile="P4"):
    """A households' vote with its roll posted: five lines of the cast's homes."""
    matter = await matter_at(world, "vote")
    await plan_of(matter)
    clerk = await world.actor("张经办")
    vote = await drafts.draft(clerk, matter, drafts.Draft(profile, "plan", False), world.now)
    for name in WATCHERS:
        person = world.people[name].id
        await drafts.name_scrutineer(clerk, matter, person=person, role="scrutineer", now=world.now)
    await rolls.post_roll(clerk, matter, None, world.now)
    return matter, await Vote.get(id=vote.id)


async def line(world, vote, home) -> RollEntry:
    return await RollEntry.get(vote=vote, household=world.households[home])


async def paper(world, vote, home, person, **more) -> actions.Paper:
    number = (await line(world, vote, home)).number
    given = {"powers": "各题代为投票", "signed_on": TODAY, "until": date(2026, 4, 30)}
    return actions.Paper(number, world.people[person].id, **given | more)


async def record(world, matter, vote, home, person, by="张经办", **more) -> Proxy:
    written = await paper(world, vote, home, person, **more)
    return await actions.record(await world.actor(by), matter, written, None, world.now)


async def given(world, matter, vote, home, person) -> Proxy:
    made = await record(world, matter, vote, home, person)
    await actions.confirm(await world.actor("何经办"), matter, proxy=made.id, now=world.now)
    return made


async def freeze(world, matter, vote) -> Vote:
    """Frozen after the posting by two people; ballots open on 16 March for three days."""
    world.now = datetime.fromisoformat("2026-03-06T01:00:00+00:00")
    opens = datetime.fromisoformat("2026-03-16T01:00:00+00:00")
    made = await dangerous.propose_freeze(
        await world.actor("张经办"),
        matter,
        opens_at=opens,
        closes_at=opens + timedelta(days=3),
        now=world.now,
    )
    second = await world.actor("李书记")
    await dangerous.approve(second, matter, approval=made.id, shown=made.digest, now=world.now)
    return await Vote.get(id=vote.id)


async def opened(world, matter, vote) -> Vote:
    vote = await freeze(world, matter, vote)
    await opening.open_vote(await world.actor("张经办"), matter, world.now)
    world.now = vote.opens_at
    return await Vote.get(id=vote.id)


async def cast(world, matter, person, entry, answer):
    choices = {"1": answer, "2": answer}
    return await ballots.cast(
        await world.actor(person),
        matter,
        entry_id=entry.id,
        choices=choices,
        code=ballots.new_code(),
        arrived=world.now,
        now=world.now,
    )


async def test_a_proxy_holds_only_once_another_person_confirmed_it(world):
    matter, vote = await posted(world)
    made = await record(world, matter, vote, "1-101", "钱师傅")
    proxy = await world.actor("钱师傅")
    own = await held_entries(vote, proxy)
    assert await own_entries(vote, proxy) == own
    with pytest.raises(Refused, match="不能自己批准"):
        await actions.confirm(await world.actor("张经办"), matter, proxy=made.id, now=world.now)
    with pytest.raises(Forbidden):
        await actions.confirm(await world.actor("钱师傅"), matter, proxy=made.id, now=world.now)
    await actions.confirm(await world.actor("孙监督"), matter, proxy=made.id, now=world.now)
    assert await own_entries(vote, proxy) == [*own, await line(world, vote, "1-101")]
    with pytest.raises(Refused, match="已经核对"):
        await actions.confirm(await world.actor("何经办"), matter, proxy=made.id, now=world.now)
    acts = await Entry.filter(matter_id=matter.id).order_by("id").values_list("act", flat=True)
    assert acts[-2:] == ["vote.record_proxy", "vote.confirm_proxy"]


@pytest.mark.parametrize("profile", ["P1", "P2", "P3", "P6"])
async def test_votes_of_persons_take_no_proxy(world, profile):
    matter = await matter_at(world, "vote")
    await plan_of(matter)
    clerk = await world.actor("张经办")
    await drafts.draft(clerk, matter, drafts.Draft(profile, "plan", False), world.now)
    written = actions.Paper(1, world.people["钱师傅"].id, "代投", TODAY, TODAY)
    with pytest.raises(Refused, match="须由本人投票"):
        await actions.record(clerk, matter, written, None, world.now)


async def test_one_person_carries_three_and_a_line_gives_one(world):
    matter, vote = await posted(world)
    for home in ("1-101", "1-201", "2-101"):
        await record(world, matter, vote, home, "钱师傅")
    with pytest.raises(Refused, match="已经有3份"):
        await record(world, matter, vote, "2-102", "钱师傅")
    with pytest.raises(Refused, match="已经有一份委托"):
        await record(world, matter, vote, "1-101", "褚阿姨")
    with pytest.raises(Refused, match="本来就能投"):
        await record(world, matter, vote, "2-102", "蒋同学")
    first = await Proxy.all().order_by("id").first()
    await actions.revoke(await world.actor("张经办"), matter, proxy=first.id, now=world.now)
    await record(world, matter, vote, "2-102", "钱师傅")


async def test_nobody_outside_the_community_and_no_unknown_line(world):
    matter, vote = await posted(world)
    with pytest.raises(Refused, match="没有找到受托人"):
        await record(world, matter, vote, "1-101", "陈先生")
    clerk = await world.actor("张经办")
    written = actions.Paper(99, world.people["钱师傅"].id, "代投", TODAY, TODAY)
    with pytest.raises(Refused, match="没有这个编号"):
        await actions.record(clerk, matter, written, None, world.now)


async def test_after_the_opening_announcement_none_is_taken_and_any_may_be_revoked(world):
    matter, vote = await posted(world)
    made = await given(world, matter, vote, "1-101", "钱师傅")
    waiting = await record(world, matter, vote, "1-201", "钱师傅")
    vote = await opened(world, matter, vote)
    with pytest.raises(Refused, match="表决公告以前"):
        await record(world, matter, vote, "2-101", "钱师傅")
    with pytest.raises(Refused, match="表决公告以前"):
        await actions.confirm(await world.actor("何经办"), matter, proxy=waiting.id, now=world.now)
    clerk, proxy = await world.actor("张经办"), await world.actor("钱师傅")
    assert len(await own_entries(vote, proxy)) == 2
    await actions.revoke(clerk, matter, proxy=made.id, now=world.now)
    assert len(await own_entries(vote, proxy)) == 1
    with pytest.raises(Refused, match="已经撤销"):
        await actions.revoke(clerk, matter, proxy=made.id, now=world.now)
    entry = await line(world, vote, "1-101")
    with pytest.raises(Forbidden):
        await cast(world, matter, "钱师傅", entry, "for")


async def test_the_principal_may_still_vote_and_the_last_one_counts(world):
    matter, vote = await posted(world)
    await given(world, matter, vote, "1-101", "钱师傅")
    vote = await opened(world, matter, vote)
    entry = await line(world, vote, "1-101")
    await cast(world, matter, "钱师傅", entry, "for")
    assert (await counted_ballots(vote))[entry.id].choices["1"] == "for"
    await cast(world, matter, "赵大妈", entry, "against")
    assert (await counted_ballots(vote))[entry.id].choices["1"] == "against"
    await cast(world, matter, "钱师傅", entry, "for")
    assert (await counted_ballots(vote))[entry.id].choices["1"] == "for"
    by = [one.proxy_id for one in await Ballot.filter(entry=entry).order_by("version")]
    proxy = await Proxy.get()
    assert by == [proxy.id, None, proxy.id]


async def test_the_principal_reads_who_cast_the_ballot(world, client):
    matter, vote = await posted(world)
    await given(world, matter, vote, "1-101", "钱师傅")
    vote = await opened(world, matter, vote)
    await cast(world, matter, "钱师傅", await line(world, vote, "1-101"), "for")
    own = await line(world, vote, "1-102")
    await cast(world, matter, "钱师傅", own, "for")
    assert (await Ballot.get(entry=own)).proxy_id is None
    shown = "由受托人钱师傅代投"
    mine = f"/matters/{matter.id}/vote/roll/mine"
    assert shown in (await (await client("赵大妈")).get(mine)).text
    assert shown not in (await (await client("钱师傅")).get(mine)).text


async def test_a_proxy_is_not_passed_on_and_needs_the_own_slip(world):
    matter, vote = await posted(world)
    await given(world, matter, vote, "1-101", "钱师傅")
    await given(world, matter, vote, "1-102", "褚阿姨")  # 钱师傅's own home gives its own
    carries = await own_entries(vote, await world.actor("褚阿姨"))
    assert {row.household_id for row in carries} == {
        world.households["2-101"].id,
        world.households["1-102"].id,
    }
    home = Actor(1, "本户", None, (world.households["1-102"].id,))
    assert [row.household_id for row in await own_entries(vote, home)] == [
        world.households["1-102"].id
    ]


async def test_a_term_that_ends_before_the_vote_does_not_hold(world):
    matter, vote = await posted(world)
    for home, until in (("1-101", date(2026, 3, 18)), ("1-201", date(2026, 3, 19))):
        made = await record(world, matter, vote, home, "钱师傅", until=until)
        await actions.confirm(await world.actor("何经办"), matter, proxy=made.id, now=world.now)
    vote = await opened(world, matter, vote)  # ends on 19 March
    carries = {row.household_id for row in await own_entries(vote, await world.actor("钱师傅"))}
    assert carries == {world.households["1-102"].id, world.households["1-201"].id}
    figures = (await Notice.get(kind="D")).figures["opening"]
    assert (figures["given"], figures["proxies"]) == (1, 3)
    with pytest.raises(Refused, match="表决公告以前"):
        await record(world, matter, vote, "2-101", "钱师傅", until=date(2026, 3, 18))


async def test_once_the_end_is_known_the_term_must_cover_it(world):
    matter, vote = await posted(world)
    vote = await freeze(world, matter, vote)
    with pytest.raises(Refused, match="2026年3月19日"):
        await record(world, matter, vote, "2-101", "钱师傅", until=date(2026, 3, 18))
    await record(world, matter, vote, "2-101", "钱师傅", until=date(2026, 3, 19))


async def test_a_proxy_sees_no_proof_and_no_ballot_of_the_principal(world):
    matter, vote = await posted(world)
    await given(world, matter, vote, "1-101", "钱师傅")
    vote = await opened(world, matter, vote)
    shown = await own_proofs(vote, await world.actor("钱师傅"))
    assert [one.entry.household_id for one in shown] == [world.households["1-102"].id]


async def test_owners_give_proxies_for_the_head_of_all_their_units(world):
    matter, vote = await posted(world, "P7")
    made = await given(world, matter, vote, "1-101", "钱师傅")
    entry = await line(world, vote, "1-101")
    assert entry in await own_entries(vote, await world.actor("钱师傅"))
    with pytest.raises(Refused, match="本来就能投"):
        await record(world, matter, vote, "1-102", "钱师傅")
    assert made.person_id == world.people["钱师傅"].id


async def test_a_roll_made_again_keeps_the_proxies_of_its_homes(world):
    matter, vote = await posted(world)
    await given(world, matter, vote, "1-101", "钱师傅")
    gone = await given(world, matter, vote, "2-101", "钱师傅")
    await actions.revoke(await world.actor("张经办"), matter, proxy=gone.id, now=world.now)
    await record(world, matter, vote, "1-201", "褚阿姨")
    clerk = await world.actor("张经办")
    filed = await rolls.file_objection(clerk, matter, text="有错", name="老周", now=world.now)
    answer = {"objection": filed.id, "upheld": True, "answer": "改正"}
    world.later(minutes=1)
    await rolls.answer_objection(clerk, matter, **answer, now=world.now)
    before = await line(world, vote, "1-101")
    await rolls.rebuild(clerk, matter, world.now)
    after = await line(world, vote, "1-101")
    assert after.id != before.id
    assert after in await own_entries(vote, await world.actor("钱师傅"))
    kept = {row.entry.household_id: row for row in await Proxy.all().select_related("entry")}
    homes = [world.households[home].id for home in ("1-101", "2-101", "1-201")]
    assert sorted(kept) == sorted(homes)
    assert [bool(kept[home].confirmed_by) for home in homes] == [True, True, False]
    assert [bool(kept[home].revoked_at) for home in homes] == [False, True, False]


async def test_the_database_refuses_what_the_rules_refuse(world):
    matter, vote = await posted(world)
    made = await record(world, matter, vote, "1-101", "钱师傅")
    changes = [
        {"confirmed_by": made.entered_by},
        {"person_id": world.people["褚阿姨"].id},
        {"until": date(2030, 1, 1)},
        {"powers": "全部"},
    ]
    for change in changes:
        with pytest.raises(Exception, match="frozen: UPDATE on proxy"):
            await Proxy.filter(id=made.id).update(**change)
    other = world.accounts["何经办"].id
    await Proxy.filter(id=made.id).update(confirmed_by=other)
    with pytest.raises(Exception, match="frozen: UPDATE on proxy"):
        await Proxy.filter(id=made.id).update(confirmed_by=world.accounts["李书记"].id)
    vote = await opened(world, matter, vote)
    entry = await line(world, vote, "1-201")
    row = {"powers": "x", "signed_on": TODAY, "until": TODAY, "entered_at": NOW, "entered_by": 1}
    with pytest.raises(Exception, match="frozen: INSERT on proxy"):
        await Proxy.create(entry=entry, person=world.people["钱师傅"], **row)
    with pytest.raises(Exception, match="frozen: DELETE on proxy"):
        await Proxy.filter(id=made.id).delete()
    await Proxy.filter(id=made.id).update(revoked_at=world.now)
    with pytest.raises(Exception, match="frozen: UPDATE on proxy"):
        await Proxy.filter(id=made.id).update(revoked_at=None)


async def test_the_guards_of_proxies_are_declared():
    declared = guards._declared("deliberation.stages.vote.proxies.models")
    assert {guard.event for guard in declared} == {"INSERT", "UPDATE", "DELETE"}


async def test_the_desk_records_from_a_search_with_a_scan_and_the_roll_lists_it_masked(
    world, client, app
):
    matter, vote = await posted(world)
    base = f"/matters/{matter.id}/vote"
    clerk, second, visitor = await client("张经办"), await client("何经办"), await client("visitor")
    assert (await visitor.get(f"{base}/proxies")).status_code == 404
    assert (await (await client("赵大妈")).get(f"{base}/proxies")).status_code == 404
    page = (await clerk.get(f"{base}/proxies?q=钱")).text
    person = world.people["钱师傅"].id
    assert f'value="{person}"' in page and "1号楼102" in page
    number = (await line(world, vote, "1-101")).number
    data = {"q": "钱", "person": person, "number": number, "powers": "各题代为投票"}
    data |= {"signed_on": "2026-03-02", "until": "2026-04-30"}
    wrong = await clerk.post(f"{base}/proxies", data=data, files={"scan": ("a.pdf", b"<html>")})
    assert wrong.status_code == 422 and "请上传PDF" in wrong.text and "各题代为投票" in wrong.text
    scan = {"scan": ("委托书.pdf", b"%PDF-1.7 signed")}
    made = await clerk.post(f"{base}/proxies", data=data, files=scan)
    assert made.status_code == 303, made.text
    roll = (await visitor.get(f"{base}/roll")).text
    assert "委托投票：0份" in roll
    proxy = await Proxy.get()
    own = await clerk.post(f"{base}/proxies/confirm", data={"proxy": proxy.id})
    assert own.status_code == 422 and "不能自己批准" in own.text
    assert "不能自己批准" in (await clerk.get(f"{base}/proxies")).text
    done = await second.post(f"{base}/proxies/confirm", data={"proxy": proxy.id})
    assert done.status_code == 303
    roll = (await visitor.get(f"{base}/roll")).text
    assert f"名册{number}号 委托 钱**" in roll and "钱师傅" not in roll
    file = await File.get()
    assert (await visitor.get(f"/files/{file.id}")).status_code == 404
    assert (await second.get(f"/files/{file.id}")).content == b"%PDF-1.7 signed"
    assert (
        await second.post(f"{base}/proxies/revoke", data={"proxy": proxy.id})
    ).status_code == 303
    assert "委托投票：0份" in (await visitor.get(f"{base}/roll")).text


async def test_the_proxy_is_told_which_line_is_another_s(world, client):
    matter, vote = await posted(world)
    await given(world, matter, vote, "1-101", "钱师傅")
    vote = await opened(world, matter, vote)
    number = (await line(world, vote, "1-101")).number
    proxy = await client("钱师傅")
    page = (await proxy.get(f"/matters/{matter.id}/vote/ballot")).text
    assert "您可以投2票" in page and f"名册{number}号（受别人委托）" in page
    assert "现在投票的是：<strong>钱师傅" in page
    page = (await proxy.get(f"/matters/{matter.id}/vote")).text
    assert f"名册{number}号（受别人委托）" in page
