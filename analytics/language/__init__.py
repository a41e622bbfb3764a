"""Words in the language of whoever asks.

A text stands in the code in English; its translations stand in ``LANGUAGE.po`` beside this file,
and a translator touches nothing else.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from babel import Locale

from analytics.language.catalogue import FOLDER, Catalogue

__all__ = [
    "ENGLISH",
    "FOLDER",
    "counted",
    "current_language",
    "language_name",
    "languages",
    "later",
    "proofread",
    "speaking",
    "tr",
    "translations",
]

ENGLISH = "en"

_current: ContextVar[str] = ContextVar("language", default=ENGLISH)
_proof: ContextVar[Callable[[str], str] | None] = ContextVar("proof", default=None)


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


@contextmanager
def proofread(mark: Callable[[str], str]) -> Iterator[None]:
    """Say what ``mark`` makes of each English text: what stays unmarked no translator can reach."""
    token = _proof.set(mark)
    try:
        yield
    finally:
        _proof.reset(token)


def tr(text: str, /, **values: object) -> str:
    """The text in the current language, with its ``{values}`` put in."""
    proof = _proof.get()
    said = proof(text) if proof else _catalogue(_current.get()).text(text)
    return said.format(**values) if values else said


def counted(one: str, more: str, n: int, /, **values: object) -> str:
    """The text for one of something or for ``{n}`` of it, in as many forms as the language has."""
    proof = _proof.get()
    if proof:
        said = proof(one if n == 1 else more)
    else:
        said = _catalogue(_current.get()).counted(one, more, n)
    return said.format(**{"n": n, **values})


def later(text: str, /) -> str:
    """Mark a constant for translators; ``tr`` translates it where it is used."""
    return text


def translations(language: str) -> Mapping[str, str]:
    """Every text in English with its translation."""
    return _catalogue(language).texts


@cache
def languages() -> tuple[str, ...]:
    """What answers can be in: English, and every language that has a catalogue."""
    return (ENGLISH, *sorted(file.stem for file in FOLDER.glob("*.po")))


@cache
def language_name(language: str, called_in: str | None = None) -> str:
    """A language as its speakers call it: ``English``, ``Deutsch``, ``Español``; or as others do."""
    name = Locale.parse(language).get_language_name(called_in or language) or language
    return name[0].upper() + name[1:]


@cache
def _catalogue(language: str) -> Catalogue:
    return Catalogue.of_english() if language == ENGLISH else Catalogue.read(language)
