"""What to do when something is wrong is one tap away from where it is."""

import re

import pytest

from tests.accounts.helpers import browser, slip_for

pytestmark = pytest.mark.anyio


async def test_every_question_has_its_place_and_the_slip_leads_there(app, world):
    old = await slip_for(world, "赵大妈")
    new = await slip_for(world, "赵大妈")
    async with browser(app) as visitor:
        page = (await visitor.get("/help")).text
        asked = re.findall(r'href="#(\w+)"', page.partition("<main")[2])
        assert asked == re.findall(r'<section class="stack" id="(\w+)"', page)
        gone, here = [(await visitor.get(f"/s/{one.token}")).text for one in (old, new)]
        assert "/help#lost" in gone and "/help#wrong" in here
        for anchor in re.findall(r'"/help#(\w+)"', gone + here):
            assert f'id="{anchor}"' in page
