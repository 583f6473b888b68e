"""The verifier as a page, in a real Chromium: the same packages, the same codes, no network."""

import base64
import random
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page, expect, sync_playwright

from deliberation import verifier
from tests.browser.chromium import QUIET
from tests.log.hostile import SHAPELESS, UNFIT, WHOLE, hostile, member
from tests.log.mutations import CASES
from tests.log.packages import GENUINE, Draft, archive, by_area, large, leaf_hash, named_plan
from tests.log.vectors import ED25519, LEAVES, ROOTS

PAGE = Path(__file__).resolve().parents[2] / "static" / "verify.html"
VERIFY = """([data, printed]) => verifyPackage(
  Uint8Array.from(atob(data), (c) => c.charCodeAt(0)), printed)"""
SIGNED = """(three) => verifyPackage.signed(
  ...three.map((one) => Uint8Array.from(one.match(/../g) || [], (pair) => parseInt(pair, 16))))"""


@pytest.fixture(scope="module")
def page():
    """The page as downloaded, opened from a file; whatever it asks of a network fails the test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page, asked, broken = browser.new_page(viewport={"width": 360, "height": 740}), [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(PAGE.as_uri())
        yield page
        browser.close()
    assert set(asked) == {PAGE.as_uri()} and not broken


def codes(page: Page, data: bytes, printed: dict | None = None) -> set[str]:
    found = page.evaluate(VERIFY, [base64.b64encode(data).decode(), printed or {}])
    assert all(one["text"] for one in found)
    return {one["code"] for one in found}


@pytest.mark.parametrize("make", GENUINE.values(), ids=GENUINE)
def test_a_genuine_package_is_genuine(page, make):
    assert codes(page, archive(make())) == set()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_both_verifiers_name_the_same(page, case):
    found = {one.code for one in verifier.verify(case.data, case.printed)}
    assert codes(page, case.data, case.printed) == found


@pytest.mark.parametrize(("package", "path", "value"), SHAPELESS + UNFIT)
def test_both_verifiers_name_the_same_where_a_value_is_of_the_wrong_kind(
    page, package, path, value
):
    data = hostile(package, path, value)
    assert codes(page, data) == {one.code for one in verifier.verify(data)} != set()


@pytest.mark.parametrize("value", [None, [], {"x": []}, 7, True])
@pytest.mark.parametrize("path", ["manifest.matter.title", "manifest.questions.0.options.0.label"])
def test_both_verifiers_accept_words_that_no_number_depends_on(page, path, value):
    data = hostile("named plan", path, value)
    assert codes(page, data) == set() == {one.code for one in verifier.verify(data)}


@pytest.mark.parametrize("raw", WHOLE.values(), ids=WHOLE)
def test_a_file_that_is_no_canonical_object_has_no_shape(page, raw):
    assert codes(page, member(raw)) == {"shape"}


def test_five_thousand_voters(page):
    assert codes(page, archive(large())) == set()


@pytest.mark.parametrize("seed", range(60))
def test_both_verifiers_name_the_same_whatever_is_changed(page, seed):
    data = scrambled(random.Random(seed))
    assert codes(page, data) == {one.code for one in verifier.verify(data)}


STRAY = [None, True, -1, 10**10, "", "x", "0" * 64, [], {}, {"__proto__": 1}, [[]], "toString"]


def scrambled(choice: random.Random) -> bytes:
    """Any value of any file replaced, dropped or a little off."""
    draft = choice.choice(list(GENUINE.values()))().copy()
    for _ in range(choice.randint(1, 2)):
        within, name = choice.choice(list(slots(draft)))
        was, turn = within[name], choice.random()
        if turn < 0.2:
            del within[name]
        elif turn < 0.6 and type(was) in (int, str):
            within[name] = was + 1 if type(was) is int else was[::-1]
        else:
            within[name] = choice.choice(STRAY)
    return archive(draft)


def slots(draft: Draft):
    waiting = list(draft.files.values())
    for one in waiting:
        for name, value in one.items() if isinstance(one, dict) else enumerate(one):
            yield one, name
            if isinstance(value, dict | list):
                waiting.append(value)


@pytest.mark.parametrize(("public", "message", "signature"), ED25519)
def test_the_signatures_of_rfc_8032(page, public, message, signature):
    assert page.evaluate(SIGNED, [public, message, signature])
    assert not page.evaluate(SIGNED, [public, message + "00", signature])


def test_signatures_over_messages_of_every_length_around_a_block(page):
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public = private.public_key().public_bytes_raw().hex()
    for length in (46, 47, 48, 49, 63, 64, 65, 175, 176, 177, 300):
        message = bytes(range(200)) * 2
        signature = private.sign(message[:length]).hex()
        assert page.evaluate(SIGNED, [public, message[:length].hex(), signature])


@pytest.mark.parametrize("size", range(9))
def test_the_trees_of_rfc_6962(page, size):
    leaves = [leaf_hash(bytes.fromhex(data)) for data in LEAVES[:size]]
    assert page.evaluate("(leaves) => verifyPackage.treeRoot(leaves)", leaves) == ROOTS[size]


# --- The page as people use it -------------------------------------------------------------------
def choose(page: Page, data: bytes) -> None:
    page.reload()
    file = {"name": "package.zip", "mimeType": "application/zip", "buffer": data}
    page.get_by_label("表决包 package.zip").set_input_files(file)
    expect(page.locator("#verdict")).to_contain_text("请点“开始核对”")


def press(page: Page) -> str:
    button = page.get_by_role("button", name="开始核对")
    button.click()
    expect(button).to_be_enabled()
    return page.locator("#verdict").inner_text()


def test_somebody_chooses_the_file_types_the_numbers_and_reads_the_verdict(page):
    choose(page, archive(named_plan()))
    said = press(page)
    assert "核对通过" in said and "没有输入公告上印的数" in said
    assert "同意35，反对3，弃权2，无效1，未交回1" in said
    page.get_by_label("应到人数").fill("51")
    page.get_by_label("“同意”的票数").fill("35")
    said = press(page)
    assert "核对通过" in said and "没有输入公告上印的数" not in said
    page.get_by_label("“反对”的票数").fill("9")
    said = press(page)
    assert "核对不通过" in said and "“反对”的票数（公告9）" in said


def test_a_changed_file_is_refused_with_the_place(page):
    case = next(one for one in CASES if one.name == "an answer turned round")
    choose(page, case.data)
    said = press(page)
    assert "核对不通过" in said and "against 写3算得4" in said and "核对通过" not in said


def test_a_file_that_is_no_package_is_refused(page):
    choose(page, b"hello")
    assert "不是规定的格式" in press(page)


def test_the_page_says_what_a_public_package_by_area_cannot_show(page):
    choose(page, archive(by_area()))
    assert "只能由监票人" in press(page)


def test_the_page_fits_a_phone_and_loads_nothing(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    html = PAGE.read_text()
    assert "http:" not in html and "https:" not in html and "src=" not in html
    assert "url(" not in html and "import " not in html
    small = page.evaluate(
        "[...document.querySelectorAll('main *')].filter((one) => one.textContent.trim() &&"
        " parseFloat(getComputedStyle(one).fontSize) < 18).length"
    )
    assert small == 0
