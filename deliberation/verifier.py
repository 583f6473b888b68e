#!/usr/bin/env python3
"""Checks package.zip, the record of one vote. One file, nothing but Python (3.9 or newer).

    python3 verifier.py package.zip             recount; asks for the numbers printed on the notices
    python3 verifier.py --diff old.zip new.zip  does the newer package continue the older one?

Read it before you trust it: it uses nothing of the program that held the vote, opens no connection
and writes no file. From top to bottom: signatures, hashes, the zip, the shape of every file, then
one function per promise; each `yield` is one check: what must be true, the code, the place.
Whoever runs the server could have written another record from the very start: only the numbers
printed on paper tie this file to the vote that was held. So do type them in.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import struct
import sys
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

# The most that is looked at: bytes of the file, values in it and how deep they nest, signatures,
# questions, findings of one kind. 5,000 voters with 20 questions have a million values in 25 MB.
WHOLE, VALUES, DEPTH, SIGNATURES, QUESTIONS, EACH = 64 << 20, 1_500_000, 32, 5000, 200, 20

# What a finding says after the place where it was found.
WORDS = """
unreadable 文件打不开
container 不是规定格式的压缩包，可能被改动或没有传完
members 包里的文件有缺少或多余
json 不是规范的 JSON（不允许重复的键、小数、空格、过深或过大）
shape 内容不符合规定的格式
seal 与 package.json 里的摘要不符，文件被改过
log-chain 不是本议题的记录
log-sequence 序号不连续
log-link 接不上前一条，记录被改、被抽走或被插入
log-digest 内容与摘要不符，这一条被改过
log-time 时间早于前一条
key 密钥的指纹不对，或不是从第一把密钥交接来的
rotation 没有旧密钥的有效签名
checkpoint-entry 签的不是这份记录，记录在签名以后被改过
checkpoint-signature 签名无效
checkpoint-time 签名早于该条记录，或密钥当时已经停用
checkpoint-missing 记录的最后没有签名
manifest 表决的约定自相矛盾
manifest-digest 与冻结时的摘要不符，约定被改过
roll-count 名册行数不对
roll-root 名册的根算出来不同，名册被改过
roll-freeze 名册与冻结时记录的不同
roll-duplicate 与前面一行相同
amendment 名册更正与记录不一致，或人数对不上
amend-late 无记名表决或截止前24小时内不得更正名册
two-people 必须由两个不同的人办理
approval 同一个批准用了两次
missing 这种记录应当正好有一条
order 先后次序不对
void 本次表决已经作废
open-times 起止时间与约定不同
extend 延长不合规定
end-early 提前截止不合规定
closing-instant 截止时刻不对，或没到截止就截止
ballot-order 没有按次序排列
ballot-duplicate 同一张票出现两次
ballot-question 没有这个问题
ballot-choice 没有这个选项
ballots-root 选票的根与计票记录不同，选票被改过
ballots-count 张数对不上
opening 与票上的承诺不符，人数或面积被改过
opening-missing 与选票不是一一对应
commit-order 承诺没有排序或有重复
commit-small 一批承诺每个问题不足10个
commitment-vanished 记录里的承诺在选票里找不到，有票被抽走
commitment-added 选票不在记录的承诺里，是添加或改过的票
codes-order 没有排序或有重复
codes-count 张数与手机投票数不符
batch 一批的票数不对
paper 纸质票的发出、收回、计票张数对不上
close-figures 计票记录的数字与包里的不同
close-seal 与计票记录里的摘要不符，文件在计票以后被改过
result-digest 与记录的结果摘要不符，结果被改过
certify 监票人核验不足两人、重复或有误
result-entitled 应到与名册不符
result-present 实到对不上
result-times 起止时间与记录不同
result-questions 问题与约定不同
recount 票数重新计算不同
recount-area 面积重新计算不同
result-outcome 按规则重新判断，结论不同
result-sums 写出的算式与重新计算的不同
notice-head 公告上的记录号不在记录里
printed-voters 与公告上印的应到人数不同
printed-root 与公告上印的名册根不同（要输入前32位）
printed-head 公告上印的记录号不在记录里（要输入前32位）
printed-notice 记录里有这个记录号，但包里没有印着它的公告
printed-count 与公告上印的票数不同
diff-matter 两个包不是同一个议题
diff-vote 两个包不是同一次表决
diff-fork 新记录不是旧记录的延续，有分叉
diff-manifest 约定变了
diff-roll 名册变了
diff-commitment 旧包里的承诺在新包的选票里不见了
diff-result 已有的结果变了
diff-ballots 已有的选票变了
diff-notice 已有的公告变了
diff-key 原来的密钥不见了
"""
TEXTS = dict(line.split(" ", 1) for line in WORDS.strip().splitlines())
ACTS = {"vote.freeze": "冻结名册", "vote.open": "开始表决", "vote.extend": "延长"}
ACTS |= {"vote.end_early": "提前截止", "vote.amend": "更正名册", "vote.commit": "投票承诺"}
ACTS |= {"vote.end": "截止", "vote.close": "计票", "vote.certify": "核验", "vote.void": "作废"}


class Finding(NamedTuple):
    """What is wrong: a stable short code, and a sentence that says where and what."""

    code: str
    text: str


class Stop(Exception):
    """Nothing further can be checked; the report says why."""


def clean(text: str) -> str:
    """Nothing from a package may steer the terminal or begin a line of its own."""
    return "".join(c if c.isprintable() else "?" for c in text)


class Report(list):
    """Findings in the order met; of each kind the first twenty are enough."""

    def __init__(self):
        super().__init__()
        self.counts = Counter()

    def add(self, code: str, where: str) -> None:
        self.counts[code] += 1
        if self.counts[code] <= EACH:
            text = f"{where[:200]}：{TEXTS[code]}"
            self.append(Finding(code, clean(text)))

    def stop(self, code: str, where: str):
        self.add(code, where)
        raise Stop

    def run(self, checks: Iterable[tuple[bool, str, str]]) -> None:
        for fine, code, where in checks:
            if not fine:
                self.add(code, where)


# --- Ed25519 signatures (RFC 8032); a point of the curve is (X, Y, Z, T) --------------------------
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)


def point(data: bytes):
    """The point that 32 bytes stand for, or None."""
    number = int.from_bytes(data, "little")
    y, odd = number % 2**255, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * ROOT % P
    if y >= P or (x * x - square) % P or (x == 0 and odd):
        return None
    x = x if x % 2 == odd else P - x
    return x, y, 1, x * y % P


def plus(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * D * p[3] * q[3] % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, p):
    total = (0, 1, 1, 0)
    while number:
        total = plus(total, p) if number & 1 else total
        p, number = plus(p, p), number >> 1
    return total


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) over `message` was made with the key to `public` (32)."""
    key, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or not key or not r or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    left = times(s, BASE)
    right = plus(r, times(int.from_bytes(digest, "little") % ORDER, key))
    return not any((left[i] * right[2] - right[i] * left[2]) % P for i in (0, 1))


