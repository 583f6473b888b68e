"""A phone in a stairwell, in a real Chromium: no network, one that breaks, a session that ends."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from deliberation.matters.models import Passage
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.rounds.models import Visit
from tests.browser.chromium import Served
from tests.cast import RESIDENTS, STAFF
from tests.opinions.rounds import tall
from tests.opinions.rounds.test_visits import begun
from tests.opinions.test_actions import opened

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]
DOORS = 50
NAMES = [*STAFF, *RESIDENTS, tall.NAME, "张三", "李四"]
COUNT = """async () => (await entries()).length"""
HELD = """async () => {
  const kept = await caches.open("rounds"), pages = [];
  for (const one of await kept.keys()) pages.push(await (await kept.match(one)).text());
  return JSON.stringify(await entries()) + pages.join("");
}"""
# The other doors as quickly as the page takes them, by the buttons that a thumb would press.
PRESS = """async (first) => {
  const words = ["visited", "nobody", "refused", "vacant"];
  const written = async (done) => { while (!done() || writing) await new Promise(setTimeout); };
  for (const [n, form] of [...document.querySelectorAll(".doors form")].entries()) {
    if (n < first) continue;
    await written(() => true);
    if (n % 4 === 0) form.elements.text.value = `第${n}户要扶手`;
    form.requestSubmit(form.querySelector(`[value=${words[n % 4]}]`));
    await written(() => form.closest("li").querySelector(".state").dataset.mine);
  }
}"""


class Breaking:
    """The application behind a network that breaks: at the entries in `breaks` (by how many came),
    before they are read or after they are stored; then nothing gets through until `mended`."""

    def __init__(self, app):
        self.app, self.breaks, self.came, self.down = app, {}, 0, False

    async def __call__(self, scope, receive, send):
        if scope["path"].endswith("/send") and not self.down:
            self.came += 1
            how = self.breaks.pop(self.came, "")
            self.down = bool(how)
            if how == "stored":
                await self.app(scope, receive, _nowhere)
        if not self.down:
            return await self.app(scope, receive, send)
        for connection in list(self.served.server.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0.05)  # until the server has noticed

    def mended(self) -> None:
        self.down = False


async def _nowhere(message) -> None:
    """An answer that is lost."""


@pytest.fixture
async def network(app):
    broken = Breaking(app)
    async with Served(broken) as broken.served:
        yield broken


@pytest.fixture
async def phone(browser):
    context = await browser.new_context(viewport={"width": 360, "height": 740})
    context.set_default_timeout(15_000)
    return await context.new_page()


async def signed_in(world, network, phone) -> None:
    cookie = {"name": "session", "value": await world.token("张经办"), "url": network.served.url}
    await phone.context.add_cookies([cookie])


async def at_the_door(world, network, phone, doors: int):
    """张经办 before an entrance, whose page the phone has kept: its address and the matter."""
    matter, place = await opened(world), await tall.entrance(world, doors)
    await begun(world, matter)
    await signed_in(world, network, phone)
    url = f"{network.served.url}/matters/{matter.id}/opinions/rounds/{place.id}"
    await phone.goto(url)
    await expect(phone.locator(".kept")).to_contain_text("都送到了")
    await phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await phone.wait_for_function("caches.open('rounds').then((one) => one.match(location.href))")
    return url, matter


def door(phone, room: str):
    return phone.locator(".doors li", has=phone.locator(f"summary strong:text-is('{room}')"))


async def press(phone, room: str, state: str, text: str = "") -> None:
    """Opens a door's form, unless it is open, and presses one of its big buttons."""
    this = door(phone, room)
    if not await this.locator("details[open]").count():
        await this.locator("summary").click()
    if text:
        await this.locator("textarea").fill(text)
    await this.get_by_role("button", name=state).click()


