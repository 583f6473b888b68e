"""The pages of an organisation that was sent a link: the plan, the deadline, its answer.

There is no account. The link's token stands behind the `#` of `/invited#…`, which browsers keep to
themselves; the door's form carries it in its body, and from then on a cookie that only goes to this
invitation's own address. So two invitations in one browser never mix.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.accounts.sessions import door_of
from deliberation.documents.uploads import MOST, kept
from deliberation.matters.facts import final_plan
from deliberation.matters.items import items_of, total
from deliberation.matters.models import Matter
from deliberation.matters.plan_pages import WORDS
from deliberation.stages.consultation import invitations, positions
from deliberation.stages.consultation.models import Link
from deliberation.stages.consultation.positions import Promise, Said
from deliberation.stages.consultation.rules import SEAT_NAMES, STAGE, STANCES
from deliberation.stages.consultation.table import Answered
from deliberation.web.forms import Bad, Form, choice, choices, day, integer, money, read, text
from deliberation.web.forms import uploads as many
from deliberation.web.perform import perform
from deliberation.web.render import now, page, see_other

PROMISES, MOST_CONDITIONS, MOST_FILES = 6, 30, 2
COOKIE, COOKIE_LIFE = "invited", 60 * 24 * 3600


async def door(request: Request, form: Form | None = None, status: int = 200) -> Response:
    """Where a link leads first: its script hands the token over; without one it is pasted."""
    answer = page(request, "consultation/door.html", status=status, form=form or Form())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _code(items: list) -> str:
    """The token, be it alone or as the end of the whole link."""
    return text(max=300, message="请粘贴社区发来的链接")(items).rpartition("#")[2]


async def enter(request: Request) -> Response:
    form, made = await read(request, {"code": _code}, "door"), []

    async def action():
        made.append(
            await invitations.open_link(form.data["code"], door=door_of(request), now=now(request))
        )
        return f"/invited/{made[0].invitation_id}"

    answer = await perform(request, form, action, done=str, again=door)
    for link in made:
        path, secure = f"/invited/{link.invitation_id}", request.app.state.settings.secure
        answer.set_cookie(
            COOKIE, form.data["code"], COOKIE_LIFE, path=path, secure=secure, httponly=True
        )
    return answer


async def _link(request: Request) -> Link | None:
    """The link of this browser, if it is for the invitation named in the URL."""
    link = await invitations.find(request.cookies.get(COOKIE, ""))
    return link if link and link.invitation_id == request.path_params["invitation"] else None


async def show(request: Request, form: Form | None = None, status: int = 200) -> Response:
    link = await _link(request)
    if link is None:
        return see_other("/invited")
    matter = link.invitation.passage.matter
    entry = await positions.history(link.invitation)
    reasons = invitations.reasons_of(link, now(request)) or _over(matter)
    plan = await final_plan(matter)
    items = await items_of(plan)
    answer = page(
        request,
        "consultation/invited.html",
        status=status,
        **WORDS,
        form=form or Form("answer", typed(entry)),
        matter=matter,
        community=await matter.community,
        entry=entry,
        reasons=reasons,
        plan=plan,
        items=items,
        total=total(items),
        seat_names=SEAT_NAMES,
        stances=STANCES,
        promises=PROMISES,
        most_files=MOST_FILES,
        most_bytes=MOST,
        shown=str,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _over(matter: Matter) -> list[str]:
    return [] if matter.stage == STAGE.key else ["商议已经结束，这里只能看，不能再改"]


async def answer(request: Request) -> Response:
    link = await _link(request)
    if link is None:
        return await door(request, Form("door", reasons=[invitations.WRONG]), 422)
    entry = await positions.history(link.invitation)
    seen = {"seen": integer(max=2**31 - 1, required=False)}
    form = await read_said(request, entry, "answer", seen)

    async def action():
        token, told = request.cookies[COOKIE], form.data["said"]
        seen, at = form.data["seen"], now(request)
        await positions.answer(token, link.invitation_id, told, seen=seen, now=at)

    home = f"/invited/{link.invitation_id}"
    done = "答复已经收到，谢谢。截止以前可以回来改"
    return await perform(request, form, action, done=home, again=show, flash=done)


def typed(entry: Answered) -> dict:
    """What was answered last, as the form's values: whoever corrects it starts from there."""
    if entry.last is None:
        return {}
    position, found = entry.last.position, {}
    for n, row in enumerate(entry.last.undertakings, 1):
        fen = row.amount
        found[f"what-{n}"], found[f"who-{n}"] = row.what, row.who
        found[f"due-{n}"] = str(row.due_on or "")
        found[f"item-{n}"] = row.item or ""
        found[f"amount-{n}"] = "" if fen is None else f"{fen // 100}.{fen % 100:02d}"
    return found | {
        "stance": position.stance,
        "reason": position.reason,
        "respondent": position.respondent,
        "conditions": "\n".join(row.text for row in entry.last.conditions),
        "keep": [row.file_id for row in entry.last.files],
    }


