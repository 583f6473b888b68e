"""Numbers and verification codes of notices."""

import secrets

from deliberation.acting import Act
from deliberation.calendar import local_date
from deliberation.places.models import Place
from deliberation.stages.notices.models import Notice

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without those that are misread
_LENGTH = 10


async def next_number(act: Act) -> str:
    """A number such as 2026-003, counting within community and year.

    The caller holds its matter's lock only; the community's lock keeps two matters apart.
    """
    await Place.filter(id=act.matter.community_id).select_for_update().first()
    year = local_date(act.now).year
    prefix = f"{year}-"
    numbers = await Notice.filter(
        community_id=act.matter.community_id, number__startswith=prefix
    ).values_list("number", flat=True)
    last = max((int(number.removeprefix(prefix)) for number in numbers), default=0)
    return f"{prefix}{last + 1:03d}"


def new_code() -> str:
    """Ten letters that open the notice's page: typed from paper, so without look-alikes."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def typed_code(typed: str) -> str | None:
    """A code as it may have been typed, in capitals; None for what can be no code."""
    code = typed.upper()
    return code if len(code) == _LENGTH and set(code) <= set(_LETTERS) else None
