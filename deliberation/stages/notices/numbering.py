"""Numbers and verification codes of notices."""

import secrets

from deliberation.acting import Act
from deliberation.calendar import local_date
from deliberation.stages.notices.models import Notice

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without those that are misread


async def next_number(act: Act) -> str:
    """`公示〔2026〕3号`-like number: counts within community and year, also under load.

    The caller holds the matter's lock only, so the unique constraint decides between two matters.
    """
    year = local_date(act.now).year
    prefix = f"{year}-"
    numbers = await Notice.filter(
        community_id=act.matter.community_id, number__startswith=prefix
    ).values_list("number", flat=True)
    last = max((int(number.removeprefix(prefix)) for number in numbers), default=0)
    return f"{prefix}{last + 1:03d}"


def new_code() -> str:
    """Ten letters that open the notice's page: typed from paper, so without look-alikes."""
    return "".join(secrets.choice(_LETTERS) for _ in range(10))
