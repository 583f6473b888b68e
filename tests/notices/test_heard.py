from datetime import date

import pytest

from deliberation.stages.notices.heard import heard
from deliberation.stages.opinions.facts import facts
from deliberation.stages.opinions.models import Opinion
from tests.notices.record import told

pytestmark = pytest.mark.anyio


async def test_the_notice_counts_exactly_the_opinions_that_count_on_the_page(world):
    matter = await told(world, "decision_notice")  # three opinions of two households
    common = {"matter": matter, "said_on": date(2026, 2, 10), "received_at": world.now}
    decided = {"confirmed_at": world.now, "confirmed_by": 1}
    await Opinion.create(channel="chat", text="群里说要停车位", **common)
    await Opinion.create(channel="office", text="店主的话", speaker="理发店", **common, **decided)
    await Opinion.create(channel="office", text="还没有确认", speaker="路人", **common)
    await Opinion.create(
        channel="office", text="无法核实", speaker="过客", set_aside="无此人", **common, **decided
    )
    figures = await heard(matter)
    assert figures["total"] == (await facts(matter, "opinions")).total == 5
    printed = str(figures["answers"])
    assert "群里说要停车位" in printed and "店主的话" in printed
    assert "无法核实" not in printed and "还没有确认" not in printed
