"""Create the first administrator of an empty installation, and the community's place.

The administrator lets staff in and has no say in any matter.
"""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from getpass import getpass

from deliberation import features
from deliberation.accounts.setup import first_administrator
from deliberation.acting import Refused
from deliberation.database import connect, disconnect, migrate
from deliberation.settings import Settings


def add(parser: ArgumentParser) -> None:
    parser.add_argument("username")
    parser.add_argument("--district", required=True, help="such as 示例市梧桐区")
    parser.add_argument("--subdistrict", required=True, help="such as 槐荫街道")
    parser.add_argument("--community", required=True, help="such as 向阳社区")


def run(args: Namespace) -> int:
    password = getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    try:
        asyncio.run(_create(args, password))
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print("created; sign in at /sign-in")
    return 0


async def _create(args: Namespace, password: str) -> None:
    settings = Settings.from_environment()
    await connect(settings, features.model_modules())
    try:
        await migrate(settings, features.model_modules())
        await first_administrator(
            args.username,
            password,
            args.district,
            args.subdistrict,
            args.community,
            datetime.now(UTC),
        )
    finally:
        await disconnect()
