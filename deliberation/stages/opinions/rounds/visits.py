"""Beginning a round, writing down a knock, taking the last one back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from deliberation.acting import Act, Actor, Forbidden, Refused, acting
from deliberation.calendar import local_date
from deliberation.matters.models import Matter
from deliberation.places.models import Household
from deliberation.stages.opinions.actions import code_of
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.recording import Said, late, row_of, silence
from deliberation.stages.opinions.rounds import rules
from deliberation.stages.opinions.rounds.doors import home_of
from deliberation.stages.opinions.rounds.models import Round, Visit, own_last
from deliberation.stages.opinions.rules import STANCES, visit_reasons


@dataclass(frozen=True)
class Knock:
    """What is written down at a door. `round` and `home` are ids; `ago` is how many seconds ago it
    was, by the clock of the phone that kept it (which need not be right otherwise)."""

    round: int
    home: int
    state: str
    text: str = ""
    stance: str = ""
    ago: int = 0

    @property
    def words(self) -> str:
        """The opinion; who only says yes or no said that."""
        return self.text or STANCES.get(self.stance, "")


async def begin(actor: Actor, matter: Matter, *, visitors: str, now: datetime) -> Round:
    """Begins a round of two named visitors. Raises Refused for fewer."""
    async with acting(actor, "opinions.begin_round", now, matter=matter) as act:
        if reasons := visit_reasons("visit", visitors):
            raise Refused(*reasons)
        begun = await Round.create(
            matter=matter, visitors=visitors, begun_at=now, begun_by=actor.account_id
        )
        act.record(round=begun.id)
    return begun


async def record(actor: Actor, matter: Matter, knock: Knock, *, code: str, now: datetime) -> Visit:
    """Writes down a knock, and its words as an opinion; the same entry sent again is one.

    Raises Refused; Forbidden for somebody else's round, so that a phone keeps what it has.
    """
    async with acting(actor, "opinions.visit", now, matter=matter) as act:
        if found := await _sent_before(act, knock, code):
            return found
        walk = await _own(act, knock.round)
        if (home := await home_of(matter, knock.home)) is None:
            raise Refused("这一户不在议题的涉及范围里")
        at = max(now - timedelta(seconds=knock.ago), walk.begun_at)
        reasons = rules.knock_reasons(knock.state, knock.text, knock.stance)
        if reasons := reasons + await late(matter, local_date(at), now):
            raise Refused(*reasons)
        visit = await Visit.create(
            matter=matter,
            round=walk,
            household=home,
            opinion=await _heard(act, walk, home, knock, at, code),
            state=knock.state,
            code=code_of(matter, code),
            at_door=at,
            recorded_at=now,
            recorded_by=actor.account_id,
        )
        act.record(visit=visit.id, opinion=visit.opinion_id)
    return visit


async def _sent_before(act: Act, knock: Knock, code: str) -> Visit | None:
    """The visit this entry already made. Raises Refused when it comes back changed."""
    found = await Visit.get_or_none(code=code_of(act.matter, code)).select_related("opinion")
    if found is None:
        return None
    said = (found.opinion.text, found.opinion.stance) if found.opinion else ("", "")
    same = (found.household_id, found.state, *said)
    if same != (knock.home, knock.state, knock.words, knock.stance):
        raise Refused("这一条已经送到过，后来改的没有收下；要改，请撤回那一条再重新记")
    act.record(repeated=found.id)
    return found


async def _own(act: Act, id: int) -> Round:
    walk = await Round.get_or_none(id=id, matter=act.matter)
    if walk is None:
        raise Refused("请先写下这一轮的两位走访人")
    if walk.begun_by != act.actor.account_id:
        raise Forbidden("这是另一位同事记的，请本人登录以后再送")
    return walk


async def _heard(
    act: Act, walk: Round, home: Household, knock: Knock, at: datetime, code: str
) -> Opinion | None:
    """The words as an opinion like any other that staff write down."""
    if not knock.words:
        return None
    said = Said("visit", knock.words, local_date(at), knock.stance, visitors=walk.visitors)
    opinion = row_of(act.actor, act.matter, said, building=None, home=home, now=act.now)
    opinion.request_code = code_of(act.matter, code)
    await opinion.save()
    return opinion


async def undo(actor: Actor, matter: Matter, *, visit: int, now: datetime) -> Visit:
    """Takes back the actor's own last entry; what was said with it counts no more.

    Raises Refused for any other entry, and once its words were grouped, looked at by the household
    or an answer was begun.
    """
    async with acting(actor, "opinions.undo_visit", now, matter=matter) as act:
        last = await own_last(matter.id, actor.account_id)
        if last is None or last.id != visit:
            raise Refused("只能撤回自己最后记的那一条")
        if last.opinion:
            await silence(act, last.opinion, "走访人撤回了这条记录")
        last.undone_at, last.undone_by = now, actor.account_id
        await last.save(update_fields=["undone_at", "undone_by"])
        act.record(visit=last.id, opinion=last.opinion_id)
    return last