# --- Bytes and hashes -----------------------------------------------------------------------------
def canon(value) -> bytes:
    """The one spelling of a value as JSON (RFC 8785; keys are ASCII, numbers whole)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def hashed(kind: str, value) -> str:
    return sha(b"deliberation/" + kind.encode() + b"\n" + canon(value))


def tree_root(leaves: list[str]) -> str:
    """The root over hashed leaves (RFC 6962): pairs, level by level; an odd one moves up."""
    level = [bytes.fromhex(leaf) for leaf in leaves] or [hashlib.sha256().digest()]
    while len(level) > 1:
        pairs = range(0, len(level) - 1, 2)
        nodes = [hashlib.sha256(b"\1" + level[i] + level[i + 1]).digest() for i in pairs]
        level = nodes + level[2 * len(nodes) :]
    return level[0].hex()


def zipped(members: dict[str, bytes]) -> bytes:
    """The one spelling of a package: members stored, sorted, dated 1980, nothing else."""
    body, index, count = [], [], len(members)
    for name in sorted(members):
        data, label, offset = members[name], name.encode(), sum(map(len, body))
        same = (20, 0, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(label), 0)
        more = (0, 0, 0, 0o644 << 16, offset)
        index += struct.pack("<4sH5H3I2H3H2I", b"PK\1\2", 3 << 8 | 20, *same, *more), label
        body += struct.pack("<4s5H3I2H", b"PK\3\4", *same), label, data
    sizes = (0, 0, count, count, sum(map(len, index)), sum(map(len, body)), 0)
    return b"".join([*body, *index, struct.pack("<4s4H2IH", b"PK\5\6", *sizes)])


def unzipped(data: bytes, report: Report) -> dict[str, bytes]:
    """The members by name. Nothing is ever unpacked, so nothing can swell."""
    members, at = {}, 0
    while data[at : at + 4] == b"PK\3\4" and at + 30 <= len(data) <= WHOLE:
        method, size, length = struct.unpack("<8xH8xI4xH2x", data[at : at + 30])
        name = data[at + 30 : at + 30 + length].decode("ascii", "replace")[:60]
        if method or size > WHOLE or name in members:
            report.stop("container", f"压缩包里的 {name}（被压缩、过大或重复）")
        at += 30 + length + size
        members[name] = data[max(at - size, 0) : at]
    plain = all(name.isascii() for name in members)
    if not members or not plain or len(members) > 99 or zipped(members) != data:
        report.stop("container", "、".join(list(members)[-1:]) or "文件开头")
    return members


def parsed(name: str, raw: bytes, report: Report):
    """The value of one member; only its canonical spelling is accepted."""
    try:
        text = raw.decode()
        value = json.loads(text, parse_float=whole, parse_constant=whole, parse_int=whole)
        plain = type(value) is dict and unicodedata.is_normalized("NFC", text)
        level = [value] if plain else []
        for _ in range(DEPTH):
            keys = [key for one in level if type(one) is dict for key in one]
            plain = plain and all(key.isascii() for key in keys)
            inside = [one.values() if type(one) is dict else one for one in level]
            level = [one for part in inside for one in part if type(one) in (dict, list)]
        if plain and not level and canon(value) == raw:
            return value
    except (ValueError, RecursionError):
        pass
    return report.stop("json", name)


def whole(text: str) -> int:
    number = int(text[:20])
    if abs(number) >= 2**53 or len(text) > 17:
        raise ValueError(text)
    return number


# --- The shape of every file. "x?": x or null; ["x"]: any number of x; {"*": "x"}: any names; -----
# --- "...": further names may follow, where a digest covers the whole -----------------------------
DAY = "20[0-9]{2}-[01][0-9]-[0-3][0-9]T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
RANGES = {"count": range(10**10), "change": range(1 - 10**10, 10**10), "id": range(2**53)}
KINDS = {"hex": "[0-9a-f]{64}", "print": "[0-9a-f]{32}", "sign": "[0-9a-f]{128}", "text": "(?s:.*)"}
KINDS |= {"hash": "([0-9a-f]{64})?", "mark": "[0-9A-Za-z_-]{16,128}", "code": "[A-Z2-7]{16}"}
KINDS |= {"key": "[a-z0-9_]{1,20}", "line": "(?s:.{0,500})", "time": DAY + r"\.[0-9]{6}Z"}
KINDS |= {"moment": DAY + r"(\.[0-9]{6})?(Z|\+00:00)", "end": "passed|not_passed|inquorate"}
RANGES |= {"share": range(1, 1000)}
PAIR = '"proposed_by": "id", "approved_by": "id", "approval": "id", "...": 0'
SHAPES = json.loads(
    """{
"package.json": {"format": "deliberation/1", "files": {"*": "hex"}},
"manifest.json": {"format": "deliberation/1", "algorithm": "sha-256", "vote": "id", "key": "print",
  "matter": {"id": "id", "title": "text", "...": 0}, "secret": "bool", "form": "plan|items|choice",
  "profile": {"electorate": "text", "quorum": ["share", "share"], "quorum_includes": "bool",
    "majority": ["share", "share"], "majority_includes": "bool", "by_area": "bool",
    "base": "present|entitled|participating", "...": 0}, "opens_at": "time", "closes_at": "time",
  "questions": [{"number": "count", "kind": "plan|item|choice|funds", "text": "text",
    "options": [{"key": "key", "label": "text"}]}],
  "roll": {"voters": "count", "heads": "count", "area": "count", "root": "hex"}, "...": 0},
"roll.json": {"leaves": ["hex"], "amendments": [{"approval": "id", "struck": ["count"],
  "added": [{"number": "count", "leaf": "hex"}], "heads": "change", "area": "change"}]},
"log.json": {"chain": "text", "entries": [{"sequence": "count", "at": "time", "act": "text",
  "account": "id?", "matter": "id?", "body": {"...": 0}, "previous": "hex", "digest": "hex"}]},
"checkpoints.json": {"keys": [{"key": "print", "public": "hex"}], "rotations": [{"old": "print",
    "new": "print", "public": "hex", "at": "time", "signature": "sign"}], "checkpoints": [{
    "chain": "text", "sequence": "count", "digest": "hex", "at": "time", "key": "print",
    "signature": "sign"}]},
"named": {"answers": [{"key": "hex", "question": "count", "choice": "key"}]},
"secret": {"answers": [{"key": "mark", "question": "count", "choice": "key", "salt": "mark"}]},
"area": {"answers": [{"key": "mark", "question": "count", "choice": "key", "commitment": "hex"}]},
"openings.json": {"openings": [{"key": "mark", "heads": "count", "area": "count",
  "salt": "mark"}]},
"codes.json": {"codes": ["code"]},
"paper.json": {"issued": "count", "returned": "count", "transcribed": "count", "batches": [{
    "id": "id", "papers": "count", "tallies": {"*": {"*": "count"}}, "entered_by": "id",
    "confirmed_by": "id"}],
  "sheets": [{"entered_by": "id", "confirmed_by": "id", "sheets": "count"}]},
"result.json": {"outcome": "end", "profile": "text", "signed_in": "count", "phone": "count",
  "entitled": {"heads": "count", "area": "count"}, "present": {"heads": "count", "area": "count"},
  "paper": "count", "quorum_sums": ["line"], "questions": [{"number": "count", "text": "text",
    "kind": "text", "outcome": "end", "winner": "key?", "counts": {"*": "count"},
    "area": {"*": "count", "?": 0}, "sums": ["line"]}],
  "opens_at": "moment", "closes_at": "moment", "...": 0},
"notices.json": {"notices": [{"code": "text", "kind": "text", "number": "text",
  "revision": "count", "sha256": "hash", "log_head": "hash"}]},
"vote.freeze": {"manifest": "hex", "root": "hex", "voters": "count", PAIR},
"vote.open": {"opens_at": "time", "closes_at": "time", "...": 0},
"vote.extend": {"old": "time", "new": "time", PAIR},
"vote.end_early": {"old": "time", "new": "time", PAIR},
"vote.amend": {"added": [["count", "hex"]], "struck": ["count"], "heads": "change",
  "area": "change", PAIR},
"vote.commit": {"commitments": ["hex"], "...": 0}, "vote.end": {"closes_at": "time", "...": 0},
"vote.close": {"outcome": "end", "result": "hex", "ballots": "hex", "answers": "count",
  "codes": "count", "phone": "count", "paper": "count", "...": 0},
"vote.certify": {"result": "hex", "certified": "count", "...": 0}, "vote.void": {"...": 0}
}""".replace("PAIR", PAIR)
)


def fits(value, want: str) -> bool:
    """Whether a single value is what the word (or the list a|b of literals) asks for."""
    if value is None or want == "bool":
        return want.endswith("?") if value is None else type(value) is bool
    want = want.rstrip("?")
    if want in RANGES or type(value) is not str:
        return type(value) is int and value in RANGES.get(want, ())
    try:
        dated = want not in ("time", "moment") or datetime.fromisoformat(value[:19])
        return bool(dated and re.fullmatch(KINDS.get(want, want), value))
    except ValueError:
        return False


def shape(value, want, where: str, report: Report) -> None:
    """Stops at the first value that is not as declared."""
    fine, inside = False, []
    if isinstance(want, list) and type(value) is list:
        fine = len(want) in (1, len(value))
        inside = [(i, f"第{i + 1}项", want[i % len(want)]) for i in range(len(value)) if fine]
    elif isinstance(want, dict) and type(value) is dict:
        known, every = want.keys() - {"...", "*", "?"}, want.get("*")
        fine = known == value.keys() or known < value.keys() and bool(every or "..." in want)
        inside = [(n, n, every or want[n]) for n in (value if every else known) if fine]
    else:
        fine = fits(value, want) if isinstance(want, str) else value is None and "?" in want
    if not fine:
        report.stop("shape", where)
    for key, name, kind in inside:
        shape(value[key], kind, f"{where} {name}", report)


class Package:
    """The files of one package as values, and the entries of its log about its vote."""

    LEAST = {f"{name}.json" for name in ("manifest", "roll", "log", "checkpoints", "package")}
    REST = {f"{name}.json" for name in ("ballots", "codes", "paper", "result", "notices")}

    def __init__(self, source, report: Report, needed: set):
        if not isinstance(source, bytes):
            with open(source, "rb") as file:
                source = file.read(WHOLE + 1)
        members = unzipped(source, report)
        wrong = (needed - members.keys()) | (members.keys() - self.LEAST - self.REST)
        for name in sorted(wrong - {"openings.json"}):
            report.stop("members", name)
        marks = sum(raw.count(mark) for raw in members.values() for mark in b",:[{")
        if marks > VALUES:
            report.stop("json", max(members, key=lambda name: len(members[name])))
        self.files = {name: parsed(name, raw, report) for name, raw in members.items()}
        self.digests = {name: sha(raw) for name, raw in members.items() if name != "package.json"}
        for name in sorted(self.files.keys() - {"ballots.json"}):
            shape(self.files[name], SHAPES[name], name, report)
        self.manifest, self.roll = self.files["manifest.json"], self.files["roll.json"]
        self.log, self.result = self.files["log.json"], self.files.get("result.json")
        self.paper, self.profile = self.files.get("paper.json"), self.manifest["profile"]
        self.checkpoints = self.files["checkpoints.json"]
        self.matter, self.vote = self.manifest["matter"]["id"], self.manifest["vote"]
        self.secret, self.by_area = self.manifest["secret"], self.profile["by_area"]
        if len(self.manifest["questions"]) > QUESTIONS:
            report.stop("manifest", "manifest.json questions")
        self.questions, self.opened = self.manifest["questions"], "openings.json" in self.files
        if "ballots.json" in self.files:
            kind = "secret" if self.secret else "area" if self.by_area else "named"
            shape(self.files["ballots.json"], SHAPES[kind], "ballots.json", report)
        if self.opened and (self.secret or not self.by_area):
            report.stop("members", "openings.json")
        about = [e for e in self.log["entries"] if e["body"].get("vote") == self.vote]
        self.entries = [entry for entry in about if entry["act"] in ACTS]
        for entry in self.entries:
            shape(entry["body"], SHAPES[entry["act"]], spot(entry), report)
            shape(entry["body"].get("seals", {}), {"*": "hex"}, spot(entry), report)

    def of(self, act: str) -> list[dict]:
        return [entry for entry in self.entries if entry["act"] == act]

    def rows(self, name: str) -> list:
        """The list in a file that holds one list; empty without the file."""
        return next(iter(self.files.get(f"{name}.json", {"": []}).values()))


def spot(entry: dict, place: int = 0) -> str:
    act = ACTS.get(entry["act"], entry["act"])[:40]
    return f"log.json 第{place or entry['sequence']}条（{act}）"


# --- The promises, one function each: what must be true, the code if it is not, the place ---------
def check_seal(p: Package):
    sealed = p.files["package.json"]["files"]
    for name in sorted(sealed.keys() | p.digests.keys()):
        yield sealed.get(name) == p.digests.get(name), "seal", name


def check_log(p: Package):
    """Every entry names the digest of the one before it."""
    chain, previous, at = f"matter/{p.matter}", "0" * 64, ""
    yield p.log["chain"] == chain, "log-chain", "log.json"
    for place, entry in enumerate(p.log["entries"], 1):
        where = spot(entry, place)
        content = {name: entry[name] for name in entry if name != "digest"}
        digest = hashed("entry", {"chain": p.log["chain"], **content})
        yield entry["matter"] == p.matter, "log-chain", where
        yield entry["sequence"] == place, "log-sequence", where
        yield entry["previous"] == previous, "log-link", where
        yield entry["digest"] == digest, "log-digest", where
        yield entry["at"] >= at, "log-time", where
        previous, at = entry["digest"], entry["at"]


def proved(kind: str, one: dict, public: str) -> bool:
    content = canon({name: one[name] for name in one if name != "signature"})
    message = b"deliberation/" + kind.encode() + b"\n" + content
    return signed(bytes.fromhex(public), message, bytes.fromhex(one["signature"]))


def check_keys(p: Package):
    """Each key was handed on by the one before it; the last entry of the log is signed."""
    keys, turns, points = (p.checkpoints[n] for n in ("keys", "rotations", "checkpoints"))
    entries, publics, following, trusted, last = p.log["entries"], {}, {}, set(), 0
    yield len(points) + len(turns) <= SIGNATURES, "checkpoint-signature", "checkpoints.json"
    for place, one in enumerate(keys, 1):
        fine = sha(bytes.fromhex(one["public"]))[:32] == one["key"] and one["key"] not in publics
        yield fine, "key", f"checkpoints.json 第{place}把密钥"
        publics[one["key"]] = one["public"]
    for place, turn in enumerate(turns[:SIGNATURES], 1):
        fresh = turn["old"] not in following and publics.get(turn["new"]) == turn["public"]
        fine = fresh and proved("rotation", turn, publics.get(turn["old"], ""))
        yield fine, "rotation", f"checkpoints.json 第{place}次更换密钥"
        following.setdefault(turn["old"], turn)
    key = keys[0]["key"] if keys else None
    while key in publics and key not in trusted:
        trusted.add(key)
        key = following[key]["new"] if key in following else None
    for key in (p.manifest["key"], *publics):
        yield key in trusted, "key", f"密钥 {key}"
    for place, one in enumerate(points[:SIGNATURES], 1):
        where = f"checkpoints.json 第{place}个签名（记录第{one['sequence']}条）"
        entry = entries[one["sequence"] - 1] if 0 < one["sequence"] <= len(entries) else None
        follower = following.get(one["key"])
        fine = entry is not None and entry["digest"] == one["digest"]
        yield fine and one["chain"] == p.log["chain"], "checkpoint-entry", where
        yield proved("checkpoint", one, publics.get(one["key"], "")), "checkpoint-signature", where
        fine = entry is None or one["at"] >= entry["at"]
        yield fine and (not follower or one["at"] <= follower["at"]), "checkpoint-time", where
        last = max(last, one["sequence"])
    yield bool(entries) and last >= len(entries), "checkpoint-missing", f"log.json 第{last}条以后"


def check_manifest(p: Package):
    numbers, kinds = [q["number"] for q in p.questions], {q["kind"] for q in p.questions}
    for question in p.questions:
        keys = [option["key"] for option in question["options"]]
        plain = sorted(keys) == ["abstain", "against", "for"]
        choice = len(keys) == len(set(keys)) >= 3 and "abstain" in keys
        choice = choice and not {"for", "against", "invalid", "not_returned"} & set(keys)
        fine = choice if question["kind"] == "choice" else plain
        yield fine, "manifest", f"manifest.json 第{question['number']}个问题"
    fine = numbers == sorted(set(numbers)) and p.manifest["opens_at"] < p.manifest["closes_at"]
    fine = fine and kinds - {"funds"} == {p.manifest["form"].rstrip("s")}
    yield fine and not (p.secret and p.by_area), "manifest", "manifest.json"
    digest = hashed("manifest", p.manifest)
    for entry in p.of("vote.freeze"):
        fine = entry["body"]["manifest"] == digest
        yield fine, "manifest-digest", f"manifest.json（{spot(entry)}）"


def check_roll(p: Package):
    """The roll is the frozen one, and the log tells of every correction since."""
    roll, leaves, seen = p.manifest["roll"], p.roll["leaves"], set()
    size = f"roll.json（{len(leaves)}行，约定{roll['voters']}人）"
    yield len(leaves) == roll["voters"] == roll["heads"], "roll-count", size
    yield tree_root(leaves) == roll["root"], "roll-root", "roll.json"
    for place, leaf in enumerate(leaves, 1):
        yield leaf not in seen, "roll-duplicate", f"roll.json 第{place}行"
        seen.add(leaf)
    for entry in p.of("vote.freeze"):
        frozen = (entry["body"]["root"], entry["body"]["voters"])
        yield frozen == (roll["root"], roll["voters"]), "roll-freeze", spot(entry)
    logged, told, numbers = p.of("vote.amend"), p.roll["amendments"], set(range(1, len(leaves) + 1))
    p.entitled = [roll["heads"], roll["area"]]
    yield (
        len(logged) == len(told),
        "amendment",
        f"roll.json（{len(told)}次更正，记录里{len(logged)}次）",
    )
    for place, one in enumerate(told[: len(logged)], 1):
        body, added = logged[place - 1]["body"], [new["number"] for new in one["added"]]
        same = body["added"] == [[new["number"], new["leaf"]] for new in one["added"]]
        same = same and all(one[n] == body[n] for n in ("approval", "struck", "heads", "area"))
        gone, new = set(one["struck"]), set(added)
        sound = gone <= numbers and not numbers & new and one["heads"] == len(new) - len(gone)
        sound = sound and len(gone) == len(one["struck"]) and len(new) == len(added)
        yield same and sound, "amendment", f"roll.json 第{place}次更正（{spot(logged[place - 1])}）"
        numbers = numbers - gone | new
        p.entitled = [p.entitled[0] + one["heads"], p.entitled[1] + one["area"]]


AFTER = {"vote.open": "vote.freeze", "vote.amend": "vote.freeze", "vote.extend": "vote.open"}
AFTER |= {"vote.end_early": "vote.open", "vote.commit": "vote.open", "vote.end": "vote.open"}
AFTER |= {"vote.close": "vote.end", "vote.certify": "vote.close"}
BEFORE = {"vote.amend": "vote.end", "vote.extend": "vote.end", "vote.end_early": "vote.end"}
BEFORE |= {"vote.commit": "vote.close"}


def check_order(p: Package):
    """One freeze, opening, end and count, in this order, each by as many people as it takes."""
    first, approvals = {}, set()
    for act in ("vote.freeze", "vote.open", "vote.end", "vote.close"):
        found = p.of(act)
        yield len(found) == 1, "missing", f"log.json（{ACTS[act]}，有{len(found)}条）"
        if found:
            first[act] = found[0]["sequence"]
    p.closes, p.early = p.manifest["closes_at"], set()
    for entry in p.entries:
        act, at, body, where = entry["act"], entry["at"], entry["body"], spot(entry)
        after, before = first.get(AFTER.get(act), 0), first.get(BEFORE.get(act), 10**10)
        yield act == "vote.void" or after <= entry["sequence"] <= before, "order", where
        yield act != "vote.void", "void", where
        if "approval" in SHAPES[act]:
            yield body["proposed_by"] != body["approved_by"], "two-people", where
            yield body["approval"] not in approvals, "approval", where
            approvals.add(body["approval"])
        if act == "vote.open":
            fine = all(body[name] == p.manifest[name] for name in ("opens_at", "closes_at"))
            yield fine and at < body["closes_at"], "open-times", where
        elif act == "vote.extend":
            yield at < p.closes == body["old"] < body["new"], "extend", where
        elif act == "vote.end_early":
            yield at <= body["new"] < body["old"] == p.closes, "end-early", where
        elif act == "vote.amend":
            day_later = datetime.fromisoformat(at[:-1]) + timedelta(days=1)
            fine = day_later <= datetime.fromisoformat(p.closes[:-1])
            yield fine and not p.secret, "amend-late", where
        elif act == "vote.end":
            yield body["closes_at"] == p.closes <= at, "closing-instant", where
        elif act == "vote.commit" and at < p.closes:
            p.early.add(entry["sequence"])
        p.closes = body["new"] if "new" in SHAPES[act] else p.closes


def check_ballots(p: Package):
    """Every answer is one of its question's, once, in order, as the log bound it."""
    openings, last = {one["key"]: one for one in p.rows("openings")}, ""
    options = {q["number"]: {one["key"] for one in q["options"]} for q in p.questions}
    p.heads, p.area, p.commitments = Counter(), Counter(), {}
    for place, row in enumerate(p.rows("ballots"), 1):
        where, key = f"ballots.json 第{place}行", row["key"]
        asked = (row["question"], row["choice"])
        yield key != last, "ballot-duplicate", where
        yield key >= last, "ballot-order", where
        yield asked[0] in options, "ballot-question", where
        fine = asked[1] == "invalid" or asked[1] in options.get(asked[0], asked)
        yield fine, "ballot-choice", where
        p.heads[asked] += 1
        last = key
        if p.secret:
            p.commitments[hashed("commitment", row)] = (asked[0], where)
        if p.opened:
            opening = openings.pop(key, None)
            yield opening is not None, "opening-missing", where
            one = {"key": key, "question": asked[0], "choice": asked[1], **(opening or {})}
            yield not opening or hashed("weight", one) == row["commitment"], "opening", where
            p.area[asked] += one.get("area", 0)
    keys = [one["key"] for one in p.rows("openings")]
    yield not openings and keys == sorted(set(keys)), "opening-missing", "openings.json"
    root = tree_root([sha(b"\0" + canon(row)) for row in p.rows("ballots")])
    counted = {"answers": len(p.rows("ballots")), "codes": len(p.rows("codes"))}
    counted |= {name: p.result[name] for name in ("phone", "paper", "outcome")}
    for entry in p.of("vote.close"):
        yield entry["body"]["ballots"] == root, "ballots-root", f"ballots.json（{spot(entry)}）"
        fine = all(entry["body"][name] == counted[name] for name in counted)
        yield fine, "close-figures", spot(entry)
        # The count may bind whole files, those that nothing else in the log speaks for.
        for name, digest in sorted(entry["body"].get("seals", {}).items()):
            yield p.digests.get(name) == digest, "close-seal", f"{name}（{spot(entry)}）"


