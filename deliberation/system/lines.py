"""What a line of 运行情况 says: a thing looked at, how it is, what to do. Pure."""

from dataclasses import dataclass

DONE, WAIT, FAIL = "done", "wait", "fail"
STATES = {DONE: "正常", WAIT: "看一看", FAIL: "马上处理"}


@dataclass(frozen=True)
class Line:
    """One thing looked at: `state` is done, wait (look at it) or fail; `hint` says what to do."""

    name: str
    value: str
    state: str = DONE
    hint: str = ""


@dataclass(frozen=True)
class Part:
    """Lines that belong together."""

    name: str
    lines: list[Line]


def size(number: float) -> str:
    for unit in ("字节", "KB", "MB"):
        if number < 1024:
            return f"{number:.0f}{unit}"
        number /= 1024
    return f"{number:.1f}GB"


def about(number: int) -> str:
    """In steps of ten MB: the exact size would grow with every ballot."""
    return f"{(number // (10 * 1024**2) + 1) * 10}MB以内"
