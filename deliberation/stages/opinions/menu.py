"""What people want for a compound, in the words of the renovation menu. Pure.

Source: 国办发〔2020〕23号, three classes of items; and what every renovation is also about: money,
the works, the procedure. A text is about an item when one of its words stands in it.
Every matter has a menu of its own, made from one of these: residents tick it, staff sort by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from deliberation.matters.rules import CATEGORIES


@dataclass(frozen=True)
class Need:
    """`kind` is a key of CATEGORIES, or 'other'; `words` are what people say for it."""

    kind: str
    name: str
    words: tuple[str, ...]


KINDS = CATEGORIES | {"other": "其他"}


def _need(kind: str, name: str, words: str) -> Need:
    return Need(kind, name, tuple(words.split()))


MENU = {
    "water": _need("basic", "供水", "供水 自来水 水压 停水 没水"),
    "drain": _need("basic", "排水", "排水 下水 返味 雨污 雨水 污水 化粪池 冒水 积水 倒灌 内涝"),
    "power": _need("basic", "供电", "供电 停电 电表 跳闸 变压器"),
    "cables": _need("basic", "架空线", "架空线 线缆 电线 入地 飞线 断线 电线杆 蜘蛛网"),
    "road": _need("basic", "道路", "道路 路面 修路 路修 路边石 坑洼 井盖 地砖 铺路"),
    "gas": _need("basic", "供气", "燃气 煤气 天然气 液化气"),
    "heat": _need("basic", "供热", "供热 供暖 暖气 不热 热力"),
    "fire": _need("basic", "消防", "消防 消火栓 灭火器"),
    "security": _need("basic", "安防", "门禁 监控 摄像 大门 陌生人 人脸 防盗 门卫 保安"),
    "waste": _need("basic", "垃圾分类", "垃圾"),
    "telecom": _need("basic", "通信", "光纤 宽带 信号 基站"),
    "roof": _need("basic", "屋面", "屋面 屋顶 楼顶 顶楼 漏雨 漏水 防水"),
    "wall": _need("basic", "外墙", "外墙 外立面 墙皮"),
    "stairs": _need("basic", "楼道", "楼道 楼梯 扶手 声控"),
    "illegal": _need("improving", "拆除违建", "违建 违法建设 拆违 违章 私搭 乱搭 棚子 小院"),
    "green": _need("improving", "绿化", "绿化 绿地 种树 栽树 老树 砍 花草 草坪 的树"),
    "lighting": _need("improving", "照明", "路灯 照明"),
    "access": _need("improving", "无障碍和适老", "轮椅 坡道 无障碍 适老"),
    "parking": _need("improving", "停车", "停车 车位 乱停"),
    "charging": _need("improving", "充电设施", "充电 电瓶 电动车 电动自行车"),
    "lockers": _need("improving", "快件箱", "快递柜 快件箱"),
    "leisure": _need("improving", "活动场地", "健身 广场 活动场地 跳舞 座椅 椅子 凳子 凉亭"),
    "property": _need("improving", "物业", "物业"),
    "energy": _need("improving", "建筑节能", "节能 保温"),
    "lift": _need("improving", "加装电梯", "电梯"),
    "care": _need("raising", "养老托育助餐", "食堂 助餐 照料 养老 托育 托儿 幼儿园"),
    "health": _need("raising", "卫生服务", "卫生站 卫生服务 看病 买药"),
    "shops": _need("raising", "便民商业", "菜市场 便利店 超市 买菜"),
    "money": _need("other", "出资", "出钱 出资 自费 低保 花钱"),
    "works": _need("other", "施工安排", "施工 工期 开工 完工"),
    "process": _need("other", "办事程序", "方案 投票 表决 公示"),
}


@dataclass(frozen=True)
class Menu:
    """A matter's items by key, in the order shown; what every renovation is about comes last."""

    items: dict[str, Need]

    def needs(self, text: str) -> list[str]:
        """Keys of the items that a text is about, in the menu's order."""
        return [key for key, need in self.items.items() if any(w in text for w in need.words)]

    def options(self) -> list[tuple[str, str]]:
        """The items to sort by, each with its class."""
        return [(key, f"{KINDS[need.kind]}：{need.name}") for key, need in self.items.items()]

    def offered(self) -> dict[str, dict[str, str]]:
        """What residents tick: by class, the names by key. A class without items is left out."""
        classes = {
            kind: {key: need.name for key, need in self.items.items() if need.kind == kind}
            for kind in CATEGORIES
        }
        return {kind: names for kind, names in classes.items() if names}

    def name_of(self, key: str) -> str:
        return self.items[key].name if key in self.items else "没有归类"


def menu_of(items: Iterable[tuple[str, str, str]]) -> Menu:
    """The menu of items (key, kind, name). What an item is called counts among its words."""
    chosen = {
        key: Need(kind, name, tuple(dict.fromkeys((*_words(key), name))))
        for key, kind, name in items
    }
    return Menu(chosen | {key: need for key, need in MENU.items() if need.kind == "other"})


def _words(key: str) -> tuple[str, ...]:
    return MENU[key].words if key in MENU else ()


WHOLE = Menu(MENU)
# 一拆五改三增加, as Zhengzhou sums the menu up.
ONE_FIVE_THREE = menu_of(
    [
        ("illegal", "improving", "拆违建"),
        ("cables", "basic", "线缆入地"),
        ("wall", "basic", "外立面和节能"),
        ("drain", "basic", "雨污分流"),
        ("road", "basic", "道路白改黑"),
        ("green", "improving", "改善绿地"),
        ("rooms", "raising", "党群用房"),
        ("property", "improving", "物业用房"),
        ("security", "basic", "安防"),
    ]
)
TEMPLATES = {"whole": ("整个菜单", WHOLE), "one-five-three": ("一拆五改三增加", ONE_FIVE_THREE)}
