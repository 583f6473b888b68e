"""Who may appoint to what."""

from datetime import date

import pytest

from deliberation.accounts.rules import device, may_hold_slip
from deliberation.people.forms import plain_mobile
from deliberation.people.rules import SEATS, appointable, wrong_place
from deliberation.procedure import Role


def test_an_administrator_appoints_nobody_who_votes_and_a_secretary_nobody_of_their_rank():
    both = {Role.PARTY_MEMBER, Role.REPRESENTATIVE}
    assert appointable(frozenset({Role.ADMINISTRATOR})) == frozenset(SEATS) - both
    assert appointable(frozenset({Role.ADMINISTRATOR, Role.SECRETARY})) == frozenset(SEATS)
    secretary = appointable(frozenset({Role.SECRETARY, Role.COMMITTEE}))
    assert Role.CLERK in secretary and Role.SUPERVISOR in secretary
    for role in (Role.SECRETARY, Role.SUBDISTRICT, Role.DISTRICT, Role.ADMINISTRATOR):
        assert role not in secretary
    for role in (Role.CLERK, Role.SUPERVISOR, Role.SUBDISTRICT, Role.RESIDENT, Role.VISITOR):
        assert not appointable(frozenset({role}))


def test_nobody_is_appointed_to_be_a_resident_or_the_system():
    assert not {Role.RESIDENT, Role.VISITOR, Role.SYSTEM} & set(SEATS)


@pytest.mark.parametrize(
    ("role", "kind", "fits"),
    [
        (Role.CLERK, "community", True),
        (Role.CLERK, "subdistrict", False),
        (Role.REPRESENTATIVE, "building", True),
        (Role.REPRESENTATIVE, "subdistrict", False),
        (Role.ADMINISTRATOR, "district", True),
        (Role.ADMINISTRATOR, "community", False),
    ],
)
def test_a_role_is_held_at_its_own_kind_of_place(role, kind, fits):
    assert (wrong_place(role, kind) == "") is fits


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("１９９０００００００１", "19900000001"),
        (" 199-0000 0001 ", "19900000001"),
        ("+86 199 0000 0001", "19900000001"),
        ("1号楼101", "1号楼101"),
    ],
)
def test_a_mobile_number_is_read_as_people_write_it(typed, plain):
    assert plain_mobile(typed) == plain


@pytest.mark.parametrize(
    ("born", "year", "may"),
    [
        (date(2008, 3, 2), 2008, True),
        (date(2008, 3, 3), 2008, False),
        (None, 2008, True),
        (None, 2009, False),
        (None, None, True),
    ],
)
def test_slips_of_their_own_go_to_those_who_are_eighteen_today(born, year, may):
    assert may_hold_slip(born, year, date(2026, 3, 2)) is may


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "苹果手机"),
        ("Mozilla/5.0 (Linux; Android 14; PGT-AN10) MicroMessenger/8.0.47", "安卓手机的微信"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1", "鸿蒙手机"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) WindowsWechat MicroMessenger/7", "电脑的微信"),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "电脑"),
        ("<b>x</b>", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_as_coarsely_as_people_do(said, told):
    assert device(said) == told
