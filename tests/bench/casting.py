"""Ballots per second over real HTTP, beside one durable commit after another without a program.

The reference writes the same two rows per ballot (the ballot, the mark on the roll), each ballot
committed on its own: with sqlite3 (WAL, synchronous=FULL) and with asyncpg on one connection.
"""

import asyncio
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import uvloop

from deliberation.settings import Settings
from tests.soak.crowd import Phone, Voter, gather, served

CASTS, CLIENTS, COMMITS, LONGEST = 3000, 32, 2000, 20
TABLES = """
CREATE TABLE plain_line (id integer PRIMARY KEY, state text, channel text);
CREATE TABLE plain_ballot (id {serial} PRIMARY KEY, line integer, version integer, choices text,
    channel text, cast_at text, request_code text UNIQUE)
"""
INSERT = "INSERT INTO plain_ballot (line, version, choices, channel, cast_at, request_code) VALUES "
UPDATE = "UPDATE plain_line SET state = 'voted', channel = 'phone' WHERE id = "


def ours(settings: Settings) -> float:
    """Ballots stored per second by the program, each acknowledged after its commit."""
    voters = uvloop.run(gather(settings, CASTS))
    with served(settings) as port:
        return uvloop.run(_cast(port, voters))


async def _cast(port: int, voters: list[Voter]) -> float:
    waiting, phones = iter(voters), [Phone(port) for _ in range(CLIENTS)]
    await asyncio.gather(*(phone.send(next(waiting).ballot(port)) for phone in phones))
    start, done = time.perf_counter(), 0

    async def vote(phone: Phone) -> None:
        nonlocal done
        for voter in waiting:
            status, _ = await phone.send(voter.ballot(port))
            if status != 200:
                raise RuntimeError(f"a ballot was answered with {status}")
            done += 1
            if time.perf_counter() - start > LONGEST:
                return

    await asyncio.gather(*map(vote, phones))
    took = time.perf_counter() - start
    for phone in phones:
        phone.close()
    return done / took


def _row(number: int) -> tuple:
    return (number, 1, '{"1":"for"}', "phone", datetime.now(UTC).isoformat(" "), f"{number:040d}")


def plain_sqlite(path: Path) -> float:
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + TABLES.format(serial="integer")
    )
    lines = [(number, "none", "") for number in range(COMMITS)]
    database.executemany("INSERT INTO plain_line VALUES (?, ?, ?)", lines)
    start = time.perf_counter()
    for number in range(COMMITS):
        database.execute("BEGIN IMMEDIATE")
        database.execute(f"{INSERT}(?, ?, ?, ?, ?, ?)", _row(number))
        database.execute(f"{UPDATE}?", (number,))
        database.execute("COMMIT")
    took = time.perf_counter() - start
    database.close()
    return COMMITS / took


async def plain_postgres(url: str) -> float:
    database = await asyncpg.connect(url)
    try:
        await database.execute(TABLES.format(serial="serial"))
        lines = [(number, "none", "") for number in range(COMMITS)]
        await database.executemany("INSERT INTO plain_line VALUES ($1, $2, $3)", lines)
        start = time.perf_counter()
        for number in range(COMMITS):
            async with database.transaction():
                await database.execute(f"{INSERT}($1, $2, $3, $4, $5, $6)", *_row(number))
                await database.execute(f"{UPDATE}$1", number)
        return COMMITS / (time.perf_counter() - start)
    finally:
        await database.close()
