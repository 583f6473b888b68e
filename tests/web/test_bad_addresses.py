"""Addresses nobody's page made: never a crash, always a page with one clear sentence."""

import pytest

pytestmark = pytest.mark.anyio
LISTS = ("/matters", "/notices")
ODD = ("0", "-1", "x", "", "²", "9" * 6, "9" * 30, "9" * 5000)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("number", ODD)
async def test_an_odd_page_number_shows_a_page(world, client, path, number):
    visitor = await client("visitor")
    assert (await visitor.get(f"{path}?page={number}")).status_code == 200
