"""All the sample's opinions grouped, answered and published in a real Chromium, by two people."""

from dataclasses import dataclass, field

import pytest
from playwright.async_api import Page, expect

from deliberation.stages.opinions.facts import facts
from deliberation.stages.opinions.models import Answer, Draft, Opinion
from deliberation.stages.opinions.survey.rules import QUESTIONS
from tests.boards.pictures import phone
from tests.opinions.sample import SAMPLE, SECRETS, TEXTS
from tests.opinions.test_actions import opened

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]
MOST = 60
OWN = "九栋楼一起做，做法和时间写在方案里，材料先贴出来给大家看。"


@dataclass
class Hand:
    """A person's browser that counts every click, every choice, every field filled in."""

    page: Page
    done: list[str] = field(default_factory=list)

    async def press(self, label: str) -> None:
        """A button that sends a form; waits for the page that comes."""
        self.done.append(label)
        async with self.page.expect_navigation():
            await self.page.get_by_role("button", name=label, exact=True).click()

    async def follow(self, label: str) -> None:
        self.done.append(label)
        async with self.page.expect_navigation():
            await self.page.get_by_role("link", name=label, exact=True).click()

    async def touch(self, selector: str) -> None:
        self.done.append(selector)
        await self.page.locator(selector).click()

    async def choose(self, name: str, value: str) -> None:
        self.done.append(name)
        await self.page.locator(f"select[name={name}]").select_option(value)

    async def tick(self, label: str) -> None:
        self.done.append(label)
        await self.page.get_by_label(label, exact=True).check()

    async def fits(self) -> None:
        """Nothing is wider than the phone."""
        width = "document.documentElement.scrollWidth"
        assert await self.page.evaluate(width) <= 360, self.page.url

    async def fill(self, name: str, value: str) -> None:
        self.done.append(name)
        await self.page.locator(f"[name={name}]").fill(value)


@pytest.fixture
async def sit(world, served, browser):
    """`await sit("张经办", url)`: that person at a browser of their own, without scripts."""

    async def open_at(name: str, path: str) -> Hand:
        context = await browser.new_context(
            java_script_enabled=False, viewport={"width": 360, "height": 740}
        )
        if name != "visitor":
            token = await world.token(name)
            cookie = {"name": "session", "value": token, "url": served.url}
            await context.add_cookies([cookie])
        page = await context.new_page()
        page.set_default_timeout(20_000)
        await page.goto(served.url + path)
        return Hand(page)

    return open_at


async def imported(world, client, matter) -> None:
    clerk = await client("张经办")
    done = await clerk.post(
        f"/matters/{matter.id}/opinions/import",
        data={"said_on": "2026-03-02", "visitors": ""},
        files={"file": ("意见.csv", SAMPLE, "text/csv")},
    )
    assert done.status_code == 303, done.text


async def test_two_people_answer_all_of_the_sample_in_under_sixty_interactions(world, client, sit):
    matter = await opened(world)
    await imported(world, client, matter)
    url = f"/matters/{matter.id}/opinions"
    clerk = await sit("张经办", url)
    await clerk.touch("summary:text('登记、答复、打印')")
    await clerk.follow("归并相近的意见")
    doubtful = clerk.page.locator("select[name^=do-]:has(option[value=later][selected])")
    for name in await doubtful.evaluate_all("all => all.map(one => one.name)"):
        await clerk.choose(name, "join")
    await clerk.press("照选好的办")
    assert await Opinion.filter(matter=matter, group_id__isnull=False).count() > 40
    await clerk.follow("去答复")
    names = await clerk.page.locator("select").evaluate_all("all => all.map(one => one.name)")
    for number, name in enumerate(names):
        await clerk.choose(name, ("plan", "partly", "office", "plan", "owners")[number % 5])
    await clerk.touch("fieldset:nth-of-type(1) summary")
    await clerk.fill(names[0].replace("reply-", "reason-"), OWN)
    await clerk.press("起草这些答复")
    assert await Answer.all().count() == 0
    assert OWN not in await (await sit("visitor", url)).page.content()
    second = await sit("何经办", f"{url}/answers")
    await second.press(f"全部核对无误（{await Draft.all().count()}条）")
    await second.press("公布全部答复")
    done = clerk.done + second.done
    print(f"interactions: {len(done)}, replies chosen: {len(names)}")
    assert len(done) < MOST
    known = await facts(matter, "opinions")
    assert (known.total, known.unanswered, known.groups) == (len(TEXTS), 0, ())
    groups = await Answer.filter(group_id__not_isnull=True).values_list("group_id", "reason")
    (own,) = [group for group, reason in groups if reason == OWN]
    public = (await sit("visitor", f"{url}#group-{own}")).page
    await expect(public.locator(".folds [id]:visible")).to_have_id(f"group-{own}")
    await public.emulate_media(media="print")
    await expect(public.locator(".folds [id]:visible")).to_have_count(len(groups))


