#!/usr/bin/env python3
"""Checks package.zip, the record of one vote, by nothing but this file and Python 3.9 or newer:
python3 verifier.py package.zip [--voters N] [--root HEX] [--head HEX]
Read it before you trust it: it uses nothing of the program that held the vote, opens no connection
and writes no file. Each `must` is one check: what must be true, the code if it is not, the place.
Whoever runs the server could have written another record from the very start: only the numbers
printed on paper tie this file to the vote that was held. So do type them in."""

import hashlib
import io
import json
import re
import sys
import zipfile
from collections import Counter, namedtuple
from datetime import datetime, timedelta

TEXTS = """unreadable 文件打不开 | shape 不是规定的格式，可能被改动或没有传完
seal 与摘要不符，文件被改过 | log 接不上前一条或与摘要不符，记录被改、抽走或插入
signature 签名或密钥不对，签的不是这份记录，或最后没有签名 | manifest 约定自相矛盾，或与冻结时不同
roll 名册的行数、指纹不对或有重复，被改过 | amendment 名册更正与记录不一致
order 次数或先后不对，或表决已经作废 | times 时间不合规定
two-people 必须由两个不同的人办理，每次另行批准 | ballot 次序不对、有重复，或没有这个选项
ballots-count 张数对不上 | codes-count 与手机投票数不符，次序不对或有重复
commit-batch 次序不对、有重复，或每题不足10个 | commitment-vanished 选票里没有，有票被抽走
commitment-added 不在记录里，是添加或改过的票 | opening 与选票对不上，面积被改过
paper 纸质票的发出、收回、计票张数对不上 | close 与计票时记下的不同，后来被改过
certify 核验不足两人、有重复，或核验的不是这个结果 | result-figures 与约定、名册或收票数不符
recount 票数或面积重新计算不同 | result-outcome 按规则重新判断，结论不同
notice-head 公告上的办事记录指纹不在记录里 | printed 与公告上印的不同（指纹要输入前32位）"""
TEXTS = dict(one.split(" ", 1) for one in re.split(r" \| |\n", TEXTS))
Finding = namedtuple("Finding", "code text")  # a stable short code; a sentence: where, and what


class Report(list):  # of findings; of each kind the first twenty are enough
    def must(self, fine, code, where):
        if not fine and [one.code for one in self].count(code) < 20:
            self.append(Finding(code, f"{where[:200]}：{TEXTS[code]}"))

    def agree(self, stated, computed, code, where):
        for name, value in computed.items():
            told = f"{where}（{name} 写{stated[name]}算得{value}）"
            self.must(canon(stated[name]) == canon(value), code, told)


# --- Ed25519 signatures (RFC 8032); a point of the curve is (X, Y, Z, T), with x = X/Z, y = Y/Z ---
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)


def point(data):  # the point that 32 bytes stand for, or None
    number = int.from_bytes(data, "little")
    y, odd = number % 2**255, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    for x in (root, -root % P, root * ROOT % P, -root * ROOT % P):
        if y < P and x * x % P == square and x % 2 == odd:
            return x, y, 1, x * y % P


