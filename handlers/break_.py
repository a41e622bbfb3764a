"""/break: whether two markets parted or came together, and when; or how several did."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from analytics.charts import ChangePicture
from analytics.errors import Correction
from analytics.language import later, tr
from analytics.market.histories import History
from analytics.market.instruments import Instrument
from analytics.market.windows import DAY, MIN_BARS, Window, spelled
from analytics.studies.changes import change_study
from analytics.studies.groups import group_study
from handlers._book import BookForm
from handlers._break import group_words
from handlers._break import words as pair_words
from handlers._command import Command, Services, price_of
from handlers._errors import UsageError
from handlers._evidence import Evidence, with_evidence
from handlers._files import Column
from handlers._grammar import (
    BAR,
    END,
    LEVEL,
    PICTURELESS,
    QUOTE,
    ROLL,
    VENUE,
    Syntax,
    assets,
    read,
    two_assets,
    typed,
    window_of,
)
from handlers._markets import covered, provenance, rolling_width, with_caveats
from handlers._questions import again, same_stretch, standing, terms_button, window_buttons
from handlers._reply import Button, Reply
from handlers._restated import DEFAULT_LEVEL, refuse_twins, restated

DEFAULT_LENGTH = 180 * DAY
MOST_ASSETS = 20

SYNTAX = Syntax(
    command="break",
    example="/break ETH BTC-PERP 180d",
    options=(BAR, ROLL, LEVEL, VENUE, QUOTE, END),
)


@dataclass(frozen=True, slots=True)
class BreakQuery:
    """Which markets, over which window."""

    instruments: tuple[Instrument, ...]
    window: Window
    level: float = DEFAULT_LEVEL
    roll: timedelta | None = None
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_pair(self) -> bool:
        """Whether two markets are compared, and not a group."""
        return len(self.instruments) == 2  # noqa: PLR2004 - a pair

    @property
    def fewest_bars(self) -> int:
        """A group is split into the newest stretch and all before it."""
        return MIN_BARS if self.is_pair else 2 * MIN_BARS

    def asked(self, window: Window) -> str:
        """The same question about another window."""
        fits = self.roll is not None and _fits(self.roll, window)
        roll = (f"roll={spelled(self.roll)}",) if self.roll is not None and fits else ()
        more = (*roll, *sorted(self.switches))
        if window.n_bars < self.fewest_bars:
            window = replace(window, bar=None)
        return restated(SYNTAX, self.instruments, window, level=self.level, more=more)


def parse(asked: str) -> BreakQuery:
    """Read two or more markets, a window and options."""
    words = read(asked, SYNTAX)
    several = len(words.assets) > 2  # noqa: PLR2004 - more than a pair
    query = BreakQuery(
        instruments=assets(words, least=2, most=MOST_ASSETS) if several else two_assets(words),
        window=window_of(
            words, default=DEFAULT_LENGTH, minimum=2 * MIN_BARS if several else MIN_BARS
        ),
        level=words.given(LEVEL, DEFAULT_LEVEL),
        roll=words.value(ROLL),
        switches=words.switches,
        notes=words.notes,
    )
    if query.roll is None or _fits(query.roll, query.window):
        return query
    usual = f"roll={spelled(_usual_roll(query.window.length, query.window.chosen_bar))}"
    right = f"{replace(query, roll=None).asked(query.window)} {usual}"
    raise UsageError(
        tr(
            "roll={length} takes at least {min_bars} bars and at most half of the window, "
            "{other_length}. Take {usual}.",
            length=spelled(query.roll),
            min_bars=MIN_BARS,
            other_length=spelled(query.window.length),
            usual=usual,
        ),
        corrections=(Correction(usual, right),),
    )


async def answer(query: BreakQuery, services: Services) -> Reply:
    """Fetch, test, draw."""
    now = services.now()
    history = await services.histories.history(query.instruments, query.window, now=now)
    refuse_twins(SYNTAX, query.instruments, history, query.window)
    history = with_caveats(history, query.notes)
    roll = query.roll or _usual_roll(covered(history), history.bar)
    reply, drawn, columns = await _studied(query, history, roll, services)
    if "brief" not in query.switches:
        reply = replace(reply, provenance=(*reply.provenance, *provenance(history, services.now())))
    windows = window_buttons(query.window, query.asked, covered=covered(history))
    reply = replace(reply, buttons=(windows, _what_next(query, reply), _standing(query)))
    reply = await with_evidence(reply, query, services, Evidence(history, columns))
    if query.switches & PICTURELESS:
        return reply
    return replace(reply, chart=await services.workshop.draw(drawn(reply)))


async def _studied(
    query: BreakQuery, history: History, roll: timedelta, services: Services
) -> tuple[Reply, Callable[[Reply], ChangePicture], tuple[Column, ...]]:
    """The reply, what makes the picture of it when it is whole, and the series of the study."""
    if query.is_pair:
        change = await services.workshop.compute(
            partial(change_study, history, level=query.level, roll=roll)
        )
        reply = pair_words.summary(query.switches, change)
        columns = (
            Column("break_statistic", change.path_time, change.path),
            Column("rolling_correlation", change.rolling_time, change.rolling),
        )
        return reply, partial(pair_words.picture, change), columns
    group = await services.workshop.compute(
        partial(group_study, history, level=query.level, roll=roll)
    )
    reply = group_words.summary(query.switches, group)
    columns = (
        Column("rolling_mean_correlation", group.rolling_time, group.rolling),
        Column("rolling_common_share", group.shares_time, group.shares),
    )
    return reply, partial(group_words.picture, group), columns


def _usual_roll(length: timedelta, bar: timedelta) -> timedelta:
    return max(rolling_width(length, bar), MIN_BARS * bar)


def _fits(roll: timedelta, window: Window) -> bool:
    return MIN_BARS * window.chosen_bar <= roll <= window.length / 2


def _standing(query: BreakQuery) -> tuple[Button, ...]:
    names = [typed(one, SYNTAX) for one in query.instruments]
    return standing(names, query.window.length)


def _what_next(query: BreakQuery, reply: Reply) -> tuple[Button, ...]:
    corr = replace(SYNTAX, command="corr")
    buttons = [Button(tr("Correlation"), restated(corr, query.instruments, query.window))]
    if query.is_pair:
        first, second = query.instruments
        pair = f"{typed(first, SYNTAX)} {typed(second, SYNTAX)}"
        buttons.append(Button(tr("Stress"), f"/stress {pair} {same_stretch(query.window)}"))
    return (*buttons, again(query.asked(query.window)), terms_button(reply))


def _cost(query: BreakQuery) -> int:
    return price_of(len(query.instruments))


COMMAND = Command(
    name="break",
    summary=later("whether markets parted or came together, and when"),
    usage="/break A B [180d] [1h] [ci=99] [roll=7d] [end=2026-09-01] [brief]",
    examples=("/break ETH BTC-PERP 180d", "/break BTC ETH SOL XRP 180d"),
    parse=parse,
    answer=answer,
    menu_place=48,
    placeholder="ETH BTC-PERP 180d",
    book_form=BookForm.MARKETS,
    cost=_cost,
)
