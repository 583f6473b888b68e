"""From a form to an act and back: 303 when done, the same page with reasons when not."""

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from deliberation.acting import Forbidden, Refused, Wrong
from deliberation.web.forms import Form
from deliberation.web.render import actor_of, see_other


async def perform(
    request: Request,
    form: Form,
    action: Callable[[], Awaitable[object]],
    *,
    done: str | Callable[[object], str],
    again: Callable[..., Awaitable[Response]],
    flash: str = "",
) -> Response:
    """Carries out `action` unless the form has errors.

    `done` is the URL to go to then (or makes it from the action's result); `again(request,
    form=..., status=...)` renders the page once more with everything typed: 422 for a wrong form
    or a rule's reasons, 403 for someone who may not do this.
    """
    if not form.ok:
        return await again(request, form=form, status=422)
    try:
        result = await action()
    except Wrong as wrong:
        form.errors |= wrong.fields
        return await again(request, form=form, status=422)
    except Refused as refusal:
        form.reasons = refusal.reasons
        status = 403 if isinstance(refusal, Forbidden) else 422
        return await again(request, form=form, status=status)
    return see_other(done(result) if callable(done) else done, flash)


def visible_to(request: Request, roles, path: str) -> None:
    """Raises 404 unless the person asking holds one of `roles` at `path`."""
    if not frozenset(roles) & actor_of(request).roles_at(path):
        raise HTTPException(404)


def or_404(value):
    """`value`; raises 404 when it is None: what is not there, and what one may not see."""
    if value is None:
        raise HTTPException(404)
    return value
