"""Which papers there are beside a vote's own, by key; a meeting's minutes come by meeting."""

PAPERS = {
    "opinion_form": "意见表",
    "objection_form": "异议书",
    "proxy_form": "授权委托书",
    "dossier": "卷宗封面和目录",
}
MINUTES = "minutes"
MOST = 40  # documents shown as printed before