def plus(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * D * p[3] * q[3], 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, p):
    half = times(number // 2, plus(p, p)) if number else (0, 1, 1, 0)
    return plus(half, p) if number % 2 else half


def signed(public, message, signature):
    """Whether `signature` (64 bytes) over `message` was made with the key to `public` (32)."""
    key, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or not key or not r or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    left, right = times(s, base), plus(r, times(int.from_bytes(digest, "little") % ORDER, key))
    return not any((left[i] * right[2] - right[i] * left[2]) % P for i in (0, 1))


# --- Hashes, the zip and JSON ---------------------------------------------------------------------
def sha(data):
    return hashlib.sha256(data).hexdigest()


def canon(value):  # the one spelling as JSON (RFC 8785; keys are ASCII, numbers whole)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def tagged(kind, value, without=""):  # what is hashed or signed, without the field that proves it
    own = {name: value[name] for name in value if name != without}
    return f"deliberation/{kind}\n".encode() + canon(own)


def tree_root(leaves):  # over hashed leaves (RFC 6962): pairs; an odd one moves up a level
    level = [bytes.fromhex(leaf) for leaf in leaves] or [hashlib.sha256().digest()]
    while len(level) > 1:
        pairs = [level[i] + level[i + 1] for i in range(0, len(level) - 1, 2)]
        level = [hashlib.sha256(b"\1" + two).digest() for two in pairs] + level[2 * len(pairs) :]
    return level[0].hex()


def unzipped(data):
    """The members by name; there is one spelling: stored, sorted, dated 1980, nothing else."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = [one for one in archive.infolist() if one.compress_type == zipfile.ZIP_STORED]
        small = sum(one.file_size for one in found) <= len(data) <= LIMIT
        members = {one.filename: archive.read(one) for one in found if small}
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, members[name])
    if again.getvalue() != data:
        raise ValueError(", ".join(members)[:99])
    return members


def plain(value, depth=32):
    """Whether all keys are ASCII, all numbers whole and below 2**53, nothing nested too deep."""
    if isinstance(value, dict):
        return "".join(value).isascii() and plain(list(value.values()), depth)
    if isinstance(value, list):
        return depth > 0 and all(plain(one, depth - 1) for one in value)
    return not isinstance(value, float) and (not isinstance(value, int) or abs(value) < 2**53)


# What a field read as `item.field` must be; if it is not listed, a count: True is no 1, "5" no 5.
LIMIT, COUNT, HASH, WORD = 64 << 20, r"int:\d{1,10}", "str:[0-9a-f]{64}", r"str:[\w./-]{1,128}"
KINDS = rf"""{HASH} root leaf public digest | str:[0-9a-f]{{128}} signature | ({HASH}|str:) log_head
{WORD} key choice act base kind form chain | Item files body tallies counts entitled present
str:20\d\d(-\d\d){{2}}T\d\d(:\d\d){{2}}\.\d{{6}}Z at new opens_at closes_at
list leaves amendments added struck entries keys rotations checkpoints answers openings codes
list batches sheets questions options notices commitments | Item matter profile roll
bool.* secret by_area quorum_includes majority_includes"""
KINDS = {name: line.split()[0] for line in re.split(r" \| |\n", KINDS) for name in line.split()}


def each(kind, values, name=""):  # the values; all must be of that kind
    for one in values:
        told = type(one).__name__ + (f":{one}" if isinstance(one, (str, int)) else "")
        if not re.fullmatch(kind, told, re.ASCII):
            raise ValueError(f"{name} {told}")
    return values


class Item(dict):  # an object of a JSON file
    def __getattr__(self, name):
        return each(KINDS.get(name, COUNT), [self[name]], name)[0]


class Package:  # the files of one package as values, and the entries of its log about its vote
    openings = Item(openings=[])
    FILES = "package manifest roll log checkpoints ballots codes paper result notices".split()

    def __init__(self, r, data, printed, asks):
        members, self.printed, self.asks = unzipped(data), dict(printed or {}), asks
        for name in members.keys() - {"openings.json"} ^ {f"{one}.json" for one in self.FILES}:
            raise ValueError(name)
        for name, raw in members.items():
            r.where = name
            value = json.loads(raw, object_hook=Item)
            if type(value) is not Item or not plain(value) or canon(value) != raw:
                raise ValueError("JSON")
            setattr(self, name[:-5], value)
        self.digests = {name: sha(members[name]) for name in members if name != "package.json"}
        self.opened, self.seal = "openings.json" in members, sha(tagged("result", self.result))
        self.secret, self.by_area = self.manifest.secret, self.manifest.profile.by_area
        r.where = "manifest.json、log.json"
        self.choices, self.entries, self.told = {}, [], [f"议题：{self.manifest.matter['title']}"]
        for one in self.manifest.questions:
            self.choices[one.number] = [option.key for option in one.options] + ["invalid"]
        for place, entry in enumerate(self.log.entries, 1):
            entry.where = f"log.json 第{place}条（{entry.act}）"
            if entry.act in ACTS and entry.body.vote == self.manifest.vote:
                self.entries.append(entry)
        self.acts = {act: [one for one in self.entries if one.act == act] for act in ACTS}


# --- The promises ---------------------------------------------------------------------------------
def check_log(p, r):
    """package.json seals every file; every entry names the one before it, every notice an entry."""
    for name in sorted(p.package.files.keys() | p.digests.keys()):
        r.must(p.package.files.get(name) == p.digests.get(name), "seal", name)
    link, at = {"matter": p.manifest.matter.id, "sequence": 1, "previous": "0" * 64}, ""
    r.must(p.log.chain == f"matter/{link['matter']}", "log", "log.json")
    for one in p.log.entries:
        digest = sha(tagged("entry", {**one, "chain": p.log.chain}, "digest"))
        r.agree(one, {**link, "digest": digest}, "log", one.where)
        r.must(one.at >= at, "times", one.where)
        link.update(sequence=link["sequence"] + 1, previous=one.digest)
        at = one.at
    heads = {"", *(one.digest for one in p.log.entries)}
    for place, one in enumerate(p.notices.notices, 1):
        r.must(one.log_head in heads, "notice-head", f"notices.json 第{place}份")


def proved(kind, one, public):
    message, signature = tagged(kind, one, "signature"), bytes.fromhex(one.signature)
    return signed(bytes.fromhex(public), message, signature)


def check_signatures(p, r):
    """Each key was handed on by the one before it; the last entry of the log is signed."""
    keys, turns, points = map(p.checkpoints.__getattr__, ("keys", "rotations", "checkpoints"))
    publics, retired = {one.key: one.public for one in keys}, {}
    fine = all(sha(bytes.fromhex(publics[key]))[:32] == key for key in publics)
    fine = fine and p.manifest.key in publics and len(publics) == len(keys) == len(turns) + 1
    r.must(fine, "signature", f"checkpoints.json 密钥 {'、'.join(publics)}")
    for place, (turn, old, new) in enumerate(zip(turns, keys, keys[1:]), 1):
        fine = [turn["old"], turn["new"], turn.public] == [old.key, new.key, new.public]
        fine = fine and proved("rotation", turn, old.public)
        r.must(fine, "signature", f"checkpoints.json 第{place}次更换密钥")
        retired[old.key] = turn.at
    entries, last = dict(enumerate(p.log.entries, 1)), 0
    for place, one in enumerate(points[:5000], 1):
        entry, last = entries.get(one.sequence), max(last, one.sequence)
        fine = entry and [one.digest, one.chain] == [entry.digest, p.log.chain]
        fine = fine and entry.at <= one.at <= retired.get(one.key, one.at) and one.key in publics
        fine = fine and proved("checkpoint", one, publics[one.key])
        r.must(fine, "signature", f"checkpoints.json 第{place}个签名")
    r.must(0 < len(entries) <= last, "signature", f"log.json 第{last}条以后")


def check_frozen(p, r):
    """Questions, rule and roll are those of the freeze; every correction of the roll is logged."""
    manifest, roll, leaves = p.manifest, p.manifest.roll, each(HASH, p.roll.leaves)
    for one in manifest.questions:
        keys, where = {option.key for option in one.options}, f"manifest.json 问题{one.number}"
        fine = keys == {"for", "against", "abstain"}
        if one.kind == "choice":
            fine = len(keys - {"for", "against", "invalid", "not_returned"}) == len(keys) > 2
        r.must(fine and "abstain" in keys and len(keys) == len(one.options), "manifest", where)
    kinds = {one.kind for one in manifest.questions} - {"funds"}
    fine = kinds == {manifest.form.rstrip("s")} and not (p.secret and p.by_area)
    fine = fine and [one.number for one in manifest.questions] == sorted(p.choices)
    fine = fine and [manifest["format"], manifest["algorithm"]] == ["deliberation/1", "sha-256"]
    r.must(fine and manifest.opens_at < manifest.closes_at, "manifest", "manifest.json")
    frozen = {"manifest": sha(tagged("manifest", manifest)), "root": roll.root}
    for entry in p.acts["vote.freeze"]:
        r.agree(entry.body, {**frozen, "voters": roll.voters}, "manifest", entry.where)
    fine = len(set(leaves)) == len(leaves) == roll.voters == roll.heads
    r.must(fine, "roll", f"roll.json（{len(leaves)}行，约定{roll.voters}人）")
    r.must(tree_root(leaves) == roll.root, "roll", "roll.json")
    changes, logged, numbers = p.roll.amendments, p.acts["vote.amend"], {*range(1, len(leaves) + 1)}
    r.must(len(logged) == len(changes), "amendment", f"roll.json（记录里{len(logged)}次更正）")
    p.entitled = {"heads": roll.heads, "area": roll.area}
    for place, (one, entry) in enumerate(zip(changes, logged), 1):
        added, where = [[two.number, two.leaf] for two in one.added], f"roll.json 第{place}次更正"
        r.agree(entry.body, {**one, "added": added}, "amendment", where)
        new, gone = {number for number, _ in added}, set(each(COUNT, one.struck))
        fine = one["heads"] == len(new) - len(gone) == len(added) - len(one.struck)
        r.must(fine and gone <= numbers and not numbers & new, "amendment", where)
        numbers = numbers - gone | new
        for name in p.entitled:
            p.entitled[name] += each(r"int:-?\d{1,10}", [one[name]])[0]


# The acts of one vote: all in this order, but those with a star may come often or never.
COURSE = "freeze (amend )*open ((amend|extend|end_early|commit) )*end (commit )*close (certify )*"
ACTS = {f"vote.{act}" for act in [*re.findall("[a-z_]+", COURSE), "void"]}


def check_order(p, r):
    """Frozen, opened, ended and counted once, in this order and in time, by two people each."""
    acts, approvals, p.closes = [one.act[5:] for one in p.entries], set(), p.manifest.closes_at
    r.must(re.fullmatch(COURSE, " ".join([*acts, ""])), "order", f"log.json（{'、'.join(acts)}）")
    for entry in p.entries:
        act, at, body, fine = entry.act[5:], entry.at, entry.body, True
        if act in ("freeze", "amend", "extend", "end_early"):
            pair = body.proposed_by != body.approved_by
            r.must(pair and body.approval not in approvals, "two-people", entry.where)
            approvals.add(body.approval)
        if act == "open":
            fine = at < p.closes == body.closes_at and body.opens_at == p.manifest.opens_at
        elif act in ("extend", "end_early"):
            fine = at < p.closes < body.new if act == "extend" else at <= body.new < p.closes
            fine, p.closes = fine and body["old"] == p.closes, body.new
        elif act == "amend":
            days = [datetime.fromisoformat(one[:-1]) for one in (at, p.closes)]
            fine = not p.secret and days[0] + timedelta(days=1) <= days[1]
        elif act == "end":
            fine = body.closes_at == p.closes <= at
        r.must(fine, "times", entry.where)


def check_ballots(p, r):
    """Every answer is one of its question's, once, in order; what the log bound was counted."""
    rows, last, logged, row = p.ballots.answers, "", set(), "ballots.json 第{}行"
    for place, one in enumerate(rows, 1):
        fine = one.key > last and one.choice in p.choices.get(one.question, ())
        r.must(fine, "ballot", row.format(place))
        last = one.key
    counted = {name: p.result[name] for name in ("phone", "paper", "outcome")}
    counted["ballots"] = tree_root([sha(b"\0" + canon(one)) for one in rows])
    counted.update(answers=len(rows), codes=len(p.codes.codes), result=p.seal)
    for entry in p.acts["vote.close"]:
        r.agree(entry.body, counted, "close", entry.where)
        for name, digest in entry.body.get("seals", {}).items():
            r.must(p.digests.get(name) == digest, "seal", f"{name}（{entry.where}）")
    bound = {sha(tagged("commitment", one)): one.question for one in rows if p.secret}
    for entry in p.acts["vote.commit"]:
        batch = each(HASH, entry.body.commitments)
        for one in sorted(set(batch) - bound.keys()):
            r.must(False, "commitment-vanished", f"{entry.where} {one[:16]}…")
        sizes = Counter(bound.get(one) for one in batch)
        fine = entry.at >= p.closes or all(sizes[number] >= 10 for number in p.choices)
        fine = fine and batch == sorted(set(batch)) and not logged & set(batch)
        r.must(fine, "commit-batch", entry.where)
        logged |= set(batch)
    for place, one in enumerate(bound, 1):
        r.must(one in logged, "commitment-added", row.format(place))
    openings, p.areas = {one.key: one for one in p.openings.openings}, Counter()
    fine = [one.key for one in p.openings.openings] == sorted(openings)
    for place, one in enumerate(rows if p.opened else (), 1):
        own = {**openings.pop(one.key, {"area": 0}), "question": one.question, "choice": one.choice}
        r.must(one["commitment"] == sha(tagged("weight", own)), "opening", row.format(place))
        p.areas[one.question, one.choice] += Item(own).area
    r.must(fine and not openings, "opening", "openings.json")


def check_paper(p, r):
    """No more papers than were handed out; every batch and sheet counted by two people."""
    paper, codes, rows = p.paper, each(WORD, p.codes.codes), p.ballots.answers
    fine = codes == sorted(set(codes)) and len(codes) == (p.result.phone if p.secret else 0)
    r.must(fine, "codes-count", f"codes.json（{len(codes)}个）")
    for place, one in enumerate([*paper.batches, *paper.sheets], 1):
        r.must(one.entered_by != one.confirmed_by, "two-people", f"paper.json 第{place}组")
    p.heads = Counter((one.question, one.choice) for one in rows)
    for place, batch in enumerate(paper.batches, 1):
        fine = batch.papers <= 50 and batch.tallies.keys() == {str(number) for number in p.choices}
        for number, keys in p.choices.items() if fine else ():
            tally = batch.tallies[str(number)]
            same = sum(each(COUNT, tally.values())) == batch.papers
            fine = fine and same and tally.keys() <= set(keys)
            p.heads.update({(number, choice): votes for choice, votes in tally.items()})
        r.must(fine, "paper", f"paper.json 第{place}批")
    sheets = sum(each(COUNT, [one["sheets"] for one in paper.sheets]))
    apart = sum(one.papers for one in paper.batches) + paper.transcribed + paper.missing
    fine, wanted = not apart and p.result.paper == sheets, p.result.phone + p.result.paper
    if p.secret:
        fine = apart == paper.returned == p.result.paper and not sheets and paper.transcribed < 10
        wanted = len(codes) + paper.transcribed
    r.must(fine and paper.returned <= paper.issued, "paper", "paper.json")
    found = Counter(one.question for one in rows)
    for number in p.choices:
        where = f"ballots.json 问题{number}（{found[number]}行，应有{wanted}行）"
        r.must(found[number] == wanted, "ballots-count", where)


# --- The count and the rule, in heads and, where weighed, in area (hundredths of m²) --------------
def reached(p, words, rule, wholes, votes):
    """Whether `votes` are that share of the whole (以上), or more than it (超过); at least one."""
    (n, d), fine = each(COUNT, p.manifest.profile[rule]), True
    for unit, whole, got in zip(("", "面积（0.01㎡）"), wholes, votes):
        includes = getattr(p.manifest.profile, f"{rule}_includes")
        need = max(1, -(-n * whole // d) if includes else n * whole // d + 1)
        p.told.append(f"  {words}：{unit}{whole}，要有{need}，实有{got}")
        fine = fine and got >= need
    return fine


def check_result(p, r):
    """The result keeps to the roll, the times and the questions, and two people certified it."""
    result, present, cast = p.result, p.result.present, p.result.phone + p.result.paper
    people = [entry.account for entry in p.acts["vote.certify"]]
    r.must(2 <= len(set(people)) == len(people), "certify", f"log.json（{len(set(people))}人）")
    for place, entry in enumerate(p.acts["vote.certify"], 1):
        r.agree(entry.body, {"result": p.seal, "certified": place}, "certify", entry.where)
    times = [one.replace(".000000", "") for one in (p.manifest.opens_at, p.closes)]
    stated = dict(zip(("opens_at", "closes_at"), [one.replace("Z", "+00:00") for one in times]))
    r.agree(result, {**stated, "entitled": p.entitled}, "result-figures", "result.json")
    fine = max(cast, result.signed_in) <= present.heads <= cast + result.signed_in
    fine = fine and present.heads <= p.entitled["heads"] and present.area <= p.entitled["area"]
    r.must(fine, "result-figures", f"result.json（实到{present.heads}，收票{cast}）")


def check_count(p, r):
    """The votes of every question counted again, and the frozen rule applied to them."""
    rule, present = p.manifest.profile, p.result.present
    entitled = [p.entitled["heads"], p.entitled["area"]][: 1 + p.by_area]
    tallies, outcomes = [("counts", p.heads, present.heads), ("area", p.areas, present.area)], []
    r.must(len(p.result.questions) == len(p.choices), "result-figures", "result.json（问题）")
    for question, one in zip(p.manifest.questions, p.result.questions):
        number, where, given = question.number, f"result.json 问题{question.number}", []
        asked = {name: question[name] for name in ("number", "text", "kind")}
        r.agree(one, asked, "result-figures", where)
        r.must(p.by_area or one["area"] is None, "recount", where)
        for name, tally, whole in tallies[: 1 + p.by_area]:
            votes, stated = {key: tally[number, key] for key in p.choices[number]}, one[name]
            each(COUNT, stated.values())
            if name == "area" and not p.opened:
                p.told.append("注意：面积只核对合计；每张票的面积只能由监票人用完整的包核对")
                votes = {key: stated[key] for key in votes}
            votes["not_returned"] = whole - sum(votes.values())
            r.agree(stated, votes, "recount", where)
            r.must(len(stated) == len(votes), "recount", where)
            given.append(votes)
        names = {**WORDS, **{option.key: option["label"] for option in question.options}}
        told = "，".join(f"{names[key]}{votes}" for key, votes in given[0].items())
        p.told += [f"问题{number}：{question['text']}", f"  重新计票：{told}"]
        turnout = [sum(votes.values()) - votes["not_returned"] for votes in given]
        came = turnout if rule.base == "participating" else [present.heads, present.area]
        base = {"present": came, "participating": came, "entitled": entitled}[rule.base]
        enough, passed = reached(p, "应到", "quorum", entitled, came), []
        for key in p.choices[number][:-1] if enough else ():
            got = [votes[key] for votes in given]
            if key not in ("against", "abstain") and reached(p, names[key], "majority", base, got):
                passed.append(key)
        outcome = "passed" if len(passed) == 1 else "not_passed" if enough else "inquorate"
        winner = passed[0] if question.kind == "choice" and outcome == "passed" else None
        r.agree(one, {"outcome": outcome, "winner": winner}, "result-outcome", where)
        p.told.append(f"  结论：{WORDS[outcome]} {names[winner]}")
        outcomes += [outcome] if question.kind != "funds" else []
    overall = "passed" if "passed" in outcomes else outcomes[0]
    r.agree(p.result, {"outcome": overall}, "result-outcome", "result.json")


def check_printed(p, r):
    """What was printed on paper, which nobody can change afterwards, against this package."""
    roll, heads = p.manifest.roll, [one.log_head for one in p.notices.notices]
    known = [("voters", "应到人数（户数）", [str(roll.voters), str(p.entitled["heads"])])]
    known += [("root", "名册指纹的前32位", [roll.root]), ("head", "办事记录指纹的前32位", heads)]
    for question, one in zip(p.manifest.questions, p.result.questions):
        for option in question.options:
            words, votes = f"问题{question.number}“{option['label']}”的票数", one.counts[option.key]
            known.append((f"{question.number} {option.key}", words, [str(votes)]))
    for name, words, values in known:
        typed = p.printed.get(name) or ""
        if p.asks and not typed:
            say(f"请输入公告上的{words}，没有就直接按回车：", end="")
            typed = sys.stdin.readline()
        typed = re.sub(r"[\s-]", "", str(typed)).lower()
        fine = not typed or typed in [one[: max(32, len(typed))] for one in values]
        r.must(fine, "printed", f"{words}（公告{typed}）")
        p.printed[name] = typed


# --- For people -----------------------------------------------------------------------------------
WORDS = {"passed": "通过", "not_passed": "未通过", "inquorate": "流会", None: ""}
WORDS.update(invalid="无效", not_returned="未交回")
CHECKS = [check_log, check_signatures, check_frozen, check_order, check_ballots, check_paper]
CHECKS += [check_result, check_count, check_printed]


def say(text, end="\n"):  # nothing from a package may steer the terminal or begin a line
    print("".join(c if c.isprintable() else "?" for c in text), end=end, flush=True)


def audit(source, printed=None, asks=False, checks=CHECKS):
    """(report, package); without a package where it cannot be read, and then with one finding."""
    report = Report()
    report.where = "package.zip"
    try:
        if not isinstance(source, bytes):
            with open(source, "rb") as file:
                source = file.read(LIMIT + 1)
        package = Package(report, source, printed, asks)
        for check in checks:
            report.where = check.__name__
            check(package, report)
        return report, package
    except OSError:
        report.must(False, "unreadable", str(source))
    except Exception as error:  # whatever hostile bytes make of a check, it is no traceback
        report[:] = []
        report.must(False, "shape", f"{report.where} {error}")
    return report, None


def verify(source, printed=None):
    """What is wrong; nothing if genuine. `printed` by name: voters, root, head, 1 for, 1 against"""
    return list(audit(source, printed)[0])


def run(source, printed):
    """Prints what was counted and the verdict; 0 genuine, 1 not, 2 unreadable."""
    report, package = audit(source, printed, sys.stdin.isatty())
    for line in package.told if package else ():
        say(line)
    if package and not any(package.printed.values()):
        say("没有输入公告上印的数：只能说明这个包前后一致，不能说明它就是那次表决的包。")
    say("核对不通过：" if report else "核对通过：没有发现问题。")
    for code, text in report:
        say(f"  [{code}] {text}")
    return 2 if any(one.code == "unreadable" for one in report) else 1 if report else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")
    printed = dict(zip(sys.argv[2::2], sys.argv[3::2]))
    if len(sys.argv) % 2 or printed.keys() - {"--voters", "--root", "--head"}:
        print(__doc__)
        sys.exit(2)
    sys.exit(run(sys.argv[1], {name[2:]: typed for name, typed in printed.items()}))
