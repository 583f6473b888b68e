"""The demo's world on a fixed day, and a client for each of the people who use it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deliberation import features
from deliberation.accounts.models import Account, Session, SessionAccount
from deliberation.accounts.signed_in import actor_for
from deliberation.accounts.tokens import new_token, token_hash
from deliberation.clock import Clock
from deliberation.database import connect, migrate
from deliberation.demo.loading import load
from deliberation.documents.files import Files
from deliberation.documents.queue import Queue
from deliberation.matters.models import Matter
from deliberation.people.phones import Phones
from deliberation.procedure import Role
from deliberation.settings import Settings
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.roll.own import own_entries
from deliberation.web.pdf import Renderer

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)  # a Wednesday, 10:00 in Shanghai
ORIGIN = "http://127.0.0.1:8000"
OFFICES = {  # who: user name
    "secretary": "lishuji",
    "committee": "wangzhuren",
    "clerk": "zhangjingban",
    "supervisor": "sunjiandu",
    "subdistrict": "liuganbu",
    "district": "makezhang",
    "administrator": "admin",
}
RESIDENTS = ("representative", "resident", "household")
PEOPLE = ("visitor", *RESIDENTS, *OFFICES)


class Fixed(Clock):
    """The day on which the demo is looked at."""

    def now(self) -> datetime:
        return NOW


async def fill(folder: Path) -> Settings:
    """The demo's data in a new folder; the database is connected."""
    settings = Settings(data_dir=folder, demo=True)
    folder.mkdir(parents=True)
    await connect(settings, features.model_modules())
    await migrate(settings, features.model_modules())
    files = Files(settings.data_dir / "files")
    async with Renderer() as renderer:
        queue = Queue(renderer, files, Fixed(), settings)

        async def render(now: datetime) -> None:
            await queue.drain()

        phones = Phones.open(settings.phone_key_path)
        lines = await load(phones, files, render, NOW, settings.base_url)
    (folder / "sign-in.txt").write_text("\n".join(lines))
    return settings


async def account_of(who: str) -> Account:
    """Somebody of that kind: with a slip, where they are residents."""
    if who in OFFICES:
        return await Account.get(username=OFFICES[who])
    slips = Account.filter(slips__revoked_at=None, username=None).order_by("id")
    kinds = {
        "representative": slips.filter(person__appointments__role=Role.REPRESENTATIVE),
        "resident": slips.filter(person__party="member"),
        "household": slips.filter(household_id__not_isnull=True),
    }
    return await kinds[who].first()


async def token_of(who: str) -> str:
    """A live session's cookie value."""
    account, token = await account_of(who), new_token()
    session = await Session.create(
        token_hash=token_hash(token),
        account=account,
        created_at=NOW,
        seen_at=NOW,
        expires_at=NOW + timedelta(days=365),
    )
    slip = await account.slips.filter(revoked_at=None).first()
    await SessionAccount.create(session=session, account=account, slip=slip)
    return token


async def main_pages(folder: Path) -> dict[str, tuple[str, str]]:
    """The pages that residents open most, and the first of the desk: whose and where, by name.
    `folder` is where the demo was filled in."""
    vote = await Vote.filter(status="open").order_by("-id").first()
    asked = await Matter.get(stage="opinions")
    built = await Matter.filter(stage__in=("implementation", "result_notice")).first()
    notice = await Notice.filter(status="published", kind="A").order_by("-id").first()
    slip = re.search(r"/s/\S+", (folder / "sign-in.txt").read_text())[0]
    matter = f"/matters/{vote.matter_id}"
    line, *_ = await own_entries(vote, await actor_for(await account_of("representative"), NOW))
    return {
        "home": ("visitor", "/"),
        "slip": ("visitor", slip),
        "me": ("representative", "/me"),
        "matters": ("visitor", "/matters"),
        "matter": ("visitor", matter),
        "opinions": ("resident", f"/matters/{asked.id}/opinions"),
        "survey": ("resident", f"/matters/{asked.id}/opinions/survey"),
        "vote": ("representative", f"{matter}/vote"),
        "ballot": ("representative", f"{matter}/vote/ballot/{line.id}"),
        "evaluation": ("resident", f"/matters/{built.id}/evaluation"),
        "notice": ("visitor", f"/notices/{notice.code}"),
        "help": ("visitor", "/help/voted"),
        "desk": ("clerk", "/desk"),
    }
