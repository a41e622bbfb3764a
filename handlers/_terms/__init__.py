"""Every term that a reply prints, in plain sentences with a worked example.

A label of a reply belongs to a term by its pattern: ``#`` stands for a number with its unit
(``30d``, ``5``, ``5 %``), ``~`` for a day (``5 Aug 24``), ``@`` for the name of a market. A new
label gets its term here: add its pattern to the ``labels`` of the term that explains it, or add
the term to one of the modules beside this one.
"""

import re
from functools import cache

from analytics.language import ENGLISH, current_language, tr, translations
from handlers._terms.change import CHANGE
from handlers._terms.contracts import CONTRACTS
from handlers._terms.hedging import HEDGING
from handlers._terms.movement import MOVEMENT
from handlers._terms.service import SERVICE
from handlers._terms.term import Term
from handlers._terms.venues import VENUES

__all__ = ["TERMS", "Term", "term", "term_of_label"]

TERMS: tuple[Term, ...] = (*MOVEMENT, *CHANGE, *HEDGING, *CONTRACTS, *VENUES, *SERVICE)

SAMPLES = ("7d", "ETH", "1 Mar")
"""What may stand in the place of a value: a length, a market, a day."""

_NUMBER = r"[−-]?\d[\d.,]*(?: ?(?:%|[a-zA-Z]{1,3}))?"
_DAY = r"\d{1,2}\.? [^\W\d_]{3,5}\.?(?: \d{2})?"
_MARKET = r"[A-Za-z0-9:/_. ]*[A-Z0-9]{2,}[A-Za-z0-9:/_.-]*"


def term(word: str) -> Term | None:
    """The term of that name or other name, however it is written."""
    wanted = _folded(word)
    named = {
        _folded(name): found
        for found in TERMS
        for name in (*found.aliases, tr(found.name), found.name)
    }
    return named.get(wanted)


def term_of_label(label: str) -> Term | None:
    """The term that explains a label of a reply; None is a gap in this table."""
    if current_language() != ENGLISH:
        translated = _translated(current_language())
        named = next((found for shape, found in translated if shape.fullmatch(label)), None)
        if named is not None:
            return named
    return _english(label)


def _english(label: str) -> Term | None:
    for found in TERMS:
        if any(re.fullmatch(_pattern(shape), label) for shape in found.labels):
            return found
    return None


@cache
def _translated(language: str) -> tuple[tuple[re.Pattern[str], Term], ...]:
    """The labels of a language: those of the catalogue whose English is a label of a term."""
    found = []
    for english, other in translations(language).items():
        filled = (re.sub(r"\{\w+\}", sample, english) for sample in SAMPLES)
        explained = next((term for label in filled if (term := _english(label))), None)
        if explained is not None:
            shape = ".+".join(map(re.escape, re.split(r"\{\w+\}", other)))
            found.append((re.compile(shape), explained))
    return tuple(found)


def _folded(word: str) -> str:
    return re.sub(r"[^\wρ]+", " ", word.casefold()).strip()


def _pattern(shape: str) -> str:
    parts = {"#": _NUMBER, "@": _MARKET, "~": _DAY}
    return "".join(parts.get(letter, re.escape(letter)) for letter in shape)
