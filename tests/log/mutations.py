"""Ways to falsify a package, each with the code that must name it and a place that must be told.

`by` says who did it: "hand" changes files and nothing else (package.json is always made to fit);
"forger" also hashes everything again, up to the head of the log, but cannot sign; "server" signs
as well, so that only the meaning of the record can give it away.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import rfc8785

from deliberation.log.packing import pack
from deliberation.stages.vote.electorate import Weights
from tests.log.packages import (
    CLOSES,
    GENUINE,
    OPENS,
    SECRETARY,
    YES_OR_NO,
    Draft,
    Key,
    archive,
    archived,
    bind,
    chain,
    compute,
    digest,
    leaf,
    notices,
    root,
    seal,
    sign,
    token,
)


@dataclass(frozen=True)
class Case:
    name: str
    package: str
    change: Callable
    by: str
    code: str
    place: str
    printed: dict = field(default_factory=dict)

    @cached_property
    def genuine(self) -> bytes:
        return archive(GENUINE[self.package]())

    @cached_property
    def data(self) -> bytes:
        draft = GENUINE[self.package]().copy()
        given = self.change(draft)
        if isinstance(given, bytes):
            return given
        if self.by == "server":
            seal(draft)
        elif self.by == "forger":
            for step in (bind, chain, notices):
                step(draft)
        return archive(draft)


CASES: list[Case] = []


def falsify(package: str, code: str, place: str = "", by: str = "hand", printed: dict | None = None):
    def add(change: Callable) -> Callable:
        name = change.__name__.replace("_", " ")
        CASES.append(Case(name, package, change, by, code, place, printed or {}))
        return change

    return add


def recount(draft: Draft) -> None:
    """The result again from the rows as they are now, as a forger would make it fit."""
    before = draft["result"]
    given = {q["number"]: [] for q in draft["manifest"]["questions"]}
    for row in draft["ballots"]["answers"]:
        given[row["question"]].append((row["choice"], Weights(1)))
    for batch in draft["paper"]["batches"]:
        for number, tally in batch["tallies"].items():
            given[int(number)] += [(key, Weights(votes)) for key, votes in tally.items()]
    present = Weights(before["present"]["heads"], before["present"]["area"])
    compute(draft, given, present, before["signed_in"])


def rows(draft: Draft) -> list[dict]:
    return draft["ballots"]["answers"]


def to(draft: Draft, place: int, **values) -> None:
    """Changes a row of ballots.json (places count from 1)."""
    rows(draft)[place - 1] |= values


def raw(draft: Draft, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The package with one member's bytes changed."""
    members = {one: rfc8785.dumps(value) for one, value in draft.files.items()}
    return archived(members | {name: change(members[name])})


def swapped(draft: Draft, wanted: str, choice: str) -> int:
    """Changes the first row with the choice `wanted`; tells its place."""
    place = [row["choice"] for row in rows(draft)].index(wanted) + 1
    to(draft, place, choice=choice)
    return place


# --- The container and its members -----------------------------------------------------------------
@falsify("named plan", "container")
def compressed(draft):
    import io
    import zipfile

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive_:
        archive_.writestr("manifest.json", rfc8785.dumps(draft["manifest"]))
    return target.getvalue()
