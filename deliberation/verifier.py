#!/usr/bin/env python3
"""Checks package.zip, the record of one vote. One file, nothing but Python (3.9 or newer).

    python3 verifier.py package.zip             recount; asks for the numbers printed on the notices
    python3 verifier.py --diff old.zip new.zip  does the newer package continue the older one?

Read it before you trust it: it uses nothing of the program that held the vote, opens no connection
and writes no file. Each `must` is one check: what must be true, the code if it is not, the place;
`agree` compares what is stated with what was computed. Whoever runs the server could have written
another record from the very start: only the numbers printed on paper tie this file to the vote
that was held. So do type them in.
"""

import argparse
import hashlib
import io
import json
import re
import sys
import unicodedata
import zipfile
from collections import Counter, namedtuple
from datetime import datetime, timedelta

# The most that is looked at: bytes of the file, values in it and how deep they nest, signatures,
# questions, findings of one kind. 5,000 voters with 20 questions have a million values in 25 MB.
WHOLE, VALUES, DEPTH, SIGNATURES, QUESTIONS, EACH = 64 << 20, 1_500_000, 32, 5000, 200, 20
TEXTS = """unreadable 文件打不开 | container 不是规定格式的压缩包，可能被改动或没有传完
members 文件缺少或多余 | json 不是规范的 JSON | shape 不合规定的格式 | seal 与摘要不符，被改过
log-link 接不上前一条，被改、抽走或插入 | log-digest 与摘要不符，被改过 | log-time 早于前一条
key 指纹不对，或不是从第一把密钥交接来的 | rotation 没有旧密钥的有效签名
checkpoint-entry 签的不是这份记录，或时间不对 | checkpoint-signature 签名无效
checkpoint-missing 最后没有签名 | manifest 约定自相矛盾 | manifest-digest 与冻结时的不同
roll-count 名册行数不对 | roll-root 名册指纹不同，被改过 | roll-duplicate 与另一行相同
amendment 名册更正与记录不一致 | times 时间不合规定 | two-people 须由两个不同的人办理，每次另行批准
order 次数或次序不对，或已作废 | ballot-order 次序不对或有重复 | ballot-choice 没有这个选项
ballots-root 选票的根不同，被改过 | ballots-count 张数对不上 | opening 与选票对不上，面积被改过
commit-batch 次序不对、有重复或每题不足10个 | commitment-vanished 选票里没有，被抽走
commitment-added 不在记录里，是添加或改过的票 | codes-count 与手机投票数不符、次序不对或重复
batch 一批的票数不对 | paper 纸质票张数对不上 | close-figures 与包里的数不同
close-seal 与计票时的摘要不符 | result-digest 与摘要不符，被改过 | certify 核验不足两人、重复或有误
result-figures 与约定、名册或记录不符 | recount 票数或面积重新计算不同 | result-sums 算式不对
result-outcome 按规则重新判断，结论不同 | notice-head 公告上的办事记录指纹不在记录里
printed-voters 与公告上印的应到不同 | printed-root 与公告上印的名册指纹不同（要输入前32位）
printed-head 没有公告上印的办事记录指纹（要输入前32位） | printed-count 与公告上印的票数不同
diff-vote 不是同一次表决 | diff-fork 不是旧记录的延续，有分叉 | diff-roll 名册变了
diff-manifest 约定变了 | diff-commitment 不在新包的选票里 | diff-result 结果变了
diff-ballots 选票变了 | diff-notice 已有的公告变了 | diff-key 原来的密钥不见了"""
TEXTS = dict(one.split(" ", 1) for one in re.split(r" \| |\n", TEXTS))
Finding = namedtuple("Finding", "code text")  # a stable short code; a sentence: where, and what


class Stop(Exception):
    """Nothing further can be checked; the report says why."""


class Report(list):
    """Findings; of each kind the first twenty are enough."""

    def must(self, fine, code, where):
        if not fine and [one.code for one in self].count(code) < EACH:
            self.append(Finding(code, f"{where[:200]}：{TEXTS[code]}"))

    def each(self, facts, code, where):
        for place, fine in enumerate(facts, 1):
            self.must(fine, code, where.format(place))

    def agree(self, stated, computed, code, where):
        for name, value in computed.items():
            own = stated.get(name)
            self.must(own == value, code, f"{where}（{name} 写{own}算得{value}）")

    def stop(self, code, where):
        self.must(False, code, where)
        raise Stop


# --- Ed25519 signatures (RFC 8032); a point of the curve is (X, Y, Z, T) --------------------------
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)


def point(data):
    """The point that 32 bytes stand for, or None."""
    number = int.from_bytes(data, "little")
    y, odd = number % 2**255, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    for x in (root, -root % P, root * ROOT % P, -root * ROOT % P):
        if y < P and x * x % P == square and x % 2 == odd:
            return x, y, 1, x * y % P


def plus(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * D * p[3] * q[3] % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, p):
    total = (0, 1, 1, 0)
    for bit in f"{number:b}":
        total = plus(total, total)
        total = plus(total, p) if bit == "1" else total
    return total


def signed(public, message, signature):
    """Whether `signature` (64 bytes) over `message` was made with the key to `public` (32)."""
    key, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or not key or not r or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    left = times(s, point((4 * pow(5, -1, P) % P).to_bytes(32, "little")))
    right = plus(r, times(int.from_bytes(digest, "little") % ORDER, key))
    return not any((left[i] * right[2] - right[i] * left[2]) % P for i in (0, 1))


