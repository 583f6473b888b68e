"""From a form to an act and back."""

from urllib.parse import unquote

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from deliberation.acting import Actor, Forbidden, Office, Refused
from deliberation.procedure import Role
from deliberation.web.forms import Form
from deliberation.web.perform import or_404, perform, visible_to

pytestmark = pytest.mark.anyio
HERE, THERE = "/1/2/3/", "/1/2/4/"


def request(*offices: Office) -> Request:
    found = Request({"type": "http", "headers": [], "path": "/"})
    found.state.actor = Actor(1, "张经办", 1, (), offices)
    return found


async def again(request, form, status):
    return PlainTextResponse("；".join([*form.reasons, *form.errors.values()]), status)


async def sent(action, form=None, done="/done", **more):
    return await perform(request(), form or Form(), action, done=done, again=again, **more)


async def test_what_was_done_redirects_and_says_so_once():
    async def action():
        return 7

    answer = await sent(action, flash="已保存")
    assert (answer.status_code, answer.headers["location"]) == (303, "/done")
    assert "已保存" in unquote(answer.headers["set-cookie"])
    answer = await sent(action, done=lambda number: f"/matters/{number}")
    assert answer.headers["location"] == "/matters/7"
    assert "set-cookie" not in answer.headers


async def test_a_wrong_form_is_not_acted_on():
    called = []

    async def action():
        called.append(1)

    answer = await sent(action, Form(errors={"title": "请填写名称"}))
    assert (answer.status_code, answer.body.decode()) == (422, "请填写名称")
    assert not called


@pytest.mark.parametrize(("refusal", "status"), [(Refused, 422), (Forbidden, 403)])
async def test_a_refusal_shows_all_its_reasons_on_the_same_page(refusal, status):
    async def action():
        raise refusal("还差方案", "还差会议")

    answer = await sent(action)
    assert (answer.status_code, answer.body.decode()) == (status, "还差方案；还差会议")


async def test_a_fault_is_not_taken_for_a_refusal():
    async def action():
        raise ValueError("fault")

    with pytest.raises(ValueError, match="fault"):
        await sent(action)


def test_what_is_not_there_is_404():
    for value in (0, "", [], False):
        assert or_404(value) == value
    with pytest.raises(HTTPException) as error:
        or_404(None)
    assert error.value.status_code == 404


def test_a_page_exists_for_the_roles_at_its_place_and_above_it():
    visible_to(request(Office(Role.CLERK, HERE)), {Role.CLERK}, HERE)
    visible_to(request(Office(Role.CLERK, "/1/2/")), {Role.CLERK}, HERE)
    for offices in (
        [],
        [Office(Role.SECRETARY, HERE)],
        [Office(Role.CLERK, THERE)],
        [Office(Role.CLERK, "/1/2/3/9/")],
    ):
        with pytest.raises(HTTPException) as error:
            visible_to(request(*offices), {Role.CLERK}, HERE)
        assert error.value.status_code == 404


def test_a_resident_of_a_home_inside_counts_at_the_community_and_not_beside_it():
    home = Office(Role.RESIDENT, "/1/2/3/9/")
    visible_to(request(home), {Role.RESIDENT}, HERE)
    with pytest.raises(HTTPException):
        visible_to(request(home), {Role.RESIDENT}, THERE)
