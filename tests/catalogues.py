"""Brings every catalogue in line with the texts in the code.

    python -m tests.catalogues

New texts appear with an empty translation, texts that are gone disappear; what is translated stays.
Exit code 1 says that something is left to translate.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from analytics.language import FOLDER
from tests.command_line import command_line

PROJECT = Path(__file__).parents[1]
PACKAGES = ("analytics", "handlers", "bot")
Text = str | tuple[str, str]
"""An English text, or the two of something that is counted."""


@cache
def sources() -> Mapping[Text, str]:
    """Every text between the brackets of ``tr``, ``later`` and ``counted``, and the first file that has it."""
    found: dict[Text, str] = {}
    for package in PACKAGES:
        for file in sorted((PROJECT / package).rglob("*.py")):
            for text in _marked(file):
                found.setdefault(text, file.relative_to(PROJECT).as_posix())
    return found


@cache
def texts() -> frozenset[str]:
    """Every text by itself, both where something is counted."""
    return frozenset(one for text in sources() for one in parts(text))


def parts(text: object) -> tuple[str, ...]:
    """The text or texts of a message or of its translation."""
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text),)


def catalogue(language: str) -> Catalog:
    """What translators have written, as it stands in the file."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def renewed(language: str, old: Catalog) -> Catalog:
    """A catalogue of all texts, with what the old one says of them and its words to translators."""
    made = Catalog(
        locale=language,
        project="hedgebot",
        charset="utf-8",
        fuzzy=False,
        header_comment=old.header_comment,
    )
    known = {message.id: message.string for message in old if message.id}
    for text, file in sorted(sources().items(), key=lambda item: (item[1], parts(item[0]))):
        empty = ("",) * made.num_plurals if isinstance(text, tuple) else ""
        made.add(text, known.get(text, empty), locations=[(file, None)])
    return made


def missing(language: str) -> list[Text]:
    """The texts that have no translation, or not in every form."""
    known = {message.id: message.string for message in catalogue(language) if message.id}
    return [text for text in sources() if not all(parts(known.get(text, "")))]


def write(language: str, made: Catalog) -> None:
    """Write a catalogue as translators read it: by file, without dates that change by themselves."""
    head = (
        *made.header_comment.splitlines(),
        'msgid ""',
        'msgstr ""',
        f'"Language: {language}\\n"',
        f'"Plural-Forms: {made.plural_forms}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        "",
        "",
    )
    with (FOLDER / f"{language}.po").open("wb") as file:
        file.write("\n".join(head).encode())
        write_po(file, made, width=100, omit_header=True, include_lineno=False)


def _marked(file: Path) -> Iterator[Text]:
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Call(
                func=ast.Name(id="tr" | "later"), args=[ast.Constant(value=str(text)), *_]
            ):
                yield text
            case ast.Call(
                func=ast.Name(id="counted"),
                args=[ast.Constant(value=str(one)), ast.Constant(value=str(more)), *_],
            ):
                yield one, more
            case _:
                pass


def _main() -> int:
    left = 0
    for file in sorted(FOLDER.glob("*.po")):
        write(file.stem, renewed(file.stem, catalogue(file.stem)))
        absent = len(missing(file.stem))
        left += absent
        print(f"{file.stem}: {len(sources()) - absent} of {len(sources())} texts are translated")
    return 1 if left else 0


if __name__ == "__main__":
    command_line(__spec__, __doc__).parse_args()
    sys.exit(_main())
