"""A community's notices for other programs: Atom (RFC 4287) and JSON Feed 1.1.

Titles, numbers and days only: what a notice says is on its page. Addresses are absolute and stay.
"""

import json
import re
import xml.etree.ElementTree as xml
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

ATOM = "application/atom+xml"
JSON_FEED = "application/feed+json"
_ATOM = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    """One notice: its page, its title, its kind as people call it, and a sentence on its state."""

    url: str
    title: str
    kind: str
    summary: str
    published: datetime
    updated: datetime


@dataclass(frozen=True)
class Feed:
    """`url` is the feed's own address without its ending, `home` the page it accompanies."""

    title: str
    author: str
    url: str
    home: str
    items: Sequence[Item]

    @property
    def updated(self) -> datetime | None:
        return max((item.updated for item in self.items), default=None)


def atom(feed: Feed) -> bytes:
    root = xml.Element("feed", {"xmlns": _ATOM, "xml:lang": "zh-CN"})
    url = f"{feed.url}.atom"
    _text(root, "id", url)
    _text(root, "title", feed.title)
    _text(root, "updated", _moment(feed.updated or _NEVER))
    xml.SubElement(root, "link", rel="self", type=ATOM, href=url)
    xml.SubElement(root, "link", rel="alternate", type="text/html", href=feed.home)
    _text(xml.SubElement(root, "author"), "name", feed.author)
    for item in feed.items:
        entry = xml.SubElement(root, "entry")
        _text(entry, "id", item.url)
        _text(entry, "title", item.title)
        _text(entry, "published", _moment(item.published))
        _text(entry, "updated", _moment(item.updated))
        xml.SubElement(entry, "link", rel="alternate", type="text/html", href=item.url)
        pdf = {"rel": "enclosure", "type": "application/pdf", "href": f"{item.url}.pdf"}
        xml.SubElement(entry, "link", pdf)
        xml.SubElement(entry, "category", term=item.kind)
        _text(entry, "summary", item.summary)
    return xml.tostring(root, encoding="utf-8", xml_declaration=True)


def json_feed(feed: Feed) -> bytes:
    found = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": f"{feed.url}.json",
        "language": "zh-CN",
        "authors": [{"name": feed.author}],
        "items": [
            {
                "id": item.url,
                "url": item.url,
                "title": item.title,
                "content_text": item.summary,
                "date_published": _moment(item.published),
                "date_modified": _moment(item.updated),
                "tags": [item.kind],
                "attachments": [{"url": f"{item.url}.pdf", "mime_type": "application/pdf"}],
            }
            for item in feed.items
        ],
    }
    return json.dumps(found, ensure_ascii=False).encode()


def _text(parent: xml.Element, name: str, text: str) -> None:
    """Characters that no XML may hold (RFC 4287 is XML 1.0) are left out."""
    xml.SubElement(parent, name).text = _NO_XML.sub("", text)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
