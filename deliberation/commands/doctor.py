"""Say what is wrong with this machine: libraries, fonts, the data folder, certificate, record.

The record must hold what was signed of it, and the key it was signed with must be there.
"""

import asyncio
import ctypes.util
import os
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError
from tortoise.exceptions import BaseORMException

from deliberation import features
from deliberation.database import connect, disconnect, sqlite_path
from deliberation.log import standing
from deliberation.log.keys import KeyProblem
from deliberation.messages.gateway import Gateway
from deliberation.settings import Settings, Unusable
from deliberation.web.assets import STATIC
from deliberation.web.seal import Seal

LIBRARIES = {
    "pango-1.0": ("libpango-1.0-0", "notices cannot be made"),
    "pangoft2-1.0": ("libpangoft2-1.0-0", "notices cannot be made"),
    "harfbuzz-subset": ("libharfbuzz-subset0", "a notice takes ten seconds instead of one"),
}
SOON = timedelta(days=30)
FONTS = ("NotoSerifSC-Regular.ttf", "NotoSansSC-Bold.ttf")


def add(parser: ArgumentParser) -> None:
    pass


def run(args: Namespace) -> int:
    faults = list(_faults(Settings.from_environment()))
    print("\n".join(faults) if faults else "everything needed is here")
    return 1 if faults else 0


def _faults(settings: Settings):
    for name, (package, effect) in LIBRARIES.items():
        if ctypes.util.find_library(name) is None:
            yield f"{package} is missing: {effect}; on Debian: apt-get install {package}"
    for font in FONTS:
        if not (STATIC / "fonts" / font).exists():
            yield f"the font {font} is missing from {STATIC / 'fonts'}"
    yield from _unfit_faces(settings)
    folder = settings.data_dir
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        yield f"the data folder {settings.data_dir} cannot be written"
    yield from _seal(settings)
    yield from _gateway(settings)
    if settings.database_url or sqlite_path(settings).exists():
        yield from asyncio.run(_record(settings))


def _seal(settings: Settings):
    try:
        seal = Seal.open(settings)
    except Unusable as problem:
        yield str(problem)
        return
    if seal and seal.ends_at < datetime.now(UTC) + SOON:
        yield f"the certificate {settings.seal_certificate} ends on {seal.ends_at:%Y-%m-%d}"


def _gateway(settings: Settings):
    try:
        Gateway.open(settings)
    except Unusable as problem:
        yield str(problem)


def _unfit_faces(settings: Settings):
    """A face without TrueType outlines prints in some programs and is missing in others."""
    for path in sorted(Path(settings.fonts_dir).glob("*.ttf")) if settings.fonts_dir else ():
        try:
            with TTFont(path, lazy=True) as face:
                fit = "glyf" in face
        except TTLibError:
            fit = False
        if not fit:
            yield f"the font {path} has no TrueType outlines: notices cannot be set in it"
    if settings.fonts_dir and not Path(settings.fonts_dir).is_dir():
        yield f"the folder of fonts {settings.fonts_dir} does not exist"


async def _record(settings: Settings) -> list[str]:
    """What the record lacks of what was signed. Looks only: a key is not made here."""
    try:
        await connect(settings, features.model_modules(), make_key=False)
    except (KeyProblem, BaseORMException, OSError) as problem:
        return [f"{problem}" or type(problem).__name__]
    try:
        return [f"{chain}: {reason}" for chain, reason in standing.behind().items()]
    finally:
        await disconnect()
