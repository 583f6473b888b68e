"""Answers of a whole matter on one page: what has none, what is drafted, what may go public."""

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.matters.frame import frame
from deliberation.matters.models import Matter, Plan
from deliberation.stages.opinions import answering, rules
from deliberation.stages.opinions.desk_pages import staffed
from deliberation.stages.opinions.listing import marked
from deliberation.stages.opinions.preparing import Section, drafts, open_sections
from deliberation.web.forms import Bad, Form, choice, choices, flag, read, text
from deliberation.web.perform import perform
from deliberation.web.render import actor_of, now, page

_BOX = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


async def index(request: Request, form: Form | None = None, status: int = 200) -> Response:
    matter = await staffed(request)
    prepared = await drafts(matter)
    sections = await open_sections(matter)
    own = actor_of(request).account_id
    return page(
        request,
        "opinions/answers.html",
        status=status,
        **await frame(request, "opinions"),
        form=form or Form(),
        sections=sections,
        initial={f"pick-{one.key}": [it.key for it in one.subjects] for one in sections},
        waiting=[pair for pair in prepared if pair[0].checked_by is None],
        checked=[pair for pair in prepared if pair[0].checked_by is not None],
        mine=[draft.id for draft, _ in prepared if draft.drafted_by == own],
        others=[pair for pair in prepared if pair[0].drafted_by != own and not pair[0].checked_by],
        unready=answering.unready([draft for draft, _ in prepared]),
        marked=marked,
        rules=rules,
        replies=await _replies(matter),
    )


async def _replies(matter: Matter) -> dict:
    return rules.replies(await Plan.exists(matter=matter, frozen_at__not_isnull=True))


def _fields(sections: list[Section]) -> dict:
    fields = {}
    for one in sections:
        fields |= {
            f"pick-{one.key}": choices({it.key for it in one.subjects}),
            f"reply-{one.key}": choice(rules.REPLIES, required=False),
            f"reason-{one.key}": text(max=1000, required=False),
        }
    return fields


def _decided(sections: list[Section], form: Form, replies: dict) -> list[tuple]:
    """(subjects, verdict, reason) of every section for which a reply was chosen."""
    found = []
    for one in sections:
        reply, reason = form.data.get(f"reply-{one.key}"), form.data.get(f"reason-{one.key}")
        picked = form.data.get(f"pick-{one.key}") or []
        if reason and not reply:
            form.errors[f"reply-{one.key}"] = f"{one.name}：写了理由，还要选怎样答复"
        if reply:
            verdict, _, usual = replies[reply]
            rows = [it.row for it in one.subjects if it.key in picked]
            found.append((rows, verdict, reason or usual))
    return found


async def draft(request: Request) -> Response:
    matter = await staffed(request)
    sections = await open_sections(matter)
    form = await read(request, _fields(sections), "draft")
    answers = _decided(sections, form, await _replies(matter))
    return await perform(
        request,
        form,
        lambda: answering.draft_all(actor_of(request), matter, answers, now(request)),
        done=f"/matters/{matter.id}/opinions/answers",
        again=index,
        flash="已起草，等另一个人核对",
    )


def _shown(items: list) -> dict[int, int]:
    """{draft: version} of boxes such as 12-1."""
    found = [_BOX.fullmatch(item) if isinstance(item, str) else None for item in items]
    if not all(found):
        raise Bad("请从列出的答复里勾选")
    return {int(box[1]): int(box[2]) for box in found}


async def check(request: Request) -> Response:
    matter = await staffed(request)
    form = await read(request, {"draft": _shown, "every": _shown, "all": flag()}, "check")

    def action():
        shown = form.data["every" if form.data["all"] else "draft"]
        return answering.check(actor_of(request), matter, shown, now(request))

    return await perform(
        request,
        form,
        action,
        done=f"/matters/{matter.id}/opinions/answers",
        again=index,
        flash="已核对",
    )


async def discard(request: Request) -> Response:
    matter = await staffed(request)
    form = await read(request, {"drop": _shown}, "discard")
    return await perform(
        request,
        form,
        lambda: answering.discard(actor_of(request), matter, form.data["drop"], now(request)),
        done=f"/matters/{matter.id}/opinions/answers",
        again=index,
        flash="草稿已撤掉",
    )


async def publish(request: Request) -> Response:
    matter = await staffed(request)
    form = await read(request, {}, "publish")
    return await perform(
        request,
        form,
        lambda: answering.publish(actor_of(request), matter, now(request)),
        done=f"/matters/{matter.id}/opinions",
        again=index,
        flash="答复已经公布，说过的和附议的住户在“我的”里能看到",
    )


routes = [
    Route("/matters/{matter:int}/opinions/answers", index),
    Route("/matters/{matter:int}/opinions/answers", draft, methods=["POST"]),
    Route("/matters/{matter:int}/opinions/answers/check", check, methods=["POST"]),
    Route("/matters/{matter:int}/opinions/answers/discard", discard, methods=["POST"]),
    Route("/matters/{matter:int}/opinions/answers/publish", publish, methods=["POST"]),
]
