"""Brings every catalogue in line with the texts in the code.

    python -m tests.catalogues

New texts appear with an empty translation, texts that are gone disappear; what is translated stays.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from analytics.language import FOLDER

PROJECT = Path(__file__).parents[1]
PACKAGES = ("analytics", "handlers", "bot")
MARKS = {"tr", "later"}


@cache
def texts() -> Mapping[str, str]:
    """Every text between the brackets of ``tr`` and ``later``, and the first file that has it."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for file in sorted((PROJECT / package).rglob("*.py")):
            for text in _marked(file):
                found.setdefault(text, file.relative_to(PROJECT).as_posix())
    return found


def catalogue(language: str) -> Catalog:
    """What translators have written, as it stands in the file."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def renewed(language: str, known: Mapping[str, str]) -> Catalog:
    """A catalogue of all texts; ``known`` are translations by text."""
    made = Catalog(locale=language, project="hedgebot", charset="utf-8", fuzzy=False)
    for text, file in sorted(texts().items(), key=lambda item: (item[1], item[0])):
        made.add(text, known.get(text, ""), locations=[(file, None)])
    return made


def write(language: str, made: Catalog) -> None:
    """Write a catalogue as translators read it: by file, without dates that change by themselves."""
    with (FOLDER / f"{language}.po").open("wb") as file:
        write_po(file, made, width=100, omit_header=False, include_lineno=False)


def _marked(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_]):
                if name in MARKS:
                    yield text
            case _:
                pass


def _main() -> int:
    missing = 0
    for file in sorted(FOLDER.glob("*.po")):
        known = {str(m.id): str(m.string) for m in catalogue(file.stem) if m.id and m.string}
        write(file.stem, renewed(file.stem, known))
        absent = [text for text in texts() if text not in known]
        missing += len(absent)
        print(f"{file.stem}: {len(texts()) - len(absent)} of {len(texts())} texts are translated")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(_main())
