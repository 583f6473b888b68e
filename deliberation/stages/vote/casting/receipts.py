"""What a voter keeps, and the codes made from the form's own: the same form, the same receipt.

The form's code is stored nowhere, so a secret receipt leads to no line of the roll.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from deliberation.stages.vote.count.tally import FOR_OR_AGAINST, Question
from deliberation.stages.vote.models import Vote

_CODE = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Receipt:
    """What a voter keeps: the inclusion code of a secret ballot, or the named one as stored.

    `answers` are (question's text, key, salt) where the assembly chose that everyone can find the
    own answers; `asked` are the questions as frozen, `title` is the matter's.
    """

    secret: bool
    code: str = ""
    version: int = 0
    choices: Mapping[str, str] | None = None
    cast_at: datetime | None = None
    answers: tuple[tuple[str, str, str], ...] = ()
    asked: tuple[Question, ...] = ()
    title: str = ""

    def answered(self, question: Question) -> str:
        """The label of the answer to a question of a named ballot."""
        answer = (self.choices or {}).get(question.key, "")
        return dict(FOR_OR_AGAINST + question.options).get(answer, "")


def named(ballot, asked: tuple[Question, ...]) -> Receipt:
    """The receipt of a named ballot, just taken or read back."""
    choices = dict(ballot.choices)
    return Receipt(False, "", ballot.version, choices, ballot.cast_at, asked=asked)


def secret(vote: Vote, entry: int, code: str, asked: tuple[Question, ...]) -> Receipt:
    """The receipt of a secret ballot: the same for the same form, and never what was chosen."""
    answers = ()
    if vote.checkable:
        answers = tuple((one.text, *hidden(True, entry, one.key, code)) for one in asked)
    return Receipt(True, inclusion_code(entry, code), answers=answers, asked=asked)


def is_code(code: str) -> bool:
    return bool(_CODE.fullmatch(code))


def receipt_key(is_secret: bool, entry: int, code: str) -> str:
    return inclusion_code(entry, code) if is_secret else request_code(entry, code)


def inclusion_code(entry: int, code: str) -> str:
    """16 base32 characters from the form's code, which is stored nowhere.

    The line's number keeps two voters apart who send the same code.
    """
    digest = hashlib.sha256(f"inclusion\n{entry}\n{code}".encode()).digest()
    return base64.b32encode(digest).decode()[:16]


def request_code(entry: int, code: str) -> str:
    """Marks a named ballot with the form it came from."""
    return hashlib.sha256(f"request\n{entry}\n{code}".encode()).hexdigest()[:40]


def hidden(checkable: bool, entry: int, number: str, code: str) -> tuple[str, str]:
    """Key and salt of a secret answer: random, or made from the form's code where the assembly
    chose that everyone can find the own answers (and show them to whoever forces them)."""
    if not checkable:
        return secrets.token_hex(16), secrets.token_hex(16)
    made = hashlib.sha256(f"answer\n{entry}\n{number}\n{code}".encode()).hexdigest()
    return made[:32], made[32:]