# --- Hashes, the zip and JSON ---------------------------------------------------------------------
def canon(value):
    """The one spelling of a value as JSON (RFC 8785; keys are ASCII, numbers whole)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def tagged(kind, value, without=""):
    """What is hashed or signed: the kind, then the object without the field that proves it."""
    own = {name: value[name] for name in value if name != without}
    return f"deliberation/{kind}\n".encode() + canon(own)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def tree_root(leaves):
    """The root over hashed leaves (RFC 6962): pairs, level by level; an odd one moves up."""
    level = [bytes.fromhex(leaf) for leaf in leaves] or [hashlib.sha256().digest()]
    while len(level) > 1:
        pairs = [level[i] + level[i + 1] for i in range(0, len(level) - 1, 2)]
        level = [hashlib.sha256(b"\1" + two).digest() for two in pairs] + level[2 * len(pairs) :]
    return level[0].hex()


def zipped(members):
    """The one spelling of a package: members stored, sorted, dated 1980, nothing else."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, members[name])
    return target.getvalue()


def unzipped(data, report):
    """The members by name. Nothing is ever unpacked, so nothing can swell."""
    members, at, name = {}, 0, "文件开头"
    while data[at : at + 4] == b"PK\3\4" and len(members) < 99 and len(data) <= WHOLE:
        size, length = (int.from_bytes(data[at + i : at + i + 4], "little") for i in (18, 26))
        name = data[at + 30 : at + 30 + length].decode("ascii", "replace")[:60]
        if name in members or data[at + 8 : at + 10] != b"\0\0":
            break  # twice, or compressed
        at += 30 + length + size
        members[name] = data[at - size : at]
    if not members or zipped(members) != data:
        report.stop("container", name)
    return members


class Item(dict):
    """An object of a JSON file; its fields are read as `item.field`."""

    __getattr__ = dict.__getitem__


def plain(value, depth):
    """Whether all keys are ASCII, all numbers whole and below 2**53, nothing nested too deep."""
    if isinstance(value, (dict, list)):
        fine = depth > 0 and (isinstance(value, list) or "".join(value).isascii())
        inside = value.values() if isinstance(value, dict) else value
        return fine and all(plain(one, depth - 1) for one in inside)
    return not isinstance(value, float) and (not isinstance(value, int) or abs(value) < 2**53)


def parsed(name, raw, report):
    """The value of one member; only its canonical spelling is accepted."""
    try:
        value, text = json.loads(raw, object_hook=Item), raw.decode()
        fine = isinstance(value, Item) and plain(value, DEPTH) and canon(value) == raw
        fine = fine and unicodedata.is_normalized("NFC", text)
    except (ValueError, RecursionError):
        fine = False
    return value if fine else report.stop("json", name)


# --- The shape of every file and act. A field is of the kind that lists it, unless another one ----
# --- stands behind it. [x]: any number; {*: x}: any names; "...": more, which a digest covers -----
KINDS = r"""hex str:[0-9a-f]{64} root leaf public previous digest manifest result ballots commitment
print str:[0-9a-f]{32} | signature str:[0-9a-f]{128} | hash str:([0-9a-f]{64})? sha256 log_head
mark str:[0-9A-Za-z_-]{16,128} salt | code str:[A-Z2-7]{16} | key str:[a-z0-9_]{1,20} choice
winner (str:[a-z0-9_]{1,20}|NoneType:None) | text str:(?s:.*) title label electorate chain act
line str:(?s:.{0,500}) | outcome str:(passed|not_passed|inquorate) | change int:-?\d{1,10}
time str:20\d\d-\d\d-\d\dT([01]\d|2[0-3])(:[0-5]\d){2}\.\d{6}Z at opens_at closes_at old new
moment str:20\d\d-\d\d-\d\dT([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{6})?(Z|\+00:00)
bool bool:.* secret by_area quorum_includes majority_includes | share int:[1-9]\d{0,2}
id int:\d+ vote approval proposed_by approved_by entered_by confirmed_by
account (int:\d+|NoneType:None) matter | count int:\d{1,10} number voters heads area sequence
count int:\d{1,10} question issued returned transcribed papers sheets signed_in phone paper answers
count int:\d{1,10} codes certified revision"""
FILES = """{package.json: {format: deliberation/1, files: {*: hex}},
manifest.json: {format: deliberation/1, algorithm: sha-256, matter: {id, title, ...}, vote, secret,
  profile: {electorate, quorum: [share, share], quorum_includes, majority: [share, share], by_area,
    majority_includes, base: present|entitled|participating, ...}, form: plan|items|choice,
  questions: [{number, kind: plan|item|choice|funds, text, options: [{key, label}]}],
  opens_at, closes_at, roll: {voters, heads, area, root}, key: print, ...},
roll.json: {leaves: [hex], amendments: [{approval, added: [{number, leaf}], struck: [count],
  heads: change, area: change}]},
log.json: {chain, entries: [{sequence, at, act, account, matter, body: {...}, previous, digest}]},
checkpoints.json: {keys: [{key: print, public}],
  rotations: [{old: print, new: print, public, at, signature}],
  checkpoints: [{chain, sequence, digest, at, key: print, signature}]},
named: {answers: [{key: hex, question, choice}]},
secret: {answers: [{key: mark, question, choice, salt}]},
area: {answers: [{key: mark, question, choice, commitment}]},
openings.json: {openings: [{key: mark, heads, area, salt}]}, codes.json: {codes: [code]},
paper.json: {issued, returned, transcribed, sheets: [{entered_by, confirmed_by, sheets}],
  batches: [{id, papers, tallies: {*: {*: count}}, entered_by, confirmed_by}]},
result.json: {outcome, profile: text, entitled: {heads, area}, present: {heads, area}, signed_in,
  phone, paper, quorum_sums: [line], questions: [{number, text, kind: text, outcome, winner, counts:
    {*: count}, area: {*: count, ?}, sums: [line]}], opens_at: moment, closes_at: moment, ...},
notices.json: {notices: [{code: text, kind: text, number: text, revision, sha256, log_head}]}}"""
# What an act is called, after and before which others it must come, its fields.
ACTS = """vote.freeze 冻结名册 - - manifest, root, voters, TWO
vote.open 开始表决 vote.freeze - opens_at, closes_at
vote.amend 更正名册 vote.freeze vote.end added: [[count, hex]], struck: [count], DELTA, TWO
vote.extend 延长 vote.open vote.end old, new, TWO
vote.end_early 提前截止 vote.open vote.end old, new, TWO
vote.commit 投票承诺 vote.open vote.close commitments: [hex]
vote.end 截止 vote.open - closes_at
vote.close 计票 vote.end - outcome, result, ballots, answers, codes, phone, paper
vote.certify 核验 vote.close - result, certified
vote.void 作废 - - vote""".replace("DELTA", "heads: change, area: change")
ACTS = ACTS.replace("TWO", "approval, proposed_by, approved_by")


