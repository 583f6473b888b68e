"""Reading a mobile number as people write it."""

import re
import unicodedata

from deliberation.people.phones import is_mobile
from deliberation.web.forms import Bad, Parser

_BETWEEN = re.compile(r"[\s\-－—()（）]")


def plain_mobile(typed: str) -> str:
    """Full-width digits made plain, without spaces, dashes and +86."""
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))
    return digits.removeprefix("+86")


def mobile(*, required: bool = True) -> Parser:
    """Eleven digits; '' when empty and not required."""

    def parse(items: list) -> str:
        typed = items[0] if items and isinstance(items[0], str) else ""
        if not typed and not required:
            return ""
        number = plain_mobile(typed)
        if not is_mobile(number):
            raise Bad("手机号应当是11位数字，例如 138 1234 5678")
        return number

    return parse
