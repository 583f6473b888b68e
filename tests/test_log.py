"""The log: chained, append-only in meaning, without personal data."""

from datetime import timedelta

import pytest

from deliberation.acting import acting
from deliberation.log.models import Entry, broken, digest, head
from deliberation.matters import actions
from tests.cast import matter_at, unguarded

pytestmark = pytest.mark.anyio


async def chain_of(world, length: int = 5):
    matter = await matter_at(world, "opinions")
    clerk = await world.actor("张经办")
    for number in range(length):
        async with acting(clerk, "opinions.group", world.later(minutes=1), matter=matter) as act:
            act.record(group=number)
    return matter, f"matter/{matter.id}"


async def test_each_entry_follows_from_the_one_before(world):
    _, chain = await chain_of(world)
    entries = await Entry.filter(chain=chain).order_by("sequence")
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5]
    assert all(b.previous == a.digest for a, b in zip(entries, entries[1:], strict=False))
    assert await broken(chain) is None


@pytest.mark.parametrize(
    "change", [{"act": "matters.advance"}, {"body": {"group": 9}}, {"account_id": 1}]
)
async def test_a_changed_entry_is_named(world, change):
    _, chain = await chain_of(world)
    await unguarded()
    await Entry.filter(chain=chain, sequence=3).update(**change)
    assert await broken(chain) == 3


async def test_a_changed_entry_with_a_fresh_digest_breaks_the_next_link(world):
    _, chain = await chain_of(world)
    entry = await Entry.get(chain=chain, sequence=3)
    entry.body = {"group": 9}
    entry.digest = digest(entry)
    await unguarded()
    await entry.save()
    assert await broken(chain) == 4


async def test_a_missing_entry_is_noticed(world):
    _, chain = await chain_of(world)
    await unguarded()
    await Entry.filter(chain=chain, sequence=2).delete()
    assert await broken(chain) == 2


async def test_an_act_that_fails_leaves_neither_rows_nor_entry(world):
    matter, chain = await chain_of(world, 1)
    clerk = await world.actor("张经办")
    with pytest.raises(ZeroDivisionError):
        async with acting(clerk, "opinions.group", world.now, matter=matter) as act:
            matter.title = "改了"
            await matter.save()
            act.record(group=1 // 0)
    assert await Entry.filter(chain=chain).count() == 1
    await matter.refresh_from_db()
    assert matter.title != "改了"


async def test_what_people_write_is_not_in_the_log(world):
    clerk = await world.actor("张经办")
    details = actions.Details("东风里改造", "钱师傅家漏水", "party", "张经办", "0371-6000 0003")
    matter = await actions.register(
        clerk, world.community, details, procedure="one-three-two", now=world.now
    )
    await actions.discuss(
        clerk, matter, on=world.now.date(), by="李书记", conclusion="先修钱师傅家", now=world.now
    )
    for entry in await Entry.all():
        assert not [
            word for word in ("钱师傅", "李书记", "漏水", "0003") if word in str(entry.body)
        ]


async def test_a_clock_put_back_does_not_put_the_record_back(world):
    matter, chain = await chain_of(world, 1)
    clerk, before = await world.actor("张经办"), await head(chain)
    async with acting(
        clerk, "opinions.group", before.at - timedelta(hours=1), matter=matter
    ) as act:
        act.record(group=2)
    assert (await head(chain)).at == before.at
    assert await broken(chain) is None
