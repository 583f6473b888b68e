"""A notice of invented content that uses every part of the printed page."""

from pathlib import Path

import jinja2

from deliberation.web.assets import TEMPLATES
from deliberation.web.qr import qr_data_uri

URL = "https://shequ.example.cn/n/7K3MQ2XD"
ISSUER = "示例市梧桐区槐荫街道向阳社区居民委员会"
RARE = "䶮㛃𬭚𠅤堃喆燊犇濛"

SHEET = {
    "title": ["关于东风里小区", "加装非机动车充电设施", "决议内容的公示"],
    "foot": "公示编号 DFL-2026-003-A1  校验码 7K3M-Q2XD",
    "attachments": ["东风里小区征求意见答复情况表", "充电棚平面布置方案"],
    "issuer": ISSUER,
    "sealed": True,
    "date": "2026年3月2日",
    "proof": [
        ("议题编号", "DFL-2026-003"),
        ("公示编号", "DFL-2026-003-A1"),
        ("校验码", "7K3M-Q2XD"),
        ("记录摘要", "9f86d081884c7d659a2feaa0c55ad015"),
    ],
    "url": URL,
    "qr": qr_data_uri(URL),
    "sample": True,
}


def sample_notice(name: str = "sample.print.html", **changes: object) -> str:
    """The HTML of the sample, with the fields of `sheet` given in `changes` replaced."""
    loader = jinja2.FileSystemLoader([TEMPLATES, Path(__file__).parent])
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template(name).render(sheet=SHEET | changes)