async def test_nothing_personal_of_the_sample_is_on_a_public_page(world, client, sit):
    matter = await opened(world)
    await imported(world, client, matter)
    url = f"/matters/{matter.id}/opinions"
    clerk = await sit("张经办", f"{url}/answers")
    names = await clerk.page.locator("select").evaluate_all("all => all.map(one => one.name)")
    for name in names:
        await clerk.choose(name, "plan")
    await clerk.press("起草这些答复")
    second = await sit("何经办", f"{url}/answers")
    await second.press(f"全部核对无误（{len(TEXTS)}条）")
    await second.press("公布全部答复")
    assert await Answer.all().count() == len(TEXTS), "each alone, so that every text is public"
    visitor = await client("visitor")
    pages = [f"{url}?page=1", f"{url}?page=2", f"{url}/demand", f"/matters/{matter.id}"]
    pages += [f"/matters/{matter.id}/record", "/matters", "/"]
    shown = [(await visitor.get(path, follow_redirects=True)).text for path in pages]
    assert "".join(shown).count("［已隐去］") >= 5
    assert "墙皮都掉了" in "".join(shown), "the words themselves are public"
    for path, html in zip(pages, shown, strict=True):
        assert not [secret for secret in SECRETS if secret in html], path
    staff = await (await client("张经办")).get(f"{url}/list?page=2")
    assert "<mark" in staff.text and "手机号码" in staff.text
    assert all(secret in staff.text for secret in SECRETS)


async def test_the_whole_survey_with_a_photo_is_answered_on_a_small_phone(world, sit, tmp_path):
    matter = await opened(world)
    url = f"/matters/{matter.id}/opinions"
    (tmp_path / "灯.jpg").write_bytes(phone((1200, 900)))
    for name, large in (("赵大妈", "0"), ("钱师傅", "1")):
        hand = await sit(name, url)
        cookie = {"name": "large", "value": large, "url": hand.page.url}
        await hand.page.context.add_cookies([cookie])
        await hand.follow("说说您的想法")
        for labels, button in (
            (["同意改造"], "下一题"),
            *(([], "下一题") for _ in QUESTIONS),
            (["排水", "加装电梯"], "下一题"),
        ):
            for label in labels:
                await hand.tick(label)
            await hand.fits()
            await hand.press(button)
        await hand.fill("text", "六楼漏雨，楼道灯不亮")
        await hand.page.set_input_files("[name=photos]", tmp_path / "灯.jpg")
        await hand.fits()
        await hand.press("看一看再交")
        await hand.fits()
        await hand.press("修改 ：想改什么")
        await hand.tick("屋面")
        await hand.press("改好了")
        for shown in ("排水、屋面、加装电梯", "六楼漏雨", "没有回答"):
            assert shown in await hand.page.inner_text("main")
        await hand.press("交给社区")
        await hand.fits()
        assert "谢谢，您的意见收到了" in await hand.page.inner_text("main")
        seen = "all => all.map(one => one.complete && one.naturalWidth)"
        assert await hand.page.locator("main img").evaluate_all(seen) == [1200]
        assert len(hand.done) == 12 + len(QUESTIONS)
    shown = await Opinion.filter(matter=matter, enclosures__kind="photo")
    assert len(shown) == 2
    office = await sit("张经办", f"{url}/{shown[0].id}")
    assert await office.page.locator("main img").evaluate_all(seen) == [1200]
