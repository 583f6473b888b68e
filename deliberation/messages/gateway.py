"""The SMS gateway: one signed POST per message, and nothing it answers but a number is believed.

Whatever stands at the other end, a try ends after a few seconds, follows no redirect and reads
one line of the answer. The body is {"to", "text", "id"}; `X-Signature` is `sha256=` and the hex
HMAC of these bytes under the shared secret. `id` stays the same at every try, so that the gateway
can tell a repetition: it must send what has one id once.
"""

import asyncio
import hashlib
import hmac
import json
import re
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from deliberation.settings import Settings, Unusable

SECONDS = 10.0
_LINE = 4096  # bytes: the longest first line of an answer
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?:\s|$)")
_LATER = (408, 425, 429)  # of the refusals those that say: again, later


class Unsent(Exception):
    """A message that the gateway did not take; `final` when it never will. Holds no phone."""

    def __init__(self, problem: str, final: bool = False):
        super().__init__(problem)
        self.problem, self.final = problem, final


class Gateway:
    """Where messages go. `url` is of http or https and names no user; a try takes `seconds`."""

    def __init__(self, url: str, secret: bytes, seconds: float = SECONDS):
        parts = urlsplit(url)
        self._host, self._secret, self._seconds = parts.hostname, secret, seconds
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        where = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        self._head = (
            f"POST {where} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n"
            "Content-Type: application/json; charset=utf-8\r\n"
        )

    @classmethod
    def open(cls, settings: Settings) -> "Gateway | None":
        """The gateway of the settings; None where none is named. Raises Unusable."""
        url = settings.sms_url
        if not url:
            return None
        try:
            parts = urlsplit(url)
            known = parts.scheme in ("http", "https") and parts.hostname and not parts.username
            if not known or not url.isascii() or re.search(r"\s", url) or parts.port == 0:
                raise ValueError("not an http or https address")
            secret = Path(settings.sms_secret_file).read_bytes().strip()
            if len(secret) < 16:
                raise ValueError("its secret is shorter than 16 bytes")
            return cls(url, secret)
        except (OSError, ValueError) as problem:
            raise Unusable(f"the SMS gateway cannot be used: {problem}") from None

    async def send(self, *, to: str, text: str, code: str) -> None:
        """Hands one message over. Raises Unsent."""
        body = json.dumps({"to": to, "text": text, "id": code}, ensure_ascii=False).encode()
        try:
            async with asyncio.timeout(self._seconds):
                line = await self._post(body)
        except (OSError, ValueError, asyncio.LimitOverrunError) as error:
            raise Unsent(f"网关没有接通（{type(error).__name__}）") from None
        found = _STATUS.match(line)
        status = int(found[1]) if found else 0
        if not 200 <= status < 300:
            final = 400 <= status < 500 and status not in _LATER
            raise Unsent(f"网关回答{status or '看不懂'}", final)

    async def _post(self, body: bytes) -> bytes:
        """The first line of the answer."""
        reader, writer = await asyncio.open_connection(
            self._host, self._port, ssl=self._tls, limit=_LINE
        )
        try:
            sign = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
            head = f"{self._head}Content-Length: {len(body)}\r\nX-Signature: sha256={sign}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
            return await reader.readline()
        finally:
            writer.transport.abort()  # closing in good order would wait for the other side
