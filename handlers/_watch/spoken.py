"""Conditions as people say them: ``corr below 80%``, ``Korrelation unter 0,6``, ``for 2 days``."""

import re

from analytics.errors import Correction
from analytics.language import tr
from handlers._errors import AmbiguousNumberError, UsageError
from handlers._grammar.coins import FUNCTION_WORDS
from handlers._grammar.sentences import named_in
from handlers._watch.condition import BANDS, wanted_of
from handlers._watch.half_said import refuse_half_said, refuse_nameless
from handlers._watch.said_measures import BETWEEN, FIGURE, NAME, NAMES, SIDE, figure_of
from handlers._watch.spoken_prices import refuse_prices
from handlers._watch.spoken_terms import refuse_long, with_terms
from handlers._watch.syntax import SYNTAX

_AROUND_SIGNS = re.compile(r"\s*(<\s*=|>\s*=|=\s*<|=\s*>|≤|≥|<|>)\s*")
_SIGNS = {"≤": "<=", "≥": ">=", "=<": "<=", "=>": ">="}
_SAID = re.compile(rf"(?<![\w-])(?P<name>{NAME})(?![\w-]){BETWEEN}{SIDE}", re.IGNORECASE)
_NEGATIVE = re.compile(
    rf"(?<![\w-])(?P<name>{NAME})(?![\w-])(?P<middle>(?:\s+[^\s\d<>]+){{0,6}}?){BETWEEN}"
    r"(?<!\w)(?:(?P<below>negativ[eoa]?)|(?P<above>positiv[eoa]?))(?!\w)",
    re.IGNORECASE,
)
_LOOSE_UNIT = re.compile(r"(?<=[<>=])([-+]?[\d.,]*\d)\s+(%|bps?\b)", re.IGNORECASE)
_NAMED = re.compile(rf"(?<![\w-])({NAME})(?=[<>])", re.IGNORECASE)
_APART = re.compile(
    rf"(?<![\w-])(?P<name>{NAME})(?![\w-])(?P<middle>(?:\s+[^\s\d<>]+){{1,8}}?)\s+{SIDE}",
    re.IGNORECASE,
)
_SIGNED_APART = re.compile(
    rf"(?<![\w-])(?P<name>{NAME})(?![\w-])(?P<middle>(?:\s+[^\s\d<>]+){{1,8}}?)(?P<sign>[<>]=?)"
    rf"(?P<figure>{FIGURE})",
    re.IGNORECASE,
)
"""``corr of btc eth<0.6``: what is measured stands before the markets, its number behind them."""
_REACHED = re.compile(
    rf"(?<![\w-])(?P<name>{NAME})\s+(?:(?P<below>falls|drops|sinks|fällt|sinkt|cae|baja)|"
    rf"(?P<above>rises|climbs|steigt|sube))\s+(?:to|auf|a|hasta)\s+(?P<figure>{FIGURE})",
    re.IGNORECASE,
)
_PARTED = re.compile(
    r"(?<![\w-])(?:decouples?|diverges?|de-?correlates?|breaks? (?:apart|down|up)|drifts? apart|"
    r"se (?:desacoplen|separen)|diverjan|"
    r"stops? moving together|loses? (?:their )?correlation|(?:sich )?entkoppeln|auseinanderlaufen|"
    r"auseinandergehen|se desacoplan|se separan|divergen|dejan de moverse juntos)(?![\w=-])"
)
"""What two markets do at a break; in small letters only, for coins are called anything."""
LEAST_OF_A_SENTENCE = 2
"""Words that mean nothing to us: fewer are a mistake of typing."""


def condensed(text: str) -> str:
    """The words with each condition as one of them: ``corr below 80%`` is ``corr<80%``.

    Raises
    ------
    UsageError
        It is said what is measured, but not on which side of a number, or for too long.

    """
    text = rewritten(with_terms(text))
    if not _has_test(text):
        refuse_half_said(text)
        refuse_prices(text)
        refuse_nameless(text)
    refuse_long(text)
    return text


def rewritten(text: str) -> str:
    """The words with each condition that can be read as one of them; the others as they are."""
    text = _AROUND_SIGNS.sub(lambda at: _sign(re.sub(r"\s", "", at[1])), text)
    text = _LOOSE_UNIT.sub(r"\1\2", text)
    text = _NAMED.sub(lambda found: NAMES[found[1].casefold()], text)
    if _has_test(text):
        # Coins are called BETA and DRIFT too: what is written as a condition is not looked at again.
        return text
    text = _SIGNED_APART.sub(_signed, _REACHED.sub(_condition, text))
    text = _NEGATIVE.sub(_about_zero, _APART.sub(_condition, _SAID.sub(_condition, text)))
    return text if _has_test(text) else _PARTED.sub("break", text, count=1)


def _sign(typed: str) -> str:
    return _SIGNS.get(typed, typed)


def part_of(text: str, plain: str) -> UsageError | None:
    """What to say to a sentence of which only its condition and its markets are understood.

    ``text`` is ``plain``, condensed. None where it is no sentence.
    """
    named = [one.words for one in named_in(text)]
    said = [word for word in text.split() if word.casefold() in SYNTAX.switches | BANDS]
    unread = [word for word in text.split() if word.islower() and _is_idle(word, named)]
    is_sentence = text != plain or any(word.upper() in FUNCTION_WORDS for word in unread)
    has_test = _has_test(" ".join((*named, *said)))
    if not is_sentence or len(unread) < LEAST_OF_A_SENTENCE or not has_test:
        return None
    right = " ".join(("/watch", *dict.fromkeys((*named, *said))))
    return UsageError(
        tr("I read only a part of that. Did you mean `{question}`?", question=right),
        corrections=(Correction(right.removeprefix("/watch "), right),),
    )


def _is_idle(word: str, named: list[str]) -> bool:
    parts = {part.casefold() for one in named for part in one.split()}
    return word not in parts and word not in SYNTAX.switches | BANDS and word.isalpha()


def _has_test(text: str) -> bool:
    return any(map(_is_test, text.split()))


def _is_test(word: str) -> bool:
    try:
        return wanted_of(word.strip(".,;!?")) is not None
    except AmbiguousNumberError:
        return True


def _condition(said: re.Match[str]) -> str:
    sign = "<" if said["below"] else ">"
    middle = said.groupdict().get("middle", "")
    test = f"{NAMES[said['name'].casefold()]}{sign}{figure_of(said['figure'])}"
    return f"{middle} {test}".strip()


def _about_zero(said: re.Match[str]) -> str:
    test = f"{NAMES[said['name'].casefold()]}{'<' if said['below'] else '>'}0"
    return f"{said['middle']} {test}".strip()


def _signed(said: re.Match[str]) -> str:
    test = f"{NAMES[said['name'].casefold()]}{said['sign']}{figure_of(said['figure'])}"
    return f"{said['middle']} {test}".strip()
