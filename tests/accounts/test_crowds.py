"""300 neighbours behind one address all get in; whoever guesses does not."""

import anyio
import pytest
from limits import RateLimitItemPerSecond

from deliberation.accounts import slips
from deliberation.accounts.models import Session
from deliberation.accounts.recipients import Recipient
from deliberation.accounts.throttle import Throttle
from deliberation.acting import Refused
from deliberation.people.models import Member, Person
from deliberation.places.models import Household
from tests.accounts.helpers import browser

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]  # the limits are kept in memory


async def right() -> bool:
    return True


async def wrong() -> bool:
    return False


async def fail(throttle: Throttle, key: str, times: int, address: str = "198.51.100.7") -> None:
    for _ in range(times):
        with pytest.raises(Refused, match="wrong"):
            await throttle.attempt(key, address, wrong, "wrong")


async def test_300_neighbours_behind_one_address_all_sign_in(world, app):
    phones, building = app.state.phones, world.buildings[1]
    numbers = [f"1990001{n:04d}" for n in range(300)]
    await Household.bulk_create(
        Household(place=building, path=building.path, room=f"9{n:03d}", label=f"1号楼9{n:03d}")
        for n in range(300)
    )
    await Person.bulk_create(
        Person(place=world.community, name=f"邻居{n}", phone_cipher=phones.seal(numbers[n]))
        for n in range(300)
    )
    people = await Person.filter(name__startswith="邻居").order_by("id")
    homes = await Household.filter(room__startswith="9").order_by("id")
    await Member.bulk_create(
        Member(household=home, person=person) for home, person in zip(homes, people, strict=True)
    )
    found = [Recipient("", person.name, True, person_id=person.id) for person in people]
    made = await slips.issue(await world.actor("张经办"), world.community, found, world.now)
    for issued, number in zip(made, numbers, strict=True):
        async with browser(app, address="198.51.100.7") as phone:
            answer = await phone.post(f"/s/{issued.token}", data={"code": number[-4:]})
            assert answer.status_code == 303
    assert await Session.filter(revoked_at=None).count() == 300


async def test_the_address_is_closed_after_its_200th_failure_and_others_are_not():
    throttle = Throttle()
    for n in range(50):
        await fail(throttle, f"slip:{n}", 4)
        if n < 49:
            await throttle.attempt("slip:right", "198.51.100.7", right, "wrong")
    with pytest.raises(Refused, match="请等15分钟"):
        await throttle.attempt("slip:right", "198.51.100.7", right, "wrong")
    await throttle.attempt("slip:right", "198.51.100.8", right, "wrong")


async def test_the_fifth_failure_still_is_a_try_and_the_sixth_is_none():
    throttle = Throttle()
    await fail(throttle, "slip:1", 4)
    await throttle.attempt("slip:1", "a", right, "wrong")
    await fail(throttle, "slip:1", 5)
    with pytest.raises(Refused, match="请等15分钟"):
        await throttle.attempt("slip:1", "a", right, "wrong")
    await throttle.attempt("slip:2", "a", right, "wrong")


async def test_guesses_sent_at_the_same_moment_cannot_pass_together():
    throttle, checked = Throttle(), []

    async def slow() -> bool:
        checked.append(1)
        await anyio.sleep(0.05)
        return False

    async def guess() -> None:
        with pytest.raises(Refused):
            await throttle.attempt("slip:1", "a", slow, "wrong")

    async with anyio.create_task_group() as group:
        for _ in range(50):
            group.start_soon(guess)
    assert len(checked) == 5


async def test_failures_are_forgotten_when_the_window_has_passed():
    throttle = Throttle(per_key=RateLimitItemPerSecond(5, 1))
    await fail(throttle, "slip:1", 5)
    with pytest.raises(Refused, match="请等1分钟"):
        await throttle.attempt("slip:1", "a", right, "wrong")
    await anyio.sleep(1.1)
    await throttle.attempt("slip:1", "a", right, "wrong")
