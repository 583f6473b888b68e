"""Objecting to a notice without signing in, following one's objection, and answering it.

Whoever signed in as themselves types no name, and a number only where they want another one than
the roll has. A household is not a person: who speaks for it gives the name.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation import procedures
from deliberation.matters.frame import matter_of
from deliberation.people.models import Person
from deliberation.people.phones import is_mobile
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.stages.notices import objections, register
from deliberation.stages.notices.models import Objection
from deliberation.stages.notices.notice_pages import notice_of, refusals
from deliberation.stages.notices.numbering import typed_code
from deliberation.stages.notices.stage_pages import works
from deliberation.web.forms import Bad, Form, Parser, choice, read, text
from deliberation.web.perform import or_404, perform
from deliberation.web.render import actor_of, now, page

VERDICTS = {"upheld": True, "declined": False}


def _contact(*, required: bool = True) -> Parser:
    """A mobile number, or an office's or home's with area code: someone answers it."""
    plain = text(max=20, required=required, message="请写联系电话，方便答复您")

    def parse(items: list) -> str:
        typed = plain(items)
        if not typed:
            return ""
        digits = "".join(char for char in typed if char not in " -－—()（）")
        fixed = digits.startswith("0") and 10 <= len(digits) <= 12
        if not (digits.isascii() and digits.isdecimal() and (is_mobile(digits) or fixed)):
            raise Bad("请写11位手机号码，或者带区号的座机号码")
        return digits

    return parse


FIELDS = {
    "name": text(max=30, message="请写真实姓名"),
    "phone": _contact(),
    "text": text(max=2000, message="请写明对哪一处有异议、理由是什么"),
}


async def _known(request: Request) -> Person | None:
    """Who objects, where the sign-in says so; staff write down what others brought."""
    actor = actor_of(request)
    own = actor.person_id and not actor.is_staff
    return await Person.get(id=actor.person_id) if own else None


def _fields(known: Person | None) -> dict[str, Parser]:
    if known is None:
        return FIELDS
    return {"phone": _contact(required=not known.phone_cipher), "text": FIELDS["text"]}


async def asked(request: Request, form: Form | None = None, status: int = 200) -> Response:
    """The form, on a page of its own; or why nobody may object now."""
    notice = await notice_of(request)
    return page(
        request,
        "notices/object.html",
        status=status,
        form=form or Form(id="object"),
        notice=notice,
        known=await _known(request),
        refusals=await refusals(request, notice),
        answer_days=procedures.get(notice.matter.procedure).norms.answer_working_days,
    )


async def object_to(request: Request) -> Response:
    """Files an objection; the answer leads to the objector's own page."""
    notice, known = await notice_of(request), await _known(request)
    form = await read(request, _fields(known), "object")

    async def action() -> Objection:
        phone = form.data["phone"]
        return await objections.file(
            actor_of(request),
            notice.matter,
            notice,
            name=known.name if known else form.data["name"],
            phone_cipher=request.app.state.phones.seal(phone) if phone else known.phone_cipher,
            text=form.data["text"],
            now=now(request),
        )

    return await perform(
        request,
        form,
        action,
        done=lambda row: f"/notices/{notice.code}/objections/{row.code}",
        again=asked,
        flash="异议已收到",
    )


async def _mine(request: Request) -> Objection:
    """The objection whose own code is in the URL: the code is what its objector holds."""
    notice = await notice_of(request)
    code = or_404(typed_code(request.path_params["objection"]))
    return or_404(await Objection.get_or_none(code=code, notice=notice))


async def mine(request: Request, form: Form | None = None, status: int = 200) -> Response:
    notice, row = await notice_of(request), await _mine(request)
    steps = await register.chain(row, now(request))
    return page(
        request,
        "notices/objection.html",
        status=status,
        form=form or Form(),
        notice=notice,
        objection=row,
        steps=steps,
        may_go_up=register.may_go_up(steps, now(request)),
    )


async def escalate(request: Request) -> Response:
    notice, row = await notice_of(request), await _mine(request)
    last = (await register.chain(row, now(request)))[-1]["row"]
    form = await read(request, {}, "escalate")
    return await perform(
        request,
        form,
        lambda: objections.escalate(actor_of(request), notice.matter, last.id, now=now(request)),
        done=f"/notices/{notice.code}/objections/{row.code}",
        again=mine,
        flash="已提请上一级处理",
    )


async def answer(request: Request) -> Response:
    matter, number = await matter_of(request), request.path_params["objection"]
    fields = {
        "verdict": choice(VERDICTS, message="请选异议是否成立"),
        "text": text(max=2000, message="请写答复和理由"),
    }
    form = await read(request, fields, f"answer-{number}")

    async def action() -> None:
        upheld, words = VERDICTS[form.data["verdict"]], form.data["text"]
        actor, at = actor_of(request), now(request)
        await objections.answer(actor, matter, number, upheld=upheld, text=words, now=at)

    done = f"/matters/{matter.id}/notices"
    return await perform(request, form, action, done=done, again=works, flash="答复已登记")


async def index(request: Request) -> Response:
    """The register of all matters where whoever asks works or oversees."""
    actor = or_404(
        actor_of(request) if set(actor_of(request).roles) & (STAFF | OVERSEERS) else None
    )
    rows = await register.of_offices(actor, now(request))
    return page(request, "notices/register.html", rows=rows)


routes = [
    Route("/objections", index),
    Route("/notices/{code}/object", asked),
    Route("/notices/{code}/object", object_to, methods=["POST"]),
    Route("/notices/{code}/objections/{objection}", mine),
    Route("/notices/{code}/objections/{objection}/escalate", escalate, methods=["POST"]),
    Route("/matters/{matter:int}/objections/{objection:int}/answer", answer, methods=["POST"]),
]
