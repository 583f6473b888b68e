"""The page that tells residents how their votes are kept, and what nobody can promise."""

import re
from pathlib import Path

import pytest

from tests.vote.voting import open_vote

pytestmark = pytest.mark.anyio

URL = "/how-votes-are-kept"
# What trust.md says cannot be promised: every one of them is said.
NOT_PROMISED = [
    "管服务器的人当场换掉程序",
    "两个人串通",
    "有人站在您旁边",
    "名册冻结以前就混进去的假名字",
    "管数据库的人",
    "数据库的流水账",
    "不足10人",
    "全部投同一样",
]
WAYS_TO_CHECK = ["查我这一行", "回执码", "记录指纹", "验票程序", "换一部手机"]


TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# What is folded away for those who know, comments, and addresses that programs read.
FOLDED = r"(?s)<details[^>]*><summary>给懂电脑的人</summary>.*?</details>"
ASIDE = rf"{FOLDED}|\{{#.*?#\}}|/[\w.]+\.(?:ics|json)"
TECHNICAL = r"JSON|Atom|\.ics|SHA-256|\bWAL\b|DELIBERATION_|CSV(?!（逗号)|channel、"
# One word for one thing.
OTHERWISE = r"纸质意见表|纸质问卷|还差\d*件|>筛选<|>找<|(?<!查)找文字|找人\""


@pytest.mark.parametrize("wrong", [TECHNICAL, OTHERWISE])
def test_pages_use_the_words_that_people_use(wrong):
    said = {
        str(path.relative_to(TEMPLATES)): re.findall(wrong, re.sub(ASIDE, "", path.read_text()))
        for path in TEMPLATES.rglob("*.html")
    }
    assert len(said) > 100 and {path: found for path, found in said.items() if found} == {}


async def test_everyone_reads_the_page_from_every_page_and_from_the_vote(world, client):
    matter, _, _ = await open_vote(world, 3)
    visitor = await client("visitor")
    page = await visitor.get(URL)
    assert page.status_code == 200
    assert "我的票怎么保证不被改？" in page.text
    for url, times in (("/", 1), ("/privacy", 1), (f"/matters/{matter.id}/vote", 2)):
        assert (await visitor.get(url)).text.count(f'href="{URL}"') == times, url


async def test_what_cannot_be_promised_is_said(world, client):
    page = (await (await client("visitor")).get(URL)).text
    assert [text for text in NOT_PROMISED if text not in page] == []
    assert [text for text in WAYS_TO_CHECK if text not in page] == []
    assert page.index("自己怎么查") < page.index("保证不了什么")


async def test_every_idea_fits_one_screen_of_a_phone_and_explains_its_words(world, client):
    page = (await (await client("visitor")).get(URL)).text
    ideas = re.findall(r'<section class="stack idea">(.*?)</section>', page, re.S)
    texts = [re.sub(r"<[^>]+>|\s", "", idea) for idea in ideas]
    assert len(texts) == 9
    # 18 characters a line at 360 px and some 18 lines a screen; the two lists may take two.
    long = [text[:12] for text in texts if len(text) > 250]
    assert len(long) <= 2, long
    for word in ("哈希", "区块链", "Merkle", "SHA", "加密算法", "token", "服务端"):
        assert word not in page, word
    for term in ("冻结", "名册指纹", "记录指纹"):
        first = page.index(term)
        assert "叫<strong>" in page[first - 20 : first + 90] or "”：" in page[first : first + 30]
