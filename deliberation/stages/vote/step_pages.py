"""The steps of a vote as forms: what each asks, what it does, what it says when done."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import Actor
from deliberation.matters.models import Matter
from deliberation.stages.vote import closing, dangerous, drafts, opening
from deliberation.stages.vote.roll import rolls
from deliberation.web.forms import Parser, choice, choices, integer, moment, text

WATCH = {"scrutineer": "监票人", "teller": "计票人"}
WAITS = "已提出，等第二个人批准"
APPROVAL = {"approval": integer(min=1, max=2**31 - 1)}
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


def _proposes(name: str) -> Callable[[Actor, Matter, dict, datetime], Awaitable[object]]:
    """The first half of a dangerous act, whose form is its payload."""
    return lambda actor, matter, data, at: dangerous.propose(actor, matter, name, data, at)


def _later(actor: Actor, matter: Matter, data: dict, at: datetime) -> Awaitable[object]:
    payload = {"closes_at": data["closes_at"].isoformat()}
    return dangerous.propose(actor, matter, "vote.extend", payload, at)


def _amend(actor: Actor, matter: Matter, data: dict, at: datetime) -> Awaitable[object]:
    typed = re.split(r"[^0-9]+", data["strike"])
    payload = {
        "add": sorted(data["add"]),
        "strike": sorted({int(number) for number in typed if number}),
        "reason": data["reason"],
    }
    return dangerous.propose(actor, matter, "vote.amend", payload, at)


_WHY = {"reason": text(max=500, message="请写明作废的原因")}


class _Keys:
    """Every key an elector may have; whether one is missing from the roll is the act's to say."""

    def __contains__(self, key: str) -> bool:
        return re.fullmatch(r"[0-9]{1,9}-[0-9]{1,9}", key) is not None


_AMEND = {
    "add": choices(_Keys()),
    "strike": text(max=400, required=False),
    "reason": text(max=300, message="请写明更正的原因"),
}
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
    "freeze": _plain(
        dangerous.propose_freeze, WAITS, opens_at=moment(required=False), closes_at=moment()
    ),
    "open": _plain(opening.open_vote, "表决已公告"),
    "later": Step(_later, WAITS, {"closes_at": moment()}),
    "early": Step(_proposes("vote.end_early"), WAITS, {}),
    "amend": Step(_amend, WAITS, _AMEND),
    "close": _plain(closing.close, "已截止并计票"),
    "certify": _plain(closing.certify, "您已核验", shown=text(max=64)),
    "conclude": Step(_proposes("vote.conclude"), WAITS, {}),
    "void": Step(
        _proposes("vote.void"), WAITS, {"reason": text(max=500, message="请写明作废的原因")}
    ),
    "approve": _plain(dangerous.approve, "已批准并办理", **APPROVAL, shown=text(max=64)),
    "withdraw": _plain(dangerous.withdraw, "已撤回", **APPROVAL),
}
