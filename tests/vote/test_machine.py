"""Votes as a machine: whatever happens in whatever order, the database agrees with plain dicts.

Hypothesis plays staff, voters and a clock that also goes back, against a model that knows each
rule in a line or two. Both engines; most examples on SQLite. One migrated database serves all of
them, in memory (what a power cut does is tested elsewhere); each example has a vote of its own.
"""

import asyncio
import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
import uvloop
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tortoise import connections

from deliberation import features
from deliberation.acting import Refused
from deliberation.database import connect, disconnect, migrate
from deliberation.database.plain import moment
from deliberation.log.models import Entry
from deliberation.matters.models import Matter, Passage
from deliberation.people.models import Person
from deliberation.settings import Settings
from deliberation.stages.vote import closing, dangerous, opening
from deliberation.stages.vote.casting import ballots
from deliberation.stages.vote.count.counting import digest
from deliberation.stages.vote.freezing import payload_of
from deliberation.stages.vote.models import Question, RollEntry, Scrutineer, SecretAnswer, Vote
from deliberation.stages.vote.paper import batches, desk, sheets, transcribing
from deliberation.stages.vote.profiles import PROFILES, as_json
from deliberation.stages.vote.questions import YES_OR_NO
from deliberation.stages.vote.roll.electors import Elector
from deliberation.stages.vote.roll.rolls import lines_of
from tests.cast import NOW, make_world
from tests.conftest import _fresh
from tests.vote.voting import WATCHERS, cast, open_vote, two_people, voter

EXAMPLES = {"sqlite": 500, "postgres": 40}
STEPS = 50
LINES = 10  # the fewest for a secret vote by phone
ENDS = ("box", "close", "孙监督", "周监督")
OPTIONS = ("for", "against", "abstain")
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
GRACE = 30 * SECOND
VOTING, COUNTED = ("open", "closing"), ("closed", "certified")

numbers = st.integers(1, 3) | st.integers(1, LINES)  # mostly the same few
clerks = st.sampled_from(("张经办", "何经办"))
answers = st.sampled_from(OPTIONS)
on_paper = st.sampled_from((*OPTIONS, "invalid"))
spans = st.sampled_from([29 * SECOND, GRACE, 59 * SECOND, 60 * SECOND, HOUR, 9 * HOUR, DAY])


class Stage:
    """The database all examples share, and the loop it lives in."""

    def __init__(self, settings: Settings):
        self.runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)  # as the server does
        self.run = self.runner.run
        self.settings = settings

    def __enter__(self):
        self.run(self._open())
        return self

    def __exit__(self, *error):
        self.run(disconnect())
        self.runner.close()

    async def _open(self) -> None:
        modules = features.model_modules()
        await connect(self.settings, modules)
        await migrate(self.settings, modules)
        if not self.settings.database_url:
            await connections.get("default").execute_script("PRAGMA synchronous=OFF")
        self.world = await make_world()
        names = [f"选民{n}" for n in range(LINES)]
        await Person.bulk_create([Person(place=self.world.community, name=one) for one in names])
        self.people = await Person.filter(name__in=names).order_by("id")
        cast = ("张经办", "何经办", "王主任", "吴委员", *WATCHERS)
        self.actors = {name: await self.world.actor(name) for name in cast}

    async def posted(self, secret: bool) -> tuple[Matter, Vote, dict[int, RollEntry]]:
        """A vote whose roll was posted long ago."""
        count = await Matter.all().count()
        matter = await Matter.create(
            community=self.world.community,
            path=self.world.community.path,
            number=f"2026-{count}",
            title="管网",
            source="party",
            contact="张经办",
            contact_phone="0371-6000 0003",
            procedure="one-three-two",
            stage="vote",
            registered_at=NOW,
        )
        vote = await Vote.create(
            matter=matter,
            passage=await Passage.create(matter=matter, stage="vote", entered_at=NOW),
            profile=as_json(PROFILES["P1"]),
            form="plan",
            secret=secret,
            status="draft",
            drafted_at=NOW,
            posted_at=NOW - 40 * DAY,
            posting_last_on=date(2026, 1, 25),
            built_at=NOW,
        )
        question = {"number": 1, "kind": "plan", "text": "同意吗？", "options": YES_OR_NO}
        await Question.create(vote=vote, **question)
        for name in WATCHERS:
            await Scrutineer.create(vote=vote, person=self.world.people[name])
        lines = await lines_of(vote, [Elector(person.id, None) for person in self.people])
        await RollEntry.bulk_create(lines)
        await Vote.filter(id=vote.id).update(status="posted")
        return matter, vote, {row.number: row for row in await RollEntry.filter(vote=vote)}


