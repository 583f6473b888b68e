"""The steps of a vote as forms: what each asks, what it does, what it says when done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import Actor
from deliberation.matters.models import Matter
from deliberation.stages.vote import attendance, closing, drafts, opening, rolls
from deliberation.web.forms import Parser, choice, integer, moment, text

WATCH = {"scrutineer": "监票人", "teller": "计票人"}
PERSON = {"person": integer(min=1, max=2**31 - 1)}


@dataclass(frozen=True)
class Step:
    """`action(actor, matter, data, now)` gets the form's data by the names of `fields`."""

    action: Callable[[Actor, Matter, dict, datetime], Awaitable[object]]
    flash: str
    fields: Mapping[str, Parser]


def _plain(action: Callable, flash: str, **fields: Parser) -> Step:
    """A step whose action takes the fields as keywords."""
    return Step(
        lambda actor, matter, data, at: action(actor, matter, **data, now=at), flash, fields
    )


def _post(actor: Actor, matter: Matter, data: dict, at: datetime) -> Awaitable[object]:
    return rolls.post_roll(actor, matter, rolls.Call(**data) if data["held_at"] else None, at)


def _age(actor: Actor, matter: Matter, data: dict, at: datetime) -> Awaitable[object]:
    is_adult = data["adult"] == "1"
    return rolls.decide_age(actor, matter, person=data["person"], is_adult=is_adult, now=at)


def _line() -> Parser:
    return text(max=40, required=False)


_POST = {
    "held_at": moment(required=False),
    "venue": _line(),
    "chair": _line(),
    "recorder": _line(),
}
_AGE = {**PERSON, "adult": choice(("1", "0"))}
STEPS = {
    "scrutineers": _plain(drafts.name_scrutineer, "已登记", **PERSON, role=choice(WATCH)),
    "scrutineers/remove": _plain(drafts.remove_scrutineer, "已取消", **PERSON),
    "ages": Step(_age, "已认定", _AGE),
    "post": Step(_post, "名册已公示", _POST),
    "rebuild": _plain(rolls.rebuild, "名册已重新生成"),
    "freeze": _plain(rolls.freeze, "名册已冻结"),
    "open": _plain(
        opening.open_vote, "表决已开始并公告", opens_at=moment(required=False), closes_at=moment()
    ),
    "sign-in": _plain(attendance.sign_in_self, "您已签到"),
    "later": _plain(opening.extend, "已延长并公告", closes_at=moment()),
    "close": _plain(closing.close, "已截止并计票"),
    "certify": _plain(closing.certify, "您已核验", shown=text(max=64)),
    "conclude": _plain(closing.conclude, "已办理并公告"),
    "void": _plain(drafts.void, "表决已作废", reason=text(max=500, message="请写明作废的原因")),
}
