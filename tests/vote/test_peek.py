"""Nobody peeks: worlds that differ only in how, or by whom, was voted look the same to everyone.

Every GET route of the application with real ids, as every role of the cast and a visitor. What a
voter sees of the own ballot is the one difference. The paper desk of a secret vote cannot help to
say of a number somebody types whether it voted or holds a paper (it would be issued twice
otherwise); it says so only in answer to a form, and the tests here read every page.
"""

import io
import json
import re
import shutil
import zipfile
from datetime import timedelta

import httpx2
import pytest
from starlette.routing import Route

from deliberation import features
from deliberation.app import create_app
from deliberation.database import connect, disconnect
from deliberation.settings import Settings
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote import closing, dangerous, opening
from deliberation.stages.vote.models import RollEntry, Vote
from tests.cast import plan_of
from tests.conftest import ORIGIN, WorldClock, _fresh
from tests.vote.voting import cast, open_vote, sign_in, stand

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]

WHALE, PARROT = "蓝鲸方案", "鹦鹉方案"
OPTIONS = [{"key": "whale", "label": WHALE}, {"key": "parrot", "label": PARROT}]
OPTIONS.append({"key": "abstain", "label": "弃权"})
ASKED = [("choice", "选哪一个？", OPTIONS)]
VOTERS = ("赵大妈", "钱师傅", "冯老师", "李书记")
EVERYBODY = (
    *VOTERS,
    "褚阿姨",
    "王主任",
    "张经办",
    "孙监督",
    "刘干部",
    "管理员",
    "陈先生",
    "visitor",
)


class Worlds:
    """Copies of one database in which nobody voted yet; in each somebody votes, all look."""

    def __init__(self, world, request, engine, matters, votes):
        self.world, self.request, self.engine = world, request, engine
        self.matters, self.votes, self.count = matters, votes, 0
        self.first = world.settings

    async def look(self, ballots: dict, *, closed=False, only="", who=EVERYBODY) -> dict:
        """What everybody sees once `ballots` ({vote's index: {line's index: option}}) are cast;
        `only` the pages whose path has these words."""
        self.world.settings = self._copy()
        await connect(self.world.settings, features.model_modules())
        try:
            for index, chosen in ballots.items():
                matter, lines = self.matters[index], await RollEntry.filter(vote=self.votes[index])
                for line, option in chosen.items():
                    await cast(self.world, matter, lines[line], option)
            if closed:
                await self._close()
            return await self._pages(only, who)
        finally:
            await disconnect()

    def _copy(self) -> Settings:
        self.count += 1
        data = self.first.data_dir.with_name(f"copy{self.count}")
        shutil.copytree(self.first.data_dir, data)
        if self.engine == "sqlite":
            return Settings(data_dir=data)
        name = self.first.database_url.split("?")[0].rsplit("/", 1)[-1]
        return Settings(data_dir=data, database_url=_fresh(self.request, name))

    async def _close(self) -> None:
        at = self.votes[0].closes_at + timedelta(seconds=30)
        clerk = await self.world.actor("张经办")
        for matter in self.matters:
            await closing.close(clerk, matter, at)

    async def _pages(self, only: str, who: tuple[str, ...]) -> dict:
        app = create_app(self.world.settings)
        app.state.clock = WorldClock(self.world)
        found, paths = {}, [path for path in await self._paths(app) if only in path]
        for name in who:
            token = self.world.tokens.get(name)
            async with httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=app),
                base_url=ORIGIN,
                cookies={"session": token} if token else {},
            ) as client:
                for path in paths:
                    found[name, path] = plain(await client.get(path))
        return found

    async def _paths(self, app) -> list[str]:
        """Every GET route with ids of rows that exist."""
        rows = await RollEntry.filter(number__in=[1, 901])
        ids = {
            "entry": [str(row.id) for row in rows],
            "person": [
                str(self.world.people["赵大妈"].id),
                str((await RollEntry.get(vote=self.votes[0], number=1)).person_id),
            ],
            "place": [str(self.world.community.id)],
            "matter": [str(matter.id) for matter in self.matters],
            "vote": [str(vote.id) for vote in self.votes],
            "code": [row.code for row in await Notice.all()],
        }
        paths = []
        for route in app.routes:
            if isinstance(route, Route) and "GET" in route.methods:
                found = [route.path]
                while any("{" in path for path in found):
                    found = [
                        re.sub(r"\{" + name + r"(:\w+)?\}", value, path)
                        for path in found
                        for name in re.findall(r"\{(\w+)", path)[:1]
                        for value in ids.get(name, ["1"])
                    ]
                paths += found
        return paths


def plain(answer) -> tuple[int, str]:
    """An answer without what is random by itself: forms' codes, keys, salts and their digests."""
    if answer.content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            members = {name: archive.read(name).decode() for name in archive.namelist()}
        return answer.status_code, json.dumps({k: in_order(v) for k, v in members.items()})
    text = re.sub(r"[0-9a-f]{16,}|\b[A-Z2-7]{16}\b", "~", answer.text)
    if "没有配对" in text:  # a screen's code for its clerk, and the same as a picture
        text = re.sub(r'<p class="code">.*?</p>|data:image[^"]*', "~", text)
    return answer.status_code, text


