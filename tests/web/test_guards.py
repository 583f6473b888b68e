"""Cross-origin writes are refused before any page is asked; every answer is closed up."""

from dataclasses import replace

import httpx2
import pytest

from deliberation import features
from deliberation.app import create_app
from deliberation.database import connect, disconnect
from deliberation.settings import Settings

pytestmark = pytest.mark.anyio
HOME = "http://127.0.0.1:8000"
AWAY = "https://evil.example"


@pytest.fixture
async def settings(tmp_path):
    settings = Settings(data_dir=tmp_path)
    await connect(settings, features.model_modules())
    yield settings
    await disconnect()


def client(settings: Settings, origin: str = HOME) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=create_app(settings))
    return httpx2.AsyncClient(transport=transport, base_url=origin)


async def switched(settings, headers: dict, origin: str = HOME) -> int:
    """The status of the simplest form there is, sent with these headers."""
    async with client(settings, origin) as browser:
        return (await browser.post("/large", data={"large": "1"}, headers=headers)).status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": HOME}, 403),
        ({"Sec-Fetch-Site": ""}, 403),
        ({"Origin": HOME}, 303),
        ({"Origin": AWAY}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:8001"}, 403),
        ({"Origin": "http://127.0.0.1:8000.evil.example"}, 403),
        ({}, 303),
    ],
)
async def test_a_form_from_another_site_is_refused(settings, headers, status):
    assert await switched(settings, headers) == status


async def test_the_public_address_is_this_site_too(settings):
    public = replace(settings, base_url="https://yishi.example")
    assert await switched(public, {"Origin": "https://yishi.example"}) == 303
    assert await switched(public, {"Origin": "https://yishi.example.evil.example"}) == 403


async def test_reading_from_another_site_is_not_refused(settings):
    async with client(settings) as browser:
        answer = await browser.get("/about", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200


async def test_a_refused_request_says_what_to_do(settings):
    async with client(settings) as browser:
        answer = await browser.post("/large", headers={"Origin": AWAY})
    assert "请从本网站的页面重新提交" in answer.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_every_writing_method_is_guarded(settings, method):
    async with client(settings) as browser:
        answer = await browser.request(method, "/large", headers={"Origin": AWAY})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("url", "status"), [("/about", 200), ("/static/app.css", 200), ("/nothing-here", 404)]
)
async def test_every_answer_carries_a_closed_content_policy(settings, url, status):
    async with client(settings) as browser:
        answer = await browser.get(url)
    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy and "*" not in policy
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"
    assert rules["media-src"] == "'self'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


async def test_another_site_learns_nothing_from_how_well_a_page_packs(settings):
    async def packed(site: str, cookie: str = "") -> bool:
        sent = {"Sec-Fetch-Site": site} | ({"Cookie": cookie} if cookie else {})
        async with client(settings) as browser:
            answer = await browser.get("/privacy?guess=1", headers=sent)
        return answer.headers.get("content-encoding") == "gzip"

    assert await packed("same-origin", "large=1") and await packed("cross-site")
    assert await packed("none", "large=1"), "an address typed or scanned"
    assert not await packed("cross-site", "large=1")


async def test_a_refused_request_carries_the_headers_too(settings):
    async with client(settings) as browser:
        answer = await browser.post("/large", headers={"Origin": AWAY})
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_only_https_is_remembered_by_the_browser(settings):
    async with client(settings) as browser:
        assert "strict-transport-security" not in (await browser.get("/about")).headers
    public = replace(settings, base_url="https://yishi.example")
    async with client(public, "https://yishi.example") as browser:
        answer = await browser.get("/about")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_pages_have_no_inline_script_or_style(settings):
    async with client(settings) as browser:
        for url in ("/about", "/privacy", "/sign-in", "/nothing-here"):
            text = (await browser.get(url)).text
            assert "<script>" not in text and "<style" not in text
            assert " style=" not in text and " onclick=" not in text and "javascript:" not in text


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/matters", "/matters"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
async def test_going_back_stays_on_this_site(settings, back, to):
    async with client(settings) as browser:
        answer = await browser.post("/large", data={"large": "1", "next": back})
    assert answer.headers["location"] == to
