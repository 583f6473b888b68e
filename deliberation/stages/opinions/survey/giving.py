"""What comes with an opinion besides its words: answers, ticks, photos, a voice note."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.documents.actions import keep
from deliberation.matters.models import Matter
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.survey.facts import given_with
from deliberation.stages.opinions.survey.models import Enclosure, Upload, Want, Willingness
from deliberation.stages.opinions.survey.rules import Given

NAMES = {"photo": "照片", "voice": "语音"}
HEARD = "（语音）"


@dataclass(frozen=True)
class Stored:
    """An upload whose bytes lie in the files under `sha256`."""

    upload: int
    kind: str
    media_type: str
    sha256: str
    size: int


async def give(act: Act, opinion: Opinion, given: Given, enclosures: Sequence[Stored] = ()) -> None:
    """Keeps what an opinion says besides words. `enclosures` are its author's uploads."""
    await Willingness.bulk_create(
        [
            Willingness(opinion=opinion, question=question, answer=answer)
            for question, answer in given.willing.items()
        ]
    )
    await Want.bulk_create([Want(opinion=opinion, item=item) for item in sorted(given.wants)])
    for one in enclosures:
        suffix = one.media_type.partition("/")[2]
        file = await keep(
            act,
            sha256=one.sha256,
            name=f"{NAMES[one.kind]}.{suffix}",
            media_type=one.media_type,
            size=one.size,
        )
        await Enclosure.create(opinion=opinion, kind=one.kind, file=file)
    await Upload.filter(id__in=[one.upload for one in enclosures]).delete()
    act.body.pop("file", None)  # nothing of what is not public stands in the record, not its hash


async def says(opinion: Opinion) -> tuple[str, str, Given]:
    """What a form said that became this opinion: text, stance and the rest."""
    voice = await Enclosure.get_or_none(opinion=opinion, kind="voice")
    text = opinion.text.removesuffix(_spoken(voice)).strip() if voice else opinion.text
    given = await given_with([opinion])
    return text, opinion.stance, given[opinion.id]


def _spoken(voice: Enclosure) -> str:
    return f"{HEARD}{voice.spoken}" if voice.spoken else ""


async def write_down(
    actor: Actor, matter: Matter, opinion: Opinion, *, spoken: str, now: datetime
) -> None:
    """Writes what staff heard in a voice note into the opinion's words, or corrects it."""
    async with acting(actor, "opinions.transcribe", now, matter=matter) as act:
        await opinion.refresh_from_db()
        voice = await Enclosure.get_or_none(opinion=opinion, kind="voice")
        if voice is None:
            raise Refused("这条意见没有语音")
        typed, _, _ = await says(opinion)
        voice.spoken, voice.written_at, voice.written_by = spoken, act.now, actor.account_id
        await voice.save(update_fields=["spoken", "written_at", "written_by"])
        opinion.text = f"{typed}\n{_spoken(voice)}".strip()
        await opinion.save(update_fields=["text"])
        act.record(opinion=opinion.id, voice=voice.id)