def declared(text):
    """Such a table as a value: {number, text: line} is {"number": "number", "text": "line"}."""
    text = re.sub(r"[^:,{}\[\]]+", r'"\g<0>"', re.sub(r"\s", "", text))
    return json.loads(re.sub(r'(?<=[{,])("[^"]+")(?=[,}])', r"\1:\1", text))


KINDS = [one.split() for one in re.split(r" \| |\n", KINDS)]
KINDS = {name: one[1] for one in KINDS for name in (one[0], *one[2:])}
ACTS = {line.split()[0]: line.split(None, 4)[1:] for line in ACTS.splitlines()}
FILES = {**declared(FILES), **{act: declared(f"{{{ACTS[act][3]}, ...}}") for act in ACTS}}


def shape(value, want, where, report):
    """Stops at the first value that is not as declared."""
    inside, fine = (), value is None and "?" in want
    if isinstance(want, str):
        kind = KINDS.get(want, f"str:({want})")
        fine = re.fullmatch(kind, f"{type(value).__name__}:{value}", re.ASCII)
        fine = fine and ("str:20" not in kind or instant(value))
    elif isinstance(want, list) and isinstance(value, list):
        fine = len(want) in (1, len(value))
        inside = ((f"第{i + 1}项", one, want[i % len(want)]) for i, one in enumerate(value))
    elif isinstance(want, dict) and isinstance(value, dict):
        names = list(value) if "*" in want else [name for name in want if name != "..."]
        fine = value.keys() >= set(names) and ("..." in want or len(names) == len(value))
        inside = ((name, value[name], want.get("*") or want[name]) for name in names)
    if not fine:
        report.stop("shape", where)
    for name, one, kind in inside:
        shape(one, kind, f"{where} {name}", report)


