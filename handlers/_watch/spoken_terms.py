"""How long and how often, as people say it: ``until friday``, ``for 2 days``, ``once a day``."""

import re
from datetime import timedelta

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.windows import DAY, HOUR, spelled
from handlers._errors import UsageError
from handlers._grammar.lengths import length_of
from handlers._grammar.until import LEADING, holidays_of, until_of
from handlers._watch.syntax import MOST_CHECKS

_FOR = re.compile(
    r"(?<!\S)(?:for|für|durante)\s+(?P<length>(?:\d+(?:[.,]\d+)?\s?|(?!last|the)[^\W\d_]+\s+)[^\W\d_]+)(?!\S)",
    re.IGNORECASE,
)
_CHECKS = re.compile(
    r"(?<!\S)(?:for|für|durante)\s+(\d{1,2})\s?(?:x|checks?|times|mal|veces)(?!\S)", re.IGNORECASE
)
_AT_MOST = re.compile(
    r"(?<!\S)(?:(?:at most|max(?:imal)?|maximum|not more than|höchstens|como mucho|máximo)\s+)?"
    r"(?:once|einmal|una vez)\s+(?:a|an|per|each|every|pro|am|im|jede[nr]?|al|por|cada)\s+"
    r"(?P<unit>hour|day|week|stunde|tag|woche|hora|día|dia|semana)(?!\S)",
    re.IGNORECASE,
)
_PACES = {
    **dict.fromkeys(("hour", "stunde", "hora"), "1h"),
    **dict.fromkeys(("day", "tag", "día", "dia"), "1d"),
    **dict.fromkeys(("week", "woche", "semana"), "7d"),
}
_SILENT = re.compile(
    r"(?<!\S)(?:silent(?:ly)?|quietly|(?:with(?:out)?|no) (?:a )?sound|lautlos|ohne ton|stumm|"
    r"sin sonido|en silencio)(?!\S)"
)
_QUIET_HOURS = re.compile(
    r"(?<!\S)(?:quiet|silent|mute[d]?|ruhe\w*|still|silencio)\b.*?(?P<hours>\d{1,2}(?::\d\d)? ?- ?\d{1,2}(?::\d\d)?)(?!\S)",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"\d|[a-z]{3}")
_IS_WHOLE = re.compile(r"\d+[a-z]+$")
"""A length in one word, which the option reads itself."""
_WORDS_OF_A_MOMENT = 5
_WORDS_OF_A_LENGTH = 4
_STEPS = (HOUR, 4 * HOUR, DAY)


def with_terms(text: str) -> str:
    """The words with each term as an option: ``until friday`` is ``until=friday``.

    Raises
    ------
    UsageError
        What stands behind *until* is no moment.

    """
    if (hours := _QUIET_HOURS.search(text)) is not None:
        right = f"/mute {hours['hours'].replace(' ', '')}"
        raise UsageError(
            tr("Quiet hours are those of the whole chat: `{right}`", right=right),
            corrections=(Correction(right, right),),
        )
    text = _CHECKS.sub(r"for=\1", text)
    text = _AT_MOST.sub(lambda said: f"cool={_PACES[said['unit'].casefold()]}", text)
    return _SILENT.sub("quiet", _with_end(text))


def refuse_long(text: str) -> None:
    """Refuse ``for 2d``, which is no window: it says how many checks in a row are needed."""
    said = _FOR.search(text)
    length = length_of(said["length"]) if said else None
    if said is None or length is None:
        return
    checks, bar = _checks(length)
    right = f"for={checks}" if bar == HOUR else f"for={checks} bar={spelled(bar)}"
    end = f"until={spelled(length)}"
    raise instead(
        tr(
            "Must it stay so for {length}, in {most} checks at most, or shall I watch for {length}?",
            length=spelled(length),
            most=MOST_CHECKS,
        ),
        text,
        said,
        (right, end),
    )


def instead(sentence: str, text: str, said: re.Match[str], rights: tuple[str, ...]) -> UsageError:
    """A refusal that offers the question with other words in the place of some."""
    before, after = text[: said.start()].strip(), text[said.end() :].strip()
    return UsageError(
        sentence,
        corrections=tuple(
            Correction(right, " ".join(f"/watch {before} {right} {after}".split()))
            for right in rights
        ),
    )


def _with_end(text: str) -> str:
    """The longest moment that stands behind *until*, as one word."""
    leading = next((one for one in LEADING.finditer(text) if _stands_alone(one, text)), None)
    if leading is None:
        return text
    before, words = text[: leading.start()].rstrip(), text[leading.end() :].split()
    for count in range(min(_WORDS_OF_A_MOMENT, len(words)), 0, -1):
        said = " ".join(words[:count]).rstrip(",;!?")
        moment = None if said.isdecimal() else until_of(said)
        if len(days := holidays_of(said)) > 1:
            rights = tuple(f"until={day}" for day in days)
            raise _until_when(tr("Which day is {said}?", said=said), before, words[count:], rights)
        if moment is not None:
            return " ".join((before, f"until={moment}", *words[count:])).strip()
    for count in range(min(_WORDS_OF_A_LENGTH, len(words)), 0, -1):
        length = (
            length_of(" ".join(words[:count]))
            if count > 1 or not _IS_WHOLE.match(words[0])
            else None
        )
        if length is not None:
            return " ".join((before, f"until={spelled(length)}", *words[count:])).strip()
    if not words or not _BEGINS.match(words[0]):
        return text
    if any(map(str.isdigit, words[0])):
        return " ".join((before, f"until={words[0]}", *words[1:])).strip()
    left = [word for word in words if not word.islower() or not word.isalpha()]
    sentence = tr("Until when? A day such as `until=friday`, or a length such as `until=30d`")
    raise _until_when(sentence, before, left, ("until=30d", "until=90d"))


def _until_when(sentence: str, before: str, left: list[str], rights: tuple[str, ...]) -> UsageError:
    return UsageError(
        sentence,
        corrections=tuple(
            Correction(right, " ".join(f"/watch {before} {right} {' '.join(left)}".split()))
            for right in rights
        ),
    )


def _stands_alone(leading: re.Match[str], text: str) -> bool:
    return not leading.start() or text[leading.start() - 1].isspace()


def _checks(length: timedelta) -> tuple[int, timedelta]:
    """How many bars of which length last so long, or nearly."""
    for bar in _STEPS:
        if length <= MOST_CHECKS * bar:
            return max(1, round(length / bar)), bar
    return MOST_CHECKS, DAY
