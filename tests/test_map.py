"""What says where things are stays true: README, CONTRIBUTING, the pages of docs and the rooms."""

import re
from importlib import import_module
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])
PLACE = re.compile(r"(?<![\w/.])(?:analytics|bot|docs|handlers|tests|\.ci)/[\w./-]*\w")
TEMPLATES = {
    "handlers/NAME.py",
    "handlers/_NAME",
    "tests/handlers/test_NAME.py",
    "analytics/language/LANGUAGE.po",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_place_that_a_page_names_is_there(page: Path) -> None:
    named = set(PLACE.findall(page.read_text())) - TEMPLATES
    assert [place for place in sorted(named) if not _is_there(place)] == []


def _is_there(place: str) -> bool:
    """A file, a folder, a module without its ending, or something in a module."""
    module, _, _inside = place.rpartition(".")
    return any((PROJECT / name).exists() for name in (place, f"{place}.py", f"{module}.py"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_can_be_typed(page: Path) -> None:
    text = page.read_text()
    targets = re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"(?:^|`)make (\w+)", text, re.MULTILINE)) <= set(targets)
    for program in re.findall(r"python -m ((?:bot|tests)[\w.]*\w)", text):
        path = PROJECT / program.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), program


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text())
    files = [link for link in links if not link.startswith("http")]
    assert [link for link in files if not (page.parent / link).exists()] == []


@pytest.mark.parametrize(
    ("room", "which"),
    [("bot.store", "[!_]*.py"), ("bot.computing", "[!_]*.py"), ("handlers", "_[!_]*.py")],
)
def test_the_head_of_a_large_room_names_every_file_in_it(room: str, which: str) -> None:
    head = import_module(room).__doc__ or ""
    there = {file.stem for file in PROJECT.joinpath(*room.split(".")).glob(which)}
    assert there - set(re.findall(r"``(\w+)``", head)) == set()