def instant(text):
    """The moment that a stamp names; None for a day that does not exist."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None


class Package:
    """The files of one package as values, and the entries of its log about its vote."""

    openings, ballots, notices = Item(openings=[]), Item(answers=[]), Item(notices=[])
    LEAST = {f"{name}.json" for name in ("manifest", "roll", "log", "checkpoints", "package")}
    ALL = LEAST | {f"{name}.json" for name in ("ballots", "codes", "paper", "result", "notices")}

    def __init__(self, source, report, needed):
        if not isinstance(source, bytes):
            with open(source, "rb") as file:
                source = file.read(WHOLE + 1)
        members = unzipped(source, report)
        for name in sorted((needed ^ members.keys()) - {"openings.json"} - (self.ALL - needed)):
            report.stop("members", name)
        if sum(raw.count(mark) for raw in members.values() for mark in b",:[{") > VALUES:
            report.stop("json", max(members, key=lambda name: len(members[name])))
        self.digests = {name: sha(members[name]) for name in members if name != "package.json"}
        for name, raw in members.items():
            setattr(self, name[:-5], parsed(name, raw, report))
        for name in sorted(members.keys() - {"ballots.json"}):
            shape(getattr(self, name[:-5]), FILES[name], name, report)
        self.matter, self.vote = self.manifest.matter.id, self.manifest.vote
        self.secret, self.by_area = self.manifest.secret, self.manifest.profile.by_area
        self.questions, self.opened = self.manifest.questions, "openings.json" in members
        kind = "secret" if self.secret else "area" if self.by_area else "named"
        shape(self.ballots, FILES[kind], "ballots.json", report)
        if self.opened and kind != "area":
            report.stop("members", "openings.json")
        if len(self.questions) > QUESTIONS:
            report.stop("manifest", "manifest.json questions")
        self.choices = {q.number: [o.key for o in q.options] + ["invalid"] for q in self.questions}
        about = [entry for entry in self.log.entries if entry.body.get("vote") == self.vote]
        self.entries = [entry for entry in about if entry.act in ACTS]
        for entry in self.entries:
            shape(entry.body, FILES[entry.act], spot(entry), report)
            shape(entry.body.get("seals", {}), {"*": "hex"}, spot(entry), report)

    def of(self, act):
        return [entry for entry in self.entries if entry.act == act]


def spot(entry, place=0):
    act = ACTS.get(entry.act, [entry.act])[0][:40]
    return f"log.json 第{place or entry.sequence}条（{act}）"


# --- The promises ---------------------------------------------------------------------------------
def check_log(p, r):
    """package.json seals every file; every entry names the one before it, every notice an entry."""
    for name in sorted(p.package.files.keys() | p.digests.keys()):
        r.must(p.package.files.get(name) == p.digests.get(name), "seal", name)
    r.must(p.log.chain == f"matter/{p.matter}", "log-link", "log.json")
    previous, at = "0" * 64, ""
    for place, entry in enumerate(p.log.entries, 1):
        where, link = spot(entry, place), [entry.matter, entry.sequence, entry.previous]
        digest = sha(tagged("entry", {**entry, "chain": p.log.chain}, "digest"))
        r.must(link == [p.matter, place, previous], "log-link", where)
        r.must(entry.digest == digest, "log-digest", where)
        r.must(entry.at >= at, "log-time", where)
        previous, at = entry.digest, entry.at
    heads = {entry.digest for entry in p.log.entries} | {""}
    found = (one.log_head in heads for one in p.notices.notices)
    r.each(found, "notice-head", "notices.json 第{}份")


def proved(kind, one, public):
    message, signature = tagged(kind, one, "signature"), bytes.fromhex(one.signature)
    return signed(bytes.fromhex(public or ""), message, signature)


def check_checkpoints(p, r):
    """Each key was handed on by the one before it; the last entry of the log is signed."""
    entries, turns, points = p.log.entries, p.checkpoints.rotations, p.checkpoints.checkpoints
    publics, trusted, retired = {}, set(), {}
    r.must(len(points + turns) <= SIGNATURES, "checkpoint-signature", "checkpoints.json")
    for place, one in enumerate(p.checkpoints["keys"], 1):
        fine = sha(bytes.fromhex(one.public))[:32] == one.key and one.key not in publics
        r.must(fine, "key", f"checkpoints.json 第{place}把密钥")
        publics[one.key] = one.public
        trusted = trusted or {one.key}
    for place, turn in enumerate(turns[:SIGNATURES], 1):
        fine = turn.old not in retired and publics.get(turn.new) == turn.public
        fine = fine and proved("rotation", turn, publics.get(turn.old))
        r.must(fine, "rotation", f"checkpoints.json 第{place}次更换密钥")
        retired.setdefault(turn.old, turn.at)
        trusted |= {turn.new} if turn.old in trusted else set()
    for key in (p.manifest.key, *publics):
        r.must(key in trusted, "key", f"密钥 {key}")
    known = dict(enumerate(entries, 1))
    for place, one in enumerate(points[:SIGNATURES], 1):
        where, entry = f"checkpoints.json 第{place}个签名", known.get(one.sequence)
        fine = entry and [one.digest, one.chain] == [entry.digest, p.log.chain]
        fine = fine and entry.at <= one.at <= retired.get(one.key, one.at)
        r.must(fine, "checkpoint-entry", where)
        r.must(proved("checkpoint", one, publics.get(one.key)), "checkpoint-signature", where)
    last = max((one.sequence for one in points), default=0)
    r.must(0 < len(entries) <= last, "checkpoint-missing", f"log.json 第{last}条以后")


def check_frozen(p, r):
    """The questions and the roll are those of the freeze, and the log tells of every correction."""
    manifest, roll, leaves, told = p.manifest, p.manifest.roll, p.roll.leaves, p.roll.amendments
    for question in p.questions:
        keys = [option.key for option in question.options]
        fine = sorted(keys) == ["abstain", "against", "for"]
        if question.kind == "choice":
            fine = len(keys) == len(set(keys)) >= 3 and "abstain" in keys
            fine = fine and not {"for", "against", "invalid", "not_returned"} & set(keys)
        r.must(fine, "manifest", f"manifest.json 第{question.number}个问题")
    fine = [q.number for q in p.questions] == sorted(p.choices) and not (p.secret and p.by_area)
    fine = fine and {q.kind for q in p.questions} - {"funds"} == {manifest.form.rstrip("s")}
    r.must(fine and manifest.opens_at < manifest.closes_at, "manifest", "manifest.json")
    where = f"roll.json（{len(leaves)}行，约定{roll.voters}人）"
    r.must(len(leaves) == roll.voters == roll.heads, "roll-count", where)
    r.must(tree_root(leaves) == roll.root, "roll-root", "roll.json")
    known = {}
    alone = (known.setdefault(leaf, i) == i for i, leaf in enumerate(leaves))
    r.each(alone, "roll-duplicate", "roll.json 第{}行")
    frozen = {"manifest": sha(tagged("manifest", manifest)), "root": roll.root}
    for entry in p.of("vote.freeze"):
        where = f"manifest.json（{spot(entry)}）"
        r.agree(entry.body, {**frozen, "voters": roll.voters}, "manifest-digest", where)
    logged, numbers = p.of("vote.amend"), set(range(1, len(leaves) + 1))
    where = f"roll.json（{len(told)}次更正，记录里{len(logged)}次）"
    r.must(len(logged) == len(told), "amendment", where)
    p.entitled = {"heads": roll.heads, "area": roll.area}
    for place, one in enumerate(told[: len(logged)], 1):
        where, gone = f"roll.json 第{place}次更正", set(one.struck)
        added = [[line.number, line.leaf] for line in one.added]
        r.agree(logged[place - 1].body, {**one, "added": added}, "amendment", where)
        new = {number for number, _ in added}
        sizes = [len(one.added), len(one.struck), one.heads]
        fine = sizes == [len(new), len(gone), len(new) - len(gone)]
        r.must(fine and gone <= numbers and not numbers & new, "amendment", where)
        numbers = numbers - gone | new
        p.entitled = {name: p.entitled[name] + one[name] for name in p.entitled}


def check_order(p, r):
    """One freeze, opening, end and count, in this order, each by as many people as it takes."""
    first, approvals, p.closes = {}, set(), p.manifest.closes_at
    for act in ("vote.freeze", "vote.open", "vote.end", "vote.close"):
        found = p.of(act)
        r.must(len(found) == 1, "order", f"log.json（{ACTS[act][0]}，有{len(found)}条）")
        first.update((act, entry.sequence) for entry in found[:1])
    for entry in p.entries:
        act, at, body, where, fine = entry.act, entry.at, entry.body, spot(entry), True
        after, before = first.get(ACTS[act][1], 0), first.get(ACTS[act][2], 10**10)
        r.must(after <= entry.sequence <= before and act != "vote.void", "order", where)
        if "approval" in FILES[act]:
            pair = body.proposed_by != body.approved_by
            r.must(pair and body.approval not in approvals, "two-people", where)
            approvals.add(body.approval)
        if act == "vote.open":
            agreed = [p.manifest.opens_at, p.manifest.closes_at]
            fine = [body.opens_at, body.closes_at] == agreed and at < body.closes_at
        elif act == "vote.extend":
            fine = at < p.closes == body.old < body.new
        elif act == "vote.end_early":
            fine = at <= body.new < body.old == p.closes
        elif act == "vote.amend":
            fine = not p.secret and instant(at) + timedelta(days=1) <= instant(p.closes)
        elif act == "vote.end":
            fine = body.closes_at == p.closes <= at
        r.must(fine, "times", where)
        p.closes = body.new if "new" in FILES[act] else p.closes


def check_ballots(p, r):
    """Every answer is one of its question's, once, in order; what the log bound was counted."""
    rows, keys, row = p.ballots.answers, [""], "ballots.json 第{}行"
    keys += [one.key for one in rows]
    r.each((keys[i] < keys[i + 1] for i in range(len(rows))), "ballot-order", row)
    known = (one.choice in p.choices.get(one.question, ()) for one in rows)
    r.each(known, "ballot-choice", row)
    p.tally = {"heads": Counter((one.question, one.choice) for one in rows), "area": Counter()}
    if p.opened:
        openings = {one.key: one for one in p.openings.openings}
        fine = [one.key for one in p.openings.openings] == sorted(openings)
        for place, one in enumerate(rows, 1):
            own = openings.pop(one.key, Item(area=0))
            weight = {**own, "question": one.question, "choice": one.choice}
            fits = one.commitment == sha(tagged("weight", weight))
            r.must(fits, "opening", row.format(place))
            p.tally["area"][one.question, one.choice] += own.area
        r.must(fine and not openings, "opening", "openings.json")
    root = tree_root([sha(b"\0" + canon(one)) for one in rows])
    counted = {name: p.result[name] for name in ("phone", "paper", "outcome")}
    counted.update(answers=len(rows), codes=len(p.codes.codes))
    for entry in p.of("vote.close"):
        r.must(entry.body.ballots == root, "ballots-root", f"ballots.json（{spot(entry)}）")
        r.agree(entry.body, counted, "close-figures", spot(entry))
        # The count may bind whole files, those that nothing else in the log speaks for.
        for name, digest in entry.body.get("seals", {}).items():
            r.must(p.digests.get(name) == digest, "close-seal", f"{name}（{spot(entry)}）")
    bound = {sha(tagged("commitment", one)): one.question for one in rows if p.secret}
    logged = set()
    for entry in p.of("vote.commit"):
        batch, where = entry.body.commitments, spot(entry)
        for one in batch:
            r.must(one in bound, "commitment-vanished", f"{where} {one[:16]}…")
        sizes = Counter(bound.get(one) for one in batch)
        fine = entry.at >= p.closes or all(sizes[number] >= 10 for number in p.choices)
        fine = fine and batch == sorted(set(batch)) and not logged & set(batch)
        r.must(fine, "commit-batch", where)
        logged |= set(batch)
    r.each((one in logged for one in bound), "commitment-added", row)


