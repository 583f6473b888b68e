"""The opinions as staff work through them: filtered, searched, and written out as a file."""

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from deliberation.calendar import day_text
from deliberation.matters.models import Matter
from deliberation.people import private
from deliberation.stages.opinions import sheets
from deliberation.stages.opinions.menu import Menu
from deliberation.stages.opinions.models import (
    Opinion,
    answered,
    heard,
    standing_answers,
    unanswered,
    waiting,
)
from deliberation.stages.opinions.rules import CHANNELS, STANCES, VERDICTS
from deliberation.stages.opinions.survey.facts import asked_in, given_with
from deliberation.stages.opinions.survey.rules import QUESTIONS, WILLING, Given

STATES = {
    "unanswered": "没有答复",
    "unconfirmed": "等待确认",
    "answered": "已经答复",
    "counted": "只回答了问卷",
    "aside": "已搁置",
}
HEADS = [
    "编号",
    "日期",
    "渠道",
    "住处或来处",
    "称呼",
    "态度",
    *(question.name for question in QUESTIONS.values()),
    "想改什么",
    "意见",
    "归并",
    "答复",
    "理由",
    "状态",
]
AT_ONCE = 1000
WORDLESS = "（没有写话，只回答了问卷）"


def listed(matter: Matter, *, state: str = "", channel: str = "", words: str = "") -> QuerySet:
    """The matter's opinions that fit; '' fits everything."""
    states = {
        "": Q(),
        "unanswered": unanswered(matter),
        "unconfirmed": waiting(),
        "answered": heard() & answered(matter),
        "counted": heard() & Q(text=""),
        "aside": Q(set_aside__not=""),
    }
    rows = Opinion.filter(states[state], matter=matter)
    if channel:
        rows = rows.filter(channel=channel)
    if words:
        rows = rows.filter(Q(text__icontains=words) | Q(origin__icontains=words))
    return rows.select_related("household", "group")


def where(opinion: Opinion) -> str:
    """The home or place an opinion came from, for staff only."""
    return opinion.household.label if opinion.household else opinion.origin


def marked(text: str) -> list[tuple[str, str]]:
    """The text in pieces, each with what personal thing it is ('' for none), for staff only."""
    text = text or WORDLESS
    pieces, last = [], 0
    for row in private.found(text):
        pieces += [(text[last : row.start], ""), (text[row.start : row.end], row.kind)]
        last = row.end
    return [piece for piece in [*pieces, (text[last:], "")] if piece[0]]


def state_of(opinion: Opinion, has_answer: bool) -> str:
    """A key of STATES."""
    if opinion.set_aside:
        return "aside"
    if opinion.speaker and opinion.confirmed_at is None:
        return "unconfirmed"
    if not opinion.text:
        return "counted"
    return "answered" if has_answer else "unanswered"


async def export(matter: Matter, rows: QuerySet) -> bytes:
    """The listed opinions as a CSV file for spreadsheet programs, without what was enclosed."""
    cells, offset, menu = [], 0, (await asked_in(matter)).menu
    while opinions := await rows.offset(offset).limit(AT_ONCE):
        answers = await standing_answers(opinions)
        given = await given_with(opinions)
        cells += [_cells(item, answers[item.id], given[item.id], menu) for item in opinions]
        offset += AT_ONCE
    return sheets.write(HEADS, cells)


def wanted(given: Given, menu: Menu) -> str:
    """The names of what an opinion ticks, in the menu's order."""
    return "、".join(need.name for key, need in menu.items.items() if key in given.wants)


def _cells(opinion: Opinion, answer, given: Given, menu: Menu) -> list[str]:
    return [
        str(opinion.id),
        day_text(opinion.said_on),
        CHANNELS[opinion.channel],
        where(opinion),
        opinion.speaker,
        STANCES.get(opinion.stance, ""),
        *(WILLING.get(given.willing.get(key, ""), "") for key in QUESTIONS),
        wanted(given, menu),
        opinion.text,
        opinion.group.title if opinion.group else "",
        VERDICTS[answer.verdict] if answer else "",
        answer.reason if answer else "",
        STATES[state_of(opinion, answer is not None)],
    ]
