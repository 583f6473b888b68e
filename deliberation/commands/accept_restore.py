"""Answer for a restored database, so that voting may go on; the record says that it happened.

Every matter concerned gets an entry with what is missing. The reason itself stays on this machine,
beside the old file of checkpoints. Stop the server before, start it again afterwards.
"""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from deliberation import features
from deliberation.database import connect, disconnect, migrate
from deliberation.log import standing
from deliberation.log.actions import accept_restore
from deliberation.settings import Settings


def add(parser: ArgumentParser) -> None:
    parser.add_argument("--reason", required=True, help="what happened and who checked it")


def run(args: Namespace) -> int:
    if not args.reason.strip():
        print("--reason must say what happened", file=sys.stderr)
        return 1
    aside = asyncio.run(_accept(Settings.from_environment(), args.reason.strip()))
    print(f"the old checkpoints are kept in {aside}" if aside else "nothing is missing")
    return 0


async def _accept(settings: Settings, reason: str) -> Path | None:
    modules = features.model_modules()
    await connect(settings, modules)
    try:
        await migrate(settings, modules)
        for chain, told in standing.behind().items():
            print(f"{chain}: {told}")
        return await accept_restore(reason, settings.checkpoint_folder, datetime.now(UTC))
    finally:
        await disconnect()
