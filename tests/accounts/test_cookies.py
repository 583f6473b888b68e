"""What the session cookie looks like, on plain HTTP at home and on HTTPS outside."""

from dataclasses import replace

import pytest

from deliberation.app import create_app
from tests.accounts.helpers import browser, slip_for, who
from tests.conftest import WorldClock

pytestmark = pytest.mark.anyio


async def signed_in(world, app, origin):
    issued = await slip_for(world, "赵大妈")
    async with browser(app, origin=origin) as phone:
        answer = await phone.post(f"/s/{issued.token}", data={"code": issued.pin})
        assert await who(phone) == "赵大妈"
        left = await phone.post("/sign-out")
        return answer.headers["set-cookie"], left.headers.get_list("set-cookie")


async def test_on_loopback_http_the_cookie_is_plain_but_closed_to_scripts(world, app):
    made, _ = await signed_in(world, app, "http://127.0.0.1:8000")
    assert made.startswith("session=")
    assert "HttpOnly" in made and "SameSite=lax" in made and "Path=/" in made
    assert "Secure" not in made and "Domain" not in made


async def test_on_https_the_cookie_has_the_host_prefix_and_is_secure(world):
    app = create_app(replace(world.settings, base_url="https://yishi.example"))
    app.state.clock = WorldClock(world)
    made, left = await signed_in(world, app, "https://yishi.example")
    assert made.startswith("__Host-session=")
    for attribute in ("HttpOnly", "SameSite=lax", "Path=/", "Secure"):
        assert attribute in made
    assert "Domain" not in made
    dropped = [cookie for cookie in left if cookie.startswith("__Host-session=")]
    assert len(dropped) == 1 and "Secure" in dropped[0] and "Max-Age=0" in dropped[0]
