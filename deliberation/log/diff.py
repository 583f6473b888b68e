"""Two packages of one vote: does the newer continue the older, or was history written anew?

Whoever kept a package from an earlier day can hold it against today's: entries, frozen roll and
keys may only have been added to, and once a vote is counted its ballots and its result stay. Reads
and checks both records with the stand-alone verifier.
"""

from pathlib import Path

from deliberation.verifier import CHECKS, Finding, Package, audit, canon, say, sha, tagged

RECORD = CHECKS[:2]  # the chain and its signatures
TEXTS = {
    "diff-vote": "不是同一次表决",
    "diff-fork": "不是旧记录的延续，有分叉",
    "diff-roll": "名册变了",
    "diff-manifest": "约定变了",
    "diff-commitment": "不在新包的选票里",
    "diff-result": "结果变了",
    "diff-ballots": "选票变了",
    "diff-notice": "已有的公告变了",
    "diff-key": "原来的密钥不见了",
}
FIXED = {"manifest.json": "diff-manifest"}
COUNTED = {
    "result.json": "diff-result",
    "ballots.json": "diff-ballots",
    "codes.json": "diff-ballots",
    "paper.json": "diff-ballots",
}


def diff(old: bytes | str | Path, new: bytes | str | Path) -> list[Finding]:
    """Where `new` does not continue `old` (paths or bytes); empty when it does."""
    (first, before), (second, after) = (audit(one, checks=RECORD) for one in (old, new))
    found = [Finding(one.code, f"旧包 {one.text}") for one in first]
    found += [Finding(one.code, f"新包 {one.text}") for one in second]
    try:
        told = differences(before, after) if before and after else []
    except Exception as error:  # no bytes of a package make a traceback
        return [*found, Finding("shape", f"{error}：不是规定的格式")]
    return found + [Finding(code, f"{where}：{TEXTS[code]}") for code, where in told]


def differences(old: Package, new: Package) -> list[tuple[str, str]]:
    """(code, place) of each."""
    one, other = ([p.manifest.matter.id, p.manifest.vote] for p in (old, new))
    if one != other:
        return [("diff-vote", f"旧包议题{one[0]}表决{one[1]}，新包议题{other[0]}表决{other[1]}")]
    fixed = FIXED | (COUNTED if old.acts["vote.close"] else {})
    found = [(fixed[name], name) for name in fixed if old.digests[name] != new.digests[name]]
    if old.roll.leaves != new.roll.leaves:
        found.append(("diff-roll", "roll.json"))
    for code, where, before, after in (
        ("diff-roll", "roll.json 第{}次更正", old.roll.amendments, new.roll.amendments),
        ("diff-fork", "log.json 第{}条", old.log.entries, new.log.entries),
        ("diff-key", "checkpoints.json 第{}把密钥", *(p.checkpoints["keys"] for p in (old, new))),
    ):
        changed = [i for i, value in enumerate(before) if after[i : i + 1] != [value]]
        found += [(code, where.format(place + 1)) for place in changed[:1]]
    if new.secret:
        kept = {sha(tagged("commitment", row)) for row in new.ballots.answers}
        committed = old.acts["vote.commit"]
        lost = [entry for entry in committed if not kept >= set(entry.body.commitments)]
        found += [("diff-commitment", entry.where) for entry in lost]
    return found + _notices(old, new)


def _notices(old: Package, new: Package) -> list[tuple[str, str]]:
    """A notice may have got its PDF since; nothing else about it may change."""
    kept = {canon({**one, **pdf}) for one in new.notices.notices for pdf in ({}, {"sha256": ""})}
    told = list(enumerate(old.notices.notices, 1))
    return [
        ("diff-notice", f"notices.json 第{place}份（{one.get('number')}）")
        for place, one in told
        if canon(one) not in kept
    ]


def run(old: str, new: str) -> int:
    """Prints what differs; 0 it continues, 1 it does not, 2 a file cannot be read."""
    findings = diff(old, new)
    say("两个包对不上：" if findings else "新包是旧包的延续，没有分叉。")
    for code, text in findings:
        say(f"  [{code}] {text}")
    return 2 if any(one.code == "unreadable" for one in findings) else 1 if findings else 0
