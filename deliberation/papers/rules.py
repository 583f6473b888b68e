"""Which papers there are beside a vote's own and a meeting's minutes, by key."""

PAPERS = {
    "opinion_form": "意见表",
    "objection_form": "异议书",
    "proxy_form": "授权委托书",
    "dossier": "卷宗封面和目录",
}
MOST = 40  # documents shown as printed before