def check_paper(p, r):
    """No more papers than were handed out; every batch and sheet counted by two people."""
    paper, cast, codes = p.paper, p.result.phone + p.result.paper, p.codes.codes
    fine = codes == sorted(set(codes)) and len(codes) == (p.result.phone if p.secret else 0)
    r.must(fine, "codes-count", f"codes.json（{len(codes)}个）")
    for handled, where in ((paper.batches, "第{}批"), (paper.sheets, "编号票第{}组")):
        pairs = (one.entered_by != one.confirmed_by for one in handled)
        r.each(pairs, "two-people", "paper.json " + where)
    for place, batch in enumerate(paper.batches, 1):
        fine = batch.papers <= 50 and batch.tallies.keys() == set(map(str, p.choices))
        for number, choices in p.choices.items():
            tally = batch.tallies.get(str(number), {})
            fine = fine and tally.keys() <= set(choices) and sum(tally.values()) == batch.papers
            p.tally["heads"].update({(number, choice): tally[choice] for choice in tally})
        r.must(fine, "batch", f"paper.json 第{place}批")
    batched, sheets = sum(b.papers for b in paper.batches), sum(s.sheets for s in paper.sheets)
    wanted, single, counted = cast, cast, sheets
    fine = not batched and not paper.transcribed
    if p.secret:
        fine = batched + paper.transcribed <= paper.returned <= paper.issued and not paper.sheets
        wanted, single, counted = cast - batched, len(codes) + paper.transcribed, paper.returned
    fine = fine and paper.transcribed < 10 and p.result.paper == counted
    r.must(fine, "paper", "paper.json")
    rows = Counter(one.question for one in p.ballots.answers)
    for number in p.choices:
        where = f"ballots.json 问题{number}（{rows[number]}行，应有{wanted}行）"
        r.must(rows[number] == wanted == single, "ballots-count", where)


