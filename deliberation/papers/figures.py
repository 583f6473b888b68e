"""What each paper is made from, taken from the record: nobody types a number, a name or a date."""

from datetime import datetime

from deliberation import procedures
from deliberation.calendar import local_date
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter, Meeting, Passage, Plan
from deliberation.matters.rules import CATEGORIES
from deliberation.papers import call_lists
from deliberation.places.models import Place
from deliberation.procedure import OUTCOME_NAMES
from deliberation.stages.consultation.models import Invitation
from deliberation.stages.notices.issuer import issuer
from deliberation.stages.notices.models import Notice, Objection
from deliberation.stages.notices.rules import phrases
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.survey.facts import asked_in
from deliberation.stages.opinions.survey.rules import QUESTIONS
from deliberation.stages.vote.facts import current_vote, profile_of
from deliberation.stages.vote.models import Vote


async def common(matter: Matter) -> dict:
    return {
        "issuer": await issuer(await Place.get(id=matter.community_id)),
        "matter": {"id": matter.id, "number": matter.number, "title": matter.title},
        "phrases": phrases(matter.title),
        "contact": {"name": matter.contact, "phone": matter.contact_phone},
        "answer_days": procedures.get(matter.procedure).norms.answer_working_days,
    }


async def opinion_form(matter: Matter) -> dict:
    """Asks on paper what is asked on the phone, so that both count in one table."""
    passage, asked = await current_passage(matter, "opinions"), await asked_in(matter)
    return {
        "last_on": passage and passage.last_on and passage.last_on.isoformat(),
        "questions": [QUESTIONS[key].text for key in asked.questions],
        "menu": {CATEGORIES[k]: list(names.values()) for k, names in asked.menu.offered().items()},
    }


async def objection_form(matter: Matter) -> dict:
    """To the notice that hangs now; with blanks where none does."""
    hung = Notice.filter(matter=matter, kind__in=["A", "B"], status="published")
    notice = await hung.order_by("-id").first()
    if notice is None:
        return {"notice": None}
    return {
        "notice": {
            "label": notice.label,
            "title": notice.title,
            "code": notice.code,
            "last_on": notice.last_on.isoformat(),
        }
    }


async def proxy_form(matter: Matter) -> dict | None:
    """None where votes are cast in person only."""
    vote = await current_vote(matter)
    if vote is None or not profile_of(vote).proxies:
        return None
    return {
        "proxies": profile_of(vote).proxies,
        "closes_at": vote.closes_at and vote.closes_at.isoformat(),
    }


async def dossier(matter: Matter) -> dict:
    """The cover, and {name, number, on} of what lies in the dossier, in the order of time."""
    rows = [["议题登记表", matter.number, _day(matter.registered_at)]]
    if matter.discussed_on:
        rows.append(["社区党组织研究记录", "", matter.discussed_on.isoformat()])
    rows += await _meetings(matter) + await _plans(matter) + await _counts(matter)
    notices = Notice.filter(matter=matter, published_at__not_isnull=True)
    rows += [[row.title, row.label, _day(row.published_at)] for row in await notices]
    for vote in await Vote.filter(matter=matter, result__not_isnull=True):
        name = "表决名册、签到表、表决票和计票单"
        rows.append([name, "", _day(vote.closes_at)])
    passage = await Passage.filter(matter=matter).order_by("-id").first()
    return {
        "rows": sorted(rows, key=lambda row: row[2]),
        "opened_on": _day(matter.registered_at),
        "ended_on": "" if matter.stage else _day(passage.left_at),
        "ended": OUTCOME_NAMES.get(matter.ended, ""),
    }


async def _meetings(matter: Matter) -> list[list[str]]:
    procedure = procedures.get(matter.procedure)
    held = await Meeting.filter(matter=matter, confirmed_at__not_isnull=True)
    return [[f"{procedure.stage(row.stage).name}会议纪要", "", _day(row.held_at)] for row in held]


async def _plans(matter: Matter) -> list[list[str]]:
    frozen = await Plan.filter(matter=matter, frozen_at__not_isnull=True)
    return [[f"改造方案（第{row.version}版）", "", _day(row.frozen_at)] for row in frozen]


async def _counts(matter: Matter) -> list[list[str]]:
    """What is filed together: opinions, the organisations' answers, objections."""
    rows, asked = [], Invitation.filter(passage__matter=matter, withdrawn_at=None)
    for name, unit, found, when in (
        ("居民意见和答复", "条", Opinion.filter(matter=matter), "received_at"),
        ("相关单位书面意见", "家", asked, "invited_at"),
        ("异议和答复", "条", Objection.filter(notice__matter=matter), "filed_at"),
    ):
        if last := await found.order_by(f"-{when}").first():
            rows.append([f"{name}（{await found.count()}{unit}）", "", _day(getattr(last, when))])
    return rows


def _day(at: datetime) -> str:
    return local_date(at).isoformat()


MADE = {
    "opinion_form": opinion_form,
    "objection_form": objection_form,
    "proxy_form": proxy_form,
    "dossier": dossier,
    "phoneless": call_lists.phoneless,
    "unheard": call_lists.unheard,
}


async def offered(matter: Matter) -> list[str]:
    """Keys of the papers that make sense for a matter as it stands."""
    return [key for key in MADE if key != "proxy_form" or await proxy_form(matter)]