def check_commitments(p: Package):
    """What was promised in the log while the vote ran is what was counted: nothing less or more."""
    logged = set()
    for entry in p.of("vote.commit"):
        batch = entry["body"]["commitments"]
        fine = batch == sorted(set(batch)) and not logged & set(batch)
        yield fine, "commit-order", spot(entry)
        for one in batch:
            where = f"{spot(entry)} {one[:16]}…"
            yield one in p.commitments, "commitment-vanished", where
        logged |= set(batch)
        sizes = Counter(p.commitments[one][0] for one in batch if one in p.commitments)
        fine = all(sizes[question["number"]] >= 10 for question in p.questions)
        yield fine or entry["sequence"] not in p.early, "commit-small", spot(entry)
    for one, (_, where) in p.commitments.items():
        yield one in logged, "commitment-added", where


def check_paper(p: Package):
    """No more papers than were handed out; every batch and sheet counted by two people."""
    paper, result, codes = p.paper, p.result, p.rows("codes")
    yield codes == sorted(set(codes)), "codes-order", "codes.json"
    fine = len(codes) == (result["phone"] if p.secret else 0)
    yield fine, "codes-count", f"codes.json（{len(codes)}个）"
    for place, one in enumerate(paper["batches"] + paper["sheets"], 1):
        number = place - len(paper["batches"])
        where = f"paper.json 第{place}批" if number < 1 else f"paper.json 编号票第{number}组"
        yield one["entered_by"] != one["confirmed_by"], "two-people", where
    numbers = {str(question["number"]) for question in p.questions}
    for place, batch in enumerate(paper["batches"], 1):
        fine = batch["papers"] <= 50 and batch["tallies"].keys() == numbers
        for question in p.questions:
            tally = batch["tallies"].get(str(question["number"]), {})
            known = {option["key"] for option in question["options"]} | {"invalid"}
            fine = fine and tally.keys() <= known and sum(tally.values()) == batch["papers"]
            for choice in tally:
                p.heads[question["number"], choice] += tally[choice]
        yield fine, "batch", f"paper.json 第{place}批"
    batched, marked = sum(one["papers"] for one in paper["batches"]), result["phone"]
    if p.secret:
        fine = batched + paper["transcribed"] <= paper["returned"] <= paper["issued"]
        fine = fine and result["paper"] == paper["returned"] and not paper["sheets"]
        single, marked = len(codes) + paper["transcribed"], marked + result["paper"] - batched
    else:
        fine = not batched and not paper["transcribed"]
        fine = fine and result["paper"] == sum(one["sheets"] for one in paper["sheets"])
        single = marked = marked + result["paper"]
    yield fine and paper["transcribed"] < 10, "paper", "paper.json"
    rows = Counter(row["question"] for row in p.rows("ballots"))
    for number in [question["number"] for question in p.questions]:
        where = f"ballots.json 问题{number}（{rows[number]}行，应有{marked}行）"
        yield rows[number] == marked == single, "ballots-count", where


