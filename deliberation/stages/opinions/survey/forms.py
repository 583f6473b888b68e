"""The fields of the survey, the same for a resident and for staff who write an answer down."""

from datetime import datetime

from deliberation.acting import Actor, Refused
from deliberation.matters.models import Matter
from deliberation.stages.opinions import rules
from deliberation.stages.opinions.survey import keeping
from deliberation.stages.opinions.survey.rules import MOST_PHOTOS, WILLING, Asked, Given
from deliberation.web.forms import Bad, Form, choice, choices, text, upload, uploads

NAMED = {"speaker": "请写您的称呼，例如：刘师傅", "origin": "请写您住在哪里或在哪里做事"}


def answer_fields(asked: Asked) -> dict:
    """The questions of willingness, and the menu with one field for each class."""
    menu = {kind: choices(names) for kind, names in asked.menu.offered().items()}
    return {key: choice(WILLING, required=False) for key in asked.questions} | menu


def given(form: Form, asked: Asked) -> Given:
    """What was answered in `answer_fields`."""
    willing = {key: form.data[key] for key in asked.questions if form.data[key]}
    wants = [item for kind in asked.menu.offered() for item in form.data[kind]]
    return Given(willing, frozenset(wants))


def _ids(items: list) -> list[int]:
    few = len(items) <= keeping.MOST_WAITING
    if not few or not all(
        isinstance(i, str) and i.isascii() and i.isdigit() and len(i) < 10 for i in items
    ):
        raise Bad("照片或者语音没有收好，请重新选")
    return [int(item) for item in items]


def survey_fields(asked: Asked, *, on_roll: bool) -> dict:
    """Every field of a resident's form. Who is on no roll gives name and place instead of photos
    and a voice note."""
    fields = {
        "stance": choice(rules.STANCES, required=False),
        **answer_fields(asked),
        "text": text(max=rules.MOST_TEXT, required=False),
        "request_code": text(max=40, message="这一页过期了，请刷新以后再交"),
    }
    if not on_roll:
        return fields | {
            "speaker": text(max=20, required=False),
            "origin": text(max=40, required=False),
        }
    return fields | {
        "kept": _ids,
        "photos": uploads(most=keeping.MOST_PHOTO, count=MOST_PHOTOS),
        "voice": upload(most=keeping.MOST_VOICE, required=False),
    }


def complete(form: Form) -> None:
    """Notes what is missing when the form is looked over and handed in."""
    for field, sentence in NAMED.items():
        if form.data.get(field) == "":
            form.errors[field] = sentence


async def take_in(actor: Actor, matter: Matter, form: Form, now: datetime) -> None:
    """Keeps the photos and the voice note that came with a page; `kept` names them from then on,
    whatever else is wrong on it."""
    if form.errors.keys() & {"kept", "photos", "voice"}:
        return
    came = [("photos", keeping.photo, content) for _, content in form.data.get("photos") or []]
    if form.data.get("voice"):
        came.append(("voice", keeping.voice, form.data["voice"][1]))
    if not came:
        return
    ids, brought, at = form.data["kept"], [], "photos"
    try:
        for field, make, content in came:
            at = field
            brought.append(await make(content))
        more = await keeping.add(actor, matter, ids, brought, now)
    except Refused as refusal:
        form.errors[at] = "；".join(refusal.reasons)
        return
    form.data["kept"] = [*ids, *more]
    form.values["kept"] = list(map(str, form.data["kept"]))
    form.files.clear()


def page_of(field: str, asked: Asked) -> str:
    """The page of the form on which a field is asked."""
    if field in asked.questions:
        return field
    if field in asked.menu.offered():
        return "menu"
    return "stance" if field in ("stance", "step", "from") else "words"


def carried(asked: Asked, step: str) -> list[str]:
    """The fields of the other pages, which this one passes on."""
    words = ("text", "speaker", "origin", "kept")
    names = ["stance", *asked.questions, *asked.menu.offered(), *words]
    return [name for name in names if page_of(name, asked) != step]
