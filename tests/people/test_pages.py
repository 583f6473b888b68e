"""Staff find, look at, correct and appoint people; everyone else sees no such page."""

from datetime import date

import pytest

from deliberation.accounts.models import Access
from deliberation.log.models import Entry
from deliberation.people.models import Appointment, Person
from deliberation.people.search import PER_PAGE
from tests.accounts.helpers import PHONE, give_phone

pytestmark = pytest.mark.anyio
OPENED = "打开人员页"


def url(world, name: str, act: str = "") -> str:
    return f"/people/{world.people[name].id}{act}"


def corrected(**changes) -> dict:
    return {"name": "赵大妈", "birth_year": "1950"} | changes


@pytest.mark.parametrize(
    "query", ["赵大妈", "赵", "1号楼101", PHONE, "１９９ 0000 1234", "199-0000-1234"]
)
async def test_staff_find_someone_by_name_home_or_phone(world, client, app, query):
    await give_phone(app, world.people["赵大妈"])
    page = await (await client("张经办")).post("/people", data={"q": query})
    assert page.status_code == 200
    assert "赵大妈" in page.text and "1号楼101" in page.text
    assert "钱师傅" not in page.text
    assert "199****1234" in page.text and f">{PHONE}" not in page.text


@pytest.mark.parametrize("query", ["%", "_", "无此人", "' OR 1=1 --", "陈先生", "望河", "长" * 60])
async def test_a_search_finds_nothing_else(world, client, query):
    page = await (await client("张经办")).post("/people", data={"q": query})
    assert (page.status_code, "没有找到" in page.text) == (200, True)


async def test_a_search_comes_in_the_body_and_an_odd_page_number_breaks_nothing(world, client):
    clerk = await client("张经办")
    assert "赵大妈" in (await clerk.get("/people?q=钱师傅")).text
    for number in ("0", "-1", "x", "9" * 30):
        assert (await clerk.post("/people", data={"page": number})).status_code == 422
    assert (await clerk.post("/people", data={"page": "1000000"})).status_code == 200
    assert (await clerk.post("/people", data={"q": "长" * 61})).status_code == 422


async def test_a_long_list_comes_in_pages(world, client):
    already = await Person.filter(place=world.community).count()
    await Person.bulk_create(
        Person(place=world.community, name=f"邻居{n:03d}") for n in range(PER_PAGE + 1 - already)
    )
    clerk, last = await client("张经办"), f"邻居{PER_PAGE - already:03d}"
    first = await clerk.get("/people")
    assert last not in first.text and "下一页" in first.text
    second = await clerk.post("/people", data={"q": "", "page": "2"})
    assert last in second.text and "上一页" in second.text and "下一页" not in second.text


async def test_the_phone_is_shown_whole_only_for_a_reason_that_is_kept(world, client, app):
    await give_phone(app, world.people["赵大妈"])
    clerk = await client("张经办")
    page = await clerk.get(url(world, "赵大妈"))
    assert "199****1234" in page.text and PHONE not in page.text
    empty = await clerk.post(url(world, "赵大妈", "/unmask"), data={"reason": " "})
    assert (empty.status_code, PHONE in empty.text) == (422, False)
    assert not await Access.exclude(reason=OPENED).exists()
    shown = await clerk.post(url(world, "赵大妈", "/unmask"), data={"reason": "通知开会"})
    assert (shown.status_code, PHONE in shown.text) == (200, True)
    assert shown.headers["cache-control"] == "no-store"
    access = await Access.exclude(reason=OPENED).get()
    assert (access.person_id, access.reason) == (world.people["赵大妈"].id, "通知开会")
    entry = await Entry.get(act="people.unmask")
    assert entry.body == {"person": world.people["赵大妈"].id, "access": access.id}


async def test_an_administrator_appoints_but_does_not_look_at_phones(world, client, app):
    await give_phone(app, world.people["赵大妈"])
    admin = await client("管理员")
    assert "看完整电话" not in (await admin.get(url(world, "赵大妈"))).text
    answer = await admin.post(url(world, "赵大妈", "/unmask"), data={"reason": "好奇"})
    assert (answer.status_code, PHONE in answer.text) == (403, False)
    assert [row.reason for row in await Access.all()] == [OPENED]


