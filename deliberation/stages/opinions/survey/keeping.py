"""Photos and voice notes of a form that is still being filled in: taken, shown back, handed in.

Only for people on the roll: whoever brings bytes is known, and who may see them is, too. A photo
is written anew without a word about its origin; the first bytes of a voice note say what it is.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from deliberation.acting import SYSTEM, Actor, Refused, acting
from deliberation.documents.developing import develop
from deliberation.documents.files import Files
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter
from deliberation.stages.opinions import rules
from deliberation.stages.opinions.speakers import speaker_of
from deliberation.stages.opinions.survey.giving import Stored
from deliberation.stages.opinions.survey.models import Upload
from deliberation.stages.opinions.survey.rules import MOST_PHOTOS

MOST_PHOTO, MOST_VOICE = 7 * 1024 * 1024, 3 * 1024 * 1024  # bytes
GONE = "照片或者语音放得太久，已经不在了，请重新选"
KEPT = timedelta(days=1)
MOST_WAITING = 20  # of one account, which a family may share
_VOICES = {
    b"\x1aE\xdf\xa3": "audio/webm",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
    b"\xff\xf2": "audio/mpeg",
    b"\xff\xf1": "audio/aac",
    b"\xff\xf9": "audio/aac",
    b"#!AMR": "audio/amr",
}
Brought = tuple[str, str, bytes]  # kind, media type, content


async def photo(content: bytes) -> Brought:
    """Raises Refused for what is no photo."""
    return "photo", "image/jpeg", (await develop(content, origin=False)).jpeg


async def voice(content: bytes) -> Brought:
    """Raises Refused for what no phone records."""
    if content[4:8] == b"ftyp":
        return "voice", "audio/mp4", content
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "voice", "audio/wav", content
    for first, media_type in _VOICES.items():
        if content.startswith(first):
            return "voice", media_type, content
    raise Refused("这不是录音，请用手机的录音机录一段，或者不交语音")


def too_many(kinds: list[str]) -> list[str]:
    """Why one form cannot carry all of these photos and voice notes."""
    photos, reasons = kinds.count("photo"), []
    if photos > MOST_PHOTOS:
        reasons.append(f"最多{MOST_PHOTOS}张照片，加上这次有{photos}张，请少选几张")
    if kinds.count("voice") > 1:
        reasons.append("最多一段语音，要换一段请先去掉原来的")
    return reasons


async def add(
    actor: Actor, matter: Matter, ids: Sequence[int], brought: list[Brought], now: datetime
) -> list[int]:
    """Keeps what was brought for a day, beside the uploads `ids` of the same form; returns the
    new ones' ids. Raises Refused."""
    async with acting(actor, "opinions.submit", now, matter=matter, quiet=True):
        reasons = rules.closed((await current_passage(matter, matter.stage)).last_on, now)
        if not (await speaker_of(actor, matter)).on_roll:
            reasons.append("照片和语音要登录以后才能交")
        others = await Upload.filter(account_id=actor.account_id).count()
        if others + len(brought) > MOST_WAITING:
            reasons.append("没有交出的照片太多，请先交了这一条，或者明天再来")
        kinds = [row.kind for row in await waiting(actor, matter, ids)]
        reasons += too_many(kinds + [kind for kind, _, _ in brought])
        if reasons:
            raise Refused(*reasons)
        rows = [
            await Upload.create(
                matter=matter,
                account_id=actor.account_id,
                kind=kind,
                media_type=media_type,
                content=content,
                uploaded_at=now,
            )
            for kind, media_type, content in brought
        ]
    return [row.id for row in rows]


async def waiting(actor: Actor, matter: Matter, ids: Iterable[int]) -> list[Upload]:
    """Those of `ids` that are the actor's own in this matter and still there, without bytes."""
    rows = Upload.filter(id__in=list(ids), matter=matter, account_id=actor.account_id or 0)
    return await rows.only("id", "kind", "media_type")


async def stored(actor: Actor, matter: Matter, ids: Sequence[int], files: Files) -> list[Stored]:
    """Puts the actor's uploads into the files, so that handing them in takes no time."""
    rows = Upload.filter(id__in=list(ids), matter=matter, account_id=actor.account_id or 0)
    return [
        Stored(
            row.id,
            row.kind,
            row.media_type,
            await asyncio.to_thread(files.put, row.content),
            len(row.content),
        )
        for row in await rows
    ]


async def forget(now: datetime) -> None:
    """Deletes uploads older than a day, matter by matter."""
    until = now - KEPT
    for matter in await Matter.filter(survey_uploads__uploaded_at__lt=until).distinct():
        async with acting(SYSTEM, "opinions.forget", now, matter=matter, quiet=True):
            await Upload.filter(matter=matter, uploaded_at__lt=until).delete()