# --- The count and the rule; sums are {"heads": (whole, need, actual)}, and "area" if weighed -----
def measured(share, includes, whole, actual):
    """The need is the least that is the share of the whole (以上), or more (超过); at least one."""
    sums = {}
    for name, one in actual.items():
        below, rest = divmod(share[0] * whole[name], share[1])
        sums[name] = (whole[name], max(1, below if includes and not rest else below + 1), one)
    return sums, all(got >= need for _, need, got in sums.values())


def judge(p, question, given):
    """(outcome, winner, quorum, {contender: majority}): each answer was `given` so much."""
    rule, came = p.manifest.profile, {name: p.result.present[name] for name in given}
    if rule.base == "participating":
        came = {name: sum(one.values()) - one["not_returned"] for name, one in given.items()}
    quorum = measured(rule.quorum, rule.quorum_includes, p.entitled, came)
    if not quorum[1]:
        return "inquorate", None, quorum, {}
    base, found = p.entitled if rule.base == "entitled" else came, {}
    for key in [one.key for one in question.options if one.key not in ("against", "abstain")]:
        votes = {name: one[key] for name, one in given.items()}
        found[key] = measured(rule.majority, rule.majority_includes, base, votes)
    passed = [key for key in found if found[key][1]]
    if len(passed) != 1:
        return "not_passed", None, quorum, found
    return "passed", passed[0] if question.kind == "choice" else None, quorum, found


def shown(sums):
    """Figures as printed: heads, then hundredths of a square metre as 6000.00."""
    area = [[f"{n // 100}.{n % 100:02d}" for n in sums[name]] for name in sums if name == "area"]
    return [list(map(str, sums["heads"])), *area]


def marks(measure, good, bad, label):
    """What sentences must hold: figures of heads, of area, and the verdict on both together."""
    sums, enough = measure
    told = [mark for three in shown(sums) for mark in label + three]
    return told + label * (len(sums) - 1) + (good if enough else bad)


def told(sentences):
    text = "\n".join(sentences).replace(",", "")
    return re.findall("(?m)^“.*”(?=:)|[0-9.]+(?=[人户㎡])|未通过|通过|流会", text)


def check_question(p, r, question, one):
    """The votes of one question counted again, and the frozen rule applied to them."""
    where, given, wanted = f"result.json 问题{question.number}", {}, []
    asked = {name: question[name] for name in ("number", "text", "kind")}
    r.agree(one, asked, "result-figures", where)
    r.must(p.by_area or one.area is None, "recount", where)
    for name, stated in {"heads": one.counts, "area": one.area or {}}.items():
        if name == "heads" or p.by_area:
            votes = {key: p.tally[name][question.number, key] for key in p.choices[question.number]}
            if name == "area" and not p.opened:
                # Without openings only the sum of the areas can be checked, not each of them.
                votes = {key: stated.get(key, 0) for key in votes}
            votes["not_returned"] = p.result.present[name] - sum(votes.values())
            r.agree(stated, votes, "recount", where)
            r.must(stated.keys() <= votes.keys(), "recount", where)
            given[name] = votes
    outcome, winner, quorum, found = judge(p, question, given)
    r.agree(one, {"outcome": outcome, "winner": winner}, "result-outcome", where)
    labels, choice = {one.key: one.label for one in question.options}, question.kind == "choice"
    for key in found:
        label = [f"“{labels[key]}”".replace(",", "")] if choice else []
        wanted += marks(found[key], ["通过"], ["未通过"], label)
    wanted += ["未通过"] if choice and found and not winner else []
    r.must(told(one.sums) == wanted, "result-sums", where)
    return question, given["heads"], outcome, winner, quorum, found