class Votes(RuleBasedStateMachine):
    """`stage` is set by the test."""

    stage: Stage

    @initialize(secret=st.booleans(), reached=st.integers(0, 5), lasts=st.integers(20, 90))
    def begin(self, secret, reached, lasts):
        self.secret, self.status, self.now = secret, "posted", NOW
        self.matter, self.vote, self.lines = self.stage.run(self.stage.posted(secret))
        self.opens_at = self.closes_at = None
        self.marks = dict.fromkeys(self.lines, ("none", ""))
        self.struck, self.signed = set(), set()
        self.chosen = {}  # named: line → what counts of the phone or the paper
        self.waiting = {}  # named: line → (choice, who) entered by one person
        self.phone, self.boxed = Counter(), Counter()  # secret: what is in the one box
        self.receipts = {}  # form's code → (line, choice, receipt)
        self.rows = 0
        if reached:
            self.freeze(0, lasts)
        if reached > 1:
            self.announce()

    # A rule stands for many acts: Hypothesis leaves whole rules out of an example, and a vote
    # that nobody opens tells little.

    @rule(span=spans, kind=st.sampled_from(["on", "on", "back", "end", "end"]))
    def the_clock(self, span, kind):
        """It goes on, is put back, or stands close to the end."""
        if kind == "end" and self.closes_at:
            self.now = self.closes_at + span - GRACE
        elif kind == "back":
            self.now = max(self.now - span, NOW - 5 * DAY)
        else:
            self.now += span

    @rule(data=st.data(), number=numbers, hours=st.integers(-20, 40))
    def the_committee(self, data, number, hours):
        moves = [self.extend, self.end_early, self.write_the_end_down]
        others = [self.freeze, self.announce, self.void_seldom] + [self.strike] * 4
        act = data.draw(st.sampled_from(moves + others))
        if act in moves and self.closes_at and not data.draw(st.integers(0, 3)):
            self.now = self.closes_at - data.draw(st.sampled_from([SECOND, 0 * SECOND]))
        if act == self.freeze:
            act(data.draw(st.sampled_from([0, 0, 5])), abs(hours) + 1)
        elif act == self.extend:
            act(hours)
        elif act == self.strike:
            act(data.draw(st.sampled_from([number, *sorted(self.waiting)])))
        elif act == self.void_seldom:
            act(hours)
        else:
            act()

    @rule(data=st.data())
    def the_count(self, data):
        """After the end as a rule; what is still missing is found out by trying."""
        if self.closes_at and not data.draw(st.integers(0, 2)):
            self.now = self.closes_at + data.draw(st.sampled_from([GRACE - SECOND, GRACE, HOUR]))
        if data.draw(st.integers(0, 2)):
            for number in sorted(self.waiting):
                self.confirm(data, number, self.other(self.waiting[number][1]))
        for act in data.draw(st.lists(st.sampled_from(ENDS), max_size=4)):
            if act == "box":
                self.open_the_box(data)
            elif act == "close":
                self.close()
            else:
                self.certify(act)

    @rule(
        casts=st.lists(st.tuples(numbers, answers, st.sampled_from([0, 0, 1, 29, 31])), max_size=6)
    )
    def phones(self, casts):
        """Ballots that come in at once share a transaction, in the order they came."""
        sent = [
            (number, choice, ballots.new_code(), self.now - seconds * SECOND)
            for number, choice, seconds in casts
        ]
        done, too_late = self.stage.run(self.at_once(sent)), False
        for (number, choice, code, arrived), receipt in zip(sent, done, strict=True):
            mine = number in self.standing
            allowed = mine and self.takes(arrived) and self.accepts(number)
            assert isinstance(receipt, Refused) is not allowed, receipt
            if allowed:
                self.receipts[code] = (number, choice, receipt)
                self.marks[number] = ("voted", "phone")
                self.count(number, choice)
            too_late |= mine and self.status == "open" and self.late(arrived)
        if too_late:
            self.status = "closing"  # whoever comes too late has the end written down

    async def at_once(self, sent) -> list:
        tasks = [self.ballot(*one) for one in sent]
        return await asyncio.gather(*tasks, return_exceptions=True)

    @rule(data=st.data(), number=numbers, choice=on_paper, who=clerks)
    def the_desk(self, data, number, choice, who):
        """Paper of the kind this vote has, seldom of the other."""
        if self.secret is not data.draw(st.sampled_from([True, True, True, False])):
            if data.draw(st.booleans()):
                self.enter_sheet(number, choice, who, data.draw(st.booleans()))
            act = data.draw(st.sampled_from(["confirm", "confirm", "back", "", ""]))
            if act == "confirm":
                self.confirm_sheet(data, self.other(who))
            elif act == "back":
                self.send_back(number)
        else:
            self.issue(number, False)
            act = data.draw(st.sampled_from(["box", "box", "back", ""]))
            if act == "box":
                self.put_into_the_box(number)
            elif act == "back":
                self.issue(number, True)

    # What the vote is

    def freeze(self, wait, lasts):
        opens_at = self.now + wait * HOUR
        closes_at = opens_at + lasts * HOUR
        self.two("vote.freeze", payload_of(opens_at, closes_at, self.now), self.status == "posted")
        if self.status == "posted":
            self.status, self.opens_at, self.closes_at = "frozen", opens_at, closes_at

    def announce(self):
        allowed = self.status == "frozen" and self.now < self.closes_at
        self.try_(opening.open_vote(self.clerk, self.matter, self.now), allowed)
        if allowed:
            self.status = "open"

    def extend(self, hours):
        new = (self.closes_at or self.now) + hours * HOUR
        allowed = self.status == "open" and self.now < self.closes_at < new
        self.two("vote.extend", {"closes_at": new.isoformat()}, allowed)
        if allowed:
            self.closes_at = new

    def end_early(self):
        left = [n for n in self.standing if self.marks[n][0] != "voted"]
        allowed = self.status == "open" and self.now < self.closes_at and not left
        self.two("vote.end_early", {}, allowed)
        if allowed:
            self.closes_at = self.now

    def strike(self, number):
        allowed = (
            self.status in ("frozen", "open")
            and not self.secret
            and self.now + DAY <= self.closes_at
            and number in self.standing
            and self.marks[number][0] == "none"
        )
        self.two("vote.amend", {"add": [], "strike": [number], "reason": "搬走"}, allowed)
        if allowed:
            self.struck.add(number)

    def void_seldom(self, dice):
        if dice % 10:
            return
        allowed = self.status not in ("certified", "void")
        self.two("vote.void", {"reason": "有误"}, allowed)
        if allowed:
            self.status = "void"

    # Phones

    @rule(data=st.data())
    def send_the_same_form_again(self, data):
        if not self.receipts:
            return
        code = data.draw(st.sampled_from(sorted(self.receipts)))
        number, choice, receipt = self.receipts[code]
        assert self.try_(self.ballot(number, choice, code, self.now), True) == receipt

    def late(self, arrived) -> bool:
        return arrived >= self.closes_at or self.now >= self.closes_at + GRACE

    def takes(self, arrived) -> bool:
        if self.status not in VOTING or self.late(arrived) or arrived < self.opens_at:
            return False
        return self.status == "open" or arrived >= self.closes_at - GRACE

    def accepts(self, number) -> bool:
        state, channel = self.marks[number]
        return state == "none" or (not self.secret and channel == "phone")

    def count(self, number, choice) -> None:
        if self.secret:
            self.phone[choice] += 1
        else:
            self.chosen[number] = choice
            self.rows += 1

    async def ballot(self, number, choice, code, arrived):
        line = self.lines[number]
        return await ballots.cast(
            voter(self.stage.world, line),
            self.matter,
            entry_id=line.id,
            choices={"1": choice},
            code=code,
            arrived=arrived,
            now=self.now,
        )

    # Paper of a named vote

    def enter_sheet(self, number, choice, who, handed_in):
        allowed = (
            self.handles(secret=False)
            and number in self.standing
            and self.marks[number][1] != "paper"
            and number not in self.waiting
            and (self.now < self.closes_at or handed_in)
        )
        self.try_(
            sheets.enter(
                self.actors[who],
                self.matter,
                number=number,
                choices={"1": choice},
                now=self.now,
                handed_in=handed_in,
            ),
            allowed,
        )
        if allowed:
            self.waiting[number] = (choice, who)
            self.rows += 1

    def confirm_sheet(self, data, who):
        self.confirm(data, data.draw(st.sampled_from(sorted(self.waiting) or [1])), who)

    def confirm(self, data, number, who):
        choice = self.waiting.get(number, ("for", ""))[0]
        choice = data.draw(st.sampled_from([choice, choice, choice, "invalid"]))
        found = self.waiting.get(number) if number in self.standing else None
        allowed = self.handles(secret=False) and found == (choice, self.other(who))
        sheet = {"number": number, "choices": {"1": choice}, "now": self.now}
        self.try_(sheets.confirm(self.actors[who], self.matter, **sheet), allowed)
        if allowed:
            del self.waiting[number]
            self.marks[number], self.chosen[number] = ("voted", "paper"), choice

    def send_back(self, number):
        waits = number in self.waiting and number in self.standing
        allowed = self.handles(secret=False) and waits
        self.try_(sheets.refuse(self.clerk, self.matter, number=number, now=self.now), allowed)
        if allowed:
            del self.waiting[number]

    # Paper of a secret vote

    def issue(self, number, back):
        name, before, after = "vote.issue_paper", "none", "paper_issued"
        if back:
            name, before, after = "vote.hand_back", "paper_issued", "none"
        allowed = (
            self.status == "open"
            and self.secret
            and self.opens_at <= self.now < self.closes_at
            and self.marks[number][0] == before
        )
        self.two(name, {"numbers": [number]}, allowed, first="张经办", second="何经办")
        if allowed:
            self.marks[number] = (after, "")

    def put_into_the_box(self, number):
        allowed = (
            self.handles(secret=True)
            and self.marks[number][0] == "paper_issued"
            and not self.transcribed
        )
        act = desk.return_papers(self.clerk, self.matter, numbers=[number], now=self.now)
        self.try_(act, allowed)
        if allowed:
            self.marks[number] = ("voted", "paper")

    def open_the_box(self, data):
        """Two people write few papers off, or count a batch; once everything is counted, more
        papers are void, which is tested elsewhere."""
        came = sum(channel == "paper" for _, channel in self.marks.values()) if self.secret else 1
        if not came or self.transcribed:
            return
        papers = data.draw(st.lists(on_paper, min_size=came, max_size=came))
        allowed = self.handles(secret=True) and self.now >= self.closes_at
        if came < LINES:
            self.try_(self.write_off([{"1": one} for one in papers]), allowed)
        else:
            self.try_(self.count_batch(Counter(papers)), allowed)
        if allowed:
            self.boxed.update(papers)

    async def write_off(self, papers) -> None:
        first, second = self.actors["张经办"], self.actors["何经办"]
        await transcribing.enter(first, self.matter, papers=papers, now=self.now)
        await transcribing.confirm(second, self.matter, papers=papers[::-1], now=self.now)

    async def count_batch(self, counted) -> None:
        first, second = self.actors["张经办"], self.actors["何经办"]
        tallies = {"1": {key: counted[key] for key in (*OPTIONS, "invalid")}}
        batch = {"papers": counted.total(), "tallies": tallies, "now": self.now}
        made = await batches.enter(first, self.matter, **batch)
        await batches.confirm(second, self.matter, batch=made.id, **batch)

    @property
    def transcribed(self) -> int:
        return self.boxed.total()

    # The end

    def write_the_end_down(self):
        allowed = self.status == "open" and self.now >= self.closes_at
        self.try_(closing.end(self.matter, self.now), allowed)
        if allowed:
            self.status = "closing"

    def close(self):
        came = sum(channel == "paper" for _, channel in self.marks.values()) if self.secret else 0
        allowed = (
            self.status in VOTING
            and self.now >= self.closes_at + GRACE
            and not [number for number in self.waiting if number in self.standing]
            and came == self.transcribed
        )
        closed = self.try_(closing.close(self.clerk, self.matter, self.now), allowed)
        if allowed:
            self.status = "closed"
            self.check_result(closed.result)

    def certify(self, who):
        allowed = self.status in COUNTED and who not in self.signed
        self.try_(self.sign(who), allowed)
        if allowed:
            self.signed.add(who)
            self.status = "certified" if len(self.signed) == len(WATCHERS) else "closed"

    async def sign(self, who) -> None:
        vote = await Vote.get(id=self.vote.id)
        shown = digest(vote.result or {})
        await closing.certify(self.actors[who], self.matter, shown=shown, now=self.now)

    # The model against the database

    @property
    def clerk(self):
        return self.actors["张经办"]

    @property
    def actors(self):
        return self.stage.actors

    @property
    def standing(self) -> set[int]:
        return self.lines.keys() - self.struck

    def other(self, who) -> str:
        return "何经办" if who == "张经办" else "张经办"

    def handles(self, *, secret: bool) -> bool:
        going = self.status in VOTING and self.now >= self.opens_at
        return going and self.secret is secret

    def try_(self, act, allowed: bool):
        """Does it; refused exactly when the model says so."""
        try:
            found = self.stage.run(act)
        except Refused as refusal:
            assert not allowed, refusal
            return None
        assert allowed
        return found

    def two(self, name, payload, allowed, *, first="王主任", second="吴委员") -> None:
        self.try_(self.by_two(name, payload, first, second), allowed)

    async def by_two(self, name, payload, first, second) -> None:
        made = await dangerous.propose(self.actors[first], self.matter, name, payload, self.now)
        await dangerous.approve(
            self.actors[second], self.matter, approval=made.id, shown=made.digest, now=self.now
        )

    @invariant()
    def agree(self) -> None:
        """Marks, times, status and what is in the box, as the database has them."""
        if hasattr(self, "lines"):
            self.stage.run(self.compare())

    async def compare(self) -> None:
        client, id = connections.get("default"), self.vote.id
        _, rows = await client.execute_query(
            "SELECT r.number, r.state, r.channel, r.struck_by, v.status, v.opens_at, v.closes_at "
            f"FROM roll_entry r JOIN vote v ON v.id = r.vote_id WHERE v.id = {id}"
        )
        assert {row[0]: (row[1], row[2]) for row in rows} == self.marks
        assert {row[0] for row in rows if row[3]} == self.struck
        assert rows[0][4] == self.status
        assert [at and moment(at) for at in rows[0][5:7]] == [self.opens_at, self.closes_at]
        if not self.secret:
            _, rows = await client.execute_query(
                "SELECT count(*) FROM ballot b JOIN roll_entry r ON r.id = b.entry_id "
                f"WHERE r.vote_id = {id}"
            )
            assert rows[0][0] == self.rows
            return
        _, rows = await client.execute_query(
            f"SELECT choice, count(*) FROM secret_answer WHERE vote_id = {id} GROUP BY choice "
            f"UNION ALL SELECT 'codes', count(*) FROM inclusion_code WHERE vote_id = {id}"
        )
        few = Counter() if self.transcribed == LINES else self.boxed
        assert Counter(dict(map(tuple, rows))) == self.phone + few + Counter(
            codes=self.phone.total()
        )

    def check_result(self, result) -> None:
        box = self.phone + self.boxed if self.secret else Counter(self.chosen.values())
        entitled = len(self.standing)
        voted = [self.marks[number] for number in self.standing if self.marks[number][0] == "voted"]
        counts = {key: box[key] for key in (*OPTIONS, "invalid")} | {"not_returned": 0}
        assert result["questions"][0]["counts"] == counts
        assert result["entitled"]["heads"] == entitled
        assert result["present"]["heads"] == len(voted) == box.total()
        assert result["phone"] == sum(channel == "phone" for _, channel in voted)
        assert result["paper"] == sum(channel == "paper" for _, channel in voted)
        quorate, passed = 3 * len(voted) >= 2 * max(entitled, 1), 2 * box["for"] > len(voted)
        expected = "inquorate" if not quorate else "passed" if passed else "not_passed"
        assert result["outcome"] == expected


