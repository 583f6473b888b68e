"""What every page of a matter shows around its own content: line, missing things, who is next."""

from starlette.requests import Request

from deliberation.act_names import ACT_NAMES
from deliberation.acting import may, permitted
from deliberation.calendar import end_of
from deliberation.database.plain import first
from deliberation.matters.facts import the_matter
from deliberation.matters.models import Matter
from deliberation.matters.standing import Standing, facts_of, standing
from deliberation.places.models import Place
from deliberation.procedure import Reason
from deliberation.tasks.listing import address
from deliberation.web.perform import or_404
from deliberation.web.render import actor_of, now


async def matter_of(request: Request) -> Matter:
    """The matter named in the URL; raises 404."""
    return or_404(await the_matter(request.path_params["matter"]))


async def frame(request: Request, key: str | None = None) -> dict:
    """The variables of `matters/frame.html` for the page of stage `key`, or of the stage where the
    matter stands (or ended); raises 404 when the matter has not been there yet.

    `here` is the declared stage, `onward` the one after it, `current` whether the matter stands
    there now, `known` the facts of its rules then (else None), `reasons` what is missing to leave
    it, `fix(reason)` the button (url, label) that removes one of them for those who may, `bound`
    why it may not be sent back,
    `may(act)` whether to offer an act to whoever asks, `in_period` whether its announced period
    still runs.
    """
    matter = await matter_of(request)
    stands = await standing(matter)
    key = key or stands.passages[-1].stage
    here = stands.procedure.stage(key) if stands.procedure.has(key) else None
    passage = or_404(stands.latest(key) if here else None)
    actor, current, norms = actor_of(request), stands.stage is here, stands.procedure.norms
    known = await facts_of(matter, here) if current else None

    def offered(act: str) -> bool:
        return may(actor, act, matter, stands.stage)

    def refusal(act: str) -> list[str]:
        return permitted(actor, act, path=matter.path, stage=stands.stage)

    def fix(reason: str) -> tuple[str, str] | None:
        if not isinstance(reason, Reason) or not reason.act or not offered(reason.act):
            return None
        url = address(stands, reason)
        return None if url == request.url.path else (url, ACT_NAMES[reason.act])

    return {
        "matter": matter,
        "standing": stands,
        "community": await first(Place, "WHERE x.id = $1", matter.community_id),
        "here": here,
        "onward": stands.procedure.following(key),
        "passage": passage,
        "current": current,
        "known": known,
        "reasons": here.blockers(known, norms, now(request)) if current else [],
        "may": offered,
        "fix": fix,
        "refusal": refusal,
        "now": now(request),
        "norms": norms,
        "back_to": _back_to(stands),
        "bound": here.bound(known, norms) if current and offered("matters.send_back") else [],
        "in_period": passage.last_on is not None and now(request) < end_of(passage.last_on),
    }


def _back_to(stands: Standing) -> list[tuple[str, str]]:
    if stands.stage is None:
        return []
    return [(key, stands.procedure.stage(key).name) for key in stands.stage.back_to]