async def test_fifty_entries_made_without_network_arrive_once_after_three_broken_attempts(
    world, network, phone
):
    wrong = []
    phone.on("pageerror", lambda error: wrong.append(str(error)))
    phone.on("console", lambda one: "Content Security" in one.text and wrong.append(one.text))
    url, matter = await at_the_door(world, network, phone, DOORS)
    await network.served.stop()
    await phone.context.set_offline(True)
    await phone.reload()
    left = phone.locator("[data-count]")
    await press(phone, "101", "已访", "下水管又堵了")
    await expect(left).to_have_text("还有1条没有送出")
    assert await phone.locator("details[open] summary strong").inner_text() == "102"
    await expect(phone.get_by_text("共50户")).to_contain_text("还要去49户")
    older = "(all) => all.forEach((one) => one.removeAttribute('name'))"  # browsers, without it
    await phone.locator(".doors details").evaluate_all(older)
    await door(phone, "201").locator("summary").click()
    await expect(phone.locator("details[open] h2")).to_have_text("3号楼1单元201")
    await door(phone, "102").locator("summary").click()
    box = await phone.locator("details[open] button").last.bounding_box()
    assert box["height"] >= 60 and box["x"] + box["width"] <= 360
    assert await phone.evaluate("document.documentElement.scrollWidth") <= 360
    await press(phone, "102", "家中无人")
    await expect(phone.get_by_text("共50户")).to_contain_text("还要去49户；家中无人1户")
    await phone.evaluate(PRESS, 2)
    await phone.reload()
    await expect(left).to_have_text(f"还有{DOORS}条没有送出")
    held = await phone.evaluate(HELD)
    assert "下水管又堵了" in held and "3号楼" in held
    assert not [name for name in NAMES if name in held]
    phone_number = r"(?<![0-9a-z])1[3-9]\d{9}(?![0-9a-z])"  # codes and digests hold digits too
    assert not re.search(phone_number, held)

    network.breaks = {7: "stored", 19: "unread", 31: "stored"}
    await network.served.start()
    await phone.context.set_offline(False)
    before = DOORS
    for attempt in range(3):
        await expect(left).not_to_have_text(f"还有{before}条没有送出")
        await expect(phone.locator("[data-why]")).to_contain_text("连不上")
        now = await phone.evaluate(COUNT)
        assert 0 < now < before, attempt
        before = now
        if attempt == 2:
            await network.served.stop()
            await network.served.start()
        network.mended()
        await phone.get_by_role("button", name="送出").click()
    await expect(left).to_have_text("都送到了", timeout=30_000)
    assert network.came > DOORS, "some were sent again"
    assert await phone.evaluate(COUNT) == 0
    assert await Visit.filter(matter=matter).count() == DOORS
    assert len(set(await Visit.all().values_list("household_id", flat=True))) == DOORS
    assert await Opinion.filter(matter=matter).count() == 13
    assert not wrong


async def test_what_cannot_be_sent_stays_on_the_phone_and_says_what_to_do(world, network, phone):
    url, matter = await at_the_door(world, network, phone, 4)
    kept = "caches.open('rounds').then((kept) => kept.keys()).then((all) => all.length > 1)"
    await phone.wait_for_function(kept)
    await phone.wait_for_load_state(
        "networkidle"
    )  # else the page finds itself signed out, and goes
    await phone.context.clear_cookies()
    await press(phone, "101", "已访", "要扶手")
    await expect(phone.locator("[data-why]")).to_contain_text("请登录以后再打开这一页")
    await phone.reload()  # the server shows this page no more, the phone does
    await expect(phone.locator("[data-why]")).to_contain_text("请登录以后再打开这一页")
    await expect(phone.locator("[data-sign-in]")).to_be_visible()
    assert await Visit.all().count() == 0

    passage = await Passage.get(matter=matter, stage="opinions")
    last = passage.last_on
    await Passage.filter(id=passage.id).update(last_on=passage.entered_at.date().replace(day=1))
    await signed_in(world, network, phone)
    await phone.reload()
    entry = phone.locator("[data-entries] li")
    await expect(entry).to_contain_text("没有收下：征求意见到")
    await expect(entry).to_contain_text("1单元101 已访 要扶手")
    await press(phone, "102", "家中无人")
    await expect(entry.nth(1)).to_contain_text("没有收下：征求意见到")
    await Passage.filter(id=passage.id).update(last_on=last)
    await entry.nth(0).get_by_role("button", name="改").click()
    await press(phone, "101", "已访", "要两边的扶手")
    await expect(entry).to_have_count(1)
    await entry.get_by_role("button", name="删掉").click()
    await entry.get_by_role("button", name="真的删掉").click()
    await expect(entry).to_have_count(0)
    assert [row.text for row in await Opinion.all()] == ["要两边的扶手"]
    assert await Visit.all().count() == 1
    await expect(phone.locator("#undo")).to_contain_text("101 已访")
    await phone.get_by_role("button", name="撤回这一条").click()
    await expect(phone.locator(".doors")).to_contain_text("101 未访")
    assert (await Visit.get()).undone_at

    await phone.context.clear_cookies()
    await phone.reload()  # nothing waits: the phone forgets the page as well
    await expect(phone.locator("h1")).not_to_contain_text("3号楼")
    left = "caches.open('rounds').then((one) => one.keys()).then((keys) => keys.length)"
    assert await phone.evaluate(left) == 0
