"""Corrections that are worth a tap: each is tried before it is offered."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass

from analytics.errors import Correction, HedgeError, RequestError
from analytics.language import tr
from analytics.market.instruments import Instrument
from analytics.market.unlisted import UnknownInstrumentError
from handlers._daily.when import when_of
from handlers._errors import UsageError
from handlers._grammar import split_command, tidied
from handlers._grammar.sentences import Named, named_in

PATIENCE_S = 2.0
"""A mistake is answered at once, even where venues are slow to say what they list."""
DEEPEST = 3
"""Mistakes in one question that a single tap puts right."""
LONGEST_LABEL = 60
PARTED = frozenset({"digest", "daily"})
"""Commands whose questions are of several pairs, parted by commas."""
_COMMAS = re.compile(r",(?!\d)|(?<!\d),|[;\n]")

_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")

Read = Callable[[str], Awaitable[object]]
Find = Callable[[Instrument], Awaitable[object]]


async def leading(
    error: RequestError,
    question: str,
    read: Read,
    find: Find,
    *,
    examples: Sequence[str] = (),
    within: float = PATIENCE_S,
) -> tuple[Correction, ...]:
    """The corrections of a mistake that lead to an answer and not to a second mistake.

    ``read`` gives the query of a question, ``find`` a market; both raise ``RequestError``. What is
    wrong beside the first mistake is put right along with it where there is a way. ``examples`` are
    those of the command: what the asker named comes before them. What cannot be tried ``within`` so
    many seconds is offered as it is.
    """
    try:
        async with asyncio.timeout(within):
            return await _found(error, question, read, find, examples)
    except TimeoutError:
        return error.corrections


async def _found(
    error: RequestError, question: str, read: Read, find: Find, examples: Sequence[str]
) -> tuple[Correction, ...]:
    found = await _leading(error, question, read, find, DEEPEST)
    if not found and isinstance(error, UnknownInstrumentError):
        # One word too many is left out; among several those that can be read are looked for.
        without = _left_out(error.word, question)
        tried = [await _tried(one, question, read, find, 1) for one in without]
        found = tuple(one for one in tried if one is not None)
    is_misread = isinstance(error, UsageError | UnknownInstrumentError)
    shown = [one.applied_to(question) for one in found]
    if is_misread and all(one in examples for one in shown):
        meant = await _meant(question, read, find)
        if meant is not None and _is_nearer(meant.right, shown, question):
            if not _lacks_one_word(error, question):
                error.sentence = tr(
                    "I read only a part of that. Did you mean `{question}`?", question=meant.right
                )
            found = (meant,)
    others = [one for one in error.corrections if _is_other(one.applied_to(question), question)]
    return found or tuple(others)


def _is_nearer(meant: str, examples: Sequence[str], question: str) -> bool:
    """Whether a question keeps more of what was named than examples do, and loses no number.

    A sentence about a number that is lost is not replaced by another.
    """
    if not examples:
        return True
    best = max(_kept(example, question) for example in examples)
    is_whole = Counter(_NUMBER.findall(question)) <= Counter(_NUMBER.findall(meant))
    return is_whole and _kept(meant, question) > best


def _kept(corrected: str, question: str) -> int:
    """How many of the markets, amounts and lengths of a question another one names."""
    return len(_named(question) & _named(corrected))


def _named(question: str) -> set[str]:
    split = split_command(question)
    return {one.words.casefold() for one in named_in(split.rest)} if split else set()


def _lacks_one_word(error: RequestError, question: str) -> bool:
    """Whether a question is one but for a market that nobody lists: that is what to tell of it."""
    split = split_command(question)
    if split is None or not isinstance(error, UnknownInstrumentError):
        return False
    words = {word.strip(",;") for word in split.rest.casefold().split()}
    named = {word for one in named_in(split.rest) for word in one.words.casefold().split()}
    return words - named <= {error.word.casefold()}


async def _meant(question: str, read: Read, find: Find) -> Correction | None:
    """The question made of what a sentence names, whatever else it says."""
    split = split_command(question)
    if split is None:
        return None
    said = named_in(split.rest)
    named = [one for one in said if await _is_known(one, find)]
    counts_unknown = any(one.is_amount for one in said if one not in named)
    if counts_unknown or not any(one.market for one in named):
        return None
    words = _worded(split.name, split.rest, named)
    if sorted(words.casefold().split()) == sorted(split.rest.casefold().split()):
        return None
    whole = Correction(words, f"/{split.name} {words}")
    found = await _tried(whole, question, read, find, DEEPEST)
    label = found.right.partition(" ")[2] if found else ""
    return Correction(label[:LONGEST_LABEL], found.right) if found and label else None


def _worded(command: str, text: str, named: list[Named]) -> str:
    """What was named as words of a question, with the commas that part pairs."""
    if command not in PARTED:
        return " ".join(one.words for one in named)
    zone = _zone(text) if command == "daily" else ()
    parts = [[one.words for one in named_in(part) if one in named] for part in _COMMAS.split(text)]
    return " ".join((", ".join(" ".join(part) for part in parts if part), *zone))


def _zone(text: str) -> tuple[str, ...]:
    """The place whose clock somebody means, beside the time that ``named_in`` finds."""
    try:
        zone = when_of(tidied(text)).zone
    except RequestError:
        return ()
    return () if zone is None else (f"tz={zone}",)


async def _is_known(one: Named, find: Find) -> bool:
    if one.market is None:
        return True
    try:
        await find(one.market)
    except RequestError:
        return False
    except HedgeError:
        return True
    return True


def _left_out(word: str, question: str) -> tuple[Correction, ...]:
    """The question without a word that names no market; not where it is counted, as in ``2 BTC``."""
    words = question.split()
    places = [at for at, one in enumerate(words) if one.casefold() == word.casefold()]
    if len(places) != 1 or any(sign.isdigit() for sign in words[places[0] - 1]):
        return ()
    whole = " ".join((*words[: places[0]], *words[places[0] + 1 :]))
    return (Correction(tr("without {surplus}", surplus=word), whole),)


async def _leading(
    error: RequestError, question: str, read: Read, find: Find, depth: int
) -> tuple[Correction, ...]:
    tried = [
        (one, await _tried(one, question, read, find, depth))
        for one in dict.fromkeys(error.corrections)
    ]
    whole = {one.applied_to(question) for one, found in tried if found is one}
    return tuple(
        found
        for one, found in tried
        if found is one or (found is not None and found.applied_to(question) not in whole)
    )


async def _tried(
    correction: Correction, question: str, read: Read, find: Find, depth: int
) -> Correction | None:
    """The correction itself, or one that puts right what is still wrong after it; or None."""
    corrected = correction.applied_to(question)
    try:
        for instrument in instruments_in(await read(corrected)):
            await find(instrument)
    except RequestError as still:
        if depth <= 1 or corrected == question or _is_other(corrected, question):
            return None
        further = await _leading(still, corrected, read, find, depth - 1)
        alike = [one for one in further if one.label == correction.label]
        return _joined(correction, (alike or [*further])[0], corrected) if further else None
    except HedgeError:
        # A venue is silent: nobody can know, so nothing is taken away.
        return correction
    return correction


def _is_other(corrected: str, question: str) -> bool:
    """Whether another command is asked; where none was asked, none is another."""
    one, other = split_command(corrected), split_command(question)
    return one is None or (other is not None and one.name != other.name)


def _joined(first: Correction, then: Correction, corrected: str) -> Correction:
    label = first.label if then.label == first.label else f"{first.label} · {then.label}"
    shown = label if len(label) <= LONGEST_LABEL else then.label
    return Correction(shown, then.applied_to(corrected))


def instruments_in(query: object) -> Iterator[Instrument]:
    """All markets that a query names, wherever in it they stand."""
    if isinstance(query, Instrument):
        yield query
    elif isinstance(query, tuple | frozenset | list):
        for part in query:
            yield from instruments_in(part)
    elif is_dataclass(query) and not isinstance(query, type):
        for field in fields(query):
            if field.compare:
                yield from instruments_in(getattr(query, field.name))
