"""The next questions, as rows of buttons."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol, runtime_checkable

from analytics.errors import Correction
from analytics.language import later, tr
from analytics.market.windows import DAY, DEFAULT_LENGTH, MIN_BARS, YEAR, Window, spelled
from handlers._grammar import Holding
from handlers._reply import Button, Reply
from handlers._restated import window_said
from handlers._terms import term_of_label

WINDOWS = (7 * DAY, 30 * DAY, 90 * DAY, YEAR)
WATCH = later("🔔 Watch")
MOST_WATCHED = 10
"""Markets of one group whose moving as one can be watched."""


def window_buttons(
    window: Window, asked: Callable[[Window], str], *, covered: timedelta | None = None
) -> tuple[Button, ...]:
    """The same question over the usual windows and the asked one; the bar is kept where it fits.

    Where the past is shorter than asked (``covered``), a longer window would say the same.
    """
    most = window.length if covered is not None and covered < window.length else None
    lengths = sorted({*WINDOWS, window.length})
    return tuple(
        Button(spelled(length), asked(_resized(window, length)), current=length == window.length)
        for length in lengths
        if most is None or length <= most
    )


@runtime_checkable
class Windowed(Protocol):
    """A question about a window that can be asked about another."""

    window: Window

    def asked(self, window: Window) -> str:
        """The same question about a window."""


def lighter(query: object) -> tuple[Correction, ...]:
    """What a question that takes too much computing can be asked instead: coarser, or shorter."""
    if not isinstance(query, Windowed):
        return ()
    window = query.window
    usual = replace(window, bar=None)
    ways = []
    if window.chosen_bar < usual.chosen_bar:
        name = tr("{length} bars", length=spelled(usual.chosen_bar))
        ways.append(Correction(name, query.asked(usual)))
    shorter = [length for length in WINDOWS if 2 * length <= window.length][-2:]
    ways += [
        Correction(spelled(length), query.asked(_resized(window, length)))
        for length in reversed(shorter)
    ]
    return tuple(ways)


def same_stretch(window: Window) -> str:
    """The words with which another command looks at the same length, up to the same moment.

    The bar is left to that command: what suits one statistic may be too coarse for another.
    """
    return " ".join(window_said(replace(window, bar=None)))


def again(question: str) -> Button:
    """The same question once more, on newer prices."""
    return Button("↻", question)


def terms_button(reply: Reply) -> Button:
    """What the words of a reply mean."""
    labels = (fact.label for group in reply.facts for fact in group)
    found = dict.fromkeys(term.name for label in labels if (term := term_of_label(label)))
    return Button("?", f"/explain {', '.join(found)}".rstrip())


def standing(names: Sequence[str], length: timedelta) -> tuple[Button, ...]:
    """To be told when markets part or come together, and how they stand every morning."""
    if len(names) > MOST_WATCHED:
        return ()
    event = "break" if len(names) == 2 else "lockstep"  # noqa: PLR2004 - a pair
    watched = f"/watch {' '.join(names)} {event} {_watchable(length)}"
    return Button(tr(WATCH), watched), daily(names, length)


def watch_position(held: Holding, hedge: Holding, *margin: str) -> Button:
    """An alert when a hedge is off its target by a tenth."""
    return Button(tr(WATCH), " ".join((f"/watch {held} {hedge} drift>10%", *margin)))


def watch_gap(first: str, second: str) -> Button:
    """An alert when one coin costs a fifth of a per cent more on one venue than on another."""
    return Button(tr(WATCH), f"/watch {first} {second} spread>20bp")


def watch_income(contract: str, *, pays_funding: bool) -> Button:
    """An alert when being short begins to cost: funding, else the basis, below zero."""
    return Button(tr(WATCH), f"/watch {contract} {'funding' if pays_funding else 'basis'}<0")


def daily(names: Sequence[str], length: timedelta) -> Button:
    """The same markets every morning."""
    return Button(tr("Daily"), f"/daily {' '.join(names)} {_watchable(length)}")


def _watchable(length: timedelta) -> str:
    """A window that shows a change in time: what was asked, unless it is short or very long."""
    return spelled(length if WINDOWS[0] <= length <= WINDOWS[2] else DEFAULT_LENGTH)


def _resized(window: Window, length: timedelta) -> Window:
    resized = replace(window, length=length)
    return resized if resized.n_bars >= MIN_BARS else replace(resized, bar=None)