def test_whatever_happens_in_whatever_order_the_database_agrees_with_the_model(engine, request):
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        data = {"data_dir": Path(folder) / "data"}
        if engine == "postgres":
            data["database_url"] = _fresh(request, "template0")
        with Stage(Settings(**data)) as stage:
            machine = type("Machine", (Votes,), {"stage": stage})
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=EXAMPLES[engine],
                    stateful_step_count=STEPS,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )


# Two ways the machine is unlikely to go by itself


@pytest.mark.anyio
async def test_the_sheet_of_a_line_struck_meanwhile_does_not_hold_up_the_count(world):
    matter, vote, _ = await open_vote(world, 3)
    clerk = await world.actor("张经办")
    await sheets.enter(clerk, matter, number=2, choices={"1": "for"}, now=world.now)
    await two_people(world, matter, "vote.amend", {"add": [], "strike": [2], "reason": "搬走"})
    world.now = vote.closes_at
    closed = await closing.close(clerk, matter, world.later(minutes=1))
    assert closed.result["entitled"]["heads"] == 2
    assert closed.result["paper"] == closed.result["present"]["heads"] == 0


@pytest.mark.anyio
async def test_a_void_vote_is_not_counted_and_enters_nothing_into_the_log(world):
    matter, vote, entries = await open_vote(world, 12, secret=True)
    for entry in entries[:3]:
        await cast(world, matter, entry, "for")
    await two_people(world, matter, "vote.void", {"reason": "方案文本有误"})
    before = await Entry.all().count()
    world.now = vote.closes_at
    with pytest.raises(Refused):
        await closing.close(await world.actor("张经办"), matter, world.later(minutes=1))
    assert await Entry.all().count() == before
    assert await SecretAnswer.filter(vote=vote, logged=True).count() == 0
