"""What the sample committee proposes, and what the organisations it asks say to it."""

from deliberation.demo.opinions import (
    CABLES,
    CHARGING,
    GATE,
    LAMPS,
    PARKING,
    PIPES,
    ROAD,
    ROOF,
    SQUARE,
)

CHANNELS = ("visit", "online", "bench", "paper", "chat")
BUREAU, POWER, WORKS = "区住房和城乡建设局", "示例供电公司", "示例市政工程公司"
ITEMS = (  # name, class, quantity, responsible, yuan by payer
    (PIPES, "basic", "主管2,860米，化粪池9座", WORKS, {"treasury": 1860000, "residents": 76400}),
    (ROOF, "basic", "9栋，6,120㎡", WORKS, {"treasury": 1101600}),
    (LAMPS, "basic", "灯378盏，扶手1,240米", WORKS, {"treasury": 186500}),
    (CABLES, "basic", "1,460米", POWER, {"treasury": 620000, "organisation": 310000}),
    (GATE, "basic", "门禁27套，摄像头46个", WORKS, {"treasury": 243800}),
    (ROAD, "basic", "4,380㎡，雨水井62座", WORKS, {"treasury": 744600}),
    (CHARGING, "improving", "2座，充电位96个", POWER, {"organisation": 268000}),
    (PARKING, "improving", "车位110个", WORKS, {"treasury": 58300}),
    (SQUARE, "improving", "640㎡，座椅12张", WORKS, {"treasury": 166500, "donation": 20000}),
)
GUESTS = (  # seat, organisation, stance, undertaking, conditions
    ("committee", "向阳社区“两委”", "agree", "每周通报进度", ()),
    ("supervisors", "向阳社区居务监督委员会", "agree", "全程监督资金和质量", ()),
    ("property", "示例物业服务有限公司", "agree", "改造后管护公共部位", ()),
    ("counsel", "示例律师事务所", "agree", "审核合同", ()),
    ("partner", "示例小学", "agree", "放学时段借用操场停车", ()),
    ("representatives", "东风里居民代表小组", "agree", "每栋楼两名代表监督施工", ()),
    (
        "x",
        POWER,
        "conditional",
        "9月30日前完成供电线缆入地，出资31万元",
        ("开挖前会同通信公司定一次路由",),
    ),
    ("x", BUREAU, "agree", "安排专项资金", ()),
)
