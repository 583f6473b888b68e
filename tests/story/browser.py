"""A browser small enough to trust: it reads a page, fills in one of its forms, presses a button.

A form, field, choice or button that a page lacks fails the story, as it would stop a person.
"""

from dataclasses import dataclass
from fnmatch import fnmatch
from html.parser import HTMLParser

import httpx2

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Node:
    """An element: its attributes, its children (elements and strings), its text."""

    def __init__(self, tag: str, attributes: dict[str, str | None]):
        self.tag, self.attributes = tag, attributes
        self.children: list[Node | str] = []

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""

    def has(self, name: str) -> bool:
        return name in self.attributes

    def walk(self):
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.walk()

    def all(self, *tags: str, of: str = "") -> list["Node"]:
        """Descendants with one of `tags`; `of` is a class they have."""
        return [
            n for n in self.walk() if n.tag in tags and (not of or of in n.get("class").split())
        ]

    @property
    def raw(self) -> str:
        return "".join(one if isinstance(one, str) else one.raw for one in self.children)

    @property
    def text(self) -> str:
        return " ".join(self.raw.split())


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.stack = [Node("", {})]

    def handle_starttag(self, tag, attrs):
        node = Node(tag, dict(attrs))
        self.stack[-1].children.append(node)
        if tag not in VOID:
            self.stack.append(node)

    def handle_startendtag(self, tag, attrs):
        self.stack[-1].children.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.stack[-1].tag == tag, f"</{tag}> closes <{self.stack[-1].tag}>"
            self.stack.pop()

    def handle_data(self, data):
        self.stack[-1].children.append(data)


def parse(html: str) -> Node:
    """The tree of a page. AssertionError where an element is not closed as it was opened."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.stack) == 1, f"<{reader.stack[-1].tag}> is never closed"
    return reader.stack[0]


@dataclass
class Form:
    """A form of a page; `where` names it in a failure."""

    node: Node
    page: "Page"

    @property
    def action(self) -> str:
        return self.node.get("action") or self.page.path

    @property
    def where(self) -> str:
        return f"{self.page.path}: form {self.action}"

    @property
    def names(self) -> set[str]:
        return {
            n.get("name") for n in self.node.all("input", "select", "textarea") if n.get("name")
        }

    @property
    def reasons(self) -> list[str]:
        """What the button is described by when it cannot be pressed, wherever that stands."""
        ids = self.button().get("aria-describedby").split()
        boxes = [node for node in self.page.tree.walk() if node.get("id") in ids]
        return [li.text for box in boxes for li in box.all("li")]

    def button(self, label: str = "") -> Node:
        buttons = [b for b in self.node.all("button") if label in b.text]
        assert buttons, f"{self.where} has no button “{label}”"
        return buttons[0]

    def filled(self, values: dict[str, str | list[str]]) -> dict[str, list[str]]:
        """The form's data: as the page shows it, with `values` typed and chosen (by label)."""
        data: dict[str, list[str]] = {}
        for name in sorted(self.names):
            nodes = [
                n for n in self.node.all("input", "select", "textarea") if n.get("name") == name
            ]
            data[name] = _typed(nodes, values[name], self) if name in values else _shown(nodes)
        missing = set(values) - self.names
        assert not missing, f"{self.where} has no field {missing}, but {sorted(self.names)}"
        return {name: given for name, given in data.items() if given}


def options(nodes: list[Node], form: Form) -> dict[str, str]:
    """Value by label, of a list to choose from in a form."""
    if nodes[0].tag == "select":
        return {option.text: option.get("value") for option in nodes[0].all("option")}
    labels = {}
    for label in form.node.all("label"):
        for box in label.all("input"):
            if box in nodes:
                labels[label.all("span")[0].text] = box.get("value")
    return labels


def _shown(nodes: list[Node]) -> list[str]:
    first = nodes[0]
    if first.tag == "textarea":
        return [first.raw.removeprefix("\n")]
    if first.tag == "select":
        chosen = [option for option in first.all("option") if option.has("selected")]
        return [(chosen or first.all("option"))[0].get("value")]
    if first.get("type") in ("radio", "checkbox"):
        return [node.get("value") for node in nodes if node.has("checked")]
    return [node.get("value") for node in nodes]


