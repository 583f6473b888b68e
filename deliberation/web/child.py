"""What every child process does; `children.py` starts it, feeds it and kills it.

A worker file runs as a script of its own, so it shares nothing with the server: no database, no
keys, no imports of ours but its neighbours. It has a memory limit and dies with its parent.

    python -P WORKER_FILE [ARGUMENTS] MEMORY_BYTES

stdin: pieces of work; stdout: one empty answer when ready, then one for each. A frame is a kind
(1 byte), a length (8 bytes, big endian) and the payload; kinds: `=` bytes, `!` a sentence.
"""

import ctypes
import gc
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable

HEADER = struct.Struct(">cQ")
PR_SET_PDEATHSIG = 1


def confine(memory: int) -> None:
    """Limit this process to `memory` bytes and bind its life to the parent's."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.nice(5)  # pages for people come before documents


def serve(answer: Callable[[bytes], tuple[bytes, bytes]]) -> None:
    """Answers with (kind, payload) until there is no parent any more."""
    stdin = sys.stdin.buffer
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write into the answers

    def send(kind: bytes, payload: bytes) -> None:
        stdout.write(HEADER.pack(kind, len(payload)) + payload)
        stdout.flush()

    send(b"=", b"")
    while len(head := stdin.read(HEADER.size)) == HEADER.size:
        try:
            send(*answer(stdin.read(HEADER.unpack(head)[1])))
        except MemoryError:
            return  # no heap left to go on with: the parent sees the silence and starts another
        gc.collect()  # WeasyPrint leaves 30 MB of cycles per document
