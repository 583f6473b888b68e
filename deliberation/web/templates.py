"""The one template environment, for pages and for documents, with its filters.

Everything is escaped whatever the file's ending, and an undefined name is an error.
"""

import re
from datetime import date, datetime
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import do
from markupsafe import Markup, escape

from deliberation.act_names import ACT_NAMES
from deliberation.calendar import day_text, local_date, moment_text
from deliberation.people.rules import mask_name, mask_phone
from deliberation.procedure import OUTCOME_NAMES
from deliberation.web.assets import TEMPLATES
from deliberation.web.qr import qr_data_uri

_DATE = re.compile(r"(\d{4}年\d{1,2}月\d{1,2}日(?:24:00|24时)?)(\(星期.\)\d{1,2}:\d\d)?")


def yuan(fen: int | None) -> str:
    """12,345.67 from an integer of fen; a dash for None."""
    if fen is None:
        return "—"
    sign, fen = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"


def area(hundredths: int | None) -> str:
    """6,000.00 from hundredths of m²; a dash for None."""
    return yuan(hundredths)


def dates(text: str) -> Markup:
    """Escaped text whose dates a narrow page does not tear: a line ends before the bracket.
    Markup comes back as it is."""
    if isinstance(text, Markup):
        return text

    def whole(found: re.Match) -> str:
        return "".join(f'<span class="nowrap">{part}</span>' for part in found.groups() if part)

    return Markup(_DATE.sub(whole, str(escape(text))))


def day(value: date | datetime | str | None) -> str:
    """2026年1月5日, of the local day; a dash for None. ISO text is read first."""
    if not value:
        return "—"
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return day_text(local_date(value) if isinstance(value, datetime) else value)


def moment(value: datetime | str | None) -> Markup:
    """2026年11月23日(星期一)9:00, local; a dash for None. ISO text is read first."""
    if not value:
        return Markup("—")
    return dates(moment_text(datetime.fromisoformat(value) if isinstance(value, str) else value))


@cache
def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[do],
    )
    env.filters |= {
        "yuan": yuan,
        "area": area,
        "dates": dates,
        "day": day,
        "moment": moment,
        "mask_name": mask_name,
        "mask_phone": mask_phone,
        "qr": qr_data_uri,
        "outcome": lambda key: OUTCOME_NAMES.get(key, ""),
        "act_name": lambda act: ACT_NAMES[act],
    }
    return env


def render_html(template: str, **context) -> str:
    return environment().get_template(template).render(**context)
