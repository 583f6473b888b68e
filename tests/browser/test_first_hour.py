"""The first hour of a community in a real Chromium: from `create-administrator` to slips on paper.

Every click, every field filled in, every choice and every file counts as one interaction; only what
the pages offer is pressed, in the order in which they offer it.
"""

import re
from dataclasses import dataclass

import pypdfium2
import pytest
from playwright.async_api import expect

from deliberation import features
from deliberation.accounts.models import Slip
from deliberation.accounts.setup import first_administrator
from deliberation.app import create_app
from deliberation.database import connect, disconnect, migrate
from deliberation.places.models import Place
from tests.browser.chromium import Served
from tests.browser.demo import NOW, Fixed
from tests.browser.looks import DESK
from tests.opinions.test_browser import Hand
from tests.roll.test_pages import workbook

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]
MOST = 40
PASSWORD = "correct horse battery"
NEXT = "去办这一步"
SMALLEST = """Math.min(...[...document.querySelectorAll('.slip h2, .slip p, .slip span')]
  .map(one => parseFloat(getComputedStyle(one).fontSize)))"""
# Sixteen of the slip that holds most, for a home with a long address.
FILLED = """() => {
  const slip = document.querySelector('.slip:has(.slip-pin)'), all = slip.parentNode;
  slip.querySelector('.slip-home').textContent = '东风里小区12号楼12单元1201';
  all.replaceChildren(...Array.from({ length: 16 }, () => slip.cloneNode(true)));
  return Math.max(...[...all.children].map(one => one.scrollHeight - one.clientHeight));
}"""
ROLL = [
    ["东风里小区住户登记表"],
    ["楼栋", "单元", "房号", "户主", "联系电话"],
    ["1号楼", "1单元", "101", "罗喆", "19900001234"],
    ["1号楼", "1单元", "102", "沈䶮", ""],
    ["3号楼", "2单元", "501", "欧阳燊", "19900004321"],
]


@dataclass
class Clerk(Hand):
    """Someone at an office computer, who finds fields by what is written beside them."""

    async def follow(self, label: str) -> None:
        self.done.append(label)
        async with self.page.expect_navigation():
            await self.page.locator("main").get_by_role("link", name=label, exact=True).click()

    async def write(self, label: str, text: str) -> None:
        self.done.append(label)
        await self.page.get_by_label(label, exact=True).fill(text)

    async def hand_in(self, label: str, name: str, content: bytes) -> None:
        self.done.append(label)
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        await self.page.get_by_label(label, exact=True).set_input_files(file)

    async def choose_password(self, link: str) -> None:
        """As the member of staff the link was handed to."""
        await self.page.goto(link)
        await self.write("新密码", PASSWORD)
        await self.write("再填一次新密码", PASSWORD)
        await self.press("设好了，登录")

    async def sign_in(self, url: str, name: str) -> None:
        await self.page.goto(f"{url}/sign-in")
        await self.write("用户名", name)
        await self.write("密码", PASSWORD)
        await self.press("登录")

    async def open_account(self, name: str, username: str) -> str:
        """The path of the link for the one whose account it is."""
        await self.write("姓名", name)
        await self.write("用户名", username)
        await self.press("开通账号")
        return re.search(r"/welcome/[\w-]+", await self.page.inner_text("main"))[0]

    async def step(self, what: str) -> None:
        """The step that the desk shows as the next one."""
        await expect(self.page.locator(".way .here strong")).to_have_text(what)


@pytest.fixture
async def served(settings):
    """An installation as `deliberation create-administrator` leaves it."""
    await connect(settings, features.model_modules())
    await migrate(settings, features.model_modules())
    places = ("示例市梧桐区", "槐荫街道", "向阳社区")
    await first_administrator("admin", PASSWORD, *places, NOW)
    app = create_app(settings)
    app.state.clock = Fixed()
    async with Served(app) as found:
        yield found
    await disconnect()


async def let_in(boss: Clerk, url: str) -> str:
    """The administrator opens two accounts and says where the community is reached; the clerk's
    link."""
    await boss.sign_in(url, "admin")
    await boss.step("开通经办人的账号")
    await boss.follow(NEXT)
    link = await boss.open_account("张小敏", "zhang")
    await boss.open_account("李建华", "li")
    await boss.follow("办事台")
    await boss.step("登记社区的办公电话和地址")
    await boss.follow(NEXT)
    edit = boss.page.locator("#edit")
    boss.done += ["地址", "办公电话"]
    await edit.get_by_label("地址").fill("槐荫路1号")
    await edit.get_by_label("办公电话").fill("0371-6000 0003")
    await boss.press("保存")
    return url + link


async def begin(clerk: Clerk, link: str) -> None:
    """The clerk imports the roll, registers a matter and opens 征求意见."""
    await clerk.choose_password(link)
    await clerk.step("导入居民名册")
    await clerk.follow(NEXT)
    await clerk.write("小区的名称", "东风里小区")
    await clerk.hand_in("名册文件", "住户.xlsx", workbook(ROLL))
    await clerk.press("上传并预览")
    await clerk.press("导入名册")
    await clerk.follow("登记新议题")
    await clerk.write("议题名称", "东风里小区排水管改造")
    await clerk.tick("党员群众建议")
    await clerk.press("登记")
    await clerk.write("研究日期", "2026-11-24")
    await clerk.write("参加人", "李建华等5人")
    await clerk.write("结论", "同意征求居民意见")
    await clerk.press("登记研究情况")
    await clerk.touch("summary:text-is('办完这一步')")
    await clerk.press("确认办完")
    await clerk.follow("去“征求意见”")
    await clerk.press("公布期限")
    await clerk.follow("打印登录纸条")
    await clerk.press("发纸条并打印")
    await clerk.touch("button[data-print]")


async def test_the_first_slips_are_printed_within_forty_interactions(served, browser):
    boss = Clerk(await (await browser.new_context(viewport=DESK)).new_page())
    clerk = Clerk(await (await browser.new_context(viewport=DESK)).new_page())
    # The dialog of a headless browser blocks it; the paper is what `pdf` gives below.
    await clerk.page.add_init_script("window.print = () => { window.printed = true }")
    await begin(clerk, await let_in(boss, served.url))
    assert await clerk.page.evaluate("window.printed")
    pdf = await clerk.page.pdf()
    assert await clerk.page.evaluate(SMALLEST) >= 16, "nothing on a slip below 12 pt"
    await clerk.page.emulate_media(media="print")
    assert await clerk.page.evaluate(FILLED) <= 0, "a slip is cut off"
    assert len(pypdfium2.PdfDocument(await clerk.page.pdf())) == 2, "eight slips to a page"
    await clerk.page.goto(f"{served.url}/desk")
    assert await clerk.page.locator(".way").count() == 0, "the list leaves once it is done"
    sheets = pypdfium2.PdfDocument(pdf)
    text = "".join(sheets[0].get_textpage().get_text_range().split())
    assert len(sheets) == 1
    for words in ("罗喆一户", "沈䶮一户", "欧阳燊一户", "核对码", "手机号的后4位"):
        assert words in text, text
    assert await Slip.all().count() == 3
    assert await Place.filter(kind="entrance").count() == 2
    count = len(boss.done) + len(clerk.done)
    print(f"first hour: {count} interactions")
    assert count <= MOST, boss.done + clerk.done
