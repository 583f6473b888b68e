"""The list of features. Declared stages add theirs: a new stage needs no line here."""

import pkgutil
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from deliberation.procedures import PROCEDURES

BASE = (
    "deliberation.web",
    "deliberation.log",
    "deliberation.places",
    "deliberation.people",
    "deliberation.accounts",
    "deliberation.calendars",
    "deliberation.documents",
    "deliberation.roll",
    "deliberation.matters",
    "deliberation.approvals",
    "deliberation.papers",
    "deliberation.boards",
    "deliberation.system",
    "deliberation.messages",
    "deliberation.tracing",
    "deliberation.searching",
    "deliberation.overseeing",
)


def features() -> list[str]:
    """Package names: the base ones, then every package a declared stage names, and those in it."""
    stages = [stage.package for item in PROCEDURES.values() for stage in item.stages]
    packages = [name for stage in dict.fromkeys(stages) for name in (stage, *_inside(stage))]
    return list(dict.fromkeys([*BASE, *packages]))


def _inside(package: str) -> list[str]:
    path = import_module(package).__path__
    return [f"{package}.{found.name}" for found in pkgutil.iter_modules(path) if found.ispkg]


def modules(name: str) -> list[ModuleType]:
    """The features' modules called `name` (`models`, `pages`), where a feature has one."""
    full = [f"{feature}.{name}" for feature in features()]
    return [import_module(module) for module in full if find_spec(module)]


def model_modules() -> list[str]:
    return [module.__name__ for module in modules("models")]