def check_result(p, r):
    """The result is recounted from the answers and judged again by the frozen rule."""
    result, present, people = p.result, p.result.present, set()
    for entry in p.of("vote.close") + p.of("vote.certify"):
        fine = entry.body.result == sha(tagged("result", result))
        r.must(fine, "result-digest", f"result.json（{spot(entry)}）")
    for place, entry in enumerate(p.of("vote.certify"), 1):
        fine = entry.account not in {None, *people} and entry.body.certified == place
        r.must(fine, "certify", spot(entry))
        people.add(entry.account)
    r.must(len(people) >= 2, "certify", f"log.json（{len(people)}人）")
    where = f"result.json（应到写{result.entitled.heads}，算得{p.entitled['heads']}）"
    r.must(result.entitled == p.entitled, "result-figures", where)
    cast = result.phone + result.paper
    fine = max(cast, result.signed_in) <= present.heads <= cast + result.signed_in
    fine = fine and all(present[name] <= result.entitled[name] for name in present)
    r.must(fine, "result-figures", f"result.json（实到{present.heads}，收票{cast}）")
    fine = instant(result.opens_at) == instant(p.manifest.opens_at)
    fine = fine and instant(result.closes_at) == instant(p.closes)
    r.must(fine, "result-figures", "result.json（起止时间）")
    pairs = [(p.questions[i], one) for i, one in enumerate(result.questions[: len(p.questions)])]
    fine = len(p.questions) == len(result.questions)
    r.must(fine, "result-figures", "result.json（问题）")
    p.judged = [check_question(p, r, question, one) for question, one in pairs]
    for _, _, _, _, quorum, _ in p.judged[:1]:
        fine = told(result.quorum_sums) == marks(quorum, [], ["流会"], [])
        r.must(fine, "result-sums", "result.json")
    outcomes = [one[2] for one in p.judged if one[0].kind != "funds"] or ["?"]
    overall = "passed" if "passed" in outcomes else outcomes[0]
    r.must(result.outcome == overall, "result-outcome", "result.json")


def check_printed(p, r, printed):
    """What was printed on paper, which nobody can change afterwards, against this package."""
    roll, entries, voters = p.manifest.roll, p.log.entries, printed.get("voters")
    fine = voters in (None, roll.voters, p.entitled["heads"])
    r.must(fine, "printed-voters", f"manifest.json（写{roll.voters}，公告{voters}）")
    for name, where, known in (
        ("root", "manifest.json", [roll.root]),
        ("head", "log.json", [entry.digest for entry in entries]),
        ("head", "notices.json", [one.log_head for one in p.notices.notices]),
    ):
        typed = re.sub(r"[\s-]", "", printed.get(name) or "").lower()
        fine = re.fullmatch("[0-9a-f]{32,64}", typed) and any(k.startswith(typed) for k in known)
        r.must(fine or not typed, f"printed-{name}", where)
    counts = {str(one.number): one.counts for one in p.result.questions}
    for number, answers in (printed.get("counts") or {}).items():
        for name, votes in answers.items():
            stated = counts.get(str(number), {}).get(name)
            where = f"result.json 问题{number} {name}（写{stated}，公告{votes}）"
            r.must(stated == votes, "printed-count", where)


RECORD = (check_log, check_checkpoints)
CHECKS = (*RECORD, check_frozen, check_order, check_ballots, check_paper, check_result)


def audit(source, needed=Package.ALL, checks=CHECKS):
    """(report, package); the package is None when it cannot even be read."""
    report, package = Report(), None
    try:
        package = Package(source, report, needed)
        for check in checks:
            check(package, report)
    except OSError:
        report.must(False, "unreadable", str(source))
    except Stop:
        pass
    return report, package


def verify(source, printed=None):
    """What is wrong with a package (a path or its bytes); an empty list: it is genuine.

    `printed` are the numbers on the notices, each optional: {"voters": 51, "root": first 32 hex,
    "head": first 32 hex, "counts": {"1": {"for": 30, "against": 2, "abstain": 0}}}.
    """
    report, package = audit(source)
    if package:
        check_printed(package, report, printed or {})
    return list(report)


# --- Two packages of one vote ---------------------------------------------------------------------
def diff(old, new):
    """Where `new` does not continue `old` (paths or bytes); an empty list: it does."""
    (first, before), (second, after) = (audit(one, Package.LEAST, RECORD) for one in (old, new))
    own = [(one, "旧包") for one in first] + [(one, "新包") for one in second]
    report = Report(Finding(one.code, f"{name} {one.text}") for one, name in own)
    if before and after:
        compare(before, after, report)
    return list(report)


