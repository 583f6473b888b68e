"""The README tells the truth: commands, settings, dependencies, files."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from deliberation.__main__ import COMMANDS
from deliberation.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_every_setting_is_listed_with_its_default_and_its_own_words():
    listed = {row[0]: row[1:] for row in rows("Settings")}
    for item in fields(Settings):
        default = int(item.default) if item.default is False else item.default
        assert listed.pop(PREFIX + item.name.upper()) == [str(default), item.metadata["help"]]
    assert not listed


def test_every_command_is_listed_and_no_other():
    assert [row[0].split()[1] for row in rows("Commands")] == list(COMMANDS)


def test_every_dependency_is_named_with_a_reason_and_no_other():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [re.match(r"[\w-]+", text)[0] for text in project["dependencies"]]
    listed = {row[0]: row[1] for row in rows("Dependencies")}
    assert sorted(listed) == sorted(names)
    assert all(listed.values())


def test_every_dependency_is_pinned_in_the_lock_and_no_host_is_named():
    lock = (ROOT / "requirements.lock").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["test"]
    pinned = {line.split("==")[0].lower() for line in lock.splitlines() if "==" in line}
    for text in wanted:
        assert re.match(r"[\w-]+", text)[0].lower() in pinned
    assert "://" not in lock and "@" not in lock


@pytest.mark.parametrize("target", ["demo", "test"])
def test_the_two_commands_exist(target):
    assert f"\nmake {target}\n" in README
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M)


def test_pictures_and_files_it_names_are_there():
    for path in re.findall(r"\]\((static/[^)]+)\)", README):
        assert (ROOT / path).exists(), path
    for path in re.findall(r"`(tests/[\w./]+)`", README):
        assert (ROOT / path).exists(), path


def test_the_map_names_every_folder():
    section = README.split("## The map of the house", 1)[1].split("###", 1)[0]
    for folder in (ROOT / "deliberation").iterdir():
        if (folder / "__init__.py").exists() and folder.name not in ("migrations", "database"):
            assert f"{folder.name}/" in section, folder.name


def test_a_setting_that_cannot_be_read_is_named():
    with pytest.raises(ValueError, match="DELIBERATION_PORT"):
        Settings.from_environment({"DELIBERATION_PORT": "viele"})
    with pytest.raises(ValueError, match="DELIBERATION_DEMO"):
        Settings.from_environment({"DELIBERATION_DEMO": "maybe"})
    assert Settings.from_environment({"DELIBERATION_BASE_URL": "https://x/"}).secure
