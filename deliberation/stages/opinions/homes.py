"""Finding a building or a home by what people write: “1#”, “２栋”, “2单元301室”, “2-301”, “301”."""

import re
import unicodedata
from functools import lru_cache

from deliberation.acting import Refused
from deliberation.places.models import Household, Place, PlaceKind

_SUFFIX = re.compile(r"(号楼|号|栋|幢|座|楼|#)+$")
_PART = re.compile(r"[0-9]+|[A-Z]+|[^\W0-9A-Z_]+")
_WORDS = frozenset({"单元", "门", "室", "房", "户", "号", "楼", "层"})
# The parts of an address within a building, such as ("2", "301"), and whose it is.
Home = tuple[tuple[str, ...], Household]


def find_building(buildings: list[Place], text: str) -> Place:
    """The one building that `text` names. Raises Refused for none and for several."""
    found = [place for place in buildings if _name(place.name) == _name(text)]
    found = found or [p for p in buildings if _name(p.parent.name + p.name) == _name(text)]
    if not found:
        raise Refused(f"涉及范围里没有“{text[:20]}”这栋楼")
    if len(found) > 1:
        raise Refused(f"有{len(found)}个小区都有“{text[:20]}”，请在前面写上小区名")
    return found[0]


async def homes_in(building: Place) -> list[Home]:
    """A building's homes with their addresses."""
    rows = await Household.filter(path__startswith=building.path).select_related("place")
    return [(_address(home), home) for home in rows]


def find_home(building: Place, homes: list[Home], text: str) -> Household:
    """The one of a building's homes that `text` names. Raises Refused for none and several.

    An entrance may be left out where the room number alone is enough.
    """
    asked = _parts(text)
    found = [home for parts, home in homes if asked and parts[-len(asked) :] == asked]
    if not found:
        raise Refused(f"{building.name}没有“{text[:20]}”这一户，请核对房号")
    if len(found) > 1:
        raise Refused(f"{building.name}有{len(found)}个“{text[:20]}”，请连单元一起写，例如 2-301")
    return found[0]


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


@lru_cache(maxsize=1000)
def _name(text: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", _SUFFIX.sub("", _plain(text)))


def _parts(text: str) -> tuple[str, ...]:
    parts = _PART.findall(_plain(text))
    return tuple(p.lstrip("0") if p.isascii() else p for p in parts if p not in _WORDS)


def _address(home: Household) -> tuple[str, ...]:
    entrance = home.place.name if home.place.kind == PlaceKind.ENTRANCE else ""
    return _parts(entrance) + _parts(home.room)
