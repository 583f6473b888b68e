"""Every role against every act of every stage, and every form of every page against strangers.

The grid is generated from what the procedures declare, so no cell is forgotten.
"""

import pytest
from starlette.routing import Route

from deliberation import features, procedures
from deliberation.acting import Actor, Forbidden, Office, acting, permitted
from deliberation.log.models import Entry
from deliberation.matters.models import Matter
from deliberation.procedure import Role
from tests.cast import matter_at

STAGES = [(item, stage) for item in procedures.PROCEDURES.values() for stage in item.stages]
ACTS = [(item, stage, act) for item, stage in STAGES for act in sorted(stage.may)]
HERE, ELSEWHERE = "/1/2/3/", "/1/2/9/"


def holder(role: Role, path: str = HERE) -> Actor:
    return Actor(1, "someone", offices=(Office(role, path),))


def cell(row) -> str:
    return f"{row[0].key}-{row[2]}"


@pytest.mark.parametrize("row", ACTS, ids=cell)
def test_exactly_the_declared_roles_may_do_an_act_while_the_matter_stands_there(row):
    _, stage, act = row
    for role in Role:
        allowed = not permitted(holder(role), act, path=HERE, stage=stage)
        assert allowed == (role in stage.may[act] or Role.VISITOR in stage.may[act]), role


@pytest.mark.parametrize("row", ACTS, ids=cell)
def test_an_act_of_another_stage_is_refused_to_everyone_with_the_stage_named(row):
    item, stage, act = row
    for other in item.stages:
        if act in other.may:
            continue
        for role in Role:
            reasons = permitted(holder(role), act, path=HERE, stage=other)
            assert reasons and other.name in reasons[0]


@pytest.mark.parametrize("row", ACTS, ids=cell)
def test_an_office_in_another_community_counts_for_nothing(row):
    _, stage, act = row
    for role in Role:
        if Role.VISITOR not in stage.may[act]:
            assert permitted(holder(role, ELSEWHERE), act, path=HERE, stage=stage)


def test_an_office_above_counts_below_and_a_home_inside_counts_for_the_community():
    assert Role.DISTRICT in holder(Role.DISTRICT, "/1/").roles_at(HERE)
    assert Role.RESIDENT in holder(Role.RESIDENT, HERE + "4/5/").roles_at(HERE)
    assert Role.CLERK not in holder(Role.CLERK, HERE + "4/5/").roles_at(HERE)


@pytest.mark.anyio
@pytest.mark.parametrize("who", ["陈先生", "管理员", "刘干部", "visitor"])
async def test_a_refused_act_writes_nothing_and_leaves_no_entry(world, who):
    matter = await matter_at(world, "opinions")
    actor = await world.actor(who)
    with pytest.raises(Forbidden):
        async with acting(actor, "opinions.answer", world.now, matter=matter):
            await Matter.filter(id=matter.id).update(title="改了")
    assert (await Matter.get(id=matter.id)).title != "改了"
    assert await Entry.all().count() == 0


OPEN = {  # forms anyone may send, and what they are for
    "/matters/{matter:int}/opinions/submit": "speaking with name and place",
    "/notices/{code}/objections": "objecting under a real name",
}


def posts() -> list[str]:
    """The path of every form of a matter."""
    routes = [route for module in features.modules("pages") for route in module.routes]
    return sorted(
        {
            route.path
            for route in routes
            if isinstance(route, Route) and "POST" in route.methods and "{matter" in route.path
        }
    )


@pytest.mark.anyio
@pytest.mark.parametrize("stage", [stage.key for stage in procedures.get("four-two").stages])
@pytest.mark.parametrize("who", ["陈先生", "管理员", "visitor"])
async def test_no_form_of_a_matter_does_anything_for_a_stranger(world, client, stage, who):
    stages = [item.key for item in procedures.get("four-two").stages]
    matter = await matter_at(world, stage, stages=stages, procedure="four-two")
    someone = await client(who)
    for path in posts():
        if path in OPEN:
            continue
        url = path.replace("{matter:int}", str(matter.id))
        for name in ("item", "opinion", "group", "version", "number", "notice", "meeting"):
            url = url.replace(f"{{{name}:int}}", "1").replace(f"{{{name}}}", "1")
        answer = await someone.post(url, data={"reason": "x", "stage": stage})
        assert answer.status_code in (403, 404, 405, 422), (url, answer.status_code)
    assert await Entry.filter(matter_id=matter.id).count() == 0
