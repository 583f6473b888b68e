"""What a child process of `pdf.py` does: it sets HTML as PDF (`child.py` says how).

It reads no file outside the folder it is given and never the network. What comes out is at once
archivable (PDF/A-3a) and made for screen readers (PDF/UA-1): WeasyPrint declares one of the two,
`declare` adds the other to the same file before it is written.
"""

import logging
import sys
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import weasyprint
from weasyprint.urls import FatalURLFetchingError, URLFetcher

sys.path.append(str(Path(__file__).parent))  # last: nothing here stands in for a library
import child

LOG = logging.getLogger("deliberation.pdf")
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


def render(html: str, static: Path) -> bytes:
    """The PDF of `html`; links to style sheets and pictures are relative to `static`.

    Raises Flawed, or FatalURLFetchingError when something outside `static` is asked for.
    """
    FLAWS.found.clear()
    document = weasyprint.HTML(
        string=html, base_url=f"{static.as_uri()}/", url_fetcher=OwnFilesOnly(static)
    )
    pdf = document.write_pdf(pdf_variant="pdf/a-3a", finisher=declare)
    if FLAWS.found:
        raise Flawed(FLAWS.found[0])
    return pdf


def answer(html: bytes, static: Path) -> tuple[bytes, bytes]:
    try:
        return b"=", render(html.decode(), static)
    except (FatalURLFetchingError, Flawed) as flaw:
        LOG.error("a document was refused: %s", flaw)
        return b"!", REFUSED.encode()
    except MemoryError:
        raise
    except Exception as problem:
        LOG.exception("a document could not be set")
        return b"!", f"文档无法排版（{type(problem).__name__}）；请联系技术人员。".encode()


if __name__ == "__main__":
    child.confine(int(sys.argv[2]))
    child.serve(partial(answer, static=Path(sys.argv[1])))
