"""我的资料: what is kept of me, to look at, to print, to take along, and to have put right."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deliberation.accounts.models import Access, Account
from deliberation.calendar import day_text, local_date
from deliberation.people import corrections
from deliberation.people.models import Appointment, Member, Ownership, Person
from deliberation.people.rules import GENDERS, PARTIES, mask_phone
from deliberation.procedure import Role
from deliberation.stages.opinions.listing import wanted
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.rules import CHANNELS, STANCES
from deliberation.stages.opinions.survey.facts import asked_in, given_with
from deliberation.stages.opinions.survey.rules import QUESTIONS, WILLING
from deliberation.web.forms import Form, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page


async def _person(request: Request) -> Person:
    """Whoever asks, as a person; raises 404 for visitors and for a household's account."""
    session = or_404(request.state.session)
    account = await Account.get(id=session.account_id).select_related("person")
    return or_404(account.person)


async def kept(person: Person, phone: str) -> list[tuple[str, str]]:
    """(what, value) of all that the roll says of a person; `phone` is masked."""
    lives = Member.filter(person=person).values_list("household__label", flat=True)
    owns = Ownership.filter(person=person).values_list("household__label", flat=True)
    born = person.birth_date and day_text(person.birth_date)
    return [
        ("姓名", person.name),
        ("性别", GENDERS.get(person.gender, "没有登记")),
        ("出生", born or (f"{person.birth_year}年" if person.birth_year else "没有登记")),
        ("党员", PARTIES.get(person.party, "否")),
        ("手机号", phone or "没有登记"),
        ("住在", "、".join(await lives) or "没有登记"),
        ("名下房屋", "、".join(await owns) or "没有登记"),
        ("任职", "；".join(await _offices(person)) or "没有"),
    ]


async def _offices(person: Person) -> list[str]:
    rows = await Appointment.filter(person=person).select_related("place")
    return [
        f"{row.place.name}{Role(row.role).label}，{day_text(row.since)}起"
        + (f"，到{day_text(row.until)}" if row.until else "")
        for row in rows
    ]


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    person, phones = await _person(request), request.app.state.phones
    return page(
        request,
        "accounts/data.html",
        status=status,
        form=form or Form(),
        facts=await kept(person, mask_phone(phones.reveal(person.phone_cipher))),
        asked=await corrections.of(person, phones),
    )


async def ask(request: Request) -> Response:
    person = await _person(request)
    form = await read(request, {"words": text(max=300, message="请写下哪里不对、应当是什么")})

    async def action():
        phones = request.app.state.phones
        await corrections.ask(actor_of(request), person, form.data["words"], phones, now(request))

    return await perform(
        request,
        form,
        action,
        done="/me/data",
        again=show,
        flash="社区收到了，办好以后写在这里",
    )


async def _said(person: Person) -> list[dict]:
    said = await Opinion.filter(person=person).select_related("matter")
    given = await given_with(said)
    matters = {row.matter_id: row.matter for row in said}
    menus = {id: (await asked_in(matter)).menu for id, matter in matters.items()}
    return [
        {
            "议题": row.matter.title,
            "日期": row.said_on.isoformat(),
            "渠道": CHANNELS[row.channel],
            "态度": STANCES.get(row.stance, ""),
            "回答": {QUESTIONS[key].name: WILLING[it] for key, it in given[row.id].willing.items()},
            "想改什么": wanted(given[row.id], menus[row.matter_id]),
            "意见": row.text,
        }
        for row in said
    ]


async def export(request: Request) -> Response:
    """The same and what I said, for another program."""
    person, phones = await _person(request), request.app.state.phones
    looked = await Access.filter(person=person).select_related("account__person")
    content = {
        "资料": dict(await kept(person, mask_phone(phones.reveal(person.phone_cipher)))),
        "意见": await _said(person),
        "谁查过我的资料": [
            {
                "日期": local_date(row.at).isoformat(),
                "谁": row.account.person.name if row.account.person else "",
                "原因": row.reason,
            }
            for row in looked
        ],
    }
    headers = {
        "Content-Disposition": 'attachment; filename="my-data.json"',
        "Cache-Control": "no-store",
    }
    return JSONResponse(content, headers=headers)


routes = [
    Route("/me/data", show),
    Route("/me/data", ask, methods=["POST"]),
    Route("/me/data.json", export),
]
