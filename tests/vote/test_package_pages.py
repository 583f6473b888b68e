"""Downloads for a recount, the list of codes, and what a result page shows and hides."""

import asyncio
import hashlib
import io
import zipfile

import pytest

from deliberation import verifier
from deliberation.log.diff import diff
from deliberation.log.models import Entry
from deliberation.matters.actions import advance
from deliberation.stages.notices import actions as notices
from deliberation.stages.notices.issuing import context
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote.models import InclusionCode, Vote
from deliberation.web.templates import render_html
from tests.vote import recounted
from tests.vote.voting import cast

pytestmark = pytest.mark.anyio


def base(held) -> str:
    return f"/matters/{held.matter.id}/votes/{held.vote.id}"


async def test_before_the_count_nobody_gets_a_package_or_codes(world, client):
    held = await recounted.held(world, 12, secret=True)
    await held.phone(10)
    await held.ended()
    for name in ("visitor", "张经办", "李书记", "孙监督", "刘干部"):
        browser = await client(name)
        for path in ("", "/package.zip", "/package-full.zip", "/codes"):
            assert (await browser.get(f"{base(held)}{path}")).status_code == 404, (name, path)


async def test_everyone_gets_the_package_and_the_same_one_is_not_sent_twice(world, client):
    held = await recounted.named(world)
    visitor = await client("visitor")
    answer = await visitor.get(f"{base(held)}/package.zip")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert verifier.verify(answer.content) == []
    known = {"If-None-Match": answer.headers["etag"]}
    again = await visitor.get(f"{base(held)}/package.zip", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    asked = [visitor.get(f"{base(held)}/package.zip") for _ in range(5)]
    assert {one.content for one in await asyncio.gather(*asked)} == {answer.content}


async def test_a_package_grows_with_the_record(world, client):
    held = await recounted.held(world, 6)
    await held.phone(6)
    await held.ended()
    await held.counted()
    visitor = await client("visitor")
    before = (await visitor.get(f"{base(held)}/package.zip")).content
    assert {one.code for one in verifier.verify(before)} == {"certify"}
    assert "监票人还没有核验完" in (await visitor.get(base(held))).text
    await held.certified()
    assert "监票人还没有核验完" not in (await visitor.get(base(held))).text
    after = (await visitor.get(f"{base(held)}/package.zip")).content
    assert verifier.verify(after) == [] == diff(before, after)


async def test_the_areas_go_to_scrutineers_and_overseers_only_and_it_is_noted(world, client):
    held = await recounted.by_area(world)
    path, place = f"{base(held)}/package-full.zip", f"place/{world.community.id}"
    for name in ("visitor", "张经办", "李书记", "王主任", "赵大妈", "陈先生", "管理员"):
        assert (await (await client(name)).get(path)).status_code == 404, name
    taken = Entry.filter(chain=place, act="vote.take_openings")
    assert not await taken.exists()
    head = await Entry.filter(chain=f"matter/{held.matter.id}").count()
    for name in ("孙监督", "刘干部"):
        answer = await (await client(name)).get(path)
        assert "no-store" in answer.headers["cache-control"]
        assert "openings.json" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        assert verifier.verify(answer.content) == []
    accounts = await taken.order_by("id").values_list("account_id", flat=True)
    assert accounts == [world.accounts[name].id for name in ("孙监督", "刘干部")]
    assert await Entry.filter(chain=f"matter/{held.matter.id}").count() == head
    plain = (await (await client("孙监督")).get(f"{base(held)}/package.zip")).content
    assert "openings.json" not in zipfile.ZipFile(io.BytesIO(plain)).namelist()


async def test_a_counted_vote_keeps_its_page_and_package_when_the_matter_is_voted_on_again(
    world, client
):
    held = await recounted.named(world)
    visitor = await client("visitor")
    before = (await visitor.get(f"{base(held)}/package.zip")).content
    kept = ("passage_id", "plan_id", "profile", "form", "secret", "checkable")
    again = {name: getattr(held.vote, name) for name in kept}
    newer = await Vote.create(
        matter=held.matter, status="draft", drafted_at=world.later(days=1), **again
    )
    current = (await visitor.get(f"/matters/{held.matter.id}/vote")).text
    assert "自己核对这次计票" not in current and f'href="{base(held)}"' in current
    assert "自己核对这次计票" in (await visitor.get(base(held))).text
    assert (await visitor.get(f"{base(held)}/package.zip")).content == before
    for path in ("", "/package.zip"):
        url = f"/matters/{held.matter.id}/votes/{newer.id}{path}"
        assert (await visitor.get(url)).status_code == 404


async def test_a_vote_of_heads_has_no_full_package(world, client):
    held = await recounted.named(world)
    watcher = await client("孙监督")
    assert (await watcher.get(f"{base(held)}/package-full.zip")).status_code == 404
    assert "package-full" not in (await watcher.get(base(held))).text


async def test_the_verifiers_are_saved_and_never_run_here(client):
    visitor = await client("visitor")
    for name, begins in (("verify.py", "#!/usr/bin/env python3"), ("verify.html", "<!")):
        answer = await visitor.get(f"/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert answer.text.startswith(begins)


async def test_a_result_page_offers_the_recount_with_the_numbers_on_paper(world, client):
    held = await recounted.named(world)
    vote = await held.refreshed()
    roll = vote.manifest["roll"]
    notice = await held.matter.notices.filter(kind="D").first()
    visitor = await client("visitor")
    for path in (base(held), f"/matters/{held.matter.id}/vote"):
        html = (await visitor.get(path)).text
        for url in (f"{base(held)}/package.zip", "/verify.py", "/verify.html"):
            assert f'href="{url}"' in html
        assert f"{roll['voters']}人" in html
        assert roll["root"][:32] in html
        assert notice.figures["log_head"][:32] in html
        assert "监票人孙**已于" in html and "孙监督" not in html
        assert "/codes" not in html
    assert "已核验" in html


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{spaced}"])
async def test_a_code_is_found_however_it_is_typed(world, client, typed):
    held = await recounted.choice(world)
    code = (await InclusionCode.filter(vote=held.vote).first()).code
    spaced = "-".join(code[at : at + 4] for at in range(0, 16, 4))
    typed = typed.format(code, lower=code.lower(), spaced=spaced)
    html = (await (await client("visitor")).get(f"{base(held)}/codes", params={"code": typed})).text
    assert "这张票已经计入" in html


async def test_a_code_that_is_missing_gets_one_sentence_and_whom_to_tell(world, client):
    held = await recounted.choice(world)
    visitor = await client("visitor")
    html = (await visitor.get(f"{base(held)}/codes", params={"code": "A" * 16})).text
    assert "名单里没有这个回执码" in html
    assert "孙**、周**" in html and "0371-6000 0002" in html
    html = (await visitor.get(f"{base(held)}/codes", params={"code": "<b>0189"})).text
    assert "这不像回执码" in html and "<b>" not in html
    codes = await InclusionCode.filter(vote=held.vote).values_list("code", flat=True)
    assert len(codes) == len(held.entries)
    places = [html.index(code) for code in sorted(codes)]
    assert places == sorted(places)


async def test_a_named_vote_has_no_codes(world, client):
    held = await recounted.named(world)
    assert (await (await client("visitor")).get(f"{base(held)}/codes")).status_code == 404


UNANIMOUS = "全票一致，等于公开了每个人的选择"


async def test_where_all_chose_the_same_in_secret_the_page_says_what_that_tells(world, client):
    visitor = await client("visitor")
    held = await recounted.choice(world)
    assert UNANIMOUS in (await visitor.get(base(held))).text


async def test_otherwise_it_does_not(world, client):
    visitor = await client("visitor")
    held = await recounted.secret(world)
    assert UNANIMOUS not in (await visitor.get(base(held))).text


async def test_in_a_named_vote_it_does_not_either(world, client):
    held = await recounted.held(world, 3)
    for entry in held.entries:
        await cast(world, held.matter, entry, *["for"] * await held.asked())
    await recounted.finished(held)
    assert UNANIMOUS not in (await (await client("visitor")).get(base(held))).text


async def test_fewer_than_ten_by_phone_are_not_told_apart_on_page_or_notice(world, client):
    held = await recounted.held(world, 16, secret=True)
    await held.phone(4)
    await held.unmarked(12)
    await held.ended()
    await held.batch(12)
    await held.counted()
    await held.certified()
    html = (await (await client("visitor")).get(base(held))).text
    assert "手机投票和纸质票" in html and "<dt>手机投票</dt>" not in html
    text = await resolution(world, held)
    assert "手机投票和纸质投票合计16人" in text and "手机投票4人" not in text


async def test_ten_and_more_are_and_a_notice_says_what_a_unanimous_vote_tells(world, client):
    held = await recounted.choice(world)
    html = (await (await client("visitor")).get(base(held))).text
    assert "<dt>手机投票</dt>" in html
    text = await resolution(world, held)
    assert f"手机投票{len(held.entries)}人，纸质投票0人" in text
    assert UNANIMOUS in text


async def resolution(world, held) -> str:
    """The notice of the resolution as it will hang."""
    clerk = await world.actor("张经办")
    await held.matter.refresh_from_db()
    await advance(clerk, held.matter, "vote", world.later(hours=1))
    await held.matter.refresh_from_db()
    await notices.draft(clerk, held.matter, note="", now=world.now)
    notice = await Notice.get(matter=held.matter, kind="A")
    return render_html("notices/_a.html", **context(notice))
