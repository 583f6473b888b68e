"""How often one may be wrong: per account or slip, and per address.

Only failures count, so 300 neighbours behind one address all get in. The address is the peer's;
behind a reverse proxy the server must be told to read the forwarded one (uvicorn
--proxy-headers), else all visitors share the proxy's.
"""

import logging
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from deliberation.acting import Refused, Wrong

PER_KEY = RateLimitItemPerMinute(5, 15)
PER_ADDRESS = RateLimitItemPerMinute(200, 15)
logger = logging.getLogger("deliberation.accounts")


class Throttle:
    """Failures in a moving window, in this process's memory."""

    def __init__(self, per_key: RateLimitItem = PER_KEY, per_address: RateLimitItem = PER_ADDRESS):
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._per_key, self._per_address = per_key, per_address

    async def attempt(
        self,
        key: str,
        address: str,
        check: Callable[[], Awaitable[bool]],
        wrong: str,
        field: str = "",
    ) -> None:
        """Runs `check`; raises Refused with `wrong` when it fails, or with how long to wait. With
        a `field` it is that field's error and says how often one may still try.

        The key's attempt is counted before the check and forgiven after a right one: attempts
        sent at the same moment cannot slip past the limit together.
        """
        if not await self._limiter.test(self._per_address, address):
            raise await self._wait(self._per_address, address)
        if not await self._limiter.hit(self._per_key, key):
            raise await self._wait(self._per_key, key)
        if not await check():
            await self._limiter.hit(self._per_address, address)
            logger.info("a sign-in failed its check")
            raise Wrong(**{field: await self._left(key, wrong)}) if field else Refused(wrong)
        await self._limiter.clear(self._per_key, key)

    async def _left(self, key: str, wrong: str) -> str:
        left = (await self._limiter.get_window_stats(self._per_key, key)).remaining
        return f"{wrong}，" + (f"还可以试{left}次" if left else "请过一会儿再试")

    async def _wait(self, item: RateLimitItem, key: str) -> Refused:
        stats = await self._limiter.get_window_stats(item, key)
        minutes = max(1, math.ceil((stats.reset_time - time.time()) / 60))
        logger.warning("sign-in is throttled: too many failures")
        return Refused(f"输错的次数太多，请等{minutes}分钟以后再试")


@dataclass(frozen=True)
class Door:
    """The throttle as seen from one address, and roughly what knocks there, in words."""

    throttle: Throttle
    address: str
    device: str = ""

    async def attempt(
        self, key: str, check: Callable[[], Awaitable[bool]], wrong: str, field: str = ""
    ) -> None:
        await self.throttle.attempt(key, self.address, check, wrong, field)
