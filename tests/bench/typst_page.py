"""The words of a printed notice as a typst page: headings, paragraphs and tables, in our faces.

What is comparable: the same words on the same paper in the same type; tagged, PDF/A and PDF/UA too.
"""

from html.parser import HTMLParser

import typst

from deliberation.web.assets import STATIC

HEAD = """#set document(title: "公示")
#set page(paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm), numbering: "1")
#set text(font: "Noto Serif SC", size: 15.75pt, lang: "zh", region: "cn")
#set par(justify: true, leading: 13.2pt, first-line-indent: (amount: 2em, all: true))
"""
BLOCKS = {"h1": "= ", "h2": "== ", "h3": "=== ", "p": "", "dt": "", "dd": "", "li": "- "}


class _Words(HTMLParser):
    """Typst source line by line; the words of a table's cells go into `cells`."""

    def __init__(self):
        super().__init__()
        self.lines: list[str] = []
        self.text, self.cells, self.columns, self.body = "", [], 0, False

    def handle_starttag(self, tag, attrs):
        self.body |= tag == "body"
        if tag == "table":
            self.cells, self.columns = [], 0
        if tag in BLOCKS or tag in ("td", "th"):
            self.text = ""

    def handle_data(self, data):
        if self.body:
            self.text += data

    def handle_endtag(self, tag):
        words = "".join(f"\\{c}" if c in "\\#*_`$<>@=-+/[]~" else c for c in self.text.strip())
        if tag in ("td", "th"):
            self.cells.append(words)
        elif tag == "tr":
            self.columns = self.columns or len(self.cells)
        elif tag == "table" and self.columns:
            shown = ", ".join(f"[{cell}]" for cell in self.cells)
            self.lines.append(f"#table(columns: {self.columns}, {shown})")
        elif tag in BLOCKS and words:
            self.lines.append(BLOCKS[tag] + words)
        if tag in BLOCKS or tag in ("td", "th"):
            self.text = ""


def source(html: str) -> bytes:
    words = _Words()
    words.feed(html)
    return (HEAD + "\n\n".join(words.lines)).encode()


def pdf(page: bytes) -> bytes:
    """Set as a program would that has typst at hand: compiler and faces loaded anew each time."""
    fonts = [str(STATIC / "fonts")]
    standards = ["a-3a", "ua-1"]
    return typst.compile(page, font_paths=fonts, ignore_system_fonts=True, pdf_standards=standards)