def compare(old, new, r):
    r.must(old.matter == new.matter, "diff-vote", f"旧包议题{old.matter}，新包议题{new.matter}")
    r.must(old.vote == new.vote, "diff-vote", f"旧包表决{old.vote}，新包表决{new.vote}")
    if (old.matter, old.vote) != (new.matter, new.vote):
        return
    fixed = {"manifest.json": "diff-manifest"}
    if old.of("vote.close"):
        fixed["result.json"] = "diff-result"
        fixed.update(dict.fromkeys(("ballots.json", "codes.json", "paper.json"), "diff-ballots"))
    for name in sorted(fixed.keys() & old.digests.keys()):
        r.must(old.digests[name] == new.digests.get(name), fixed[name], name)
    r.must(old.roll.leaves == new.roll.leaves, "diff-roll", "roll.json")
    for code, where, before, after in (
        ("diff-roll", "roll.json 第{}次更正", old.roll.amendments, new.roll.amendments),
        ("diff-fork", "log.json 第{}条", old.log.entries, new.log.entries),
        ("diff-key", "checkpoints.json 第{}把密钥", *(p.checkpoints["keys"] for p in (old, new))),
    ):
        for place in [i for i, one in enumerate(before) if after[i : i + 1] != [one]][:1]:
            r.must(False, code, where.format(place + 1))
    if "ballots.json" in new.digests and new.secret:
        kept = {sha(tagged("commitment", row)) for row in new.ballots.answers}
        for entry in old.of("vote.commit"):
            r.must(kept >= set(entry.body.commitments), "diff-commitment", spot(entry))
    # A notice may have got its PDF since; nothing else about it may change.
    newer = {canon({**one, **pdf}) for one in new.notices.notices for pdf in ({}, {"sha256": ""})}
    for place, one in enumerate(old.notices.notices, 1):
        r.must(canon(one) in newer, "diff-notice", f"notices.json 第{place}份（{one.number}）")


# --- For people -----------------------------------------------------------------------------------
WORDS = {"passed": "通过", "not_passed": "未通过", "inquorate": "流会", None: ""}
WORDS.update(invalid="无效", not_returned="未交回")
ANSWERS = ("for", "against", "abstain")
ASKED = {"voters": "应到人数（户数）", "root": "名册指纹的前32位", "head": "办事记录指纹的前32位"}


def say(text, end="\n"):
    """Nothing from a package may steer the terminal or begin a line of its own."""
    print("".join(c if c.isprintable() else "?" for c in text), end=end, flush=True)


def summary(p):
    """What was counted again and judged again, in sentences."""
    say(f"议题：{p.manifest.matter.title}（表决{p.vote}），名册{p.manifest.roll.voters}行，")
    say(f"根 {p.manifest.roll.root[:32]}，记录{len(p.log.entries)}条")
    for question, given, outcome, winner, quorum, sums in p.judged:
        labels = {**WORDS, **{one.key: one.label for one in question.options}}
        say(f"问题{question.number}：{question.text}")
        say("  重新计票：" + "，".join(f"{labels[key]}{given[key]}" for key in given))
        rules = [("应到", "实有", quorum)] + [("基数", labels[key], sums[key]) for key in sums]
        for base, got, (figures, _) in rules:
            told = [f"{base}{whole} 要有{need} {got}{n}" for whole, need, n in shown(figures)]
            say("  重新判断：" + "；面积".join(told))
        say(f"  结论：{WORDS[outcome]} {labels[winner]}")
    if p.by_area and not p.opened:
        say("注意：这个包里没有每张票的面积（openings.json），面积只核对了合计和规则；")
        say("每张票的面积只能由监票人用他们手里的完整包核对。")


def ask(words, digits):
    """What is typed after `words`; None for Enter alone."""
    while True:
        say(f"  {words}：", end="")
        typed = sys.stdin.readline().strip()
        if not typed or not digits or re.fullmatch("[0-9]{1,10}", typed):
            return (int(typed) if digits else typed) if typed else None
        say("  请输入数字，或直接按回车")


def options(parser):
    parser.add_argument("package", help="package.zip")
    parser.add_argument("--voters", type=int, help="number entitled, as printed on the notice")
    parser.add_argument("--root", help="first 32 hex digits of the roll's root, as printed")
    parser.add_argument("--head", help="first 32 hex digits of the head of the log, as printed")
    for name in ANSWERS:
        parser.add_argument(f"--{name}", type=int, help=f"printed count of question 1: {name}")


def run(args):
    """Prints what was counted and the verdict; 0 genuine, 1 not, 2 unreadable."""
    printed = {name: getattr(args, name) for name in ASKED}
    counts = {"1": {name: getattr(args, name) for name in ANSWERS}}
    report, package = audit(args.package)
    if package:
        summary(package)
        if sys.stdin.isatty():
            say("请照着公告输入印着的数，没有的直接按回车。")
            for name in [name for name in ASKED if printed[name] is None]:
                printed[name] = ask(ASKED[name], name == "voters")
            asked = package.questions if set(counts["1"].values()) == {None} else ()
            for question in asked:
                where, own = f"问题{question.number}", counts.setdefault(str(question.number), {})
                for option in question.options:
                    own[option.key] = ask(f"{where}“{option.label}”的票数", True)
        counts = {n: {k: v for k, v in own.items() if v is not None} for n, own in counts.items()}
        check_printed(package, report, {**printed, "counts": counts})
        if set(printed.values()) == {None} and not any(counts.values()):
            say("没有输入公告上印的数：只能说明这个包前后一致，不能说明它就是那次表决的包。")
    return verdict(report, "核对通过：没有发现问题。", "核对不通过：")


def run_diff(old, new):
    return verdict(diff(old, new), "新包是旧包的延续，没有分叉。", "两个包对不上：")


def verdict(findings, good, bad):
    say(bad if findings else good)
    for code, text in findings:
        say(f"  [{code}] {text}")
    return 2 if any(one.code == "unreadable" for one in findings) else 1 if findings else 0


def main(arguments=None):
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