def _typed(nodes: list[Node], given: str | list[str], form: Form) -> list[str]:
    given = [given] if isinstance(given, str) else given
    if nodes[0].tag != "select" and nodes[0].get("type") not in ("radio", "checkbox"):
        return given
    found = options(nodes, form)
    for label in given:
        assert label in found, f"{form.where} offers {list(found)}, not “{label}”"
    return [found[label] for label in given]


def _without_links(node: "Node") -> str:
    text = node.text
    for link in node.all("a"):
        text = text.removesuffix(link.text).strip()
    return text


class Page:
    """A page as it came: `path` where, `html` as sent, and what a person finds on it."""

    def __init__(self, answer: httpx2.Response):
        self.path, self.status, self.html = answer.url.path, answer.status_code, answer.text
        self.tree = parse(answer.text)

    @property
    def text(self) -> str:
        return self.tree.text

    @property
    def line(self) -> dict[str, str]:
        """Each stage's state by its name: done, current, todo or failed."""
        steps = [li for ol in self.tree.all("ol", of="line") for li in ol.all("li")]
        return {li.all("a", "span", of="line-name")[0].text: li.get("class") for li in steps}

    @property
    def blockers(self) -> list[str]:
        """What is missing to leave the stage, as shown above the button, without the way there."""
        boxes = self.tree.all("section", of="blockers")
        return [_without_links(li) for box in boxes for li in box.all("li")]

    @property
    def errors(self) -> list[str]:
        return [li.text for box in self.tree.all("section", of="errors") for li in box.all("li")]

    @property
    def links(self) -> list[tuple[str, str]]:
        """(where it leads, what it says), in the order of the page."""
        return [(a.get("href"), a.text) for a in self.tree.all("a") if a.get("href")]

    def link(self, says: str) -> str:
        found = [href for href, text in self.links if says in text]
        assert found, f"{self.path} has no link “{says}”"
        return found[0]

    def form(self, action: str, names: set[str] = frozenset()) -> Form:
        """The first form whose action fits the pattern and that has the fields."""
        forms = [Form(node, self) for node in self.tree.all("form")]
        fitting = [form for form in forms if fnmatch(form.action, action)]
        assert fitting, f"{self.path} has no form {action}, but {[f.action for f in forms]}"
        found = [form for form in fitting if names <= form.names]
        assert found, f"{fitting[0].where} has no {names - fitting[0].names}"
        return found[0]


class Person:
    """Someone at a browser of their own."""

    def __init__(self, name: str, client: httpx2.AsyncClient):
        self.name, self.client = name, client

    async def see(self, url: str, status: int = 200) -> Page:
        answer = await self.client.get(url, follow_redirects=True)
        assert answer.status_code == status, f"{self.name} {url}: {answer.status_code}"
        return Page(answer)

    async def press(
        self,
        page: Page,
        action: str,
        values: dict | None = None,
        button: str = "",
        status: int = 303,
    ) -> Page:
        """Fills in the form and presses its button; follows to where that leads."""
        form = page.form(action, set(values or {}))
        pressed = form.button(button)
        assert not pressed.has("disabled"), f"{form.where} is disabled: {form.reasons}"
        answer = await self._send(form, pressed, values or {})
        shown = Page(answer)
        assert shown.status == status, f"{self.name} {form.where}: {shown.status} {shown.errors}"
        return await self.see(answer.headers["location"]) if status == 303 else shown

    async def press_disabled(self, page: Page, action: str, values: dict | None = None) -> Page:
        """Sends what the page does not let anyone send; returns the answer, a 422."""
        form = page.form(action, set(values or {}))
        pressed = form.button()
        assert pressed.has("disabled"), f"{form.where} is not disabled"
        answer = await self._send(form, pressed, values or {})
        assert answer.status_code == 422, f"{self.name} {form.where}: {answer.status_code}"
        return Page(answer)

    async def _send(self, form: Form, button: Node, values: dict) -> httpx2.Response:
        data = form.filled(values)
        if button.get("name"):
            data[button.get("name")] = [button.get("value")]
        return await self.client.post(button.get("formaction") or form.action, data=data)
