"""Follows every link of the site as one person, and says what is wrong with each page."""

import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx2
from starlette.routing import Match

from tests.browser.demo import RESIDENTS
from tests.queries import counted
from tests.story.browser import Node, parse

EACH = 3  # pages of one address pattern, for one person
WHOLE = ("visitor", "resident", "clerk")  # these see all matters, at every stage
MANY = 6
MOST_BYTES, MOST_REQUESTS = 50_000, 4
DESK_QUERIES, MOST_QUERIES = 64, 43  # of staff, who look after all matters; of residents, and:
QUERIES = {"/": 25, "/me": 28, "/matters/{matter:int}": 28}
ADDRESS = re.compile(r"https?://\S+|(?<![\w/])/[\w/]+")
WORD = re.compile(r"[A-Za-z0-9]+")  # a hash or a code has digits within; English has not
KEY = re.compile(r"\b[a-z]+(?:[_.][a-z]+)+\b")
# What people know by no other name: kinds of files, and techniques that somebody may look up.
NAMES = set(
    "PDF Excel CSV csv xlsx JPG PNG WebP zip JSON Feed Python PostgreSQL SQLite "
    "SHA RFC deliberation backup package.zip package verify.py verify.html verify html".split()
)
SKIPPED = ("script", "style", "svg")  # and whatever is of class `code`: user names, columns
SPOKEN = ("aria-label", "alt", "placeholder", "title", "data-label")


@dataclass
class Found:
    """A page as it came: whose, where, by which route; `asked`: questions to the database."""

    who: str
    url: str
    route: str
    answer: httpx2.Response
    asked: int
    tree: Node | None = None
    nodes: list[Node] = field(default_factory=list)

    def all(self, *tags: str) -> list[Node]:
        return [node for node in self.nodes if node.tag in tags]

    @property
    def is_opened(self) -> bool:
        """Whether a browser shows it; some pages are saved instead."""
        return "attachment" not in self.answer.headers.get("content-disposition", "")

    @property
    def weight(self) -> tuple[int, int]:
        return len(self.all("input", "select", "textarea", "button")), len(self.nodes)

    def __str__(self) -> str:
        return f"{self.who} {self.url}"


@dataclass
class Crawl:
    """One person's walk through `app`; `pages` are the answers, `wrong` what is the matter."""

    who: str
    client: httpx2.AsyncClient
    app: object
    pages: list[Found] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    async def walk(self, start: str = "/") -> "Crawl":
        asked, seen, counted = [(start, "")], {start}, Counter()
        while asked:
            url, via = asked.pop(0)
            route = self.route(url)
            kind = route, bool(urlsplit(url).query)
            if counted[kind] >= (MANY if self.who in WHOLE else EACH):
                continue
            counted[kind] += 1
            found = await self.visit(url, route, via)
            for link in links(found):
                if link not in seen:
                    seen.add(link)
                    asked.append((link, url))
        return self

    def route(self, url: str, method: str = "GET") -> str:
        scope = {"type": "http", "path": urlsplit(url).path, "method": method, "headers": []}
        for route in self.app.routes:
            if route.matches(scope)[0] == Match.FULL:
                return route.path
        return ""

    async def visit(self, url: str, route: str, via: str) -> Found:
        with counted() as asked:
            answer = await self.client.get(url, follow_redirects=True)
        found = Found(self.who, url, route, answer, len(asked))
        if answer.status_code != 200:
            self.wrong.append(f"{found}: {answer.status_code}, linked from {via}")
        if answer.headers.get("content-type", "").startswith("text/html"):
            found.tree = parse(answer.text)
            found.nodes = list(found.tree.walk())
            self.pages.append(found)
            self.wrong += [f"{found}: {what}" for what in await self.complaints(found)]
        return found

    async def complaints(self, found: Found) -> list[str]:
        wrong = [*shape(found), *labels(found), *words(found.tree), *self.forms(found)]
        most = DESK_QUERIES
        if self.who in ("visitor", *RESIDENTS):
            most = QUERIES.get(found.route, MOST_QUERIES)
        if found.asked > most:
            wrong.append(f"{found.asked} questions to the database")
        return wrong + await self.weight(found)

    def forms(self, found: Found) -> list[str]:
        aims = {form.get("action") for form in found.all("form") if form.get("method") == "post"}
        aims |= {button.get("formaction") for button in found.all("button")}
        return [f"a form to nowhere: {aim}" for aim in aims if aim and not self.route(aim, "POST")]

    async def weight(self, found: Found) -> list[str]:
        """Pages of residents and of the public are small; a desk may show pictures."""
        if self.who not in ("visitor", *RESIDENTS):
            return []
        wanted = set(sources(found))
        total = found.answer.num_bytes_downloaded
        for url in wanted:
            if urlsplit(url).path.endswith((".css", ".js")):
                total += await self.size(url)
        asked = len(wanted) + 1
        wrong = [f"{total} bytes"] if total > MOST_BYTES else []
        return wrong + ([f"{asked} requests"] if asked > MOST_REQUESTS else [])

    async def size(self, url: str) -> int:
        if url not in self.sizes:
            self.sizes[url] = (await self.client.get(url)).num_bytes_downloaded
        return self.sizes[url]


