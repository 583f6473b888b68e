"""What is asked of residents besides their own words, and what may change while they answer. Pure.

Source: the survey fields of a renovation (是否同意改造, 拆违意愿, 物业费缴纳意愿, 维修资金缴纳意愿,
愿意出资) and its menu. Once the period is announced people have begun to answer: from then on
nothing is taken away or renamed under their ticks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from deliberation.stages.opinions.menu import Menu, Need
from deliberation.stages.opinions.rules import STANCES, public_reasons


@dataclass(frozen=True)
class Question:
    """`name` heads a table, `text` is how a person is asked."""

    name: str
    text: str


STANCE = Question("是否同意改造", "您同意改造吗")
QUESTIONS = {
    "demolition": Question("拆除违建", "自家或者邻居家的违建要拆，您愿意配合吗"),
    "fee": Question("交物业费", "改好以后有人管，您愿意交物业费吗"),
    "fund": Question("交维修资金", "您愿意交维修资金，用来以后大修吗"),
    "share": Question("出资改造", "这次改造，您愿意自己出一部分钱吗"),
}
WILLING = {"willing": "愿意", "unwilling": "不愿意", "consider": "再考虑"}
# The same three columns for every question, so that one table holds them all.
COLUMNS = dict(zip(WILLING, STANCES, strict=True))
MOST_PHOTOS, MOST_NAME = 3, 20


@dataclass(frozen=True)
class Asked:
    """What a matter asks: its menu, and the keys of the questions that concern it."""

    menu: Menu
    questions: tuple[str, ...] = tuple(QUESTIONS)


@dataclass(frozen=True)
class Given:
    """What a form says besides words and stance: answers by question, items of the menu."""

    willing: Mapping[str, str] = field(default_factory=dict)
    wants: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.willing or self.wants)


NOTHING = Given()


def shortly(given: Given, items: Mapping[str, Need], kinds: list[str]) -> str:
    """Answers in one line: what is wanted of the menu's `items`, then willingness, then what came
    with it. '' for nothing."""
    parts = {"想改": [need.name for key, need in items.items() if key in given.wants]}
    parts |= {
        word: [one.name for key, one in QUESTIONS.items() if given.willing.get(key) == answer]
        for answer, word in WILLING.items()
    }
    brought = {"photo": f"{kinds.count('photo')}张照片", "voice": "一段语音"}
    parts["交了"] = [words for kind, words in brought.items() if kind in kinds]
    return "；".join(f"{word}：{'、'.join(said)}" for word, said in parts.items() if said)


def steps(asked: Asked) -> tuple[str, ...]:
    """The pages of the form in their order: one a question, the last to look it over."""
    menu = ("menu",) if asked.menu.offered() else ()
    return ("stance", *asked.questions, *menu, "words", "review")


def unasked(given: Given, asked: Asked) -> list[str]:
    """Why answers are refused that no form of the matter asks for."""
    offered = {key for names in asked.menu.offered().values() for key in names}
    if not set(given.willing) <= set(asked.questions) or not given.wants <= offered:
        return ["请从列出的选项里选"]
    return []


def silent(text: str, stance: str, given: Given, *, photos: int = 0, voice: int = 0) -> list[str]:
    """Why there is nothing to take in. A photo alone does not say what is wanted of it."""
    if text or voice:
        return []
    if photos:
        return ["请写一写照片上是什么，要怎么办"]
    return [] if stance or given else ["请至少回答一题，或者写几句话"]


def editing(before: Asked, after: Asked, *, announced: bool, chosen: frozenset[str]) -> list[str]:
    """Why what is asked may not be changed so. `chosen` are items and questions that somebody
    answered already, and items that opinions are sorted by."""
    reasons = _own_words(before.menu, after.menu)
    names = {key: need.name for key, need in before.menu.items.items()}
    names |= {key: QUESTIONS[key].name for key in before.questions}
    kept = {key: need.name for key, need in after.menu.items.items()}
    kept |= {key: QUESTIONS[key].name for key in after.questions}
    for why, bound in (
        ("期限已经公布，只能增加", set(names) if announced else set()),
        ("已经有人选了", set(names) & chosen),
    ):
        gone = [names[key] for key in names if key in bound and key not in kept]
        other = [names[key] for key in names if key in bound and kept.get(key) != names[key]]
        other = [name for name in other if name not in gone]
        reasons += [f"{why}，不能拿掉：{'、'.join(gone)}"] if gone else []
        reasons += [f"{why}，不能改名：{'、'.join(other)}"] if other else []
    return reasons


def _own_words(before: Menu, after: Menu) -> list[str]:
    """What is wrong with the names: they are public, and one of them means one thing."""
    names = [need.name for need in after.items.values()]
    known = {need.name for need in before.items.values()}
    reasons = [why for name in names if name not in known for why in public_reasons(name)]
    twice = sorted({name for name in names if names.count(name) > 1})
    reasons += [f"“{name}”在菜单里有两项" for name in twice]
    return reasons if after.offered() else [*reasons, "菜单里至少留一项"]
