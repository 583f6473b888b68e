"""Looking up an inclusion code after the count: it says “counted”, never how."""

import re
import unicodedata

from deliberation.places.models import Place
from deliberation.stages.notices.issuer import issuer
from deliberation.stages.notices.voted import watching
from deliberation.stages.vote.models import InclusionCode, Vote

_SHAPE = re.compile(r"[A-Z2-7]{16}")


async def listed(vote: Vote) -> dict[str, list[str]]:
    """All codes of the vote, sorted, by their first character."""
    groups: dict[str, list[str]] = {}
    for code in sorted(await InclusionCode.filter(vote=vote).values_list("code", flat=True)):
        groups.setdefault(code[0], []).append(code)
    return groups


async def found(vote: Vote, typed: str) -> str:
    """`counted`, `missing`, or `shape` when what was typed is no such code at all."""
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).upper()
    if not _SHAPE.fullmatch(code):
        return "shape"
    counted = await InclusionCode.filter(vote=vote, code=code).exists()
    return "counted" if counted else "missing"


async def whom_to_tell(community: Place, vote: Vote) -> dict[str, str]:
    """{watchers, phone}: the masked scrutineers and the subdistrict, for whoever misses a code."""
    named = (await watching(vote))["scrutineers"]
    phone = (await issuer(community))["supervisor_phone"]
    return {"watchers": "、".join(named), "phone": phone}
