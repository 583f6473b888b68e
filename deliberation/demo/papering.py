"""一征 on paper in the sample: forms filled in and photographed, one read, one that waits; an
opinion that its home calls wrong; a bench meeting. For the matter that hears people now."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw, ImageFont

from deliberation.acting import Actor, Office
from deliberation.calendar import local_date
from deliberation.clock import Clock
from deliberation.demo.walk import Walk
from deliberation.documents.inbox import Inbox
from deliberation.documents.pictures import BOARD, page_picture
from deliberation.people.models import Member
from deliberation.places.models import Household, PlaceKind
from deliberation.procedure import Role
from deliberation.stages.opinions import recording
from deliberation.stages.opinions.gatherings import actions as gatherings
from deliberation.stages.opinions.paper import bringing, entering, printing
from deliberation.stages.opinions.paper.models import Scan
from deliberation.stages.opinions.paper.queue import Reader
from deliberation.stages.opinions.reviews import actions as reviews
from deliberation.web.assets import STATIC
from deliberation.web.scans import Scanner

READ = ("雨天一楼返味，先换下水管。", "换好以后社区管，收费贴出来。")
WAITS = ("楼道太黑，装声控灯。", "物业管，坏了三天里修。")
SAID = "同意加装电梯，愿意出钱。"
WRONG = "我家住一楼，没说过同意装电梯，是问了问怎么出钱。"
POINTS = "充电棚离窗户远一点\n健身器材锈了，孩子玩怕划着\n晚上路灯再亮一点"


async def show(walk: Walk) -> None:
    clerk = await walk.actor("zhangjingban")
    first, second = await _homes(walk)
    with TemporaryDirectory() as folder:
        inbox = Inbox(Path(folder))
        photos = [await _photo(walk, home, said) for home, said in ((first, READ), (second, WAITS))]
        files = [("意见表.jpg", photo) for photo in photos]
        await bringing.bring(clerk, walk.matter, inbox, files, walk.later(minutes=30))
        async with Scanner() as scanner:
            await Reader(scanner, inbox, walk.files, _At(walk)).drain()
    on = local_date(walk.now)
    said = recording.Said("paper", "".join(READ), on, stance="agree")
    scan = await Scan.filter(matter=walk.matter).first()
    await entering.enter(clerk, walk.matter, scan, said=said, now=walk.later(minutes=5))
    await _contest(walk, clerk, second)
    held = gatherings.Held("bench", "3号楼前的凉亭", on, POINTS, hosts="何志强、陈淑琴", came=14)
    code = "bench-of-the-sample-1"
    await gatherings.hold(clerk, walk.matter, held, request_code=code, now=walk.later(minutes=20))


class _At(Clock):
    """The walk's own time."""

    def __init__(self, walk: Walk):
        self._walk = walk

    def now(self):
        return self._walk.now


async def _homes(walk: Walk) -> list[Household]:
    """The two homes whose slips are printed for whoever looks at the demo."""
    members = Member.filter(household__path__startswith=walk.staff.compound.path, is_head=True)
    heads = members.order_by("id").limit(2).select_related("household__place")
    return [head.household for head in await heads]


def _door(walk: Walk, home: Household) -> tuple[int, str]:
    """A home as staff name it: the building's id, entrance and room."""
    building = int(home.path[len(walk.staff.compound.path) :].split("/")[0])
    entrance = home.place.name if home.place.kind == PlaceKind.ENTRANCE else ""
    return building, f"{entrance}{home.room}"


async def _photo(walk: Walk, home: Household, said: tuple[str, str]) -> bytes:
    """The home's form as somebody filled it in and a phone saw it on a table."""
    clerk, (building, room) = await walk.actor("zhangjingban"), _door(walk, home)
    (document,) = await printing.order(
        clerk, walk.matter, building=building, room=room, now=walk.later(minutes=3)
    )
    await walk.render(walk.now)
    await document.refresh_from_db()
    page = await page_picture(walk.files, await document.file, 1, BOARD)
    with Image.open(io.BytesIO(page)) as png:
        sheet = png.convert("RGB")
    hand = ImageFont.truetype(STATIC / "fonts" / "LXGWWenKai-Regular.ttf", 34)
    pen = ImageDraw.Draw(sheet)
    ticks = [((288, 476), "√"), ((448, 881), "√"), ((607, 932), "√")]
    for at, text in (*ticks, ((300, 1150), said[0]), ((300, 1220), said[1])):
        pen.text(at, text, font=hand, fill=(24, 40, 110))
    scene = Image.new("RGB", (1400, 1800), (104, 92, 80))
    turned = sheet.rotate(3, expand=True, fillcolor=(104, 92, 80))
    scene.paste(turned, ((1400 - turned.width) // 2, (1800 - turned.height) // 2))
    jpeg = io.BytesIO()
    scene.save(jpeg, "jpeg", quality=80)
    return jpeg.getvalue()


async def _contest(walk: Walk, clerk: Actor, home: Household) -> None:
    building, room = _door(walk, home)
    said = recording.Said(
        "phone", SAID, local_date(walk.now), stance="agree", building=building, room=room
    )
    opinion = await recording.record(
        clerk, walk.matter, said, request_code="phone-of-the-sample-1", now=walk.now
    )
    neighbour = Actor(homes=(home.id,), offices=(Office(Role.RESIDENT, home.path),))
    await reviews.review(
        neighbour, walk.matter, opinion.id, agrees=False, wrong=WRONG, now=walk.later(minutes=40)
    )
