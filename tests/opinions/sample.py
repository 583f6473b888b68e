"""Seventy-three opinions as a community collects them; five of them hold something personal."""

from deliberation.demo.opinions import TOPICS
from deliberation.stages.opinions import sheets

TRAPS = (
    "打我手机13900005678，楼上王奶奶家下水道堵了找我，我住1号楼2单元301",
    "身份证410102195001011234早就交了，怎么还说我不是业主",
    "暖气不热打座机0371-60001234没人接",
    "2号楼1单元401李建国家屋顶漏水，墙皮都掉了",
    "停车费打到6222020200112233446这张卡上行不行",
)
SECRETS = (
    "13900005678",
    "1号楼2单元301",
    "410102195001011234",
    "60001234",
    "2号楼1单元401",
    "李建国",
    "6222020200112233446",
)
TEXTS = [text for topic in TOPICS for text in topic.texts][: 73 - len(TRAPS)] + list(TRAPS)
CHANNELS = ("网上", "微信群", "小板凳会议", "电话")
SAMPLE = sheets.write(
    ["渠道", "楼栋", "单元", "意见"],
    [
        [CHANNELS[number % 4], f"{number % 2 + 1}号楼", "1单元", text]
        for number, text in enumerate(TEXTS)
    ],
)
