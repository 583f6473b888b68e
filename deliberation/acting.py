"""The one seam of every change: permission, then a transaction, then a signed entry in the log.

    async with acting(actor, "opinions.answer", now, matter=matter) as act:
        await Answer.create(...)
        act.record(opinion=opinion.id, verdict="adopted")

Writes happen inside such a block, or in a function that takes the `Act` (a test enforces it).
Nobody is above the stage: an act belongs to the stages that declare it, or to the standing acts.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from deliberation import procedures
from deliberation.database.once import forget
from deliberation.log import checkpoints, signing
from deliberation.log.models import GENESIS, Entry, digest, head
from deliberation.matters.models import Matter
from deliberation.places.models import Place
from deliberation.procedure import Role, Stage
from deliberation.refusals import Forbidden, noted
from deliberation.refusals import Refused as Refused
from deliberation.refusals import Wrong as Wrong


@dataclass(frozen=True)
class Office:
    """A role held somewhere: `path` is the place's path, such as `/1/2/3/`."""

    role: Role
    path: str


@dataclass(frozen=True)
class Actor:
    """Who acts. `account_id` is None for a visitor and for the system itself; `homes` are the
    households (ids) they belong to, `owned` those whose homes are theirs."""

    account_id: int | None = None
    name: str = "访客"
    person_id: int | None = None
    homes: tuple[int, ...] = ()
    offices: tuple[Office, ...] = ()
    owned: tuple[int, ...] = ()

    @property
    def household_id(self) -> int | None:
        return self.homes[0] if self.homes else None

    def roles_at(self, path: str) -> frozenset[Role]:
        """The roles that count at a place: held there, above it, or (residents) inside it."""
        held = {office.role for office in self.offices if _counts(office, path)}
        return frozenset(held | {Role.VISITOR})

    @property
    def role_names(self) -> list[str]:
        """None for a household's sign-in: its name says what it is."""
        household = self.person_id is None and self.homes
        return [] if household else [role.label for role in self.roles]

    @property
    def is_staff(self) -> bool:
        """Whether there is a desk for them: they hold some office, not only a home or a vote."""
        return bool(set(self.roles) - INSIDE)

    @property
    def roles(self) -> tuple[Role, ...]:
        return tuple(dict.fromkeys(office.role for office in self.offices))


VISITOR = Actor()
SYSTEM = Actor(name="系统", offices=(Office(Role.SYSTEM, "/"),))
INSIDE = {Role.RESIDENT, Role.REPRESENTATIVE, Role.PARTY_MEMBER}


def _counts(office: Office, path: str) -> bool:
    inside = office.role in INSIDE and office.path.startswith(path)
    return path.startswith(office.path) or inside


@dataclass
class Act:
    """One act under way. `record` adds figures and ids to its log body, never personal data."""

    name: str
    actor: Actor
    now: datetime
    connection: BaseDBAsyncClient
    matter: Matter | None = None
    body: dict = field(default_factory=dict)

    def record(self, **figures) -> None:
        self.body.update(figures)


def permitted(actor: Actor, name: str, *, path: str, stage: Stage | None) -> list[str]:
    """The reasons why `actor` may not do `name` there; empty when they may.

    `stage` is where the matter stands, None for acts without a matter or on an ended matter.
    """
    roles = _roles(name, stage)
    if roles is None:
        where = f"本议题正处于“{stage.name}”" if stage else "本议题已经结束"
        return [f"{where}，现在不能办理这一步"]
    if not roles & actor.roles_at(path):
        names = "、".join(role.label for role in Role if role in roles)
        return [f"这一步由{names}办理"]
    return []


def may(actor: Actor, name: str, matter: Matter, stage: Stage | None) -> bool:
    """Whether to offer the act at all: the same without the reasons."""
    return bool((_roles(name, stage) or frozenset()) & actor.roles_at(matter.path))


def _roles(name: str, stage: Stage | None) -> frozenset[Role] | None:
    """Whose act it is now; None when it is nobody's."""
    roles = procedures.STANDING.get(name)
    return stage.may.get(name) if roles is None and stage is not None else roles