def links(found: Found) -> list[str]:
    """Where the page leads on this site, without fragments."""
    if not found.tree:
        return []
    base = str(found.answer.url)
    hrefs = [node.get("href") for node in found.all("a")]
    hrefs += [form.get("action") for form in found.all("form") if form.get("method") != "post"]
    joined = [urlsplit(urljoin(base, href)) for href in hrefs + sources(found) if href]
    here = urlsplit(base).netloc
    return [
        one._replace(scheme="", netloc="", fragment="").geturl()
        for one in joined
        if one.scheme in ("http", "https") and one.netloc == here
    ]


def sources(found: Found) -> list[str]:
    """What a browser fetches with the page."""
    asked = [link.get("href") for link in found.all("link") if link.get("rel") != "alternate"]
    shown = [node for node in found.all("script", "img") if node.get("loading") != "lazy"]
    asked += [node.get("src") for node in shown]
    return [url for url in asked if url and not url.startswith("data:")]


def shape(found: Found) -> list[str]:
    wrong = []
    if len(found.all("h1")) != 1:
        wrong.append(f"{len(found.all('h1'))} h1")
    titles = [title.text for title in found.all("head")[0].all("title")]
    if len(titles) != 1 or not titles[0].strip(" ·"):
        wrong.append(f"title {titles}")
    if found.all("html")[0].get("lang") != "zh-CN":
        wrong.append("no lang")
    if len(found.all("main")) != 1:
        wrong.append("no main")
    ids = Counter(node.get("id") for node in found.nodes if node.get("id"))
    wrong += [f"id {one} {count} times" for one, count in ids.items() if count > 1]
    for node in found.nodes:
        named = [node.get("href")[1:]] if node.get("href").startswith("#") else []
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "form"):
            named += node.get(name).split()
        wrong += [f"points at #{one}, which is not there" for one in named if one not in ids]
    return wrong


def labels(found: Found) -> list[str]:
    said = {label.get("for") for label in found.all("label") if label.text}
    within = {id(node) for label in found.all("label") if label.text for node in label.walk()}
    return [
        f"{node.tag} {node.get('name')} has no label"
        for node in found.all("input", "select", "textarea")
        if node.get("type") != "hidden"
        and node.get("id") not in said
        and id(node) not in within
        and not node.get("aria-label")
        and not node.get("aria-labelledby")
    ]


def words(tree: Node) -> list[str]:
    """English, or a name of ours that nobody translated, in what is read or heard."""
    said = ADDRESS.sub(" ", " ".join(_said(tree)))
    keys = set(KEY.findall(said)) - NAMES
    foreign = {word for word in WORD.findall(said) if word.isalpha() and len(word) > 2} - NAMES
    return [*(f"key {key}" for key in keys), *(f"English: {word}" for word in foreign)]


def _said(node: Node):
    for name in SPOKEN:
        yield node.get(name)
    for child in node.children:
        if isinstance(child, str):
            yield child
        elif child.tag not in SKIPPED and "code" not in child.get("class").split():
            yield from _said(child)
