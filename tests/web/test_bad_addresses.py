"""Addresses nobody's page made: never a crash, always a page with one clear sentence."""

import pytest

from tests.cast import matter_at

pytestmark = pytest.mark.anyio
ODD = ("0", "-1", "x", "", "²", "9" * 30, "9" * 5000)


async def test_an_odd_page_number_shows_a_page_and_one_past_the_last_is_not_there(world, client):
    clerk, matter = await client("张经办"), await matter_at(world, "opinions")
    said = f"/matters/{matter.id}/opinions"
    lists = ("/matters", "/notices", f"/matters/{matter.id}/record", said, f"{said}/list")
    for path in (*lists, "/messages", "/slips/issued"):
        for number in ODD if path in lists[:2] else ODD[:1]:
            assert (await clerk.get(f"{path}?page={number}")).status_code == 200, path
        assert (await clerk.get(f"{path}?page=999999")).status_code == 404, path


@pytest.mark.parametrize("code", ["A" * 17, "A" * 300, "𠅤" * 10, "%00", "..%2F..", "a.pdf"])
async def test_a_code_nobody_was_given_is_not_there(world, client, code):
    visitor, matter = await client("visitor"), await matter_at(world, "opinions")
    for path in (
        f"/notices/{code}",
        f"/notices/{code}.pdf",
        f"/matters/{matter.id}/opinions/sent/{code}",
        f"/s/{code}",
    ):
        answer = await visitor.get(path)
        assert (path, answer.status_code) == (path, 404)
        assert "没有这个页面" in answer.text or "作废" in answer.text


@pytest.mark.parametrize("id", [0, 2**31, 2**63, 10**30])
async def test_an_id_no_table_can_hold_is_not_there(world, client, id):
    clerk, matter = await client("张经办"), await matter_at(world, "vote")
    for path in (
        f"/matters/{id}",
        f"/matters/{id}/vote",
        f"/matters/{matter.id}/opinions/{id}",
        f"/matters/{matter.id}/opinions/groups/{id}",
        f"/matters/{matter.id}/plan/{id}",
        f"/matters/{matter.id}/plan/{id}/items/{id}",
        f"/matters/{matter.id}/proposal/meetings/{id}",
        f"/matters/{matter.id}/vote/ballot/{id}",
        f"/matters/{matter.id}/implementation/items/{id}",
        f"/matters/{matter.id}/trace/items/{id}",
        f"/matters/{matter.id}/trace/groups/{id}",
        f"/matters/{matter.id}/trace/opinions/{id}",
        f"/matters/{matter.id}/trace/undertakings/{id}",
        f"/matters/{matter.id}/trace/spendings/{id}",
        f"/people/{id}",
        f"/places/{id}",
        f"/rolls/{id}",
        f"/files/{id}",
    ):
        assert (path, (await clerk.get(path)).status_code) == (path, 404)


async def test_what_answers_a_form_names_an_address_above_it_that_can_be_opened(world, client):
    """长辈版 and the demo's clock go back to it; by its own address it could not be asked for."""
    matter, person = await matter_at(world, "opinions"), world.people["赵大妈"].id
    for name, path, above in (
        ("张经办", f"/slips/people/{person}/print", "/slips"),
        ("赵大妈", f"/matters/{matter.id}/opinions/submit", f"/matters/{matter.id}/opinions"),
        ("赵大妈", "/nowhere/at/all", "/"),
    ):
        browser = await client(name)
        answer = await browser.post(path)
        assert f'name="next" value="{above}"' in answer.text, path
        switched = await browser.post("/large", data={"large": "1", "next": above})
        assert (await browser.get(switched.headers["location"])).status_code == 200