# --- The count and the rule -----------------------------------------------------------------------
def least(share: list, includes: bool, whole: int) -> int:
    """The fewest that are the share of the whole (以上), or more than it (超过); at least one."""
    below, rest = divmod(share[0] * whole, share[1])
    return max(1, below if includes and not rest else below + 1)


def reached(figures) -> bool:
    return all(actual >= need for _, need, actual in figures)


def judge(p: Package, question: dict, given: list[dict]):
    """(outcome, winner, quorum, {contender: majority}); sums are [(whole, need, actual)], of heads
    and, where weighed, of area. `given` holds what each answer got, in the same measures."""
    rule, sizes = p.profile, range(len(given))
    present = [p.result["present"][name] for name in ("heads", "area")]
    if rule["base"] == "participating":
        present = [sum(one.values()) - one.get("not_returned", 0) for one in given]
    base = p.entitled if rule["base"] == "entitled" else present
    needs = [least(rule["quorum"], rule["quorum_includes"], p.entitled[i]) for i in sizes]
    quorum = [(p.entitled[i], needs[i], present[i]) for i in sizes]
    if not reached(quorum):
        return "inquorate", None, quorum, {}
    needs = [least(rule["majority"], rule["majority_includes"], base[i]) for i in sizes]
    keys = [one["key"] for one in question["options"] if one["key"] not in ("against", "abstain")]
    sums = {key: [(base[i], needs[i], given[i].get(key, 0)) for i in sizes] for key in keys}
    passed = [key for key in sums if reached(sums[key])]
    winner = passed[0] if len(passed) == 1 and question["kind"] == "choice" else None
    return "passed" if len(passed) == 1 else "not_passed", winner, quorum, sums


