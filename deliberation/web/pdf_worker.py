"""The child process that sets HTML as PDF; `pdf.py` starts it, feeds it and kills it.

It runs as a script of its own, so it shares nothing with the server: no database, no keys, no
imports of ours but its neighbour `justify`. It reads no file outside the folders it is given and
never the network; it has a memory limit and dies with its parent.

    python -P pdf_worker.py STATIC_FOLDER MEMORY_BYTES [FONTS_FOLDER]

stdin: HTML documents; stdout: one empty answer when ready, then one for each. A frame is a kind
(1 byte), a length (8 bytes, big endian) and the payload; kinds: `=` bytes, `!` a sentence.
"""

import ctypes
import gc
import logging
import os
import resource
import signal
import struct
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

sys.path.append(str(Path(__file__).parent))  # last: nothing here stands in for a library
import justify

LOG = logging.getLogger("deliberation.pdf")
HEADER = struct.Struct(">cQ")
PR_SET_PDEATHSIG = 1
# The faces of the standard, as files that a community may have licensed; `print.css` asks for them
# first and falls back to ours glyph by glyph. Each by the name and the weight it has there.
FACES = {
    "仿宋": ("FangSong", 400),
    "小标宋": ("XiaoBiaoSong", 900),
    "黑体": ("HeiTi", 700),
    "楷体": ("KaiTi", 400),
}
REFUSED = "文档引用了不许读取或读不出的内容，或缺少语言、图片说明，已拒绝生成；请检查模板。"


class OwnFilesOnly(URLFetcher):
    """Serves data URIs and files inside one folder; anything else stops the document."""

    def __init__(self, folder: Path):
        super().__init__(allowed_protocols={"data", "file"}, fail_on_errors=True)
        self._folder = folder.resolve()

    def fetch(self, url, headers=None):
        parts = urlsplit(url)
        if parts.scheme == "file":
            path = Path(unquote(parts.path)).resolve()
            if parts.netloc or not path.is_relative_to(self._folder):
                raise PermissionError(url)
        return super().fetch(url, headers)


class Flawed(Exception):
    """The page would lack something: a picture, or what a screen reader needs."""


class Flaws(logging.Handler):
    """Collects the errors that WeasyPrint only writes to its log before it goes on without."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record):
        self.found.append(record.getMessage()[:200])


FLAWS = Flaws()
logging.getLogger("weasyprint").addHandler(FLAWS)


def own_faces(folder: Path) -> dict:
    """What `write_pdf` needs to know of a folder's 仿宋.ttf, 小标宋.ttf, 黑体.ttf and 楷体.ttf."""
    rules = [
        f"@font-face {{ font-family: {name}; font-weight: {weight}; src: url({path.as_uri()}) }}"
        for file, (name, weight) in FACES.items()
        if (path := (folder / f"{file}.ttf").resolve()).exists()
    ]
    config = FontConfiguration()
    sheet = weasyprint.CSS(
        string="".join(rules), font_config=config, url_fetcher=OwnFilesOnly(folder)
    )
    return {"stylesheets": [sheet], "font_config": config}


def render(html: str, static: Path, faces: dict) -> bytes:
    """The PDF of `html`; links to style sheets and pictures are relative to `static`.

    Raises Flawed, or FatalURLFetchingError when something outside `static` is asked for.
    """
    FLAWS.found.clear()
    document = weasyprint.HTML(
        string=html, base_url=f"{static.as_uri()}/", url_fetcher=OwnFilesOnly(static)
    )
    justify.guide(document.etree_element)
    pdf = document.write_pdf(pdf_variant="pdf/a-3a", **faces)  # archivable and tagged
    if FLAWS.found:
        raise Flawed(FLAWS.found[0])
    return pdf


def confine(memory: int) -> None:
    """Limit this process to `memory` bytes and bind its life to the parent's."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.nice(5)  # pages for people come before notices


def serve(static: Path, faces: dict) -> None:
    stdin = sys.stdin.buffer
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write into the answers

    def answer(kind: bytes, payload: bytes) -> None:
        stdout.write(HEADER.pack(kind, len(payload)) + payload)
        stdout.flush()

    answer(b"=", b"")
    while len(head := stdin.read(HEADER.size)) == HEADER.size:
        html = stdin.read(HEADER.unpack(head)[1]).decode()
        try:
            answer(b"=", render(html, static, faces))
        except (FatalURLFetchingError, Flawed) as flaw:
            LOG.error("a document was refused: %s", flaw)
            answer(b"!", REFUSED.encode())
        except MemoryError:
            return  # no heap left to go on with: the parent sees the silence and starts another
        except Exception as problem:
            LOG.exception("a document could not be set")
            answer(b"!", f"文档无法排版（{type(problem).__name__}）；请联系技术人员。".encode())
        gc.collect()  # WeasyPrint leaves 30 MB of cycles per document


if __name__ == "__main__":
    justify.install()
    confine(int(sys.argv[2]))
    serve(Path(sys.argv[1]), own_faces(Path(sys.argv[3])) if sys.argv[3:] else {})
