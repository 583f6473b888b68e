"""A notice as it hangs (set and signed in child processes) beside WeasyPrint and typst, in turns.

WeasyPrint is bare: the same HTML and faces, no tags, no limits, no signature, in this process.
"""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime

import weasyprint

from deliberation.settings import Settings
from deliberation.web.assets import STATIC
from deliberation.web.pdf import Renderer
from deliberation.web.seal import Seal, make_own
from tests.bench import report, typst_page

NOTICES = 8


async def compare(settings: Settings, html: str) -> None:
    certificate = settings.data_dir / "keys" / "seal.p12"
    make_own(certificate, "向阳社区居民委员会", datetime.now(UTC))
    settings = replace(settings, seal_certificate=str(certificate))
    os.environ["FONTCONFIG_FILE"] = str(STATIC / "fonts" / "fonts.conf")  # the same faces
    page = typst_page.source(html)
    async with Renderer(workers=1) as renderer, Seal.open(settings) as seal:

        async def ours() -> None:
            await seal.sign(await renderer.render(html))

        async def bare() -> None:
            weasyprint.HTML(string=html, base_url=f"{STATIC}/").write_pdf()

        async def typst() -> None:
            typst_page.pdf(page)

        taken = {ours: 0.0, bare: 0.0, typst: 0.0}
        for work in taken:
            await work()
        for _ in range(NOTICES):
            for work in taken:
                start = time.perf_counter()
                await work()
                taken[work] += (time.perf_counter() - start) / NOTICES
    report("notice", taken[ours], taken[bare], "s")
    report("notice-typst", taken[ours], taken[typst], "s")
