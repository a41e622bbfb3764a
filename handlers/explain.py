"""/explain: what the words of a reply mean, in plain sentences."""

from dataclasses import dataclass

from rapidfuzz import fuzz, process

from analytics.errors import Correction
from analytics.language import later, tr
from analytics.language.lists import one_of
from handlers._command import Command, Services
from handlers._errors import UsageError
from handlers._grammar import tidied
from handlers._reply import Button, Reply
from handlers._terms import TERMS, Term, term

A_ROW = 3
CLOSE = 60
MOST_GUESSES = 3


@dataclass(frozen=True, slots=True)
class ExplainQuery:
    """The names of the terms to explain; none for the list of all."""

    names: tuple[str, ...] = ()


def parse(asked: str) -> ExplainQuery:
    """Read the name of a term, or several with commas between."""
    said = " ".join(tidied(asked).split())
    if not said:
        return ExplainQuery()
    whole = term(said)
    parts = [part.strip() for part in said.split(",") if part.strip()]
    found = (whole,) if whole else tuple(_known(part) for part in parts)
    return ExplainQuery(tuple(dict.fromkeys(one.name for one in found)))


async def answer(query: ExplainQuery, _services: Services) -> Reply:
    """List the terms, or explain those that were asked for."""
    terms = [found for name in query.names if (found := term(name))]
    match terms:
        case []:
            return _listed()
        case [one]:
            return _one(one)
        case several:
            return _several(several)


def _known(word: str) -> Term:
    found = term(word)
    if found is None:
        raise _unknown(word)
    return found


def _unknown(word: str) -> UsageError:
    spellings = {
        spelling.casefold(): found.name
        for found in TERMS
        for spelling in (tr(found.name), found.name, *found.aliases)
    }
    close = process.extract(
        word.casefold(), list(spellings), scorer=fuzz.ratio, limit=9, score_cutoff=CLOSE
    )
    guesses = list(dict.fromkeys(spellings[match] for match, _, _ in close))[:MOST_GUESSES]
    hint = (
        tr("Did you mean {names}?", names=one_of(map(tr, guesses)))
        if guesses
        else tr("`/explain` lists what I know.")
    )
    corrections = [Correction(tr(guess), f"/explain {guess}") for guess in guesses]
    return UsageError(
        tr("I don't know the term “{shortened}”. {hint}", shortened=_shortened(word), hint=hint),
        corrections=tuple(corrections) or (Correction(tr("All terms"), "/explain"),),
    )


def _shortened(word: str, *, most: int = 30) -> str:
    return word if len(word) <= most else f"{word[: most - 1]}…"


def _listed() -> Reply:
    names = [found.name for found in TERMS]
    buttons = [Button(tr(name), f"/explain {name}") for name in names]
    return Reply(
        title=tr("What the words mean"),
        answer="",
        text=(" · ".join(map(tr, names)), tr("Ask for one: /explain correlation")),
        buttons=tuple(tuple(buttons[at : at + A_ROW]) for at in range(0, len(buttons), A_ROW)),
        numbers={"command": "explain", "terms": list(names)},
    )


def _one(found: Term) -> Reply:
    return Reply(
        title=_headed(found),
        answer="",
        text=(tr(found.says), tr("For example: {example}", example=tr(found.example))),
        buttons=((Button(tr("All terms"), "/explain"),),),
        numbers={
            "command": "explain",
            "term": found.name,
            "says": found.says,
            "example": found.example,
        },
    )


def _several(terms: list[Term]) -> Reply:
    buttons = [Button(tr(found.name), f"/explain {found.name}") for found in terms]
    return Reply(
        title=tr("What the words mean"),
        answer="",
        text=tuple(f"{_headed(found)}: {tr(found.says)}" for found in terms),
        buttons=tuple(tuple(buttons[at : at + A_ROW]) for at in range(0, len(buttons), A_ROW)),
        numbers={
            "command": "explain",
            "terms": [{"term": found.name, "says": found.says} for found in terms],
        },
    )


def _headed(found: Term) -> str:
    name = tr(found.name)
    return name[0].upper() + name[1:]


COMMAND = Command(
    name="explain",
    summary=later("what a word in a reply means"),
    usage="/explain [correlation]",
    examples=("/explain", "/explain correlation", "/explain break test"),
    parse=parse,
    answer=answer,
    menu_place=85,
)
