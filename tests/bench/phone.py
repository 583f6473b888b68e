"""Residents' pages on a slow phone: Lighthouse's measures, taken through Chromium's own protocol.

The phone and the network are Lighthouse's (`core/config/constants.js`: Moto G Power, a quarter of
this machine's speed, slow 4G with the corrections for a throttle inside the browser), and so are
the curves and weights of its performance score (version 10 and later). The speed index needs a
film of the screen; the largest paint stands for it, after which nothing of these pages changes.
Nothing is in the cache. Reported, never asserted. Alone: `python -m tests.bench.phone FOLDER`.
"""

import asyncio
import json
import sys
from math import erf, log
from pathlib import Path
from statistics import median

from playwright.async_api import Browser

from deliberation.app import create_app
from deliberation.database import disconnect
from tests.browser.chromium import Served, chromium
from tests.browser.demo import Fixed, fill, main_pages, token_of

RUNS, QUIET = 3, 1500  # ms without a long task after the page has loaded
SLOWER, LATENCY, DOWN, UP = 4, 562.5, 1474.56, 675  # times, ms, kbit/s
SCREEN = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 1.75}
CURVES = {  # the measure's value of 0.9, its value of 0.5, its weight
    "fcp": (1800, 3000, 10),
    "si": (3387, 5800, 10),
    "lcp": (2500, 4000, 25),
    "tbt": (200, 600, 30),
    "cls": (0.1, 0.25, 25),
}
AT_A_TENTH = 0.9061938024368232  # where erfc is 0.2
WATCH = """
window.seen = { fcp: 0, lcp: 0, cls: 0, long: [] };
const watch = (type, note) => new PerformanceObserver((list) =>
  list.getEntries().forEach(note)).observe({ type, buffered: true });
watch("paint", (one) => { if (one.name === "first-contentful-paint") seen.fcp = one.startTime; });
watch("largest-contentful-paint", (one) => { seen.lcp = one.startTime; });
watch("layout-shift", (one) => { seen.cls += one.value; });
watch("longtask", (one) => { seen.long.push([one.startTime, one.duration]); });
"""


def score(measured: dict[str, float]) -> float:
    """Of 100: what Lighthouse would make of these measures."""
    parts = [(_curve(measured[name], *curve[:2]), curve[2]) for name, curve in CURVES.items()]
    return sum(part * weight for part, weight in parts)


def _curve(value: float, good: float, middle: float) -> float:
    """Log-normal: 0.9 at `good`, 0.5 at `middle`."""
    if value <= 0:
        return 1
    return (1 - erf(log(value / middle) * AT_A_TENTH / -log(good / middle))) / 2


async def open_once(browser: Browser, url: str, cookies: list[dict]) -> dict[str, float]:
    context = await browser.new_context(**SCREEN, is_mobile=True, has_touch=True)
    await context.add_cookies(cookies)
    await context.add_init_script(WATCH)
    page, came = await context.new_page(), {"bytes": 0, "requests": 0}
    cdp = await context.new_cdp_session(page)

    def finished(event: dict) -> None:
        came["bytes"] += event["encodedDataLength"]
        came["requests"] += 1

    cdp.on("Network.loadingFinished", finished)
    await cdp.send("Network.enable")
    network = {"offline": False, "latency": LATENCY}
    network |= {"downloadThroughput": DOWN * 1024 / 8, "uploadThroughput": UP * 1024 / 8}
    await cdp.send("Network.emulateNetworkConditions", network)
    await cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.goto(url, wait_until="load")
    await page.wait_for_timeout(QUIET)
    seen = await page.evaluate("seen")
    await context.close()
    late = [over for start, over in seen.pop("long") if start + over > seen["fcp"]]
    blocked = sum(max(0, over - 50) for over in late)
    return seen | came | {"si": max(seen["fcp"], seen["lcp"]), "tbt": blocked}


async def measure(browser: Browser, name: str, url: str, cookies: list[dict]) -> None:
    runs = [await open_once(browser, url, cookies) for _ in range(RUNS)]
    middle = {key: median(run[key] for run in runs) for key in runs[0]}
    figures = {f"{key}_ms": round(middle[key]) for key in ("fcp", "lcp", "tbt")}
    figures |= {"cls": round(middle["cls"], 4), "bytes": middle["bytes"]}
    figures |= {"requests": middle["requests"], "score": round(score(middle), 1)}
    print(json.dumps({"name": f"phone-{name}"} | figures), flush=True)


async def main(folder: Path) -> None:
    app = create_app(await fill(folder / "data"))
    app.state.clock = Fixed()
    async with Served(app) as served, chromium() as browser:
        for name, (who, path) in (await main_pages(folder / "data")).items():
            cookies = []
            if who != "visitor":
                token = await token_of(who)
                cookies = [{"name": "session", "value": token, "url": served.url}]
            await measure(browser, name, served.url + path, cookies)
    await disconnect()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
