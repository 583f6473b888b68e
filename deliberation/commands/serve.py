"""Start the server.

Settings come from the environment (see README). Behind a TLS proxy, requests are believed to come
from where the proxy says only when the proxy runs on this machine.
"""

import asyncio
import logging
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import replace

import uvicorn
from tortoise.exceptions import OperationalError

from deliberation import features
from deliberation.accounts.models import is_empty
from deliberation.app import create_app
from deliberation.database import connect, disconnect
from deliberation.log import standing
from deliberation.settings import Settings
from deliberation.web.logs import WithoutMessages

FIRST = (
    "Nobody can sign in yet. Create the first account: deliberation create-administrator admin "
    "--district 某某区 --subdistrict 某某街道 --community 某某社区"
)


def add(parser: ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on")
    parser.add_argument("--port", type=int, help="port to listen on")
    parser.add_argument("--base-url", help="address residents use, printed in QR codes")


def run(args: Namespace) -> int:
    start(chosen(args))
    return 0


def chosen(args: Namespace) -> Settings:
    """The environment's settings, with what was given on the command line instead."""
    settings = Settings.from_environment()
    given = {name: getattr(args, name) for name in ("host", "port", "base_url")}
    settings = replace(settings, **{name: value for name, value in given.items() if value})
    if args.port and not args.base_url and settings.base_url == Settings.base_url:
        settings = replace(settings, base_url=f"http://127.0.0.1:{args.port}")
    return replace(settings, base_url=settings.base_url.rstrip("/"))


async def _nobody() -> bool:
    """Whether there is no account of staff yet; before the first start there is no table either."""
    try:
        return await is_empty()
    except OperationalError:
        return True


async def _look(settings: Settings) -> None:
    """Opens the database once before the server does: what is wrong with its key is then one
    sentence instead of a trace, and what the record lacks is told where somebody reads it."""
    await connect(settings, features.model_modules())
    try:
        for chain, reason in standing.behind().items():
            print(f"{chain}: {reason}", file=sys.stderr)
        if await _nobody():
            print(FIRST, file=sys.stderr)
    finally:
        await disconnect()


def start(settings: Settings) -> None:
    asyncio.run(_look(settings))
    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).addFilter(WithoutMessages())
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,  # addresses and slips' tokens do not belong in logs
        server_header=False,
    )
