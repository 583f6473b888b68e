"""One matter from registration to the second notice, and every way to fail, through HTTP only."""

import pytest

from deliberation.documents.queue import Queue
from deliberation.log.models import broken
from deliberation.procedures import FOUR_TWO, PROCEDURES
from deliberation.stages.implementation.models import Spending
from deliberation.stages.vote.models import Vote
from deliberation.web.pdf import Renderer
from deliberation.web.templates import yuan
from tests.story import deciding, finishing, planning
from tests.story.story import VISITOR, Story

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def renderer():
    async with Renderer(workers=1) as renderer:
        yield renderer


@pytest.fixture
def story(world, app, client, renderer) -> Story:
    state = app.state
    return Story(world, client, Queue(renderer, state.files, state.clock, state.settings))


async def planned(story: Story, procedure: str, *items: dict) -> None:
    """To the final plan, ready for the vote."""
    await planning.register(story, procedure)
    await planning.hear(story)
    await planning.propose(story, *items)
    await planning.consult(story)
    if PROCEDURES[procedure].has("party_meeting"):
        await planning.review(story)


@pytest.mark.parametrize("procedure", PROCEDURES)
async def test_a_matter_goes_from_registration_to_the_second_notice(story, procedure):
    await planned(story, procedure)
    await deciding.decide(story)
    await deciding.publish_decision(story)
    await finishing.build(story)
    await finishing.publish_result(story)

    end = await story.see(VISITOR)
    assert "本议题已经结束：通过" in end.text
    stages = PROCEDURES[procedure].stages
    assert end.line == {stage.name: "done" for stage in stages}
    assert await broken(story.matter.strip("/").replace("matters", "matter")) is None
    await the_papers_say_what_the_record_says(story)


async def the_papers_say_what_the_record_says(story: Story) -> None:
    result = (await Vote.get()).result
    first, opening = await story.paper("决议内容的公示"), await story.paper("表决的公告")
    assert f"应到{result['entitled']['heads']}人，实到{result['present']['heads']}人" in first
    assert f"手机投票{result['phone']}人，纸质投票{result['paper']}人" in first
    for question in result["questions"]:
        assert f"同意{question['counts']['for']}人，通过" in first
        assert question["text"].replace("?", "？") in opening
    second = await story.paper("实施情况的公示")
    paid = sum(await Spending.filter(kind="payment").values_list("amount", flat=True))
    assert paid == 50540040
    assert yuan(paid) in second
    assert "4户作了评议：满意2户、基本满意1户、不满意1户" in second
