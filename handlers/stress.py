"""/stress: how two markets fall together, and what a hedge did on the worst days."""

from dataclasses import dataclass, field, replace
from functools import partial

from analytics.errors import Correction
from analytics.language import later, tr
from analytics.market.histories import History
from analytics.market.instruments import Instrument
from analytics.market.windows import DAY, LONGEST, YEAR, Window, default_bar, spelled
from analytics.studies.stresses import StressStudy, TooFewBadBarsError, fit_length, stress_study
from handlers._book import BookForm
from handlers._command import Command, Services
from handlers._errors import UsageError
from handlers._evidence import Evidence, with_evidence
from handlers._files import Table, stamps
from handlers._grammar import (
    BAR,
    END,
    LEVEL,
    PICTURELESS,
    QUOTE,
    TAIL,
    VENUE,
    Syntax,
    read,
    two_assets,
    typed,
    window_of,
)
from handlers._markets import covered, provenance, with_caveats
from handlers._questions import again, same_stretch, standing, terms_button, window_buttons
from handlers._reply import Button, Reply
from handlers._restated import DEFAULT_LEVEL, refuse_twins, restated
from handlers._stress.words import picture, summary

DEFAULT_TAIL = 0.05
LARGEST_TAIL = 0.25
LONGER = (90 * DAY, YEAR, LONGEST)

SYNTAX = Syntax(
    command="stress",
    example="/stress ETH BTC-PERP 1y",
    options=(BAR, LEVEL, VENUE, QUOTE, END, TAIL),
)


@dataclass(frozen=True, slots=True)
class StressQuery:
    """Which holding and which hedge, over which window, and what counts as worst."""

    instruments: tuple[Instrument, Instrument]
    window: Window
    tail: float = DEFAULT_TAIL
    level: float = DEFAULT_LEVEL
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def asked(self, window: Window) -> str:
        """The same question about another window."""
        tail = () if self.tail == DEFAULT_TAIL else (f"q={100 * self.tail:g}%",)
        more = (*tail, *sorted(self.switches))
        return restated(SYNTAX, self.instruments, window, level=self.level, more=more)


def parse(asked: str) -> StressQuery:
    """Read a holding, what hedges it, a window and what counts as worst."""
    words = read(asked, SYNTAX)
    query = StressQuery(
        instruments=two_assets(words),
        window=window_of(words, default=YEAR),
        tail=words.given(TAIL, DEFAULT_TAIL),
        level=words.given(LEVEL, DEFAULT_LEVEL),
        switches=words.switches,
        notes=words.notes,
    )
    if query.tail > LARGEST_TAIL:
        right = replace(query, tail=LARGEST_TAIL).asked(query.window)
        raise UsageError(
            tr(
                "q={value}% is no tail. Take 5% to {value_2}%.",
                value=f"{100 * query.tail:g}",
                value_2=f"{100 * LARGEST_TAIL:g}",
            ),
            corrections=(Correction(f"q={100 * LARGEST_TAIL:g}%", right),),
        )
    return query


async def answer(query: StressQuery, services: Services) -> Reply:
    """Fetch the window and the past that each day's hedge rests on, study, draw."""
    now, window = services.now(), query.window
    history = await services.histories.history(
        query.instruments, window, now=now, context=fit_length(window.chosen_bar, window.length)
    )
    refuse_twins(SYNTAX, query.instruments, history, window)
    history = with_caveats(history, query.notes)
    study = await services.workshop.compute(partial(_studied, query, history))
    reply = summary(query.switches, study)
    if "brief" not in query.switches:
        sources = provenance(history, now)
        reply = replace(reply, provenance=(*reply.provenance, *sources))
    windows = window_buttons(window, query.asked, covered=covered(history))
    names = [typed(side, SYNTAX) for side in query.instruments]
    told = standing(names, window.length)
    reply = replace(reply, buttons=(windows, _what_next(query, reply), told))
    evidence = Evidence(history, tables=_days_table(study))
    reply = await with_evidence(reply, query, services, evidence)
    if query.switches & PICTURELESS:
        return reply
    return replace(reply, chart=await services.workshop.draw(picture(study, reply)))


def _days_table(study: StressStudy) -> tuple[Table, ...]:
    """Each day's loss or gain, without and with the hedge sized before it."""
    walk = study.walk
    if walk is None:
        return ()
    days = (walk.ratios, walk.unhedged_days, walk.hedged_days)
    cells = zip(stamps(study.days_end), *(values.tolist() for values in days), strict=True)
    return (Table("days", ("day_end", "ratio", "unhedged", "hedged"), tuple(cells)),)


def _studied(query: StressQuery, history: History) -> StressStudy:
    try:
        return stress_study(history, quantile=query.tail, level=query.level)
    except TooFewBadBarsError as error:
        error.corrections = _more_bars(query)
        raise


def _more_bars(query: StressQuery) -> tuple[Correction, ...]:
    """The next longer window, at no coarser a bar than asked."""
    longer = [length for length in LONGER if length > query.window.length]
    if not longer:
        finer = replace(query.window, bar=default_bar(YEAR))
        return (Correction(tr("4h bars"), query.asked(finer)),)
    window = replace(query.window, length=longer[0])
    return (Correction(spelled(longer[0]), query.asked(window)),)


def _what_next(query: StressQuery, reply: Reply) -> tuple[Button, ...]:
    held, hedge = query.instruments
    window = same_stretch(query.window)
    pair = f"{typed(held, SYNTAX)} {typed(hedge, SYNTAX)} {window}"
    return (
        Button(tr("Correlation"), f"/corr {pair}"),
        Button(tr("Break"), f"/break {pair}"),
        again(query.asked(query.window)),
        terms_button(reply),
    )


COMMAND = Command(
    name="stress",
    summary=later("how two markets fall together, and a hedge on the worst days"),
    usage="/stress HELD HEDGE [1y] [4h] [q=5%] [ci=99] [end=2026-09-01] [brief]",
    examples=("/stress ETH BTC-PERP 1y q=5%", "/stress SOL ETH-PERP 90d"),
    parse=parse,
    answer=answer,
    menu_place=50,
    placeholder="ETH BTC-PERP 1y",
    book_form=BookForm.MARKETS,
)
