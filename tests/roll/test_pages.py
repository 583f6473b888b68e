import io

import openpyxl
import pytest

from deliberation.people.models import Person
from deliberation.places.models import Place
from deliberation.roll import sample
from deliberation.roll.models import Import

pytestmark = pytest.mark.anyio


def workbook(rows: list[list]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def upload(client, world, content: bytes, name="名册.xlsx"):
    return await client.post(
        "/rolls",
        data={"compound": str(world.compound.id)},
        files={"file": (name, content, "application/octet-stream")},
    )


async def test_a_clerk_previews_commits_and_undoes_a_roll(world, client):
    clerk = await client("张经办")
    before = await Person.all().count()
    answer = await upload(clerk, world, workbook(sample.rows()))
    assert answer.status_code == 303, answer.text
    where = answer.headers["location"]
    preview = (await clerk.get(where)).text
    assert "382" in preview and "963" in preview
    assert sample.rows()[1][4] in preview, "names can be held against the file"
    assert "199****1011" in preview and "19900001011" not in preview
    assert await Person.all().count() == before
    assert (await clerk.post(f"{where}/commit")).status_code == 303
    assert await Person.all().count() == before + 963
    assert (await clerk.post(f"{where}/undo")).status_code == 303
    assert await Person.all().count() == before


async def test_a_compound_is_picked_named_or_made_and_never_guessed(world, client):
    clerk = await client("张经办")
    file = {"file": ("名册.csv", "楼栋,房号,姓名\n1号楼,301,罗喆".encode(), "text/csv")}
    neither = await clerk.post("/rolls", data={}, files=file)
    assert neither.status_code == 422 and "请选小区，或者写新小区的名称" in neither.text
    assert "您填的内容都还在，只有文件要再选一次" in neither.text
    for name, made in (("东风里小区", 0), ("西风里小区", 1), ("西风里小区", 1)):
        answer = await clerk.post("/rolls", data={"name": name}, files=file)
        assert answer.status_code == 303, answer.text
        where = world.community.path
        assert await Place.filter(path__startswith=where, kind="compound").count() == 1 + made
        assert (await Import.first().select_related("compound")).compound.name == name


async def test_the_preview_says_from_what_to_what_and_which_building_is_new(world, client):
    clerk = await client("张经办")
    rows = [
        ["楼栋", "房号", "与户主关系", "姓名", "手机号", "面积", "党员"],
        ["9号楼", "901", "户主", "高军", "19900001011", 80, ""],
        ["9号楼", "902", "户主", "江月", "19900001013", 80, ""],
        ["9号楼", "903", "户主", "江河", "", 80, ""],
    ]
    first = (await upload(clerk, world, workbook(rows))).headers["location"]
    await clerk.post(f"{first}/commit")
    rows[1][4:] = ["19900000001", 83.17, "党员"]
    rows[2][4], rows[3][4] = "19911111013", "19900000002"
    rows.insert(2, ["9号楼", "901", "子", "高飞", "", "", ""])
    rows.append(["10号楼", "101", "户主", "罗喆", "", 80, ""])
    answer = await upload(clerk, world, workbook(rows))
    page = (await clerk.get(answer.headers["location"])).text
    slip = "，扫纸条登录时改问新号码的后四位"
    for line in (
        "面积 80.00㎡ → 83.17㎡",
        "高军：党员 否 → 中共党员",
        f"高军：电话 199****1011 → 199****0001{slip}",
        "新增1人：高飞",
        f"江月：电话 199****1013 → 199****1013（中间四位不同）{slip}",
        "江河：电话 未登记 → 199****0002",
    ):
        assert f"<li>{line}</li>" in page, line
    assert "19900001011" not in page and "19900000001" not in page
    remarks = page.split("已收下，请留意")[1]
    assert "小区里没有10号楼，会新建" in remarks and "没有9号楼" not in remarks


async def test_the_uploaded_file_lies_sealed_in_the_data_folder(world, client):
    content = workbook([["楼栋", "房号", "姓名", "电话"], ["1号楼", "301", "罗喆", "19900001234"]])
    await upload(await client("张经办"), world, content)
    roll = await Import.get().select_related("file")
    stored = world.settings.data_dir / "files" / roll.file.sha256[:2] / roll.file.sha256
    assert content[:50] not in stored.read_bytes()


async def test_refusals_come_as_a_list_that_excel_does_not_run(world, client):
    clerk = await client("张经办")
    rows = [["楼栋", "房号", "姓名", "电话"], ["1号楼", "301", "罗喆", "1990000123"]]
    where = (await upload(clerk, world, workbook(rows))).headers["location"]
    listed = await clerk.get(f"{where}/refused.csv")
    assert listed.text.startswith("\ufeff")
    assert "没有收下" in listed.text and ",2," in listed.text
    assert "10位" in (await clerk.get(where)).text


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", b"\x00\x01\x02", "没有表头\n只有字".encode()]
)
async def test_an_unreadable_file_gets_one_sentence_and_imports_nothing(world, client, content):
    answer = await upload(await client("张经办"), world, content)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert await Import.all().count() == 0


@pytest.mark.parametrize("who", ["赵大妈", "陈先生", "孙监督", "管理员", "visitor"])
async def test_rolls_are_not_there_for_those_who_may_not_see_them(world, client, who):
    clerk = await client("张经办")
    where = (await upload(clerk, world, workbook(sample.rows()[:5]))).headers["location"]
    other = await client(who)
    for url in ("/rolls", where, f"{where}/refused.csv"):
        assert (await other.get(url)).status_code == 404
    assert (await other.post(f"{where}/commit")).status_code == 404
