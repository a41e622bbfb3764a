"""What somebody wants who writes no command: the words for hedging, explaining and the like."""

import re
from collections.abc import Sequence

from handlers._grammar.sentences import Named
from handlers._terms import term

_WORDS = {
    "hedge": """
        hedge hedged hedging hedgen absichern absichere abgesichert absicherung sichern neutralise
        neutralize protect cubrir cubro cubrirme cubierto cobertura proteger
    """,
    "corr": """
        corr korr
        correlation correlated correlations korrelation korrelationen korreliert korrelieren
        correlación correlacion correlacionados correlacionadas
    """,
    "carry": "funding carry finanzierung financiación financiacion",
    "break": "decoupled decouple decoupling entkoppelt entkoppeln desacoplado desacoplados",
}
_MEANS = {word: command for command, words in _WORDS.items() for word in words.split()}
_DEFINITION = re.compile(
    r"\W*(?:what(?:'s| is| are| does)|was (?:ist|sind|bedeutet|heißt)|qué (?:es|son|significa)|"
    r"que (?:es|son|significa)|define|meaning of)\s+(?:an? |the |das |der |die |ein |eine |el |la |"
    r"los |las |un |una )?(.+?)(?: mean)?\W*",
    re.IGNORECASE,
)


def asked_for(words: str, named: Sequence[Named]) -> str | None:
    """The question that a sentence puts: a term to explain, or a command with all its words.

    None where nothing in it says which.
    """
    explained = term_in(words)
    if explained is not None:
        return f"explain {explained}"
    found = [_MEANS[word] for word in re.findall(r"\w+", words.casefold()) if word in _MEANS]
    amounts = [one for one in named if one.is_amount]
    if found:
        return f"{found[0]} {_without(words)}"
    spelled_out = bool(amounts) and not re.search(r"\d", words)
    return f"hedge {words}" if spelled_out else None


def term_in(words: str) -> str | None:
    """The term that somebody wants explained: ``what is the basis?``; None where it is none."""
    asked = _DEFINITION.fullmatch(words.strip().replace("’", "'"))
    found = term(asked[1]) if asked else None
    return found.name if found else None


def _without(words: str) -> str:
    """The sentence without the words that said what is wanted."""
    kept = [word for word in words.split() if word.strip(".,:;!?¿¡").casefold() not in _MEANS]
    return " ".join(kept)
