"""A whole matter by clicking, as every role: on a phone without a script and at a desk with it."""

import pytest

from deliberation.documents.queue import Queue
from tests.cast import STAFF
from tests.story import deciding, finishing, planning
from tests.story.clicking import Clicked, Screens
from tests.story.story import VISITOR

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]


@pytest.fixture(params=[True, False], ids=["staff_at_desk", "staff_on_phone"])
async def story(request, world, app, client, served, browser, renderer):
    state = app.state
    queue = Queue(renderer, state.files, state.clock, state.settings)
    screens = Screens(staff_at_desk=request.param)
    return Clicked(world, client, queue, browser=browser, origin=served.url, screens=screens)


async def test_a_matter_goes_from_the_first_opinion_to_the_verdict_by_clicking(story):
    await planning.register(story)
    await planning.hear(story)
    await planning.propose(story)
    await planning.consult(story)
    await deciding.decide(story)
    await deciding.publish_decision(story)
    await finishing.build(story)
    await finishing.publish_result(story)
    end = await story.see(VISITOR)
    assert "本议题已经结束：通过" in end.text
    assert set(end.line.values()) == {"done"}
    assert {"赵大妈", "褚阿姨", "钱师傅", VISITOR} <= set(story.clickers)
    assert len(set(story.clickers) & set(STAFF)) >= 7, "every office has its part"
    clicked = sum(one.clicked for one in story.clickers.values())
    assert clicked > 2 * sum(one.typed for one in story.clickers.values()), "links lead there"
