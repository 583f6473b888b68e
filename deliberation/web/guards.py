"""What every answer carries and every request must pass, before any page is asked.

Cross-origin writes are refused by the headers browsers send, so forms need no token; the content
policy is closed: no inline script, no inline style, nothing from elsewhere.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitResponder
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; "
    "connect-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Guards:
    """ASGI middleware: refuses cross-origin writes, adds the security headers."""

    def __init__(self, app, base_url: str):
        self.app = app
        self.origin = "/".join(base_url.split("/")[:3])

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def guarded(message):
            if message["type"] == "http.response.start":
                self._protect(MutableHeaders(scope=message))
            await send(message)

        app = self.app
        if scope["method"] not in SAFE and not self._same_origin(Headers(scope=scope)):
            app = PlainTextResponse(
                "这个请求来自别的网站，没有受理。请从本网站的页面重新提交。", 403
            )
        await app(scope, receive, guarded)

    def _same_origin(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        if origin is None:
            return True  # not a browser: it carries nobody's cookies by itself
        secure = self.origin.startswith("https://")
        return origin == self.origin or (not secure and origin == f"http://{headers.get('host')}")

    def _protect(self, headers: MutableHeaders) -> None:
        headers.setdefault("Content-Security-Policy", POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if self.origin.startswith("https://"):
            headers["Strict-Transport-Security"] = "max-age=31536000"


class Packed(GZipMiddleware):
    """Compresses answers, but for requests that another site had a signed-in browser send.

    Whoever sees only the sizes on the network learns what a page holds by having it packed together
    with guesses of their own (BREACH). Forms hold no lasting token and the cookie comes with no
    request but an opened link; such a link, with guesses in it, is answered as it is. Slips and
    ballots are never compressed, whoever asks.
    """

    async def __call__(self, scope, receive, send):
        headers = Headers(scope=scope) if scope["type"] == "http" else {}
        if headers.get("sec-fetch-site") == "cross-site" and "cookie" in headers:
            return await self.app(scope, receive, send)
        await super().__call__(scope, receive, send)


class BodyLimit:
    """ASGI middleware: no request's body is read beyond a size. Starlette's own answers in English;
    here the page of error 413 does."""

    def __init__(self, app, most: int):
        self.app, self.most = app, most

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        await _Responder(self.app, self.most)(scope, receive, send)


class _Responder(RequestBodyLimitResponder):
    async def send_with_limit(self, message) -> None:
        await self.send(message)
