"""The sample's SMS: what the clerk switched on in the matters that run. Without a gateway the page
of messages shows what would be sent."""

from datetime import datetime

from deliberation.demo.people import Staff
from deliberation.matters.models import Matter
from deliberation.messages.actions import order
from deliberation.messages.offers import offers

ORDERED = ("opinions_end", "vote", "vote_end")


async def arrange(staff: Staff, base_url: str, now: datetime) -> None:
    clerk = await staff.actor("zhangjingban", now)
    for matter in await Matter.filter(ended=""):
        for offer in await offers(matter, base_url, now):
            if offer.kind in ORDERED and not offer.reasons:
                await order(
                    clerk,
                    matter,
                    kind=offer.kind,
                    about=offer.about,
                    base_url=base_url,
                    now=now,
                )
