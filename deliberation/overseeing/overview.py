"""An area as it is now, in as many queries however large it is. Reads only."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q
from tortoise.functions import Count

from deliberation.acting import Actor
from deliberation.calendar import end_of
from deliberation.matters.models import Matter
from deliberation.matters.standing import Standing, standings
from deliberation.overseeing.rules import Community, Line, Raised
from deliberation.places.models import Place, PlaceKind
from deliberation.places.offices import covered
from deliberation.procedure import Role
from deliberation.stages.notices.models import Objection
from deliberation.stages.notices.rules import DECIDERS, LEVELS
from deliberation.stages.vote.models import Vote

OVER = frozenset({Role.SUBDISTRICT, Role.DISTRICT})


@dataclass(frozen=True)
class Area:
    """`communities` in the order of their names, each with its matters under way."""

    communities: list[Community]
    raised: list[Raised]

    @property
    def lines(self) -> list[Line]:
        return [line for one in self.communities for line in one.lines]


async def area_of(actor: Actor, now: datetime) -> Area | None:
    """What `actor` oversees; None for who oversees nothing."""
    inside = covered(actor, OVER)
    if inside is None:
        return None
    rows = Place.filter(inside, kind=PlaceKind.COMMUNITY).select_related("parent")
    places = await rows.order_by("parent__name", "name")
    stands = await standings(await Matter.filter(inside, ended="").order_by("id"))
    lines = defaultdict(list)
    closing = await _closing([one.matter.id for one in stands])
    for one in stands:
        lines[one.matter.community_id].append(_line(one, closing.get(one.matter.id)))
    raised = await _raised(actor, {one.matter.id: one.matter for one in stands}, now)
    waiting, ended = Counter(one.community for one in raised), await _ended(inside)
    return Area(
        [
            Community(
                row.id,
                row.name,
                row.parent.name,
                tuple(lines[row.id]),
                waiting[row.id],
                ended[row.id],
            )
            for row in places
        ],
        raised,
    )


async def _closing(matters: list[int]) -> dict[int, datetime]:
    """By matter, when the vote that is under way closes."""
    votes = Vote.filter(matter_id__in=matters, status="open")
    return dict(await votes.values_list("matter_id", "closes_at")) if matters else {}


def _line(stands: Standing, closes_at: datetime | None) -> Line:
    stay = stands.passage
    return Line(
        id=stands.matter.id,
        number=stands.matter.number,
        title=stands.matter.title,
        community=stands.matter.community_id,
        stage=stands.stage.key,
        since=stay.entered_at if stay else stands.matter.registered_at,
        until=end_of(stay.last_on) if stay and stay.last_on else closes_at,
        who="、".join(role.label for role in Role if role in stands.stage.next_roles),
    )


async def _raised(actor: Actor, matters: dict[int, Matter], now: datetime) -> list[Raised]:
    """Open objections that went up, and those at any level whose day is over."""
    about = Q(notice__matter_id__in=list(matters)) | Q(vote__matter_id__in=list(matters))
    rows = Objection.filter(about, upheld__isnull=True).select_related("notice", "vote")
    open_ = await rows.order_by("due_on", "id")
    taken = {row.escalated_from_id for row in open_}
    found = [_one(actor, matters, row) for row in open_ if row.id not in taken]
    return [one for one in found if one.level != LEVELS["committee"] or one.late(now)]


def _one(actor: Actor, matters: dict[int, Matter], row: Objection) -> Raised:
    matter = matters[(row.notice or row.vote).matter_id]
    return Raised(
        matter=matter.id,
        title=matter.title,
        community=matter.community_id,
        level=LEVELS[row.level],
        due_on=row.due_on,
        url=f"/matters/{matter.id}/{'notices' if row.notice else 'vote/roll'}",
        mine=DECIDERS.get(row.level) in actor.roles_at(matter.path),
    )


async def _ended(inside: Q) -> dict[int, Counter]:
    """By community, how many of its matters ended how."""
    rows = Matter.filter(inside).exclude(ended="")
    counted = (
        rows.annotate(n=Count("id")).group_by("community_id", "ended").order_by("community_id")
    )
    found: dict[int, Counter] = defaultdict(Counter)
    for community, outcome, n in await counted.values_list("community_id", "ended", "n"):
        found[community][outcome] = n
    return found
