"""The invented roll of the demo compound “东风里小区”: 9 buildings, 382 households, 963 people.

The size is that of a real compound of 1981; every name and number is made up. The same rows come
out on every machine and day. 5 people are full party members, 1 is probationary, 47 are
representatives, and one of these is a full member too, so that 51 people may vote together.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

HEADER = [
    "楼栋",
    "单元",
    "房号",
    "与户主关系",
    "姓名",
    "性别",
    "出生年份",
    "手机号",
    "专有面积(㎡)",
    "产权情况",
    "政治面貌",
    "居民代表",
]
BUILDINGS, ENTRANCES, FLOORS = 9, 3, 7
HOUSEHOLDS_BY_SIZE = {1: 76, 2: 139, 3: 95, 4: 44, 5: 20, 6: 8}
TENANTS = 76
REPRESENTATIVES = 47
LAST_ADULT_YEAR = 2008
AREAS = (48.6, 52.31, 56.0, 61.75, 68.42, 74.9, 83.17)

_SURNAMES = (
    "李 王 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董"
    " 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田"
    " 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段"
    " 雷 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 欧阳 诸葛"
).split()
_GIVEN = {
    "男": "国建军伟强明平志文德华刚勇涛杰磊斌波浩宇鑫帆凯超俊辉顺福长生",
    "女": "秀英桂兰玉梅红霞凤珍芳丽娟敏静艳云琴素雪琳婷慧莹丹娜春香",
}
# Characters that ordinary typefaces and encodings lack, and that people are called by.
_RARE = {"男": "䶮堃燊犇喆", "女": "䶮㛃燊喆"}


class _Dice:
    """Only `random()` is promised to give the same numbers in every version of Python."""

    def __init__(self) -> None:
        self._source = random.Random(1981)

    def below(self, number: int) -> int:
        return int(self._source.random() * number)

    def pick(self, choices: Sequence):
        return choices[self.below(len(choices))]

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def shuffled(self, items: Sequence) -> list:
        keyed = [(self._source.random(), index, item) for index, item in enumerate(items)]
        return [item for _, _, item in sorted(keyed, key=lambda entry: entry[:2])]


def rows() -> list[list]:
    """The header and 963 rows, cells as a spreadsheet holds them; None where a cell is blank."""
    dice = _Dice()
    homes = _homes()
    sizes = dice.shuffled([n for n, count in HOUSEHOLDS_BY_SIZE.items() for _ in range(count)])
    tenants = set(dice.shuffled(range(len(homes)))[:TENANTS])
    represented = {i * len(homes) // REPRESENTATIVES for i in range(REPRESENTATIVES)}
    both = sorted(represented)[REPRESENTATIVES // 2]
    others = dice.shuffled([i for i in range(len(homes)) if i not in represented])
    members, probationary = {both, *others[:4]}, others[4]
    areas: dict[tuple, float] = {}
    table: list[list] = [list(HEADER)]
    phones = 0
    for index, ((building, entrance, room), size) in enumerate(zip(homes, sizes, strict=True)):
        stack = (building, entrance, room[-2:])  # homes above each other are of one size
        area = areas.setdefault(stack, dice.pick(AREAS))
        for relationship, name, gender, year in _family(dice, size):
            head = relationship == "户主"
            phone = None
            if year <= LAST_ADULT_YEAR and dice.chance(90 if head else 62):
                phones += 1
                phone = f"1990000{1000 + 11 * phones:04d}"
            party = (
                "中共党员"
                if index in members
                else ("中共预备党员" if index == probationary else None)
            )
            table.append(
                [
                    f"{building}号楼",
                    f"{entrance}单元",
                    room,
                    relationship,
                    name,
                    gender,
                    year,
                    phone,
                    area if head else None,
                    ("承租" if index in tenants else "业主") if head else None,
                    party if head else None,
                    "是" if head and index in represented else None,
                ]
            )
    return table


def _homes() -> list[tuple[int, int, str]]:
    """Two doors on each of seven floors; the last building has four homes more."""
    homes = []
    for building in range(1, BUILDINGS + 1):
        for entrance in range(1, ENTRANCES + 1):
            for floor in range(1, FLOORS + 1):
                wide = building == BUILDINGS and entrance == 1 and floor <= 4
                homes += [
                    (building, entrance, f"{floor}{door:02d}")
                    for door in range(1, 4 if wide else 3)
                ]
    return homes


def _family(dice: _Dice, size: int) -> list[tuple[str, str, str, int]]:
    """Relationship, name, gender and year of birth of `size` people, the head first."""
    head_gender = dice.pick("男女") if size < 3 else ("女" if dice.chance(30) else "男")
    spouse_gender = "女" if head_gender == "男" else "男"
    surname, married_into = dice.pick(_SURNAMES), dice.pick(_SURNAMES)
    first, span = {1: (1941, 45), 2: (1946, 48)}.get(size, (1962, 29))
    year = first + dice.below(span)
    people = [("户主", surname, head_gender, year)]
    couple = size > 2 or size == 2 and dice.chance(80)
    if couple:
        people.append(("配偶", married_into, spouse_gender, year - 4 + dice.below(8)))
    parents = {5: 1, 6: 2}.get(size, int(size in (3, 4) and dice.chance(25)))
    child_surname = surname if head_gender == "男" or not couple else married_into
    for _ in range(size - len(people) - parents):
        gender = dice.pick("男女")
        born = min(max(p[3] for p in people[:2]) + 23 + dice.below(9), 2025)
        people.append(("子" if gender == "男" else "女", child_surname, gender, born))
    for number in range(parents):
        mother = number == 1 or parents == 1 and dice.chance(65)
        people.append(
            (
                "母" if mother else "父",
                dice.pick(_SURNAMES) if mother else surname,
                "女" if mother else "男",
                year - 23 - dice.below(6),
            )
        )
    named: dict[str, tuple[str, str, int]] = {}
    for relationship, family_name, gender, born in people:
        while (name := family_name + _given(dice, gender)) in named:
            continue
        named[name] = relationship, gender, born
    return [
        (relationship, name, gender, born) for name, (relationship, gender, born) in named.items()
    ]


def _given(dice: _Dice, gender: str) -> str:
    characters = [dice.pick(_GIVEN[gender]) for _ in range(1 if dice.chance(20) else 2)]
    if dice.chance(6):
        characters[-1] = dice.pick(_RARE[gender])
    return "".join(characters)