def in_order(member: str) -> object:
    """A member of a package with its lists sorted: they come in the order of random keys."""

    def sort(value):
        if isinstance(value, dict):
            return {key: sort(one) for key, one in sorted(value.items())}
        if isinstance(value, list):
            return sorted((sort(one) for one in value), key=json.dumps)
        return value

    return sort(json.loads(re.sub(r"[0-9a-f]{16,}|\b[A-Z2-7]{16}\b", "~", member)))


@pytest.fixture
async def worlds(world, request, engine) -> Worlds:
    """A named and a secret vote under way, with a plan, a meeting, notices and live sessions."""
    matters, votes = [], []
    for secret in (False, True):
        matter, vote, _ = await open_vote(
            world, 12, secret=secret, questions=ASKED, status="draft", people=VOTERS
        )
        plan = await plan_of(matter)
        await Vote.filter(id=vote.id).update(plan_id=plan.id)
        await stand(world, matter, vote, "frozen")
        await opening.open_vote(await world.actor("张经办"), matter, world.now)
        await vote.refresh_from_db()
        lines = await RollEntry.filter(vote=vote)
        await sign_in(matter, vote, lines[:2])
        matters.append(matter)
        votes.append(vote)
    for name in EVERYBODY:
        if name != "visitor":
            await world.token(name)
    later = (votes[0].closes_at + timedelta(days=1)).isoformat()
    await dangerous.propose(
        await world.actor("张经办"), matters[0], "vote.extend", {"closes_at": later}, world.now
    )
    world.later(hours=1)
    await disconnect()
    yield Worlds(world, request, engine, matters, votes)


def differing(one: dict, other: dict) -> list:
    """Not the machine's own page: the free space of a disk changes by itself."""
    assert one.keys() == other.keys()
    return [key for key in one if one[key] != other[key] and key[1] != "/system"]


def all_of(lines, option) -> dict:
    return {line: option for line in lines}


async def test_before_the_close_nobody_sees_how_or_by_whom_was_voted(worlds):
    lines = [0, 1, 2, 3, 4, 5, 12, 13]  # 12 and 13 are 赵大妈 and 钱师傅
    others = [4, 5, 6, 7, 8, 9, 14, 15]  # 14 and 15 are 冯老师 and 李书记
    whale = await worlds.look({0: all_of(lines, "whale"), 1: all_of(lines, "whale")})
    parrot = await worlds.look({0: all_of(lines, "parrot"), 1: all_of(lines, "parrot")})
    elsewhere = await worlds.look({0: all_of(others, "whale"), 1: all_of(others, "whale")})
    vote = f"/matters/{worlds.matters[0].id}/vote"
    assert whale["张经办", vote][0] == 200 and "<strong>8</strong> / 16" in whale["张经办", vote][1]
    assert whale["visitor", f"{vote}/roll"][0] == whale["张经办", f"{vote}/paper"][0] == 200
    # A named ballot is its voter's to read.
    mine = re.compile(rf"{vote}/(roll/mine|ballot/\d+)|/me/data\.(html|json)")
    seen = differing(whale, parrot)
    assert {name for name, _ in seen} == {"赵大妈", "钱师傅"}, seen
    assert [path for _, path in seen if not mine.fullmatch(path)] == []
    seen = differing(whale, elsewhere)
    assert {name for name, _ in seen} == set(VOTERS), seen
    own = re.compile(
        r"/matters/\d+(/vote(/ballot.*|/roll/mine)?)?|/me(/data\.(html|json))?|/|/desk"
    )
    assert [path for _, path in seen if not own.fullmatch(path)] == []
    for (name, path), (_, text) in whale.items():
        if name not in VOTERS:
            assert "已经投过票" not in text, (name, path)
    assert any("已经投过票" in text for (name, _), (_, text) in whale.items() if name == "赵大妈")


async def test_after_the_close_of_a_secret_vote_nobody_sees_who_chose_what(worlds):
    """Two worlds with the same sums in which those who chose have changed places."""
    one, two = [0, 1, 2, 12, 13], [3, 4, 5, 6, 14]
    named = all_of([0, 1], "whale")
    first = {0: named, 1: all_of(one, "whale") | all_of(two, "parrot")}
    second = {0: named, 1: all_of(two, "whale") | all_of(one, "parrot")}
    seen, swapped = await worlds.look(first, closed=True), await worlds.look(second, closed=True)
    result = f"/matters/{worlds.matters[1].id}/votes/{worlds.votes[1].id}"
    assert seen["visitor", result][0] == 200 and WHALE in seen["visitor", result][1]
    assert [
        key
        for key in differing(seen, swapped)
        if sorted(seen[key][1].split("\n")) != sorted(swapped[key][1].split("\n"))
    ] == []


async def test_the_comparison_sees_what_it_should(worlds):
    """One more ballot is one more in the number staff may see, and another result differs."""
    part = {"only": "/vote", "who": ("张经办", "visitor")}
    few = await worlds.look({0: all_of([0, 1], "whale")}, **part)
    more = await worlds.look({0: all_of([0, 1, 2], "whale")}, **part)
    desk = f"/matters/{worlds.matters[0].id}/vote"
    assert ("张经办", desk) in differing(few, more)
    assert not [name for name, _ in differing(few, more) if name == "visitor"]
    seen = await worlds.look({0: {0: "whale"}, 1: all_of(range(10), "whale")}, closed=True, **part)
    other = await worlds.look(
        {0: {0: "whale"}, 1: all_of(range(10), "parrot")}, closed=True, **part
    )
    result = f"/matters/{worlds.matters[1].id}/votes/{worlds.votes[1].id}"
    assert ("visitor", result) in differing(seen, other)
