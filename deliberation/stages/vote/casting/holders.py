"""Several people share a phone: whose ballot lies open, when somebody else acts on it by now."""

from datetime import datetime

from deliberation.accounts.browsers import choices_in
from deliberation.accounts.models import Account, Session
from deliberation.accounts.signed_in import actor_for
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.roll.own import own_entries


async def holder_here(
    session: Session | None, vote: Vote, entry: int, now: datetime
) -> Account | None:
    """Who else of this browser may cast the ballot of a line (by id); None when nobody may."""
    for account in await choices_in(session) if session else []:
        if account.id == session.account_id:
            continue
        lines = await own_entries(vote, await actor_for(account, now))
        if entry in [line.id for line in lines]:
            return account
    return None
