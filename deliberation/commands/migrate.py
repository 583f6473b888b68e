"""Bring the database up to date; a copy of a SQLite file is made first."""

import asyncio
from argparse import ArgumentParser, Namespace

from deliberation import features
from deliberation.database import connect, disconnect, migrate
from deliberation.settings import Settings


def add(parser: ArgumentParser) -> None:
    pass


def run(args: Namespace) -> int:
    applied = asyncio.run(_run(Settings.from_environment()))
    print("\n".join(applied) if applied else "nothing to do")
    return 0


async def _run(settings: Settings) -> list[str]:
    modules = features.model_modules()
    await connect(settings, modules)
    try:
        return await migrate(settings, modules)
    finally:
        await disconnect()
