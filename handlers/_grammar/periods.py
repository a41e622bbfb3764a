"""The window of a question: its first duration, its bar, its end."""

from datetime import timedelta

from analytics.errors import Correction
from analytics.language import counted, tr
from analytics.language.lists import one_of
from analytics.market.windows import (
    DAY,
    DEFAULT_LENGTH,
    HOUR,
    LONGEST,
    MIN_BARS,
    MINUTE,
    YEAR,
    BadWindowError,
    Window,
    spelled,
)
from handlers._errors import UsageError
from handlers._grammar.durations import minutes_of
from handlers._grammar.options import BAR, END
from handlers._grammar.words import Piece, Words

BARS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, DAY)
LENGTHS = (DAY, 3 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, 180 * DAY, YEAR, 2 * YEAR, LONGEST)


def window_of(
    words: Words, *, default: timedelta = DEFAULT_LENGTH, minimum: int = MIN_BARS
) -> Window:
    """The window that the words ask for; the first duration is its length, the next its bar.

    Raises
    ------
    BadWindowError
        Length and bar do not go together, or give fewer bars than ``minimum``.

    """
    length = words.durations[0] if words.durations else default
    window = Window(length, _bar(words), words.value(END))
    if words.durations:
        _refuse_minutes(words, length)
    if window.bar is not None and window.bar > length:
        raise _bar_too_long(words, window, minimum)
    if window.n_bars < minimum:
        raise _too_short(words, window, minimum)
    return window


def _bar(words: Words) -> timedelta | None:
    named = words.value(BAR)
    placed = words.durations[1] if len(words.durations) > 1 else None
    if named and placed and named != placed:
        length = spelled(words.durations[0])
        raise UsageError(
            tr(
                "Is the bar {length} or bar={other_length}? Write one.",
                length=spelled(placed),
                other_length=spelled(named),
            ),
            corrections=tuple(
                Correction(spelled(bar), _with_durations(words, f"{length} {spelled(bar)}"))
                for bar in (placed, named)
            ),
        )
    return named or placed


def _refuse_minutes(words: Words, length: timedelta) -> None:
    piece, *others = _durations(words)
    number = minutes_of("".join(words.question.words[piece.start : piece.stop]))
    if number is None:
        return
    bar, months = f"{number}m", f"{number}mo"
    longer = [other for other in others if _value(other) > length]
    window = spelled(_value(longer[0])) if longer else "30d"
    rights = [months] if number <= LONGEST // (30 * DAY) else []
    rights += [f"{window} {bar}"] if length <= DAY else [window]
    raise BadWindowError(
        counted(
            "{bar} is one minute. Months: {months}. A one-minute bar goes after the window: "
            "`{window} {bar}`.",
            "{bar} is {n} minutes. Months: {months}. A {n}-minute bar goes after the window: "
            "`{window} {bar}`.",
            number,
            bar=bar,
            months=months,
            window=window,
        ),
        corrections=tuple(Correction(right, _with_durations(words, right)) for right in rights),
    )


def _bar_too_long(words: Words, window: Window, minimum: int) -> BadWindowError:
    length, bar = spelled(window.length), spelled(window.chosen_bar)
    swapped = Window(window.chosen_bar, window.length)
    finer = _finer_bar(window.length, minimum)
    rights = [f"{bar} {length}"] if swapped.n_bars >= minimum else []
    rights += [f"{length} {spelled(finer)}"] if finer else []
    rights = rights or [spelled(DEFAULT_LENGTH)]
    return BadWindowError(
        tr(
            "A bar of {bar} does not fit into {length}. The window comes first, then the bar.",
            bar=bar,
            length=length,
        ),
        corrections=tuple(Correction(right, _with_durations(words, right)) for right in rights),
    )


def _too_short(words: Words, window: Window, minimum: int) -> BadWindowError:
    length, bar = spelled(window.length), spelled(window.chosen_bar)
    finer = _finer_bar(window.length, minimum)
    longer = _longer_length(window.chosen_bar, minimum) if window.chosen_bar <= DAY else None
    asked = f" {bar}" if window.bar else ""
    rights = [f"{length} {spelled(finer)}"] if finer else []
    rights += [spelled(longer) + asked] if longer else []
    corrections = tuple(Correction(right, _with_durations(words, right)) for right in rights)
    ways = [f"`{corrections[0].right}`"] if finer else []
    ways += [spelled(longer)] if longer else []
    hint = tr(" Take {ways}.", ways=one_of(ways)) if ways else ""
    return BadWindowError(
        counted(
            "{length} of {bar} bars is one point, I need {minimum}.{hint}",
            "{length} of {bar} bars is {n} points, I need {minimum}.{hint}",
            window.n_bars,
            length=length,
            bar=bar,
            minimum=minimum,
            hint=hint,
        ),
        corrections=corrections,
    )


def _finer_bar(length: timedelta, minimum: int) -> timedelta | None:
    default = Window(length)
    if default.n_bars >= minimum:
        return default.chosen_bar
    return next((bar for bar in reversed(BARS) if length // bar >= minimum), None)


def _longer_length(bar: timedelta, minimum: int) -> timedelta | None:
    return next((length for length in LENGTHS if length // bar >= minimum), None)


def _with_durations(words: Words, right: str) -> str:
    """The question with all its durations, and its bar, replaced where the first one stood."""
    typed = words.question.words
    gone = {at for piece in _durations(words) for at in range(piece.start, piece.stop)}
    gone |= {at for at, word in enumerate(typed) if _names_bar(word, words)}
    first = min(gone, default=len(typed))
    kept = [word for at, word in enumerate(typed) if at not in gone]
    kept.insert(len([at for at in range(first) if at not in gone]), right)
    return " ".join((f"/{words.question.command}", *kept))


def _names_bar(word: str, words: Words) -> bool:
    key = word.partition("=")[0].casefold() if "=" in word else ""
    option = words.syntax.option(key)
    return option is not None and option.key == BAR.key


def _durations(words: Words) -> list[Piece]:
    return [piece for piece in words.pieces if isinstance(piece.value, timedelta)]


def _value(piece: Piece) -> timedelta:
    assert isinstance(piece.value, timedelta)  # noqa: S101 - _durations chose them so
    return piece.value
