"""Whether the database still holds what was signed: compared at every start, known while it runs.

A restored backup lacks acts that the file of checkpoints witnessed; a fork has others in their
place. The server starts all the same, for residents must be able to read; but no vote is opened
and no ballot cast on such a record until somebody answers for it (`actions.accept_restore`).
"""

from dataclasses import dataclass

from deliberation.log.models import Entry
from deliberation.log.signing import MATTERS, is_signed

ASK = "请联系系统管理员和街道核对后再表决"
_gaps: dict[str, "Gap"] = {}


@dataclass(frozen=True)
class Gap:
    """A chain's furthest checkpoint that the database cannot show, and why in a sentence."""

    checkpoint: dict
    reason: str


def use(gaps: dict[str, Gap]) -> None:
    """What this process found when it opened the log; empty when it is closed."""
    global _gaps
    _gaps = gaps


def gaps() -> dict[str, Gap]:
    return dict(_gaps)


def behind() -> dict[str, str]:
    """Chains whose record is not what was signed, each with the reason."""
    return {chain: gap.reason for chain, gap in _gaps.items()}


def restored_reasons(matter) -> list[str]:
    """Why the matter may not be voted on: its record is not what was signed; else empty."""
    gap = _gaps.get(f"{MATTERS}{matter.id}")
    return [gap.reason] if gap else []


async def compare(
    last: dict[str, dict], forked: dict[str, int], publics: dict[str, str], *, has_table: bool
) -> dict[str, Gap]:
    """The gaps between what a file witnessed and the database, which may not have its table yet."""
    found = {}
    for chain, checkpoint in last.items():
        held, head = await _held(chain, checkpoint["sequence"]) if has_table else ("", 0)
        reason = _reason(checkpoint, forked.get(chain), publics, held, head)
        if reason:
            found[chain] = Gap(checkpoint, f"{reason}。{ASK}")
    return found


async def _held(chain: str, sequence: int) -> tuple[str, int]:
    """(the digest the database has at this sequence or '', the sequence of its newest entry).

    Only columns that were there from the first day are read: this runs before migrations, too.
    """
    entries = Entry.filter(chain=chain)
    digests = await entries.filter(sequence=sequence).values_list("digest", flat=True)
    heads = await entries.order_by("-sequence").limit(1).values_list("sequence", flat=True)
    return (digests or [""])[0], (heads or [0])[0]


def _reason(
    checkpoint: dict, forked: int | None, publics: dict[str, str], held: str, head: int
) -> str:
    sequence = checkpoint["sequence"]
    if not is_signed(checkpoint, publics):
        return f"已签署的记录核对不了（第{sequence}条的签名不对）"
    if forked is None and held == checkpoint["digest"]:
        return ""
    if forked is None and not held:
        lost = f"第{head}条之后的记录不见了" if head else "全部记录不见了"
        return f"数据库比已签署的记录旧（{lost}），可能是从备份恢复的"
    differs = f"第{forked or sequence}条不是签署时的那一条"
    return f"数据库和已签署的记录不一致（{differs}），可能是从备份恢复后又办了别的事"
