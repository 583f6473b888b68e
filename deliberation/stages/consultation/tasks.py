"""Organisations whose last days run and that have not answered: somebody should remind them."""

from collections import defaultdict

from deliberation.calendar import day_text, end_of
from deliberation.database.plain import found, refer
from deliberation.matters.standing import Standing
from deliberation.stages.consultation.models import Invitation
from deliberation.stages.consultation.rules import reminder_due
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope, by_stay

_SILENT = (
    "WHERE x.passage_id IN $1 AND x.absent_at IS NULL AND x.withdrawn_at IS NULL AND NOT EXISTS "
    '(SELECT 1 FROM "position" p WHERE p.invitation_id = x.id) AND EXISTS (SELECT 1 FROM link l '
    "WHERE l.invitation_id = x.id AND l.revoked_at IS NULL) ORDER BY x.due_on, x.id"
)


async def tasks(scope: Scope) -> list[Task]:
    places = by_stay(scope.where("consultation.link"))
    if not places:
        return []
    waiting = defaultdict(list)
    for row in await refer(await found(Invitation, _SILENT, [*places]), "organisation"):
        if reminder_due(row.due_on, places[row.passage_id].procedure.norms, scope.now):
            waiting[row.passage_id].append(row)
    return [_remind(places[stay], rows) for stay, rows in waiting.items()]


def _remind(stands: Standing, rows: list[Invitation]) -> Task:
    names = "、".join(row.organisation.name for row in rows)
    last = day_text(rows[0].due_on)
    return Task(
        f"请提醒{names}：答复期限是{last}24:00，过期记为缺席。",
        f"/matters/{stands.matter.id}/consultation",
        "去提醒",
        stands.matter,
        until=end_of(rows[0].due_on),
        act="consultation.link",
    )
