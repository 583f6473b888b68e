"""Periods and meetings for people's own calendars: iCalendar (RFC 5545).

Days are whole days with an end that is not counted; instants are written in UTC, which every
calendar shows in its own zone, so no table of zones is sent. An event keeps its UID when it moves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

CALENDAR = "text/calendar"
_LINE = 75  # octets, without the line's end


@dataclass(frozen=True)
class Event:
    """From `start` to `end`: two days, both included, or an instant without an end.

    `stamp` is when it was last fixed; `sequence` counts its revisions.
    """

    uid: str
    stamp: datetime
    start: date | datetime
    end: date | None
    summary: str
    url: str
    place: str = ""
    sequence: int = 0
    cancelled: bool = False


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """The file of one calendar; the same events give the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//deliberation//notices and meetings//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _event(event: Event) -> list[str]:
    place = [f"LOCATION:{_escaped(event.place)}"] if event.place else []
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_instant(event.stamp)}",
        f"SEQUENCE:{event.sequence}",
        *_when(event),
        f"SUMMARY:{_escaped(event.summary)}",
        *place,
        f"URL:{event.url}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT" if event.end else "TRANSP:OPAQUE",
        "END:VEVENT",
    ]


def _when(event: Event) -> list[str]:
    if event.end is None:
        return [f"DTSTART:{_instant(event.start)}"]
    after = event.end + timedelta(days=1)
    return [f"DTSTART;VALUE=DATE:{event.start:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"]


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11)."""
    for plain in ("\\", ";", ","):
        text = text.replace(plain, f"\\{plain}")
    return text.replace("\r\n", "\n").replace("\n", "\\n").replace("\r", "")


def _folded(line: str) -> bytes:
    """At most 75 octets a line; a character is never cut in two (RFC 5545, 3.1)."""
    lines, here = [], b""
    for character in line:
        octets = character.encode()
        if len(here) + len(octets) > _LINE:
            lines.append(here)
            here = b" "
        here += octets
    return b"\r\n".join([*lines, here])