def shown(figures) -> list[list[str]]:
    """Figures as printed: heads, then hundredths of a square metre as 6000.00."""
    heads, area = figures[:1], figures[1:]
    squares = [[f"{n // 100}.{n % 100:02d}" for n in three] for three in area]
    return [[str(n) for n in three] for three in heads] + squares


def says(sentences: list[str], figures, good: str, bad: str) -> bool:
    """Whether the printed sentences hold these figures in this order and end with the verdict."""
    text = re.sub("(?<=[0-9]),(?=[0-9]{3})", "", "\n".join(sentences))
    alone = [[f"(?<![0-9.]){number}(?![0-9.])" for number in three] for three in shown(figures)]
    fine = len(sentences) == 2 * len(figures) - 1  # one; or heads, area, and both together
    fine = fine and text.endswith(good if reached(figures) else bad)
    return fine and all(re.search("[^\n]*".join(three), text) for three in alone)


def check_result(p: Package):
    """The result is recounted from the answers and judged again by the frozen rule."""
    result, entitled, present = p.result, p.result["entitled"], p.result["present"]
    outcomes, p.sums, digest = [], [], hashed("result", result)
    for entry in p.of("vote.close") + p.of("vote.certify"):
        fine = entry["body"]["result"] == digest
        yield fine, "result-digest", f"result.json（{spot(entry)}）"
    people = set()
    for place, entry in enumerate(p.of("vote.certify"), 1):
        fine = entry["account"] not in {None, *people} and entry["body"]["certified"] == place
        yield fine, "certify", spot(entry)
        people.add(entry["account"])
    yield len(people) >= 2, "certify", f"log.json（{len(people)}人）"
    fine = [entitled["heads"], entitled["area"]] == p.entitled
    yield fine, "result-entitled", f"result.json（写{entitled['heads']}，算得{p.entitled[0]}）"
    cast = result["phone"] + result["paper"]
    fine = max(cast, result["signed_in"]) <= present["heads"] <= cast + result["signed_in"]
    fine = fine and present["heads"] <= entitled["heads"] and present["area"] <= entitled["area"]
    yield fine, "result-present", f"result.json（实到{present['heads']}，收票{cast}）"
    begins, ends = (plain_time(result[name]) for name in ("opens_at", "closes_at"))
    yield (begins, ends) == (p.manifest["opens_at"], p.closes), "result-times", "result.json"
    asked = [(q["number"], q["text"], q["kind"]) for q in p.questions]
    told = [(q["number"], q["text"], q["kind"]) for q in result["questions"]]
    yield asked == told, "result-questions", "result.json"
    for index, one in enumerate(result["questions"][: len(p.questions)]):
        question = p.questions[index]
        number, where = question["number"], f"result.json 问题{question['number']}"
        keys, given = [option["key"] for option in question["options"]] + ["invalid"], []
        for name, tally in (("heads", p.heads), ("area", p.area if p.opened else None)):
            stated = one["counts"] if name == "heads" else one["area"] or {}
            if name == "area" and not p.by_area:
                yield one["area"] is None, "recount-area", where
                continue
            # Without openings only the sum of the areas can be checked, not each of them.
            own = {key: stated.get(key, 0) for key in keys}
            counts = own if tally is None else {key: tally[number, key] for key in keys}
            counts["not_returned"] = present[name] - sum(counts.values())
            wrong = [key for key in counts if stated.get(key) != counts[key]]
            wrong = [f"{key} 写{stated.get(key)}算得{counts[key]}" for key in wrong]
            code = "recount" if name == "heads" else "recount-area"
            yield stated == counts, code, f"{where}（{'，'.join(wrong)}）"
            given.append(counts)
        outcome, winner, quorum, sums = judge(p, question, given)
        yield (one["outcome"], one["winner"]) == (outcome, winner), "result-outcome", where
        for option in question["options"]:
            start = f"“{option['label']}”:" if question["kind"] == "choice" else ""
            lines = [line for line in one["sums"] if line.startswith(start)]
            figures = sums.get(option["key"])
            fine = figures is None or says(lines, figures, ",通过", "未通过")
            yield fine, "result-sums", where
        size = len(sums) * (2 * len(given) - 1)
        size += bool(sums) and question["kind"] == "choice" and winner is None
        yield len(one["sums"]) == size, "result-sums", where
        if question is p.questions[0]:
            good, bad = (",表决有效", ",流会") if p.by_area else (",符合规定", ",流会")
            yield says(result["quorum_sums"], quorum, good, bad), "result-sums", "result.json"
        outcomes += [outcome] * (question["kind"] != "funds")
        p.sums.append((question, given[0], outcome, winner, quorum, sums))
    overall = "passed" if "passed" in outcomes else (outcomes or ["?"])[0]
    yield result["outcome"] == overall, "result-outcome", "result.json"


