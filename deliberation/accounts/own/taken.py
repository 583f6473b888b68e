"""What somebody takes along of what is kept of them: everything, under words they know. Reads only.

Of a secret ballot there is only that it came in: nothing stored says how, when, or which is whose.
"""

from deliberation.accounts.helped import helps_of
from deliberation.accounts.models import Access, Account, DeskHelp
from deliberation.accounts.rules import KNOWN_BY
from deliberation.acting import Actor
from deliberation.calendar import day_text, local_date, moment_text
from deliberation.database.plain import by_id
from deliberation.matters.models import Matter
from deliberation.people import corrections
from deliberation.people.phones import Phones
from deliberation.stages.implementation.models import Evaluation
from deliberation.stages.notices.register import of_account
from deliberation.stages.notices.rules import VERDICTS as CONTENT
from deliberation.stages.opinions.listing import wanted
from deliberation.stages.opinions.models import Answer, standing_answers
from deliberation.stages.opinions.rules import CHANNELS, STANCES, VERDICTS
from deliberation.stages.opinions.speakers import said_by
from deliberation.stages.opinions.survey.facts import given_with, menus_in
from deliberation.stages.opinions.survey.rules import QUESTIONS, WILLING
from deliberation.stages.opinions.telling import stood
from deliberation.stages.vote.models import Ballot, Question, RollEntry
from deliberation.stages.vote.roll.own import voted

Rows = list[dict]
SECRET = "无记名：没有保存怎么选的、几点投的；回执码只在投票时给您看过一次"


async def taken(actor: Actor, account: Account, phones: Phones, now) -> dict[str, Rows]:
    """By what it is, all that was said, voted and asked, the newest first."""
    return {
        "我说过的": await _said(actor),
        "附议和看法不同": await _stood(actor),
        "我投过的票": [await _ballot(entry) for entry in await voted(actor)],
        "对结果的评议": await _verdicts(actor),
        "我的异议": [_objection(one) for one in await of_account(account, now)],
        "请社区改正的": [_asked(one) for one in await corrections.own(account, phones)],
        "谁查过我的资料": await _looked(account),
        "在社区帮我登录过": [_helped(row) for row in await helps_of(account)],
    }


async def _said(actor: Actor) -> Rows:
    said = await said_by(actor)
    given, answers = await given_with(said), await standing_answers(said)
    menus = await menus_in({row.matter_id for row in said})
    return [
        {
            "议题": row.matter.title,
            "日期": day_text(row.said_on),
            "渠道": CHANNELS[row.channel],
            "态度": STANCES.get(row.stance, ""),
            "回答": {QUESTIONS[key].name: WILLING[it] for key, it in given[row.id].willing.items()},
            "想改什么": wanted(given[row.id], menus[row.matter_id]),
            "意见": row.text,
            "没有计入": row.set_aside,
            "答复": _answer(answers[row.id]),
        }
        for row in said
    ]


def _answer(answer: Answer | None) -> str:
    return f"{VERDICTS[answer.verdict]}：{answer.reason}" if answer else ""


async def _stood(actor: Actor) -> Rows:
    rows = await stood(actor)
    matters = await by_id(Matter, {row.matter for row in rows}) if rows else {}
    return [
        {
            "议题": matters[row.matter].title,
            "日期": day_text(local_date(row.said_at)),
            row.stand: row.title,
            "答复": _answer(row.answer),
        }
        for row in rows
    ]


async def _ballot(entry: RollEntry) -> dict:
    vote = entry.vote
    told = {
        "议题": vote.matter.title,
        "名册编号": entry.number,
        "怎么投的": "纸质票" if entry.channel == "paper" else "手机",
        "作废": "这次表决已经作废" if vote.status == "void" else "",
    }
    if vote.secret:
        return told | {"说明": SECRET}
    ballots = await Ballot.filter(entry=entry, refused_at=None).order_by("version")
    shown = [row for row in ballots if row.channel != "paper" or row.confirmed_by]
    questions = {str(row.number): row for row in await Question.filter(vote=vote)}
    return told | {f"第{row.version}次": _named(row, questions) for row in shown}


def _named(ballot: Ballot, questions: dict[str, Question]) -> dict[str, str]:
    answers = {
        question.text: _label(question, ballot.choices[number])
        for number, question in questions.items()
        if number in ballot.choices
    }
    return {"时间": moment_text(ballot.cast_at)} | answers


def _label(question: Question, key: str) -> str:
    return {option["key"]: option["label"] for option in question.options}.get(key, "无效")


async def _verdicts(actor: Actor) -> Rows:
    given = Evaluation.filter(household_id__in=list(actor.homes)).order_by("-given_at")
    return [
        {
            "议题": row.matter.title,
            "日期": day_text(local_date(row.given_at)),
            "评议": CONTENT[row.verdict],
            "说明": row.comment,
        }
        for row in await given.select_related("matter")
    ]


def _objection(one: dict) -> dict:
    row = one["row"]
    return {
        "对什么": row.notice.title if row.notice else f"{row.vote.matter.title}的名册",
        "日期": day_text(local_date(row.filed_at)),
        "异议": row.text,
        "办到哪里": one["state"],
        "答复": row.answer,
    }


def _asked(one: corrections.Asked) -> dict:
    return {
        "日期": day_text(local_date(one.row.asked_at)),
        "哪里不对": one.words,
        "社区": one.row.answer or "还没有办",
    }


async def _looked(account: Account) -> Rows:
    """A household's slip is not told who looked at one of its people: that is theirs."""
    if account.person_id is None:
        return []
    looked = Access.filter(person_id=account.person_id).order_by("-id")
    return [
        {
            "日期": day_text(local_date(row.at)),
            "谁": row.account.person.name if row.account.person else "一户的登录",
            "原因": row.reason,
        }
        for row in await looked.select_related("account__person")
    ]


def _helped(row: DeskHelp) -> dict:
    return {
        "日期": day_text(local_date(row.at)),
        "谁": f"{row.helper.name}、{row.witness.name}",
        "怎么认出的": KNOWN_BY[row.known_by],
    }
