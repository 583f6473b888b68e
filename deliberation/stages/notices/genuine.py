"""核验: what we know of a PDF that anybody holds.

Genuine is only what equals, byte for byte, what was published, and still carries the signature it
was published with, over the entire file. Anything else that names one of our notices is altered.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from deliberation.stages.notices.desk import newest
from deliberation.stages.notices.models import Notice
from deliberation.stages.notices.numbering import typed_code

WORDS = {
    "genuine": ("真实", "done"),
    "superseded": ("已被更新", "wait"),
    "withdrawn": ("已撤下", "fail"),
    "altered": ("被改动", "fail"),
    "unknown": ("不认识", "fail"),
}
_CODE = 10


class Undecided(Exception):
    """The published bytes, but their signature could not be looked at just now."""


@dataclass(frozen=True)
class Verdict:
    """`word` is a key of WORDS; `newer` is what replaced a superseded notice; `reasons` say what
    tells an altered file from the published one; `signer` is who signed a file that is not."""

    word: str
    notice: Notice | None = None
    newer: Notice | None = None
    reasons: tuple[str, ...] = ()
    signer: str = ""


async def judge(content: bytes, examine: Callable[[bytes], Awaitable]) -> Verdict:
    """The verdict on a file; `examine` tells what it says and what its signature is worth
    (web/signatures.py). Raises Undecided."""
    sha256 = await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())
    public = Notice.filter(published_at__not_isnull=True).select_related("document")
    if notice := await public.filter(document__file__sha256=sha256).order_by("-id").first():
        return await _published(notice, content, examine)
    signature = await examine(content)
    codes = _codes(signature.addresses)
    named = {row.code: row for row in await public.filter(code__in=codes)} if codes else {}
    notice = next((named[code] for code in codes if code in named), None)
    if notice is None:
        return Verdict("unknown")
    return Verdict("altered", notice, reasons=differs(signature, _sealed_by(notice)))


def _codes(addresses: tuple[str, ...]) -> list[str]:
    """The codes of notices among addresses: every notice says its own in its metadata."""
    ends = (one.partition("/notices/")[2][:_CODE] for one in addresses)
    return [code for end in ends if (code := typed_code(end))]


async def _published(notice: Notice, content: bytes, examine) -> Verdict:
    signer, sealed_by = "", _sealed_by(notice)
    if sealed_by:
        signature = await examine(content)
        if not signature.answered:  # a slow machine is no reason to call a true file altered
            raise Undecided
        signer = signature.name
        if reasons := differs(signature, sealed_by):
            return Verdict("altered", notice, reasons=reasons)
    if notice.status == "superseded":
        return Verdict("superseded", notice, await newest(notice), signer=signer)
    word = "withdrawn" if notice.status == "withdrawn" else "genuine"
    return Verdict(word, notice, signer=signer)


def _sealed_by(notice: Notice) -> str:
    return notice.document.sealed_by if notice.document else ""


def differs(signature, sealed_by: str) -> tuple[str, ...]:
    """What is wrong with a file's signature, given the certificate it was published under."""
    if not signature.readable:
        return ("文件已经损坏，读不完整",)
    reasons = []
    if sealed_by and signature.signatures == 0:
        reasons.append("公布的文件有电子签章，这份没有")
    if signature.signatures > 1:
        reasons.append(f"公布的文件只签过一次，这份有{signature.signatures}个电子签章")
    if signature.signatures == 1:
        if not signature.intact:
            reasons.append("电子签章对不上：签章以后内容被改过")
        if not signature.whole:
            reasons.append("签章以后又加了内容，签章没有覆盖整份文件")
        if signature.certificate != sealed_by:
            reasons.append("签章用的不是公布时的证书")
    return tuple(reasons)