def plain_time(text: str) -> str:
    """The result may spell an instant +00:00 instead of Z."""
    text = text.replace("+00:00", "Z")
    return text if "." in text else text.replace("Z", ".000000Z")


def check_notices(p: Package):
    digests = {entry["digest"] for entry in p.log["entries"]}
    for place, one in enumerate(p.rows("notices"), 1):
        fine = not one["log_head"] or one["log_head"] in digests
        yield fine, "notice-head", f"notices.json 第{place}份（{one['number'][:40]}）"


def check_printed(p: Package, printed: dict):
    """What was printed on paper, which nobody can change afterwards, against this package."""
    roll, number = p.manifest["roll"], printed.get("voters")
    fine = number is None or number in (roll["voters"], p.entitled[0])
    yield fine, "printed-voters", f"manifest.json（写{roll['voters']}，公告{number}）"
    root, head = (
        re.sub(r"[\s-]", "", printed.get(name) or "").lower() for name in ("root", "head")
    )
    long = re.compile("[0-9a-f]{32,64}").fullmatch
    fine = not root or long(root) and roll["root"].startswith(root)
    yield fine, "printed-root", f"manifest.json（写{roll['root'][:32]}）"
    fine = not head or long(head) and any(e["digest"].startswith(head) for e in p.log["entries"])
    yield fine, "printed-head", "log.json"
    listed = any(one["log_head"].startswith(head) for one in p.rows("notices"))
    yield not head or not fine or listed, "printed-notice", "notices.json"
    counts = {str(one["number"]): one["counts"] for one in p.result["questions"]}
    for number, answers in (printed.get("counts") or {}).items():
        for name, value in answers.items():
            stated = counts.get(str(number), {}).get(name)
            where = f"result.json 问题{number} {name}（写{stated}，公告{value}）"
            yield stated == value, "printed-count", where


