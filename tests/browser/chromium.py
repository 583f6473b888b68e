"""A real Chromium, and the application under test on a real port for it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

import uvicorn
from playwright.async_api import Browser, async_playwright

from deliberation.web.assets import STATIC
from tests.faults.serving import free_port

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser with our typefaces: without them Chinese would be boxes of another width."""
    fonts = {"FONTCONFIG_FILE": str(STATIC / "fonts" / "fonts.conf")}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=QUIET, env=os.environ | fonts
        )
        yield browser
        await browser.close()


class Served:
    """The application under test on a real port, which can go away and come back."""

    def __init__(self, app):
        self.app, self.port = app, free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        config = uvicorn.Config(self.app, port=self.port, lifespan="off", log_level="error")
        self.server = uvicorn.Server(config)
        self.task = asyncio.create_task(self.server._serve())
        while not self.server.started:
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        self.server.should_exit = self.server.force_exit = True
        await self.task

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_) -> None:
        await self.stop()
