"""Load a sample community, start the server and print how to sign in as each person.

The data stays in `data/demo` (or DELIBERATION_DATA_DIR); delete the folder to start afresh.
"""

import asyncio
import os
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from deliberation import features
from deliberation.clock import Clock
from deliberation.commands import serve
from deliberation.database import connect, disconnect, migrate
from deliberation.demo.loading import load
from deliberation.documents.files import Files
from deliberation.documents.queue import Queue
from deliberation.people.phones import Phones
from deliberation.settings import PREFIX, Settings
from deliberation.web.pdf import Renderer
from deliberation.web.seal import Seal, make_own

FOLDER = Path("data/demo")
SEAL = "槐荫街道向阳社区居民委员会（样例）"


def add(parser: ArgumentParser) -> None:
    serve.add(parser)
    parser.add_argument("--load-only", action="store_true", help="load the data, do not serve")


def run(args: Namespace) -> int:
    settings = replace(serve.chosen(args), demo=True)
    if f"{PREFIX}DATA_DIR" not in os.environ:
        settings = replace(settings, data_dir=FOLDER)
    settings = _with_seal(settings)
    listed = settings.data_dir / "sign-in.txt"
    if not listed.exists():
        print("正在准备样例数据，大约半分钟……", flush=True)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        listed.write_text("\n".join(asyncio.run(_load(settings))) + "\n")
    print(listed.read_text())
    if args.load_only:
        return 0
    print(f"打开 {settings.base_url}   按 Ctrl+C 停止", flush=True)
    serve.start(settings)
    return 0


def _with_seal(settings: Settings) -> Settings:
    """The settings with a self-made certificate where none is named."""
    if settings.seal_certificate:
        return settings
    path = settings.data_dir / "keys" / "seal.p12"
    if not path.exists():
        make_own(path, SEAL, datetime.now(UTC))
    return replace(settings, seal_certificate=str(path))


async def _load(settings: Settings) -> list[str]:
    await connect(settings, features.model_modules())
    try:
        await migrate(settings, features.model_modules())
        files = Files(settings.data_dir / "files")
        async with Renderer(fonts=settings.fonts_dir) as renderer, Seal.open(settings) as seal:
            queue = Queue(renderer, files, Clock(), settings, seal)

            async def render(now: datetime) -> None:
                await queue.drain()

            phones = Phones.open(settings.phone_key_path)
            return await load(phones, files, render, datetime.now(UTC), settings.base_url)
    finally:
        await disconnect()
