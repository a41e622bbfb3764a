"""Words in the language of whoever asks.

A text stands in the code in English; its translations stand in ``LANGUAGE.po`` beside this file,
and a translator touches nothing else.
"""

from collections.abc import ItemsView, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

ENGLISH = "en"
FOLDER = Path(__file__).parent

_current: ContextVar[str] = ContextVar("language", default=ENGLISH)


def current_language() -> str:
    """The language of the answer that is being made."""
    return _current.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Make answers in a language; one that nobody has translated is English."""
    token = _current.set(language if language in languages() else ENGLISH)
    try:
        yield
    finally:
        _current.reset(token)


def tr(text: str, /, **values: object) -> str:
    """The text in the current language, with its ``{values}`` put in."""
    translated = _catalogue(_current.get()).get(text, text)
    return translated.format(**values) if values else translated


def later(text: str, /) -> str:
    """Mark a constant for translators; ``tr`` translates it where it is used."""
    return text


def translations(language: str) -> ItemsView[str, str]:
    """Every text in English with its translation."""
    return _catalogue(language).items()


@cache
def languages() -> tuple[str, ...]:
    """What answers can be in: English, and every language that has a catalogue."""
    return (ENGLISH, *sorted(file.stem for file in FOLDER.glob("*.po")))


@cache
def language_name(language: str) -> str:
    """A language as its speakers call it: ``English``, ``Deutsch``, ``Español``."""
    name = Locale.parse(language).get_language_name(language) or language
    return name[0].upper() + name[1:]


@cache
def _catalogue(language: str) -> dict[str, str]:
    if language == ENGLISH:
        return {}
    with (FOLDER / f"{language}.po").open("rb") as file:
        messages = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in messages if m.id and m.string and not m.fuzzy}
