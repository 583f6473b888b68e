"""Ways to falsify a package, each with the code that must name it and a place that must be told.

`by` says who did it: "hand" changes files and nothing else (package.json is always made to fit);
"forger" also hashes everything again, up to the head of the log, but cannot sign; "server" signs
as well, so that only the meaning of the record can give it away.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import rfc8785

from deliberation.log.packing import pack
from deliberation.stages.vote.roll.electorate import Weights
from tests.log.packages import (
    CLOSES,
    GENUINE,
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


def falsify(package: str, code: str, place: str = "", by: str = "hand", **printed):
    def add(change: Callable) -> Callable:
        name = change.__name__.replace("_", " ")
        CASES.append(Case(name, package, change, by, code, place, printed))
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
    return archived(members | {name: change(members.get(name, b""))})


def swapped(draft: Draft, wanted: str, choice: str) -> int:
    """Changes the first row with the choice `wanted`; tells its place."""
    place = [row["choice"] for row in rows(draft)].index(wanted) + 1
    to(draft, place, choice=choice)
    return place


# --- The container and its members ----------------------------------------------------------------
def zipped(draft: Draft, extra: dict[str, bytes], method: int) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", method) as made, ZipFile(BytesIO(archive(draft))) as own:
        for name in own.namelist():
            made.writestr(name, own.read(name))
        for name, content in extra.items():
            made.writestr(name, content)
    return target.getvalue()


@falsify("named plan", "shape", "package.zip")
def members_compressed(draft):
    return zipped(draft, {}, ZIP_DEFLATED)


@falsify("named plan", "shape")
def a_bomb_among_the_members(draft):
    return zipped(draft, {"zeros.json": bytes(1 << 20)}, ZIP_DEFLATED)


@falsify("named plan", "shape")
def members_dated_today(draft):
    return zipped(draft, {}, 0)


@falsify("named plan", "shape", "package.zip")
def the_same_name_twice(draft):
    double = rfc8785.dumps(draft["manifest"])
    return raw(draft, "aaaaaaaa.json", lambda _: double).replace(b"aaaaaaaa.json", b"manifest.json")


@falsify("named plan", "shape")
def bytes_behind_the_end(draft):
    return archive(draft) + b"\0"


@falsify("named plan", "shape")
def bytes_before_the_start(draft):
    return b"#!" + archive(draft)


@falsify("named plan", "shape")
def half_of_a_download(draft):
    data = archive(draft)
    return data[: len(data) // 2]


@falsify("named plan", "shape")
def nothing_at_all(draft):
    return b""


@falsify("named plan", "shape", "../evil.json")
def a_name_that_leaves_the_folder(draft):
    return raw(draft, "../evil.json", lambda _: b"{}")


@falsify("named plan", "shape", "inner.zip")
def a_package_in_the_package(draft):
    return raw(draft, "inner.zip", lambda _: archive(draft))


@falsify("named plan", "shape", "codes.json")
def a_member_left_out(draft):
    del draft.files["codes.json"]


@falsify("named plan", "shape", "check_ballots")
def openings_where_nothing_is_weighed(draft):
    draft["openings"] = {"openings": []}


@falsify("named plan", "seal", "result.json")
def a_member_changed_and_package_json_not(draft):
    old = archive(draft)
    draft["result"]["tellers"] = ["别人"]
    with ZipFile(BytesIO(old)) as made:
        own = made.read("package.json")
    members = {name: rfc8785.dumps(value) for name, value in draft.files.items()}
    return pack(members | {"package.json": own})


@falsify("named plan", "shape", "paper.json")
def a_space_in_the_json(draft):
    return raw(draft, "paper.json", lambda data: data.replace(b":0", b": 0"))


@falsify("named plan", "shape", "paper.json")
def a_key_twice(draft):
    return raw(
        draft, "paper.json", lambda data: data.replace(b'"issued":3', b'"issued":9,"issued":3')
    )


@falsify("named plan", "shape", "paper.json")
def a_fraction(draft):
    return raw(draft, "paper.json", lambda data: data.replace(b'"issued":3', b'"issued":3.0'))


@falsify("named plan", "shape", "paper.json")
def not_a_number(draft):
    return raw(draft, "paper.json", lambda data: data.replace(b'"issued":3', b'"issued":NaN'))


@falsify("named plan", "shape", "paper.json")
def a_number_beyond_53_bits(draft):
    huge = b'"issued":9007199254740993'
    return raw(draft, "paper.json", lambda data: data.replace(b'"issued":3', huge))


@falsify("named plan", "shape", "paper.json")
def minus_zero(draft):
    return raw(
        draft, "paper.json", lambda data: data.replace(b'"transcribed":0', b'"transcribed":-0')
    )


@falsify("named plan", "shape", "result.json")
def nested_a_thousand_times(draft):
    deep = b'"zzz":' + b"[" * 1000 + b"]" * 1000 + b"}"
    return raw(draft, "result.json", lambda data: data[:-1] + b"," + deep)


@falsify("named plan", "shape", "result.json")
def nested_a_hundred_thousand_times(draft):
    return raw(draft, "result.json", lambda _: b"[" * 100_000 + b"]" * 100_000)


@falsify("named plan", "shape", "check_paper")
def three_million_values(draft):
    return raw(draft, "codes.json", lambda _: b'{"codes":[' + b"0," * 3_000_000 + b"0]}")


@falsify("named plan", "manifest", "log.json 第4条")
def text_that_is_not_normalised(draft):
    return raw(draft, "manifest.json", lambda data: data.replace(b"0.1.0", "e\u0301".encode()))


@falsify("named plan", "shape", "manifest.json")
def half_a_character(draft):
    return raw(draft, "manifest.json", lambda data: data.replace(b"0.1.0", b"\\ud800"))


@falsify("named plan", "shape", "manifest.json")
def bytes_that_are_no_text(draft):
    return raw(draft, "manifest.json", lambda data: data.replace(b"0.1.0", b"\xff"))


@falsify("named plan", "shape", "manifest.json")
def a_key_that_is_not_ascii(draft):
    draft["manifest"]["软件"] = ""


@falsify("named plan", "shape", "check_paper")
def an_array_for_an_object(draft):
    return raw(draft, "paper.json", lambda _: b'{"issued":[]}')


@falsify("named plan", "shape", "issued bool:True")
def true_for_a_number(draft):
    draft["paper"]["issued"] = True


@falsify("named plan", "shape", "int:-3")
def a_negative_count(draft):
    draft["result"]["questions"][0]["counts"]["against"] = -3


@falsify("named plan", "log", "log.json 第3条")
def a_day_that_does_not_exist(draft):
    draft["log"]["entries"][2]["at"] = "2026-02-30T02:00:00.000000Z"


@falsify("named plan", "log", "log.json 第3条")
def a_field_beside_the_digest(draft):
    draft["log"]["entries"][2]["note"] = "补记"


@falsify("named plan", "close", "ballots")
def a_name_beside_an_answer(draft):
    to(draft, 2, name="王秀英")


@falsify("secret vote", "shape", "str:0", by="server")
def commitments_that_are_no_digests(draft):
    draft.body("vote.commit", 2)["commitments"][0] = "0"


@falsify("named plan", "shape", "check_count", by="server")
def a_majority_without_a_denominator(draft):
    draft["manifest"]["profile"]["majority"] = [1, 0]


# --- The log and its signatures -------------------------------------------------------------------
@falsify("named plan", "log", "log.json 第1条")
def an_entry_changed(draft):
    draft["log"]["entries"][0]["body"]["place"] = 5


@falsify("named plan", "log", "log.json 第3条")
def an_entry_changed_and_hashed_again(draft):
    entry = draft["log"]["entries"][1]
    entry["account"] = 99
    content = {name: value for name, value in entry.items() if name != "digest"}
    entry["digest"] = digest("entry", {"chain": draft["log"]["chain"]} | content)


@falsify("named plan", "log", "log.json 第5条")
def an_entry_taken_out(draft):
    del draft["log"]["entries"][4]


@falsify("named plan", "signature", "第9条以后")
def the_last_entry_cut_off(draft):
    draft["checkpoints"]["checkpoints"].pop()
    draft["checkpoints"]["checkpoints"] += checkpoint(draft, 9)
    draft["log"]["entries"] = draft["log"]["entries"][:10]


def checkpoint(draft: Draft, sequence: int) -> list[dict]:
    """A genuine signature over an earlier entry."""
    twin = draft.copy()
    twin.signed_at = [sequence]
    sign(twin)
    return twin["checkpoints"]["checkpoints"][:1]


@falsify("named plan", "times", "log.json 第6条", by="server")
def an_entry_dated_back(draft):
    draft.entry("vote.open")[0] = "2026-03-04T00:00:00.000000Z"


@falsify("named plan", "log", "log.json", by="hand")
def the_log_of_another_matter(draft):
    draft["log"]["chain"] = "matter/4"


@falsify("named plan", "signature", "checkpoints.json 第2个签名", by="forger")
def the_whole_chain_written_again(draft):
    draft.entries[0][3]["place"] = 5


@falsify("named plan", "signature", "checkpoints.json 第2个签名")
def the_chain_and_the_signed_digest_written_again(draft):
    draft.entries[-1][2] = 77
    chain(draft)
    draft["checkpoints"]["checkpoints"][-1]["digest"] = draft["log"]["entries"][-1]["digest"]


@falsify("named plan", "signature", "checkpoints.json 第1个签名")
def one_bit_of_a_signature(draft):
    one = draft["checkpoints"]["checkpoints"][0]
    one["signature"] = f"{int(one['signature'][0], 16) ^ 1:x}{one['signature'][1:]}"


@falsify("named plan", "signature", "checkpoints.json 第1个签名")
def a_signature_with_the_order_added(draft):
    """The same point and a larger scalar: RFC 8032 demands that it be refused."""
    one = draft["checkpoints"]["checkpoints"][0]
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(bytes.fromhex(one["signature"][64:]), "little") + order
    one["signature"] = one["signature"][:64] + scalar.to_bytes(32, "little").hex()


@falsify("named plan", "signature", "checkpoints.json 第2个签名")
def signed_with_a_key_nobody_knows(draft):
    draft.key = Key(9)
    keys = draft["checkpoints"]["keys"]
    sign(draft)
    draft["checkpoints"]["keys"] = keys


@falsify("named plan", "signature", "密钥")
def another_key_under_the_old_fingerprint(draft):
    mine = Key(9)
    draft["checkpoints"]["keys"][0]["public"] = mine.public


@falsify("named plan", "signature", "checkpoints.json 密钥")
def the_same_key_listed_twice(draft):
    draft["checkpoints"]["keys"] *= 2


@falsify("named plan", "signature", "密钥", by="server")
def a_manifest_that_names_a_foreign_key(draft):
    draft["manifest"]["key"] = Key(9).print


@falsify("named plan", "signature", Key(9).print)
def a_key_that_was_never_handed_on(draft):
    draft["checkpoints"]["keys"].append({"key": Key(9).print, "public": Key(9).public})


@falsify("amended, extended, ended early, new key", "signature", "checkpoints.json 第1次更换密钥")
def a_rotation_signed_by_the_new_key(draft):
    turn = draft["checkpoints"]["rotations"][0]
    content = {name: value for name, value in turn.items() if name != "signature"}
    draft["checkpoints"]["rotations"] = [Key(2).sign("rotation", content)]


@falsify("amended, extended, ended early, new key", "signature", "checkpoints.json 第3个签名")
def a_signature_by_a_retired_key(draft):
    last = draft["checkpoints"]["checkpoints"].pop()
    content = {name: last[name] for name in ("chain", "sequence", "digest", "at")}
    old = draft.key.sign("checkpoint", content | {"key": draft.key.print})
    draft["checkpoints"]["checkpoints"].append(old)


@falsify("named plan", "signature", "checkpoints.json 第1个签名")
def a_signature_older_than_its_entry(draft):
    one = draft["checkpoints"]["checkpoints"][0]
    content = {name: one[name] for name in ("chain", "sequence", "digest", "key")}
    draft["checkpoints"]["checkpoints"][0] = draft.key.sign(
        "checkpoint", content | {"at": "2026-03-01T00:00:00.000000Z"}
    )


# --- The manifest and the roll --------------------------------------------------------------------
@falsify("named plan", "manifest", "log.json 第4条")
def the_rule_softened(draft):
    draft["manifest"]["profile"]["quorum"] = [1, 3]


@falsify("named plan", "manifest", "log.json 第4条")
def the_question_put_differently(draft):
    draft["manifest"]["questions"][0]["text"] = "您是否同意出资？"
    draft["result"]["questions"][0]["text"] = "您是否同意出资？"


@falsify("named plan", "manifest", "manifest.json 问题1", by="server")
def no_way_to_say_no(draft):
    draft["manifest"]["questions"][0]["options"] = YES_OR_NO[:1]


@falsify("named plan", "manifest", "manifest.json", by="server")
def a_form_that_the_questions_do_not_have(draft):
    draft["manifest"]["form"] = "items"


@falsify("named plan", "manifest", "manifest.json", by="server")
def more_questions_than_a_ballot_holds(draft):
    draft["manifest"]["questions"] *= 201


@falsify("named plan", "roll", "roll.json")
def a_voter_swapped(draft):
    draft["roll"]["leaves"][6] = leaf(99)


@falsify("named plan", "manifest", "log.json 第4条")
def the_roll_and_its_root_swapped(draft):
    draft["roll"]["leaves"][6] = leaf(99)
    draft["manifest"]["roll"]["root"] = root(draft["roll"]["leaves"])


@falsify("named plan", "roll", "52行，约定51人")
def a_voter_added(draft):
    draft["roll"]["leaves"].append(leaf(52))


@falsify("named plan", "roll", "50行，约定51人")
def a_voter_removed(draft):
    draft["roll"]["leaves"].pop()


@falsify("named plan", "roll", "roll.json（51行", by="server")
def a_voter_twice_on_the_roll(draft):
    leaves = draft["roll"]["leaves"]
    leaves[7] = leaves[6]
    draft["manifest"]["roll"]["root"] = root(leaves)


@falsify("amended, extended, ended early, new key", "amendment", "记录里1次更正")
def an_amendment_left_out(draft):
    draft["roll"]["amendments"] = []
    draft["result"]["entitled"]["heads"] = 30


@falsify("amended, extended, ended early, new key", "amendment", "roll.json 第1次更正")
def somebody_else_added_to_the_roll(draft):
    draft["roll"]["amendments"][0]["added"][0]["leaf"] = leaf(99)


@falsify("amended, extended, ended early, new key", "amendment", "roll.json 第1次", by="server")
def more_heads_than_were_added(draft):
    draft["roll"]["amendments"][0]["heads"] = 5
    draft.body("vote.amend")["heads"] = 5


@falsify("amended, extended, ended early, new key", "amendment", "roll.json 第1次", by="server")
def a_number_added_that_is_on_the_roll(draft):
    draft["roll"]["amendments"][0]["added"][0]["number"] = 12
    draft.body("vote.amend")["added"][0][0] = 12


@falsify("amended, extended, ended early, new key", "times", "log.json 第7条", by="server")
def an_amendment_in_the_last_day(draft):
    draft.entry("vote.amend")[0] = "2026-03-19T10:00:00.000001Z"
    draft.entry("vote.extend")[0] = "2026-03-19T11:00:00.000000Z"


@falsify("secret vote", "times", "log.json 第7条", by="server")
def an_amendment_of_a_secret_vote(draft):
    one = {"approval": 8, "added": [], "struck": [], "heads": 0, "area": 0}
    draft["roll"]["amendments"] = [one]
    pair = {"vote": 7, "proposed_by": 1, "approved_by": 2}
    draft.entries.insert(6, ["2026-03-11T00:00:00.000000Z", "vote.amend", 2, one | pair])


# --- Order, times and two people ------------------------------------------------------------------
@falsify("named plan", "order", "（open、")
def no_freeze(draft):
    draft.entries.remove(draft.entry("vote.freeze"))
    chain(draft)
    sign(draft)


@falsify("named plan", "order", "close、close", by="server")
def counted_twice(draft):
    draft.entries.insert(8, list(draft.entry("vote.close")))


@falsify("named plan", "order", "（open、freeze", by="server")
def opened_before_the_freeze(draft):
    place = draft.place("vote.freeze") - 1
    freeze = draft.entries.pop(place)
    draft.entries.insert(draft.place("vote.open"), freeze)
    freeze[0] = draft.entry("vote.open")[0]


@falsify("named plan", "order", "close、end", by="server")
def counted_before_the_end(draft):
    end = draft.entries.pop(draft.place("vote.end") - 1)
    draft.entries.insert(draft.place("vote.close"), end)
    end[0] = draft.entry("vote.close")[0]


@falsify("named plan", "order", "certify、close", by="server")
def certified_before_the_count(draft):
    first = draft.entries.pop(draft.place("vote.certify") - 1)
    draft.entries.insert(draft.place("vote.close") - 1, first)
    first[0] = draft.entry("vote.close")[0]


@falsify("amended, extended, ended early, new key", "order", "end、extend", by="server")
def extended_after_the_end(draft):
    extend = draft.entries.pop(draft.place("vote.extend") - 1)
    draft.entries.insert(draft.place("vote.end"), extend)
    extend[0] = draft.entry("vote.end")[0]


@falsify("named plan", "order", "certify、void", by="server")
def a_vote_that_was_void(draft):
    draft.entries.append(["2026-03-21T00:00:00.000000Z", "vote.void", SECRETARY, {"vote": 7}])


@falsify("named plan", "two-people", "log.json 第4条（vote.freeze）", by="server")
def one_person_froze_the_roll(draft):
    draft.body("vote.freeze")["approved_by"] = draft.body("vote.freeze")["proposed_by"]


@falsify("amended, extended, ended early, new key", "two-people", "（vote.extend）", by="server")
def one_person_extended(draft):
    draft.body("vote.extend")["approved_by"] = draft.body("vote.extend")["proposed_by"]


@falsify("amended, extended, ended early, new key", "two-people", "（vote.end_early）", by="server")
def one_person_ended_early(draft):
    draft.body("vote.end_early")["approved_by"] = draft.body("vote.end_early")["proposed_by"]


@falsify("amended, extended, ended early, new key", "two-people", "（vote.amend）", by="server")
def one_person_amended_the_roll(draft):
    draft.body("vote.amend")["approved_by"] = draft.body("vote.amend")["proposed_by"]


@falsify("amended, extended, ended early, new key", "two-people", "（vote.end_early）", by="server")
def one_approval_for_two_acts(draft):
    draft.body("vote.end_early")["approval"] = draft.body("vote.extend")["approval"]


@falsify("named plan", "times", "log.json 第6条", by="server")
def opened_for_other_times_than_frozen(draft):
    draft.body("vote.open")["closes_at"] = "2026-03-20T09:00:00.000000Z"
    draft.body("vote.end")["closes_at"] = "2026-03-20T09:00:00.000000Z"


@falsify("amended, extended, ended early, new key", "times", "log.json 第8条", by="server")
def extended_after_the_closing_instant(draft):
    draft.entry("vote.extend")[0] = CLOSES


@falsify("amended, extended, ended early, new key", "times", "log.json 第8条", by="server")
def an_extension_that_shortens(draft):
    draft.body("vote.extend")["new"] = "2026-03-19T10:00:00.000000Z"


@falsify("amended, extended, ended early, new key", "times", "log.json 第9条", by="server")
def an_early_end_that_lies_in_the_past(draft):
    draft.body("vote.end_early")["new"] = "2026-03-26T10:00:00.000000Z"
    draft.body("vote.end")["closes_at"] = "2026-03-26T10:00:00.000000Z"
    draft["result"]["closes_at"] = "2026-03-26T10:00:00+00:00"


@falsify("named plan", "times", "log.json 第7条", by="server")
def ended_before_the_closing_instant(draft):
    draft.entry("vote.end")[0] = "2026-03-20T09:59:59.999999Z"


@falsify("named plan", "times", "log.json 第7条", by="server")
def another_closing_instant_than_opened_with(draft):
    draft.body("vote.end")["closes_at"] = "2026-03-20T09:00:00.000000Z"


@falsify("named plan", "certify", "1人", by="server")
def one_scrutineer_only(draft):
    draft.entries.pop()


@falsify("named plan", "certify", "1人", by="server")
def one_scrutineer_twice(draft):
    draft.entries[-1][2] = draft.entries[-2][2]


@falsify("named plan", "certify", "log.json 第10条", by="hand")
def a_scrutineer_who_saw_another_result(draft):
    draft.body("vote.certify", 1)["result"] = token("another")
    chain(draft)
    sign(draft)
    notices(draft)


# --- The ballots ----------------------------------------------------------------------------------
@falsify("named plan", "recount", "against 写3算得4")
def an_answer_turned_round(draft):
    swapped(draft, "for", "against")


@falsify("named plan", "close", "ballots", by="hand")
def an_answer_turned_round_and_the_result_recomputed(draft):
    swapped(draft, "for", "against")
    recount(draft)


@falsify("named plan", "signature", "checkpoints.json 第2个签名", by="forger")
def an_answer_turned_round_and_everything_hashed_again(draft):
    swapped(draft, "for", "against")
    recount(draft)


@falsify("named plan", "ballots-count", "问题1（40行，应有41行）", by="server")
def an_answer_lost(draft):
    rows(draft).pop()


@falsify("line items", "ballots-count", "问题3（32行，应有33行）", by="server")
def an_answer_to_one_of_four_questions_lost(draft):
    numbers = [row["question"] for row in rows(draft)]
    del rows(draft)[numbers.index(3)]


@falsify("named plan", "ballots-count", "问题1（42行，应有41行）", by="server")
def an_answer_added(draft):
    rows(draft).append({"key": "f" * 64, "question": 1, "choice": "for"})
    recount(draft)


@falsify("named plan", "ballot", "ballots.json 第2行", by="server")
def an_answer_doubled(draft):
    rows(draft).insert(0, rows(draft)[0])
    recount(draft)


@falsify("named plan", "ballot", "ballots.json 第2行", by="server")
def answers_in_the_order_of_casting(draft):
    rows(draft)[0], rows(draft)[1] = rows(draft)[1], rows(draft)[0]


@falsify("named plan", "ballot", "ballots.json 第5行", by="server")
def an_answer_to_a_question_nobody_asked(draft):
    to(draft, 5, question=2)


@falsify("named plan", "ballot", "ballots.json 第5行", by="server")
def an_answer_that_was_no_option(draft):
    to(draft, 5, choice="maybe")


@falsify("named plan", "close", "计票", by="hand")
def other_figures_in_the_log_than_counted(draft):
    draft.body("vote.close")["answers"] = 40
    chain(draft)
    sign(draft)
    notices(draft)


# --- Commitments and codes of a secret vote -------------------------------------------------------
@falsify("secret vote", "commitment-vanished", "log.json 第")
def a_secret_ballot_taken_out(draft):
    rows(draft).pop(3)


@falsify("secret vote", "commitment-added", "ballots.json 第", by="server")
def a_secret_ballot_turned_round(draft):
    swapped(draft, "against", "for")
    recount(draft)


@falsify("secret vote", "commitment-added", "ballots.json 第1行", by="server")
def a_secret_ballot_slipped_in(draft):
    row = {"key": "0" * 32, "question": 1, "choice": "for", "salt": "1" * 32}
    rows(draft).insert(0, row)
    draft["codes"]["codes"] = sorted([*draft["codes"]["codes"], "A" * 16])
    draft.phone += 1
    draft["result"]["present"]["heads"] += 1
    recount(draft)


@falsify("secret vote", "commitment-vanished", "log.json 第7条", by="server")
def a_secret_ballot_taken_out_and_all_signed_again(draft):
    early = set(draft.body("vote.commit")["commitments"])
    place = next(i for i, row in enumerate(rows(draft)) if digest("commitment", row) in early)
    del rows(draft)[place]
    draft["codes"]["codes"].pop()
    draft.phone -= 1
    draft["result"]["present"]["heads"] -= 1
    recount(draft)


@falsify("secret vote", "commitment-added", "ballots.json 第1行", by="server")
def another_salt(draft):
    to(draft, 1, salt="9" * 32)


@falsify("secret vote", "commit-batch", "log.json 第7条", by="server")
def commitments_in_the_order_of_casting(draft):
    draft.body("vote.commit")["commitments"].reverse()


@falsify("secret vote", "commit-batch", "log.json 第8条", by="server")
def a_commitment_logged_twice(draft):
    first, second = draft.body("vote.commit"), draft.body("vote.commit", 1)
    second["commitments"] = sorted([*second["commitments"], first["commitments"][0]])


@falsify("secret vote", "commit-batch", "log.json 第8条", by="server")
def a_batch_of_nine_commitments(draft):
    second, rest = draft.body("vote.commit", 1), draft.body("vote.commit", 2)
    moved = second["commitments"][9:]
    second["commitments"] = second["commitments"][:9]
    rest["commitments"] = sorted(rest["commitments"] + moved)


@falsify("secret vote", "order", "close、commit", by="server")
def commitments_after_the_count(draft):
    entry = draft.entries.pop(draft.place("vote.commit", 2) - 1)
    draft.entries.insert(draft.place("vote.close"), entry)
    entry[0] = draft.entry("vote.close")[0]


@falsify("named plan", "commitment-vanished", "vote.commit", by="server")
def commitments_in_a_named_vote(draft):
    body = {"vote": 7, "commitments": [token("x")]}
    draft.entries.insert(6, ["2026-03-20T10:00:00.000000Z", "vote.commit", None, body])


@falsify("secret vote", "codes-count", "codes.json（33个）", by="server")
def an_inclusion_code_left_out(draft):
    draft["codes"]["codes"].pop()


@falsify("secret vote", "codes-count", "codes.json", by="server")
def an_inclusion_code_twice(draft):
    draft["codes"]["codes"][1] = draft["codes"]["codes"][0]


@falsify("secret vote", "codes-count", "codes.json")
def codes_in_the_order_of_casting(draft):
    draft["codes"]["codes"].reverse()


@falsify("secret vote", "seal", "codes.json")
def an_inclusion_code_swapped_for_another(draft):
    draft["codes"]["codes"] = sorted([*draft["codes"]["codes"][1:], "A" * 16])


@falsify("named plan", "seal", "paper.json")
def another_second_counter_named(draft):
    draft["paper"]["sheets"][0]["confirmed_by"] = 99


@falsify("named plan", "seal", "paper.json")
def more_papers_issued_than_were(draft):
    draft["paper"]["issued"] += 5


@falsify("named plan", "shape", "check_ballots")
def seals_that_are_none(draft):
    draft.body("vote.close")["seals"] = []
    chain(draft)
    sign(draft)


@falsify("named plan", "codes-count", "codes.json（1个）", by="server")
def a_code_in_a_named_vote(draft):
    draft["codes"]["codes"] = ["A" * 16]


# --- Weights --------------------------------------------------------------------------------------
@falsify("by area, full", "opening", "ballots.json 第", by="server")
def an_owner_with_more_area(draft):
    draft["openings"]["openings"][4]["area"] += 10000


@falsify("by area, full", "opening", "ballots.json 第5行")
def an_opening_left_out(draft):
    del draft["openings"]["openings"][4]


@falsify("by area, full", "opening", "openings.json")
def an_opening_of_no_ballot(draft):
    one = {"key": "f" * 32, "heads": 1, "area": 1, "salt": "0" * 32}
    draft["openings"]["openings"].append(one)


@falsify("by area, full", "recount", "result.json 问题1", by="server")
def areas_moved_from_one_answer_to_another(draft):
    area = draft["result"]["questions"][0]["area"]
    area["against"] -= 5000
    area["for"] += 5000


@falsify("by area, public", "recount", "not_returned", by="server")
def areas_that_do_not_add_up(draft):
    draft["result"]["questions"][0]["area"]["for"] += 5000


@falsify("by area, full", "opening", "ballots.json 第3行", by="server")
def a_weighed_answer_turned_round(draft):
    to(draft, 3, choice="abstain")


@falsify("named plan", "recount", "result.json 问题1", by="server")
def areas_where_nothing_is_weighed(draft):
    draft["result"]["questions"][0]["area"] = {"for": 0}


# --- Paper ----------------------------------------------------------------------------------------
@falsify("secret vote", "paper", "paper.json")
def more_papers_than_were_handed_out(draft):
    draft["paper"]["issued"] = 20


@falsify("secret vote", "paper", "paper.json")
def fewer_papers_back_than_counted(draft):
    draft["paper"]["returned"] = 20


@falsify("secret vote", "paper", "paper.json", by="server")
def paper_in_the_result_that_nobody_handed_in(draft):
    draft["result"]["paper"] += 1


@falsify("secret vote, a paper missing", "paper", "paper.json", by="server")
def a_missing_paper_hushed_up(draft):
    draft["paper"]["missing"] = 0


@falsify("secret vote", "paper", "paper.json", by="server")
def a_counted_paper_called_missing(draft):
    draft["paper"]["missing"] = 1


@falsify("named plan", "paper", "paper.json", by="server")
def a_paper_missing_in_a_named_vote(draft):
    draft["paper"]["missing"] = 1


@falsify("secret vote", "ballots-count", "ballots.json 问题1")
def transcribed_papers_that_are_in_no_box(draft):
    draft["paper"]["transcribed"] = 1


@falsify("secret vote", "paper", "paper.json 第2批")
def a_batch_that_does_not_add_up(draft):
    draft["paper"]["batches"][1]["tallies"]["1"]["for"] += 1


@falsify("secret vote", "paper", "paper.json 第1批", by="server")
def a_batch_of_more_than_fifty(draft):
    batch = draft["paper"]["batches"][0]
    batch["papers"] += 40
    batch["tallies"]["1"]["for"] += 40
    draft["paper"]["issued"] += 40
    draft["paper"]["returned"] += 40
    draft.paper += 40
    draft["result"]["present"]["heads"] += 40
    draft["manifest"]["roll"]["heads"] += 40
    recount(draft)


@falsify("secret vote", "paper", "paper.json 第1批", by="server")
def a_batch_without_one_of_the_questions(draft):
    batch = draft["paper"]["batches"][0]
    batch["tallies"] = {"2": batch["tallies"]["1"]}


@falsify("secret vote", "two-people", "paper.json 第2组")
def a_batch_counted_by_one(draft):
    batch = draft["paper"]["batches"][1]
    batch["confirmed_by"] = batch["entered_by"]


@falsify("secret vote", "recount", "result.json 问题1")
def a_batch_swapped_for_a_kinder_one(draft):
    tally = draft["paper"]["batches"][1]["tallies"]["1"]
    tally["for"], tally["against"] = tally["for"] + 2, 0


@falsify("named plan", "two-people", "paper.json 第1组")
def a_sheet_entered_by_one(draft):
    sheet = draft["paper"]["sheets"][0]
    sheet["confirmed_by"] = sheet["entered_by"]


@falsify("named plan", "paper", "paper.json")
def a_sheet_too_few(draft):
    draft["paper"]["sheets"][0]["sheets"] -= 1


# --- The result -----------------------------------------------------------------------------------
@falsify("named plan", "close", "result 写")
def a_result_typed_in(draft):
    draft["result"]["questions"][0]["counts"] |= {"for": 36, "against": 2}


@falsify("named plan", "recount", "for 写36算得35", by="server")
def a_result_typed_in_and_signed(draft):
    draft["result"]["questions"][0]["counts"] |= {"for": 36, "against": 2}


@falsify("inquorate", "result-outcome", "result.json 问题1", by="server")
def a_quorum_that_was_not_there(draft):
    draft["result"]["outcome"] = draft["result"]["questions"][0]["outcome"] = "passed"


@falsify("line items", "result-outcome", "result.json 问题2", by="server")
def an_item_passed_against_the_count(draft):
    draft["result"]["questions"][1]["outcome"] = "passed"


@falsify("line items", "result-outcome", "result.json（outcome", by="server")
def another_overall_outcome(draft):
    draft["result"]["outcome"] = "not_passed"


@falsify("choice", "result-outcome", "result.json 问题1", by="server")
def another_winner(draft):
    draft["result"]["questions"][0]["winner"] = "s2"


@falsify("choice without a winner", "result-outcome", "result.json 问题1", by="server")
def a_winner_where_there_is_none(draft):
    draft["result"]["questions"][0] |= {"winner": "s1", "outcome": "passed"}


@falsify("named plan", "result-figures", "'heads': 48", by="server")
def fewer_entitled_than_on_the_roll(draft):
    draft["result"]["entitled"]["heads"] = 48


@falsify("named plan", "result-figures", "实到40，收票41", by="server")
def fewer_present_than_voted(draft):
    draft["result"]["present"]["heads"] = 40


@falsify("named plan", "result-figures", "实到60", by="server")
def more_present_than_entitled(draft):
    draft["result"]["present"]["heads"] = draft["result"]["signed_in"] = 60
    recount_not = draft["result"]["questions"][0]["counts"]
    recount_not["not_returned"] = 60 - 41


@falsify("named plan", "recount", "not_returned 写0算得1", by="server")
def ballots_not_returned_forgotten(draft):
    draft["result"]["questions"][0]["counts"]["not_returned"] = 0


@falsify("named plan", "result-figures", "result.json", by="server")
def other_times_in_the_result(draft):
    draft["result"]["closes_at"] = "2026-03-21T10:00:00+00:00"


@falsify("named plan", "result-figures", "result.json", by="server")
def another_question_in_the_result(draft):
    draft["result"]["questions"][0]["text"] = "您是否同意出资？"


@falsify("line items", "result-figures", "result.json", by="server")
def a_question_dropped_from_the_result(draft):
    draft["result"]["questions"].pop()


# --- The notices and what is printed --------------------------------------------------------------
@falsify("named plan", "notice-head", "notices.json 第1份")
def a_notice_of_another_record(draft):
    draft["notices"]["notices"][0]["log_head"] = token("another")


@falsify("named plan", "printed", "应到人数（户数）（公告48）", by="server", voters=48)
def fewer_voters_printed(draft):
    draft["manifest"]["software"] = "0.1.1"


ROOT = GENUINE["named plan"]()["manifest"]["roll"]["root"][:32]
HEAD = GENUINE["named plan"]()["notices"]["notices"][1]["log_head"][:32]


@falsify("named plan", "printed", "名册指纹", by="server", root=ROOT)
def another_roll_from_the_start(draft):
    draft["roll"]["leaves"][6] = leaf(99)
    draft["manifest"]["roll"]["root"] = root(draft["roll"]["leaves"])


@falsify("named plan", "printed", "办事记录指纹", by="server", head=HEAD)
def another_record_under_another_key(draft):
    """Nothing in the package gives it away: only the paper does."""
    draft.key = Key(9)
    draft["manifest"]["key"] = Key(9).print
    swapped(draft, "for", "against")
    recount(draft)


@falsify("named plan", "printed", "办事记录指纹", head=HEAD)
def the_notice_itself_left_out(draft):
    draft["notices"]["notices"].pop()


@falsify("named plan", "printed", "“同意”的票数（公告35）", by="server", **{"1 for": 35})
def another_count_than_printed(draft):
    swapped(draft, "for", "against")
    recount(draft)
