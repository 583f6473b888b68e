"""PDF notices from HTML, off the event loop and in child processes that can be killed.

Setting a page takes a second, a runaway table minutes and gigabytes; so a few `pdf_worker.py`
processes do it, each with a time limit per document and a memory limit, and none with the
network, other files or the server's secrets.
The same HTML gives the same bytes, so that a document's hash can be printed and checked.
"""

from pathlib import Path

from .assets import STATIC
from .children import ChildFailed as RenderFailed
from .children import Children

_MEMORY = 1_500_000_000  # bytes of address space; a notice of nine pages peaks at 460 MB
_BROKEN = "PDF 排版进程中断（可能内存不足）；请把长表格拆成几份文件后重试。"


class Renderer(Children):
    """`workers` children of `memory` bytes that turn HTML into PDF, one document each at a time.

    `fonts` is a folder of faces a community has licensed, which go before ours; '' for none.
    """

    def __init__(self, workers: int = 2, memory: int = _MEMORY, fonts: str = ""):
        own = str(Path(fonts).resolve()) if fonts else ""
        super().__init__("pdf_worker.py", str(STATIC), own, workers=workers, memory=memory)

    async def render(self, html: str, *, timeout: float = 30) -> bytes:
        """The PDF of `html`, whose links are relative to `static/`.

        `timeout` is in seconds and counts from the moment a child is free. Raises RenderFailed
        when the time or memory limit is passed, when the document asks for anything outside
        `static/` and data URIs, when a picture cannot be drawn or has no alternative text, when
        the language is not declared, and when the child breaks.
        """
        late = f"文档在 {timeout:g} 秒内没有排完，已停止；请把长表格拆成几份文件。"
        return await self.ask(html.encode(), timeout=timeout, late=late, broken=_BROKEN)


__all__ = ["RenderFailed", "Renderer"]
