"""Which papers there are beside a vote's own and a meeting's minutes, by key."""

PAPERS = {
    "opinion_form": "意见表",
    "objection_form": "异议书",
    "proxy_form": "授权委托书",
    "dossier": "卷宗封面和目录",
    "phoneless": "没有电话的住户名单",
    "unheard": "没有听到的住户名单",
}
CALL_LISTS = ("phoneless", "unheard")
MOST = 40  # documents shown as printed before
