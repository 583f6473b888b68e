"""What a child process of `pdf.py` does: it sets HTML as PDF (`child.py` says how).

It reads no file outside the two folders it is given and never the network. What comes out is at
once archivable (PDF/A-3a) and made for screen readers (PDF/UA-1): WeasyPrint declares one of the
two, `declare` adds the other to the same file before it is written.

    python -P pdf_worker.py STATIC_FOLDER FONTS_FOLDER_OR_EMPTY MEMORY_BYTES
"""

import logging
import sys
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

sys.path.append(str(Path(__file__).parent))  # last: nothing here stands in for a library
import child
import justify

LOG = logging.getLogger("deliberation.pdf")
# The faces of the standard, as files that a community may have licensed; `print.css` asks for them
# first and falls back to ours glyph by glyph. Each by the name and the weight it has there.
FACES = {
    "仿宋": ("FangSong", 400),
    "小标宋": ("XiaoBiaoSong", 900),
    "黑体": ("HeiTi", 700),
    "楷体": ("KaiTi", 400),
}
REFUSED = "文档引用了不许读取或读不出的内容，或缺少语言、图片说明，已拒绝生成；请检查模板。"
# PDF/A wants every property it does not know described in the file: ISO 19005-3, 6.6.2.3.
UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li>
</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


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


def declare(document: weasyprint.Document, pdf) -> None:
    """Adds PDF/UA-1 to what the file says of itself, and leaves that readable without a reader."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    (text,) = metadata.stream
    end = text.rindex(b"</rdf:RDF>")
    metadata.stream, metadata.compress = [text[:end] + UA + text[end:]], False


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
    pdf = document.write_pdf(pdf_variant="pdf/a-3a", finisher=declare, **faces)
    if FLAWS.found:
        raise Flawed(FLAWS.found[0])
    return pdf


def answer(html: bytes, static: Path, faces: dict) -> tuple[bytes, bytes]:
    try:
        return b"=", render(html.decode(), static, faces)
    except (FatalURLFetchingError, Flawed) as flaw:
        LOG.error("a document was refused: %s", flaw)
        return b"!", REFUSED.encode()
    except MemoryError:
        raise
    except Exception as problem:
        LOG.exception("a document could not be set")
        return b"!", f"文档无法排版（{type(problem).__name__}）；请联系技术人员。".encode()


if __name__ == "__main__":
    static, fonts, memory = sys.argv[1:]
    justify.install()
    child.confine(int(memory))
    faces = own_faces(Path(fonts)) if fonts else {}
    child.serve(partial(answer, static=Path(static), faces=faces))