async def test_a_correction_is_saved_and_logged_by_field_names_only(world, client, app):
    clerk = await client("张经办")
    right = corrected(
        name="赵大嫂",
        gender="female",
        birth_date="1950-05-06",
        party="member",
        phone=" 199 0000 1234",
    )
    assert (await clerk.post(url(world, "赵大妈", "/correct"), data=right)).status_code == 303
    person = await Person.get(id=world.people["赵大妈"].id)
    assert (person.name, person.gender, person.party) == ("赵大嫂", "female", "member")
    assert (person.birth_date, person.birth_year) == (date(1950, 5, 6), 1950)
    assert app.state.phones.reveal(person.phone_cipher) == PHONE
    assert person.phone_hash == app.state.phones.hash(PHONE)
    entry = await Entry.get(act="people.correct")
    assert sorted(entry.body["fields"]) == [
        "birth_date",
        "gender",
        "name",
        "party",
        "phone_cipher",
        "phone_hash",
    ]
    assert "赵大嫂" not in str(entry.body) and PHONE not in str(entry.body)


async def test_an_empty_phone_leaves_it_and_a_ticked_box_removes_it(world, client, app):
    await give_phone(app, world.people["赵大妈"])
    clerk = await client("张经办")
    await clerk.post(url(world, "赵大妈", "/correct"), data=corrected())
    person = await Person.get(id=world.people["赵大妈"].id)
    assert app.state.phones.reveal(person.phone_cipher) == PHONE
    await clerk.post(url(world, "赵大妈", "/correct"), data=corrected(no_phone="1"))
    person = await Person.get(id=world.people["赵大妈"].id)
    assert (person.phone_cipher, person.phone_hash) == ("", "")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "请填写姓名"),
        ({"name": "\x00"}, "请填写姓名"),
        ({"phone": "1990000123"}, "手机号应当是11位数字"),
        ({"birth_date": "1951-05-06"}, "出生年份和出生日期对不上"),
        ({"birth_year": "2026", "birth_date": "2026-03-03"}, "出生日期不能晚于今天"),
        ({"birth_year": "2027"}, "请填写1900到2026之间的整数"),
        ({"gender": "red"}, "请从列出的选项里选"),
        ({"party": "群众"}, "请从列出的选项里选"),
    ],
)
async def test_a_wrong_correction_changes_nothing_and_keeps_what_was_typed(
    world, client, change, sentence
):
    typed = corrected(phone="199 0000 9999") | change
    answer = await (await client("张经办")).post(url(world, "赵大妈", "/correct"), data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed["phone"] in answer.text
    assert (await Person.get(id=world.people["赵大妈"].id)).phone_cipher == ""


async def test_someone_born_today_may_be_on_the_roll(world, client):
    born = corrected(birth_year="", birth_date="2026-03-02")
    answer = await (await client("张经办")).post(url(world, "赵大妈", "/correct"), data=born)
    assert answer.status_code == 303


async def test_only_a_clerk_corrects(world, client):
    for name in ("李书记", "王主任", "孙监督", "刘干部", "管理员"):
        someone = await client(name)
        answer = await someone.post(url(world, "赵大妈", "/correct"), data=corrected())
        assert (answer.status_code, "这一步由经办人办理" in answer.text) == (403, True)
        assert "改正信息" not in (await someone.get(url(world, "赵大妈"))).text


async def test_the_pages_do_not_exist_for_residents_visitors_and_other_communities(world, client):
    person = world.people["陈先生"]
    await Appointment.create(
        person=person, place=world.elsewhere, role="representative", since=date(2025, 1, 1)
    )
    for name in ("visitor", "赵大妈", "钱师傅", "陈先生"):
        someone = await client(name)
        assert (await someone.get("/people")).status_code == 404
        assert (await someone.post("/people", data={"q": "赵"})).status_code == 404
        assert (await someone.get("/slips")).status_code == 404
        assert (await someone.get(url(world, "赵大妈"))).status_code == 404
        for act in ("/unmask", "/correct", "/appoint"):
            answer = await someone.post(url(world, "赵大妈", act), data={"reason": "x"})
            assert answer.status_code == 404
    assert not await Access.all().count()


async def test_a_clerk_of_the_other_community_sees_its_own_people_only(world, client):
    other = (await world.elsewhere.parent).id
    await Appointment.create(
        person=world.people["陈先生"], place_id=other, role="clerk", since=date(2025, 1, 1)
    )
    clerk = await client("陈先生")
    page = await clerk.get("/people")
    assert "陈先生" in page.text and "赵大妈" not in page.text
    assert (await clerk.get(url(world, "赵大妈"))).status_code == 404
    ours = await client("张经办")
    assert (await ours.get(url(world, "陈先生"))).status_code == 404
    assert (await ours.get("/people/999999")).status_code == 404
