"""Secrets: random tokens kept as SHA-256, passwords and PINs as argon2id off the event loop."""

import hashlib
import secrets
from functools import cache

import anyio
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_STRONG = PasswordHasher()
_SHORT = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
_limiter: RunVar[CapacityLimiter] = RunVar("argon2")


def new_token() -> str:
    """128 random bits, fit for a URL."""
    return secrets.token_urlsafe(16)


def new_pin() -> str:
    """Six digits, handed over on paper against signature."""
    return f"{secrets.randbelow(10**6):06d}"


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def hash_pin_now(pin: str) -> str:
    """For batches that already run in a thread."""
    return _SHORT.hash(pin)


async def hash_password(password: str) -> str:
    return await _in_thread(_STRONG.hash, password)


async def hash_pins(pins: list[str]) -> list[str]:
    """The hashes of a batch of PINs, in order; '' stays ''."""
    return await _in_thread(lambda: [hash_pin_now(pin) if pin else "" for pin in pins])


async def verify(hashed: str, secret: str) -> bool:
    """Whether `secret` is what was hashed; an empty hash never matches but costs the same."""
    return await _in_thread(_verify, hashed, secret)


def _verify(hashed: str, secret: str) -> bool:
    try:
        return _STRONG.verify(hashed or _nobody(), secret) and bool(hashed)
    except VerificationError:
        return False


@cache
def _nobody() -> str:
    """As strong as a password's hash, so that an unknown username takes no less time."""
    return _STRONG.hash(secrets.token_urlsafe(16))


async def _in_thread(function, *arguments):
    """Two hashes at a time: each costs tens of milliseconds and megabytes."""
    limiter = _limiter.get(None)
    if limiter is None:
        limiter = CapacityLimiter(2)
        _limiter.set(limiter)
    return await anyio.to_thread.run_sync(function, *arguments, limiter=limiter)