def _conditions(items: list) -> tuple[str, ...]:
    """One condition per line."""
    lines = [line.strip() for line in text(max=5000, required=False)(items).splitlines()]
    lines = [line for line in lines if line]
    if len(lines) > MOST_CONDITIONS:
        raise Bad(f"最多写{MOST_CONDITIONS}条，每条一行")
    return tuple(lines)


async def read_said(request: Request, entry: Answered, id: str, more: dict) -> Form:
    """A position's form, by link or from paper; `form.data["said"]` once nothing is wrong."""
    held = entry.last.files if entry.last else ()
    fields = {
        "stance": choice(STANCES, message="请选同意、有条件同意或不同意"),
        "reason": text(max=2000, required=False),
        "conditions": _conditions,
        "respondent": text(max=60, message="请写填写人的姓名和职务"),
        "keep": choices({str(row.file_id) for row in held}),
        "files": many(most=MOST, count=MOST_FILES),
    }
    for n in range(1, PROMISES + 1):
        fields |= {f"what-{n}": text(max=300, required=False), f"due-{n}": day(required=False)}
        fields |= {f"who-{n}": text(max=60, required=False), f"amount-{n}": money(required=False)}
        fields[f"item-{n}"] = integer(min=1, max=2**31 - 1, required=False)
    form = await read(request, fields | more, id)
    promised = _promises(form)
    files = await _kept(request, form)
    if form.ok:
        plain = {name: form.data[name] for name in ("stance", "reason", "conditions", "respondent")}
        keep = frozenset(map(int, form.data["keep"]))
        form.data["said"] = Said(**plain, undertakings=promised, files=files, keep=keep)
    return form


def _promises(form: Form) -> tuple[Promise, ...]:
    """The rows that say something; one without its what is wrong."""
    found = []
    for n in range(1, PROMISES + 1):
        what, due_on, who, amount, item = (
            form.data.get(f"{name}-{n}") for name in ("what", "due", "who", "amount", "item")
        )
        if what:
            found.append(Promise(what, due_on, who or "", amount, item))
        elif due_on or who or item or amount is not None:
            form.errors.setdefault(f"what-{n}", "请写承诺做什么，或者把这一条清空")
    return tuple(found)


async def _kept(request: Request, form: Form) -> tuple:
    """The files stored; one that is neither picture nor PDF is wrong."""
    store = request.app.state.files
    try:
        put = [await asyncio.to_thread(kept, store, *one) for one in form.data.get("files", ())]
    except ValueError as error:
        form.errors["files"] = str(error)
        return ()
    return tuple(put)


routes = [
    Route("/invited", door),
    Route("/invited", enter, methods=["POST"]),
    Route("/invited/{invitation:int}", show),
    Route("/invited/{invitation:int}", answer, methods=["POST"]),
]
