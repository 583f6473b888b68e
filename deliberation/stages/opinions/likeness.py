"""Which opinions are like each other, and why: words in common, weighed by how rare they are. Pure.

Words come from a dictionary of Chinese; what they are about comes from the menu, so that “下水道”
and “返味” meet although they share no word. Who wants something and who does not are never
suggested together. The same texts always give the same suggestions.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import heapify, heappop, heappush
from types import ModuleType

from deliberation.stages.opinions.menu import MENU, WHOLE

# How alike on average the opinions of one suggestion are. Measured on the sample opinions: below
# 0.1 different things meet, above 0.3 hardly anything does.
LEVELS = {"0.3": "很像才放在一起", "0.1": "比较像", "0.05": "有点像就放在一起"}
USUAL = "0.1"
SAME = 0.6
_TOPIC = 2  # a topic of the menu weighs as much as so many words
_AGAINST = re.compile("不同意|不赞成|反对|不支持|不愿意|不想要|不要[装建设搞]|别[装建设搞]")
_CHINESE = re.compile("[一-鿿]")
_COMMON = frozenset(
    (
        "希望 建议 应该 不能 能不能 不要 没有 有个 我们 我家 你们 他们 大家 家里 "
        "自己 这次 一次 一个 一定 一起 一样 可以 什么 怎么 现在 已经 就是 小区 改造 "
        "时候 地方 几个 想要 特别 但是 因为 所以 不了 不够 不行 事情 时间 晚上 老人 "
        "孩子 危险 愿意 同意 不同意 反对 赞成 支持"
    ).split()
)


@dataclass(frozen=True)
class Likeness:
    """Opinions by their places in the list; `words` all or most of them share, rarest first.
    `sure` when every one of them is about the topic."""

    members: tuple[int, ...]
    topic: str
    words: tuple[str, ...]
    against: bool
    sure: bool = False


@cache
def _dictionary() -> ModuleType:
    """Loaded when first needed, in a quarter of a second, with the words of the menu."""
    import rjieba  # noqa: PLC0415 a quarter of a second, for one page of staff

    for need in MENU.values():
        for word in need.words:
            rjieba.add_word(word, None, None)
    return rjieba


def words(text: str) -> list[str]:
    """The words of a text that say what it is about. One character says too little: 车 is of
    parking and of charging, 试 of anything."""
    # Guessing words it does not know, it would join characters of two.
    cut = _dictionary().cut(text, hmm=False)
    return [word for word in cut if len(word) > 1 and _CHINESE.search(word) and word not in _COMMON]


def is_against(text: str) -> bool:
    """Whether a text says that something is not wanted."""
    return bool(_AGAINST.search(text))


def alike(
    texts: Sequence[str],
    level: float = float(USUAL),
    needs: Callable[[str], list[str]] = WHOLE.needs,
) -> list[Likeness]:
    """Suggestions of two opinions or more, the largest first; an opinion is in one at most.

    `needs` says what of a matter's menu a text is about.
    """
    about = [needs(text) for text in texts]
    vectors = _weighed([_features(*one) for one in zip(texts, about, strict=True)])
    sides: dict[bool, list[int]] = {False: [], True: []}
    for number, text in enumerate(texts):
        sides[is_against(text)].append(number)
    found = [
        _explained(sorted(members), texts, about, against)
        for against, numbers in sides.items()
        for members in _clusters(numbers, vectors, level)
        if len(members) > 1
    ]
    return sorted(found, key=lambda one: (-len(one.members), one.members))


def repeated(said: Sequence[tuple[int | None, str]]) -> dict[int, int]:
    """{place: earlier place} of opinions (household, text) that their own household said before."""
    vectors = _weighed([_features(text, WHOLE.needs(text)) for _, text in said])
    homes: dict[int, list[int]] = {}
    found = {}
    for number, (home, _) in enumerate(said):
        before = homes.setdefault(home, []) if home is not None else []
        like = [one for one in before if _cosine(vectors[one], vectors[number]) >= SAME]
        if like:
            found[number] = like[0]
        before.append(number)
    return found


def _features(text: str, about: Sequence[str]) -> Counter:
    return Counter(words(text)) + Counter({f"#{key}": _TOPIC for key in about})


def _weighed(counts: list[Counter]) -> list[dict[str, float]]:
    """Rare features weigh more (tf-idf); every vector has length one."""
    spread = Counter(feature for count in counts for feature in count)
    vectors = []
    for count in counts:
        raw = {
            feature: times * math.log(1 + len(counts) / spread[feature])
            for feature, times in count.items()
        }
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        vectors.append({feature: weight / length for feature, weight in raw.items()})
    return vectors


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(weight * other.get(feature, 0.0) for feature, weight in one.items())


def _clusters(numbers: list[int], vectors: list[dict[str, float]], level: float) -> list[list[int]]:
    """The two groups most alike on average are joined until none are alike enough."""
    groups = {number: [number] for number in numbers}
    sums: dict[int, dict[int, float]] = {number: {} for number in numbers}
    for place, one in enumerate(numbers):
        for other in numbers[place + 1 :]:
            if like := _cosine(vectors[one], vectors[other]):
                sums[one][other] = sums[other][one] = like
    # 9 digits, so that the order of adding up never decides.
    queue = [(-round(like, 9), a, b) for a in sums for b, like in sums[a].items() if a < b]
    heapify(queue)
    newest = max(numbers, default=0)
    while queue and -queue[0][0] >= level:
        _, one, other = heappop(queue)
        if one not in groups or other not in groups:
            continue
        newest += 1
        groups[newest] = groups.pop(one) + groups.pop(other)
        joined = Counter(sums.pop(one)) + Counter(sums.pop(other))
        sums[newest] = {rest: like for rest, like in joined.items() if rest in groups}
        for rest, like in sums[newest].items():
            sums[rest][newest] = like
            mean = like / (len(groups[newest]) * len(groups[rest]))
            heappush(queue, (-round(mean, 9), rest, newest))
    return list(groups.values())


def _explained(
    members: list[int], texts: Sequence[str], about: Sequence[list[str]], against: bool
) -> Likeness:
    shared = Counter(word for number in members for word in dict.fromkeys(words(texts[number])))
    common = [word for word, times in shared.most_common() if times > 1]
    topics = Counter(key for number in members for key in about[number])
    topic, times = topics.most_common(1)[0] if topics else ("", 0)
    enough = times * 2 > len(members)
    sure = times == len(members)
    return Likeness(tuple(members), topic if enough else "", tuple(common[:4]), against, sure)
