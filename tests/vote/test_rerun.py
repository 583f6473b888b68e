"""Outages, noted from the hole they leave, and the vote to be taken again because of one."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.clock import Clock
from deliberation.log.heartbeat import Heartbeat, note
from deliberation.log.models import Outage
from deliberation.matters.standing import blockers, standing
from deliberation.stages.vote import closing, facts
from deliberation.stages.vote.count.rerun import (
    LAST,
    Left,
    Rerun,
    could_change,
    minutes,
    shut_out,
)
from deliberation.stages.vote.count.tally import Question, decide
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.profiles import PROFILES
from deliberation.stages.vote.roll.electorate import NOBODY, Weights
from tests.cast import NOW, unguarded
from tests.vote.voting import approved, cast, open_vote, sign_in

END = NOW + timedelta(hours=10)
TICK = timedelta(microseconds=1)


def gap(before_end: int, minutes: int):
    since = END - timedelta(minutes=before_end)
    return since, since + timedelta(minutes=minutes)


def test_only_the_last_hour_counts_to_the_microsecond():
    first = END - LAST
    assert shut_out([(first - LAST, first)], END) == []
    assert shut_out([(first - LAST, first + TICK)], END) == [(first, first + TICK)]
    assert shut_out([(END, END + LAST)], END) == []
    assert shut_out([(END - TICK, END + LAST)], END) == [(END - TICK, END)]
    assert shut_out([(first - LAST, END + LAST)], END) == [(first, END)]


def test_overlapping_outages_are_counted_once_and_begun_minutes_as_whole_ones():
    gaps = shut_out([gap(20, 5), gap(50, 10), gap(45, 10)], END)
    assert gaps == [gap(50, 15), gap(20, 5)]
    assert minutes(gaps) == 20
    assert minutes([(NOW, NOW + timedelta(seconds=61))]) == 2
    assert minutes([(NOW, NOW + timedelta(seconds=60))]) == 1


def result_of(profile, question, given, entitled, present):
    """A stored result of one question, as `counting.result_of` makes it."""
    found = decide(profile, question, given, entitled, present)
    areas = {key: weight.area for key, weight in given.items()}
    return {
        "entitled": {"heads": entitled.heads, "area": entitled.area},
        "present": {"heads": present.heads, "area": present.area},
        "questions": [
            {
                "outcome": found.outcome,
                "winner": found.winner,
                "counts": {key: weight.heads for key, weight in given.items()}
                | {"not_returned": 0},
                "area": areas if profile.by_area else None,
            }
        ],
    }


PLAN = Question("1", "同意吗")
CHOICE = Question("1", "哪个方案", (("a", "甲"), ("b", "乙"), ("abstain", "弃权")))


def changes(profile, left, entitled, question=PLAN, here=0, **answers) -> bool:
    """Whether `left` outstanding heads, `here` of them signed in, could change the outcome."""
    cast = {key.rstrip("_"): Weights(heads) for key, heads in answers.items()}
    present = Weights(sum(answers.values()) + here)
    result = result_of(PROFILES[profile], question, cast, Weights(entitled), present)
    waiting = Left(Weights(left), Weights(left - here))
    return could_change(PROFILES[profile], [question], result, waiting)


@pytest.mark.parametrize(
    ("left", "here", "answers", "expected"),
    [
        # 20 for of 30: each vote against lifts the base by one; 20 of 39 passes, 20 of 40 fails.
        (9, 0, {"for_": 20, "against": 10}, False),
        (10, 0, {"for_": 20, "against": 10}, True),
        # Who signed in is in the base already: against or silent is the same to it.
        (10, 10, {"for_": 20, "against": 19}, True),
        (1, 1, {"for_": 20, "against": 18}, False),
        # 10 for of 30 fails; 10+11 of 41 passes, 10+10 of 40 does not.
        (10, 0, {"for_": 10, "against": 20}, False),
        (11, 0, {"for_": 10, "against": 20}, True),
        # Inquorate with 33 of 51; one more makes the quorum, and the vote.
        (1, 0, {"for_": 30, "against": 3}, True),
        (1, 0, {"for_": 29, "against": 3}, False),
        (2, 0, {"for_": 29, "against": 3}, True),
        (0, 0, {"for_": 26, "against": 25}, False),
    ],
)
def test_the_outstanding_votes_change_the_outcome_exactly_from_here_on(
    left, here, answers, expected
):
    entitled = 51 if sum(answers.values()) + here < 34 and answers["for_"] > 26 else 45
    entitled = max(entitled, sum(answers.values()) + left)
    assert changes("P1", left, entitled, here=here, **answers) is expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [(3, False), (4, True)],
)
def test_the_winner_of_a_choice_may_be_taken_by_the_rest(left, expected):
    # 17 of 30 for 甲: with 3 for 乙 it is 17 of 33, with 4 it is 17 of 34, no majority.
    assert changes("P1", left, 40, CHOICE, a=17, b=13) is expected


def test_heads_and_area_are_both_asked():
    profile = PROFILES["P7"]
    entitled = Weights(9, 90000)
    cast = {"for": Weights(4, 40000), "against": Weights(3, 30000)}
    result = result_of(profile, PLAN, cast, entitled, Weights(7, 70000))
    assert result["questions"][0]["outcome"] == "passed"

    def change(heads, area):
        left = Weights(heads, area)
        return could_change(profile, [PLAN], result, Left(left, left))

    assert not change(0, 0)
    assert change(1, 100)  # 4 of 8 heads is no majority, whatever the area
    assert not change(0, 9999)  # 40000 of 79999
    assert change(0, 10000)  # 40000 of 80000


@given(
    st.sampled_from(["P1", "P6", "P7", "P8"]),
    st.lists(st.integers(0, 12), min_size=4, max_size=4),
    st.integers(0, 8),
    st.integers(0, 4),
)
def test_no_mix_of_the_outstanding_votes_does_what_the_extremes_cannot(key, counts, left, more):
    """Every way to split up to `left` votes over the answers, against the extreme cases."""
    profile = replace(PROFILES[key], by_area=False)
    names = ("for", "against", "abstain", "invalid")
    cast = {name: Weights(heads) for name, heads in zip(names, counts, strict=True) if heads}
    came = Weights(sum(counts))
    entitled = Weights(sum(counts) + left + more)
    result = result_of(profile, PLAN, cast, entitled, came)
    outcome = result["questions"][0]["outcome"]
    mixes = [
        (a, b, c)
        for a in range(left + 1)
        for b in range(left + 1 - a)
        for c in range(left + 1 - a - b)
    ]

    def after(mix) -> str:
        added = dict(zip(("for", "against", "abstain"), mix, strict=True))
        sums = {name: cast.get(name, NOBODY) + Weights(added.get(name, 0)) for name in names}
        return decide(profile, PLAN, sums, entitled, came + Weights(sum(mix))).outcome

    waiting = Left(Weights(left), Weights(left))
    expected = any(after(mix) != outcome for mix in mixes)
    assert could_change(profile, [PLAN], result, waiting) is expected


def test_the_sentence_says_minutes_numbers_and_what_to_do():
    rerun = Rerun([gap(30, 10)], "open", END, 4, "人", False)
    assert rerun.sentence(END - TICK) == (
        "截止前1小时里，网站有10分钟不能用（18:30—18:40），请延长表决，让没投上的人能投"
    )
    assert "计票以后会算出" in rerun.sentence(END)
    closed = replace(rerun, status="closed", due=True)
    assert "还有4人没有投票" in closed.sentence(END)
    assert "应当重新表决：请先作废本次表决" in closed.sentence(END)
    assert closed.asks(END) and not replace(closed, due=False).asks(END)
    assert "不用重新表决" in replace(closed, due=False).sentence(END)
    certified = replace(closed, status="certified")
    assert "撤回决议" in certified.sentence(END) and certified.asks(END) == []


class Fixed(Clock):
    def __init__(self, now):
        self.moment = now

    def now(self):
        return self.moment


@pytest.mark.anyio
@pytest.mark.parametrize(("away", "noted"), [(59, 0), (60, 0), (61, 1), (86400, 1)])
async def test_more_than_a_minute_without_a_beat_is_an_outage(world, tmp_path, away, noted):
    clock = Fixed(NOW)
    await Heartbeat(tmp_path / "heartbeat", clock, clock).beat()
    clock.moment += timedelta(seconds=away)
    await Heartbeat(tmp_path / "heartbeat", clock, clock).beat()  # as after a start
    rows = await Outage.all().values_list("since", "until")
    assert rows == [(NOW, clock.moment)] * noted


@pytest.mark.anyio
async def test_the_first_start_and_a_torn_file_are_no_outage(world, tmp_path):
    clock, path = Fixed(NOW), tmp_path / "heartbeat"
    await Heartbeat(path, clock, clock).beat()
    path.write_text("")
    await Heartbeat(path, clock, clock).beat()
    assert await Outage.all().count() == 0
    assert Heartbeat(path, clock, clock).last() == NOW


@pytest.mark.anyio
async def test_of_several_processes_the_newest_beat_counts(world, tmp_path):
    path, first, second = tmp_path / "heartbeat", Fixed(NOW), Fixed(NOW + timedelta(seconds=50))
    await Heartbeat(path, first, first).beat()
    await Heartbeat(path, second, second).beat()
    await Heartbeat(path, first, first).beat()  # the slower one never sets it back
    assert Heartbeat(path, first, first).last() == second.now()
    later = Fixed(NOW + timedelta(seconds=100))
    await Heartbeat(path, later, later).beat()
    assert await Outage.all().count() == 0
    away = Fixed(later.now() + timedelta(minutes=5))
    await asyncio.gather(note(later.now(), away.now()), note(later.now(), away.now()))
    assert await Outage.all().count() == 1


@pytest.mark.anyio
async def test_moving_the_demo_s_clock_is_no_outage_and_one_is_told_in_its_time(world, tmp_path):
    real, clock, path = Fixed(NOW), Fixed(NOW), tmp_path / "heartbeat"
    await Heartbeat(path, clock, real).beat()
    clock.moment += timedelta(days=8)  # as a visitor moves it
    for passed in (10, 120):
        assert await Outage.all().count() == 0
        real.moment += timedelta(seconds=passed)
        clock.moment += timedelta(seconds=passed, microseconds=300)
        await Heartbeat(path, clock, real).beat()
    [row] = await Outage.all()
    assert row.since == NOW + timedelta(days=8, seconds=10)
    assert row.until == row.since + timedelta(seconds=120)


@pytest.mark.anyio
async def test_the_running_server_beats(world, app):
    path = world.settings.data_dir / "heartbeat"
    beating = asyncio.create_task(Heartbeat(path, Clock()).run())
    for _ in range(100):
        if path.exists():
            break
        await asyncio.sleep(0.05)
    beating.cancel()
    assert abs(Heartbeat(path, Clock()).last() - Clock().now()) < timedelta(minutes=1)


@pytest.mark.anyio
async def test_what_is_known_of_outages_is_never_changed(world):
    await note(NOW, NOW + LAST)
    with pytest.raises(Exception, match="frozen: UPDATE on outage"):
        await Outage.all().update(until=NOW)
    with pytest.raises(Exception, match="frozen: DELETE on outage"):
        await Outage.all().delete()


async def voted(world, count, cast_for, *, against=0, minutes=10, here=0):
    """A vote of `count`, some answers, an outage in its last half hour."""
    matter, vote, entries = await open_vote(world, count)
    if here:
        await sign_in(matter, vote, entries[-here:])
    for number, entry in enumerate(entries[: cast_for + against]):
        await cast(world, matter, entry, "for" if number < cast_for else "against")
    start = vote.closes_at - timedelta(minutes=30)
    await note(start, start + timedelta(minutes=minutes))
    return matter, vote


@pytest.mark.anyio
async def test_a_result_that_the_shut_out_could_change_says_so_everywhere(world, client):
    matter, vote = await voted(world, 10, 5, against=3)  # 5 of 8; with two against 5 of 10
    base = f"/matters/{matter.id}/vote"
    clerk = await client("张经办")
    world.now = vote.closes_at - timedelta(minutes=1)
    assert "请延长表决" in (await clerk.get(base)).text
    assert "请延长表决" in (await clerk.get("/desk")).text
    world.now = vote.closes_at
    world.later(minutes=1)
    await closing.close(await world.actor("张经办"), matter, world.now)
    for name, url in (
        ("visitor", f"/matters/{matter.id}/votes/{vote.id}"),
        ("张经办", base),
        ("张经办", "/desk"),
        ("孙监督", base),
    ):
        page = (await (await client(name)).get(url)).text
        assert "应当重新表决" in page and "10分钟不能用" in page and "还有2人没有投票" in page, url
    watcher = (await (await client("孙监督")).get(base)).text
    assert watcher.count("应当重新表决：请先作废") == 3  # result, certify form, what is missing


@pytest.mark.anyio
@pytest.mark.parametrize(("cast_for", "against", "due"), [(6, 3, False), (5, 3, True)])
async def test_a_result_that_stands_either_way_says_that_it_stands(
    world, client, cast_for, against, due
):
    matter, vote = await voted(world, 10, cast_for, against=against)
    world.now = vote.closes_at
    world.later(minutes=1)
    await closing.close(await world.actor("张经办"), matter, world.now)
    found = await facts.rerun(matter, await Vote.get(id=vote.id))
    assert found.due is due
    page = (await (await client("visitor")).get(f"/matters/{matter.id}/votes/{vote.id}")).text
    assert ("不用重新表决" in page) is not due
    missing = await blockers(matter, (await standing(matter)).stage, world.now)
    assert ("应当重新表决" in "".join(missing)) is due


@pytest.mark.anyio
async def test_an_outage_before_the_last_hour_calls_for_nothing(world):
    matter, vote, entries = await open_vote(world, 10)
    edge = vote.closes_at - LAST
    await note(edge - LAST, edge)
    assert await facts.rerun(matter, vote) is None
    await note(edge - timedelta(minutes=5), edge + TICK * 1000)
    assert (await facts.rerun(matter, vote)).gaps == [(edge, edge + TICK * 1000)]


@pytest.mark.anyio
async def test_lines_that_nobody_can_cast_and_struck_ones_are_not_outstanding(world):
    matter, vote, entries = await open_vote(world, 3, homes=[(world.households["1-101"], 9000)])
    await note(vote.closes_at - timedelta(minutes=5), vote.closes_at)
    assert (await facts.rerun(matter, vote)).left == 3
    amendment = await approved(world, matter, vote, "vote.amend")
    await unguarded()
    await type(entries[0]).filter(id=entries[0].id).update(struck_by=amendment.id)
    await cast(world, matter, entries[1], "for")
    assert (await facts.rerun(matter, vote)).left == 1
