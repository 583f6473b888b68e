"""Forms printed for doors: one page each with a code of its own, in documents of a few dozen that
each go to one building.

A door keeps its code: whoever lost the form gets the same one again, and the record says how many
were printed anew. On the page stand building and room, no name and no phone.
"""

import secrets
from datetime import datetime

from tortoise.expressions import Q

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.documents.models import Document
from deliberation.matters.models import Matter
from deliberation.papers import figures
from deliberation.places.models import Household, Place
from deliberation.places.rules import counted
from deliberation.stages.opinions.coverage import buildings_of, in_scope
from deliberation.stages.opinions.homes import find_home, homes_in
from deliberation.stages.opinions.paper.models import PaperForm
from deliberation.stages.opinions.paper.rules import MOST_FORMS, bundles

TEMPLATE = "opinions/paper/forms.print.html"
# A home as it is printed: its id, the compound and the building it lies in, its label.
Door = tuple[int, str, str, str]


async def order(
    actor: Actor, matter: Matter, *, building: int | None, room: str, now: datetime
) -> list[Document]:
    """Queues the forms of a building (its id), of one room in it, or of the whole scope."""
    async with acting(actor, "opinions.print_forms", now, matter=matter) as act:
        if await Document.filter(_waiting(matter)).exists():
            raise Refused("上一批意见表正在生成，请稍等")
        doors = await _doors(matter, building, room)
        if not doors:
            raise Refused("这里没有登记的住户，请先导入名册")
        if len(doors) > MOST_FORMS:
            raise Refused(f"一次最多打印{MOST_FORMS}张，这里有{len(doors)}户，请分楼栋打印")
        codes = await _codes(act, [door[0] for door in doors])
        made = [await _document(act, one, codes) for one in bundles(doors)]
        act.record(building=building, forms=len(doors), documents=len(made))
    return made


def _waiting(matter: Matter) -> Q:
    return Q(matter=matter, template=TEMPLATE, file_id=None, error="")


async def _doors(matter: Matter, building: int | None, room: str) -> list[Door]:
    buildings = await buildings_of(matter)
    chosen = [place for place in buildings if place.id == building]
    if building is not None and not chosen:
        raise Refused("请从列出的楼栋里选")
    if room and not chosen:
        raise Refused("写了房号，还要选楼栋")
    if room:
        home = find_home(chosen[0], await homes_in(chosen[0]), room)
        return [(home.id, chosen[0].parent.name, chosen[0].name, home.label)]
    rows = Household.filter(await in_scope(matter))
    if chosen:
        rows = rows.filter(path__startswith=chosen[0].path)
    homes = await rows.values_list("id", "path", "label")
    doors = [(id, *_where(path, buildings), label) for id, path, label in homes]
    return sorted(doors, key=lambda door: (door[1], counted(door[3]), door[0]))


def _where(path: str, buildings: list[Place]) -> tuple[str, str]:
    inside = {int(part) for part in path.strip("/").split("/")}
    found = ((place.parent.name, place.name) for place in buildings if place.id in inside)
    return next(found, ("", ""))


async def _codes(act: Act, homes: list[int]) -> dict[int, str]:
    """The code of every home; who has none gets one. How many had one already is recorded."""
    mine = PaperForm.filter(matter=act.matter)
    known = dict(await mine.values_list("household_id", "code"))
    new = [
        PaperForm(
            matter=act.matter,
            household_id=home,
            code=secrets.token_urlsafe(12),
            made_at=act.now,
            made_by=act.actor.account_id,
        )
        for home in homes
        if home not in known
    ]
    await PaperForm.bulk_create(new, batch_size=500)
    act.record(again=len(homes) - len(new))
    return known | {row.household_id: row.code for row in new}


async def _document(act: Act, doors: list[Door], codes: dict[int, str]) -> Document:
    first, last = doors[0][-1], doors[-1][-1]
    which = first if first == last else f"{first}到{last}，{len(doors)}张"
    name = f"意见表（{which}）"
    rows = [{"code": codes[id], "compound": at, "label": label} for id, at, _, label in doors]
    return await Document.create(
        community_id=act.matter.community_id,
        matter=act.matter,
        title=f"{act.matter.title[:60]}{name}"[:120],
        template=TEMPLATE,
        context=await figures.common(act.matter)
        | await figures.opinion_form(act.matter)
        | {"rows": rows, "name": name},
        requested_at=act.now,
    )


async def printed(matter: Matter) -> list[Document]:
    """The documents of the newest order, as they were cut apart."""
    rows = Document.filter(matter=matter, template=TEMPLATE)
    newest = await rows.order_by("-id").first()
    return await rows.filter(requested_at=newest.requested_at) if newest else []