@asynccontextmanager
async def acting(
    actor: Actor,
    name: str,
    now: datetime,
    *,
    matter: Matter | None = None,
    place: Place | None = None,
    quiet: bool = False,
) -> AsyncIterator[Act]:
    """Opens the act's transaction; raises Forbidden when the actor may not do it now.

    The matter (or place) row is locked, so acts on one matter follow one another and its chain
    of entries has no gap. `quiet` acts (casting a ballot) take the lock shared and leave no entry.
    Once it is committed, the entry's checkpoint is written beside the database.
    """
    forget()
    with noted(name, None if quiet else actor.account_id, matter and matter.id):
        async with _acting(actor, name, now, matter, place, quiet) as act:
            yield act


@asynccontextmanager
async def _acting(
    actor: Actor,
    name: str,
    now: datetime,
    matter: Matter | None,
    place: Place | None,
    quiet: bool,
) -> AsyncIterator[Act]:
    entry = None
    async with in_transaction() as connection:
        table, row = ("matter", matter) if matter else ("place", place)
        await _lock(connection, table, row.id, shared=quiet)
        stage = await _stage(matter)
        path = matter.path if matter else place.path if place else "/"
        reasons = permitted(actor, name, path=path, stage=stage)
        if reasons:
            raise Forbidden(*reasons)
        act = Act(name, actor, now, connection, matter)
        yield act
        if not quiet:
            # A registration opens the chain of the matter that it makes.
            chain = f"matter/{act.matter.id}" if act.matter else f"place/{place.id}"
            entry = await _append(act, chain)
    if entry:
        await checkpoints.keep(entry)


@dataclass
class Together:
    """A quiet act that several people do in one transaction, each by their own permission."""

    name: str
    now: datetime
    connection: BaseDBAsyncClient
    matter: Matter
    stage: Stage | None

    def act(self, actor: Actor) -> Act:
        """The act of one of them; raises Forbidden when they may not do it."""
        reasons = permitted(actor, self.name, path=self.matter.path, stage=self.stage)
        if reasons:
            raise Forbidden(*reasons)
        return Act(self.name, actor, self.now, self.connection, self.matter)


@asynccontextmanager
async def acting_together(name: str, now: datetime, *, matter: int) -> AsyncIterator[Together]:
    """Opens one transaction for the same quiet act of several people on one matter (by its id;
    raises DoesNotExist). Nothing of it is done before the block ends: nobody is answered within it.
    """
    forget()
    async with in_transaction() as connection:
        await _lock(connection, "matter", matter, shared=True)
        found = await Matter.get(id=matter)
        yield Together(name, now, connection, found, _stands(found))


async def _lock(connection, table: str, row: int | None, *, shared: bool) -> None:
    """On SQLite the transaction already holds the only writer's lock."""
    if connection.capabilities.dialect == "sqlite":
        return
    strength = "SHARE" if shared else "UPDATE"
    await connection.execute_query(f"SELECT id FROM {table} WHERE id = $1 FOR {strength}", [row])


async def _stage(matter: Matter | None) -> Stage | None:
    if matter is None:
        return None
    await matter.refresh_from_db(fields=["stage"])
    return _stands(matter)


def _stands(matter: Matter) -> Stage | None:
    return procedures.get(matter.procedure).stage(matter.stage) if matter.stage else None


async def _append(act: Act, chain: str) -> Entry:
    """The chain's times never go back, though a computer's clock may be put back."""
    last = await head(chain)
    entry = Entry(
        chain=chain,
        sequence=last.sequence + 1 if last else 1,
        at=max(act.now, last.at) if last else act.now,
        act=act.name,
        account_id=act.actor.account_id,
        matter_id=act.matter.id if act.matter else None,
        body=act.body,
        previous=last.digest if last else GENESIS,
    )
    entry.digest = digest(entry)
    signing.sign(entry)
    await entry.save()
    return entry
