"""A gateway on a real socket that answers as a test wants, and keeps what it was sent."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Listening:
    """`answer` is sent to every request (bytes), or never if it is None; `sent` are the requests
    as (headers, raw body)."""

    def __init__(self):
        self.answer: bytes | None = OK
        self.sent: list[tuple[dict, bytes]] = []
        self.arrived = asyncio.Event()
        self.url = ""

    @property
    def bodies(self) -> list[dict]:
        return [json.loads(body) for _, body in self.sent]

    async def handle(self, reader, writer) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = head.split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
            body = await reader.readexactly(int(headers["Content-Length"]))
            self.sent.append((headers | {"request": lines[0]}, body))
            self.arrived.set()
            if self.answer is None:
                await reader.read()  # until the other side gives up
            else:
                writer.write(self.answer)
                await writer.drain()
        writer.transport.abort()


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[Listening]:
    gateway = Listening()
    server = await asyncio.start_server(gateway.handle, "127.0.0.1", 0)
    gateway.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/sms?key=1"
    try:
        yield gateway
    finally:
        server.close()