CHECKS = (check_seal, check_log, check_keys, check_manifest, check_roll, check_order, check_ballots)
CHECKS += (check_commitments, check_paper, check_result, check_notices)


def audit(source, printed: dict | None = None):
    """(report, package); the package is None when it cannot even be read."""
    report, package = Report(), None
    try:
        package = Package(source, report, Package.LEAST | Package.REST)
        for check in CHECKS:
            report.run(check(package))
        report.run(check_printed(package, printed or {}))
    except OSError:
        report.add("unreadable", str(source))
    except Stop:
        package = None
    return report, package


def verify(source, printed: dict | None = None) -> list[Finding]:
    """What is wrong with a package (a path or its bytes); an empty list: it is genuine.

    `printed` are the numbers on the notices, each optional: {"voters": 51, "root": first 32 hex,
    "head": first 32 hex, "counts": {"1": {"for": 30, "against": 2, "abstain": 0}}}.
    """
    return list(audit(source, printed)[0])


# --- Two packages of one vote ---------------------------------------------------------------------
def diff(old, new) -> list[Finding]:
    """Where `new` does not continue `old` (paths or bytes); an empty list: it does."""
    report, packages = Report(), []
    for source, name in ((old, "旧包"), (new, "新包")):
        own = Report()
        try:
            packages.append(Package(source, own, Package.LEAST))
            for check in (check_seal, check_log, check_keys):
                own.run(check(packages[-1]))
        except OSError:
            own.add("unreadable", str(source))
        except Stop:
            packages = []
        report += [Finding(one.code, f"{name} {one.text}") for one in own]
    if len(packages) == 2:
        report.run(compare(*packages))
    return list(report)


def compare(old: Package, new: Package):
    yield old.matter == new.matter, "diff-matter", f"旧包议题{old.matter}，新包议题{new.matter}"
    yield old.vote == new.vote, "diff-vote", f"旧包表决{old.vote}，新包表决{new.vote}"
    if (old.matter, old.vote) != (new.matter, new.vote):
        return
    yield old.manifest == new.manifest, "diff-manifest", "manifest.json"
    yield old.roll["leaves"] == new.roll["leaves"], "diff-roll", "roll.json"
    fixed = old.roll["amendments"]
    yield fixed == new.roll["amendments"][: len(fixed)], "diff-roll", "roll.json 已有的更正"
    before, after = old.log["entries"], new.log["entries"]
    places = range(len(before))
    fork = next((i for i in places if i >= len(after) or before[i] != after[i]), None)
    yield fork is None, "diff-fork", f"log.json 第{(fork or 0) + 1}条"
    for key in old.checkpoints["keys"]:
        yield key in new.checkpoints["keys"], "diff-key", f"checkpoints.json {key['key']}"
    if "ballots.json" in new.files and new.secret:
        kept = {hashed("commitment", row) for row in new.rows("ballots")}
        for entry in old.of("vote.commit"):
            yield kept >= set(entry["body"]["commitments"]), "diff-commitment", spot(entry)
    for name in sorted(old.files) if old.of("vote.close") else ():
        fine = old.files[name] == new.files.get(name)
        code = "diff-result" if name == "result.json" else "diff-ballots"
        held = name in ("ballots.json", "codes.json", "paper.json", "result.json")
        yield fine or not held, code, name
    # A notice may have got its PDF since; nothing else about it may change.
    newer = {canon(one) for one in new.rows("notices")}
    newer |= {canon({**one, "sha256": ""}) for one in new.rows("notices")}
    for place, one in enumerate(old.rows("notices"), 1):
        fine = canon(one) in newer
        yield fine, "diff-notice", f"notices.json 第{place}份（{one['number'][:40]}）"


# --- For people -----------------------------------------------------------------------------------
def summary(package: Package) -> list[str]:
    """What was counted again and judged again, in sentences."""
    roll, log = package.manifest["roll"], package.log["entries"]
    head = log[-1]["digest"][:32] if log else ""
    lines = [f"议题：{package.manifest['matter']['title']}（表决{package.vote}）"]
    lines.append(f"名册{roll['voters']}行，根 {roll['root'][:32]}")
    lines.append(f"记录{len(log)}条（本次表决{len(package.entries)}条），最后一条 {head}")
    for question, given, outcome, winner, quorum, sums in package.sums:
        labels = {one["key"]: one["label"] for one in question["options"]}
        labels |= {"invalid": "无效", "not_returned": "未交回"}
        lines.append(f"问题{question['number']}：{question['text']}")
        lines.append("  重新计票：" + "，".join(f"{labels[key]}{given[key]}" for key in given))
        measures = [("应到", "要有", "实有", quorum)]
        measures += [("基数", "要有", f"{labels[key]}", sums[key]) for key in sums]
        for whole, need, actual, figures in measures:
            told = [f"{whole}{w} {need}{n} {actual}{a}" for w, n, a in shown(figures)]
            lines.append(f"  重新判断：{'；面积'.join(told)}")
        lines.append(f"  结论：{OUTCOMES[outcome]}{'：' + labels[winner] if winner else ''}")
    if package.by_area and not package.opened:
        lines.append("注意：这个包里没有每张票的面积（openings.json），面积只核对了合计和规则；")
        lines.append("每张票的面积只能由监票人用他们手里的完整包核对。")
    return lines


OUTCOMES = {"passed": "通过", "not_passed": "未通过", "inquorate": "流会"}
DONE = """已核对：压缩包和每个文件、记录的链条和签名、名册的根、冻结开始截止计票核验的次序和时间、
选票和承诺一一对应、纸质票张数、两人办理、重新计票、重新判断、公告的记录号。"""
ASKED = (("voters", "应到人数（户数）"), ("root", "名册根的前32位"), ("head", "记录号的前32位"))


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package", help="package.zip")
    parser.add_argument("--voters", type=int, help="number entitled, as printed on the notice")
    parser.add_argument("--root", help="first 32 hex digits of the roll's root, as printed")
    parser.add_argument("--head", help="first 32 hex digits of the head of the log, as printed")
    for name in ("for", "against", "abstain"):
        parser.add_argument(f"--{name}", type=int, help=f"printed count of question 1: {name}")


def ask(package: Package, printed: dict) -> None:
    """Asks for every printed number not given yet; Enter skips one."""
    print("请照着公告输入印着的数，没有的直接按回车。")
    for name, words in ASKED:
        if printed[name] is None:
            printed[name] = answer(words, int if name == "voters" else str)
    for question in package.questions if not printed["counts"] else ():
        for option in question["options"]:
            words = f"问题{question['number']}“{option['label']}”的票数"
            counted = answer(words, int)
            if counted is not None:
                own = printed["counts"].setdefault(str(question["number"]), {})
                own[option["key"]] = counted


def answer(words: str, kind: type):
    while True:
        print(f"  {clean(words)}：", end="", flush=True)
        typed = sys.stdin.readline().strip()
        if not typed or kind is str or re.fullmatch("[0-9]{1,10}", typed):
            return kind(typed) if typed else None
        print("  请输入数字，或直接按回车")


def run(args: argparse.Namespace) -> int:
    """Prints what was checked and the verdict; 0 genuine, 1 not, 2 unreadable."""
    counts = {name: getattr(args, name) for name in ("for", "against", "abstain")}
    counts = {name: value for name, value in counts.items() if value is not None}
    printed = {name: getattr(args, name) for name, _ in ASKED}
    printed["counts"] = {"1": counts} if counts else {}
    report, package = audit(args.package, printed)
    if package:
        print(DONE, *map(clean, summary(package)), sep="\n")
        if sys.stdin.isatty():
            given = json.dumps(printed)
            ask(package, printed)
            if given != json.dumps(printed):
                report.run(check_printed(package, printed))
        if printed == {"voters": None, "root": None, "head": None, "counts": {}}:
            print("没有输入公告上印的数：只能说明这个包前后一致，不能说明它就是那次表决的包。")
    return verdict(dict.fromkeys(report), "核对通过：没有发现问题。", "核对不通过：")


def run_diff(old: str, new: str) -> int:
    return verdict(diff(old, new), "新包是旧包的延续，没有分叉。", "两个包对不上：")


def verdict(findings, good: str, bad: str) -> int:
    print(bad if findings else good)
    for one in findings:
        print(f"  [{one.code}] {one.text}")
    return 2 if any(one.code == "unreadable" for one in findings) else 1 if findings else 0


def main(arguments: list[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["--diff"] and len(arguments) == 3:
        return run_diff(*arguments[1:])
    words = "核对一次表决的 package.zip；--diff OLD NEW 比较同一次表决的两个包"
    parser = argparse.ArgumentParser(description=words)
    options(parser)
    return run(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
