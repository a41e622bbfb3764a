"""/drift: how far a hedge is off, what that costs, and whether to trade or wait."""

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from analytics.errors import Correction
from analytics.language import later, tr
from analytics.market.histories import History
from analytics.market.instruments import Instrument
from analytics.market.windows import DAY, YEAR, Window, spelled
from analytics.positions.drift import USUAL_RISK_AVERSION, USUAL_TOLERANCE, ResizeRule
from analytics.positions.refusals import CollateralNeededError, TooSmallError
from analytics.studies.drifts import DriftStudy, NoTargetError, Position, drift_study
from analytics.studies.hedges import CONTRACT, needs_margin_price
from handlers._book import BookForm
from handlers._command import Command, Services
from handlers._costs import CostTerms, cost_terms
from handlers._drift.picture import picture
from handlers._drift.words import summary
from handlers._evidence import Evidence, with_evidence
from handlers._files import Column
from handlers._grammar import (
    BAR,
    COLLATERAL,
    END,
    FEE,
    HOLD,
    LEVEL,
    LEVERAGE,
    PICTURELESS,
    QUOTE,
    RATIO,
    VENUE,
    Amount,
    Holding,
    Option,
    Syntax,
    Unit,
    read,
    typed,
    window_of,
)
from handlers._hedged import held_and_hedge
from handlers._markets import provenance, with_caveats
from handlers._position import held_position
from handlers._questions import (
    again,
    daily,
    same_stretch,
    standing,
    watch_position,
    window_buttons,
)
from handlers._reply import Button, Reply
from handlers._restated import DEFAULT_LEVEL, level_said, options_said, window_said

DEFAULT_HOLD = 30 * DAY
MOST_POINTS = 50.0


def _points(typed_text: str) -> float | None:
    """Points of effectiveness: ``1``, ``0.5pt``, ``2%``."""
    digits = re.sub(r"(%|pts?|points?)$", "", typed_text.casefold())
    value = RATIO.read(digits)
    return value / 100 if value is not None and value <= MOST_POINTS else None


ENTRY: Option[float] = Option("entry", RATIO.read, ("60030", "61500.5"), ("at",))
"""Price at which the contracts were sold."""
TOLERANCE: Option[float] = Option("tol", _points, ("1", "2", "0.5"), ("tolerance",))
"""Points of effectiveness that may be lost, as a fraction."""
RISK_AVERSION: Option[float] = Option("gamma", RATIO.read, ("4", "2"), ("aversion",))
"""Relative risk aversion."""

SYNTAX = Syntax(
    command="drift",
    example="/drift 40 ETH -2.1 BTC-PERP 30d",
    options=(
        *(BAR, LEVEL, VENUE, QUOTE, END, COLLATERAL, LEVERAGE),
        *(FEE, HOLD, ENTRY, TOLERANCE, RISK_AVERSION),
    ),
    amounts=True,
    amount_example="BTC -1499c BTC-INV",
)


@dataclass(frozen=True, slots=True)
class DriftQuery:
    """What is held, what stands against it, over which window, by which rule."""

    holding: Holding
    hedge: Holding
    window: Window
    level: float = DEFAULT_LEVEL
    entry: float | None = None
    collateral: Amount | None = None
    leverage: float | None = None
    fee: float | None = None
    hold: timedelta = DEFAULT_HOLD
    tolerance: float = USUAL_TOLERANCE
    risk_aversion: float = USUAL_RISK_AVERSION
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def asked(self, window: Window) -> str:
        """The same question about another window."""
        sides = (typed(self.holding, SYNTAX), typed(self.hedge, SYNTAX))
        aversion = self.risk_aversion
        options = options_said(
            entry=None if self.entry is None else f"{self.entry:.15g}",
            coll=self.collateral,
            lev=None if self.leverage is None else f"{self.leverage:g}",
            fee=None if self.fee is None else f"{100 * self.fee:g}%",
            hold=None if self.hold == DEFAULT_HOLD else spelled(self.hold),
            tol=None if self.tolerance == USUAL_TOLERANCE else f"{100 * self.tolerance:g}",
            gamma=None if aversion == USUAL_RISK_AVERSION else f"{aversion:g}",
            ci=level_said(self.level),
        )
        return " ".join(("/drift", *sides, *window_said(window), *options, *sorted(self.switches)))


def parse(asked: str) -> DriftQuery:
    """Read what is held, the contracts against it, a window and a rule."""
    words = read(asked, SYNTAX)
    holding, hedge = held_and_hedge(words)
    return DriftQuery(
        holding=holding,
        hedge=hedge,
        window=window_of(words),
        level=words.given(LEVEL, DEFAULT_LEVEL),
        entry=words.value(ENTRY),
        collateral=words.value(COLLATERAL),
        leverage=words.value(LEVERAGE),
        fee=words.value(FEE),
        hold=min(words.given(HOLD, DEFAULT_HOLD), YEAR),
        tolerance=words.given(TOLERANCE, USUAL_TOLERANCE),
        risk_aversion=words.given(RISK_AVERSION, USUAL_RISK_AVERSION),
        switches=words.switches,
        notes=words.notes,
    )


async def answer(query: DriftQuery, services: Services) -> Reply:
    """Fetch, judge, draw."""
    now = services.now()
    history = await _history(query, services)
    history = with_caveats(history, query.notes)
    costs = cost_terms(query.fee, history.markets[CONTRACT])
    try:
        position = _position(query, history)
        rule = ResizeRule(
            bars=query.hold / history.bar,
            cost=costs.total,
            tolerance=query.tolerance,
            risk_aversion=query.risk_aversion,
        )
        study = await services.workshop.compute(
            partial(drift_study, history, position, rule, level=query.level)
        )
    except CollateralNeededError as error:
        asked = query.asked(query.window)
        margins = ("lev=3", "lev=5", f"coll=0.5{error.coin}")
        error.corrections = tuple(Correction(m, f"{asked} {m}") for m in margins)
        raise
    except (TooSmallError, NoTargetError) as error:
        error.corrections = _instead(query)
        raise
    return await _reply(query, study, costs, services, now_lines=provenance(history, now))


async def _reply(
    query: DriftQuery,
    study: DriftStudy,
    costs: CostTerms,
    services: Services,
    *,
    now_lines: tuple[str, ...],
) -> Reply:
    reply = summary(query.switches, study, costs, hold=query.hold)
    if "brief" not in query.switches:
        reply = replace(reply, provenance=(*reply.provenance, *now_lines))
    windows = window_buttons(query.window, query.asked)
    buttons = (windows, _what_next(query), _standing(query, study))
    reply = replace(reply, buttons=buttons)
    path = Column("off_target", study.history.close_time, study.path)
    reply = await with_evidence(reply, query, services, Evidence(study.history, (path,)))
    if query.switches & PICTURELESS:
        return reply
    return replace(reply, chart=await services.workshop.draw(picture(study, reply)))


async def _history(query: DriftQuery, services: Services) -> History:
    legs = (query.holding.instrument, query.hedge.instrument)
    now = services.now()
    history = await services.histories.history(legs, query.window, now=now)
    if not needs_margin_price(*history.markets):
        return history
    margin = Instrument(history.markets[CONTRACT].base, venue=history.markets[CONTRACT].venue)
    return await services.histories.history((*legs, margin), query.window, now=now)


def _position(query: DriftQuery, history: History) -> Position:
    return held_position(
        query.holding,
        query.hedge,
        history,
        entry=query.entry,
        collateral=query.collateral,
        leverage=query.leverage,
    )


def _instead(query: DriftQuery) -> tuple[Correction, ...]:
    longer = 90 * DAY if query.window.length < 90 * DAY else YEAR
    pair = f"{query.holding.instrument} {query.hedge.instrument}"
    return (
        Correction(spelled(longer), query.asked(Window(longer, end=query.window.end))),
        Correction(tr("Correlation"), f"/corr {pair} {same_stretch(query.window)}"),
    )


def _standing(query: DriftQuery, study: DriftStudy) -> tuple[Button, ...]:
    """What to be told of this position; of the pair where its drift needs more to be known."""
    sides = (query.holding, query.hedge)
    names = [typed(side.instrument, SYNTAX) for side in sides]
    if needs_margin_price(*study.history.markets[:2]):
        return standing(names, query.window.length)
    held, hedge = sides
    if held.unit is Unit.DOLLARS:
        held = replace(held, quantity=_digits(study.position.coins), unit=Unit.COINS)
    if hedge.unit is Unit.DOLLARS and not study.market.inverse:
        hedge = replace(hedge, quantity=_digits(study.held_coins), unit=Unit.COINS)
    return watch_position(held, hedge), daily(names, query.window.length)


def _digits(amount: float) -> float:
    return float(f"{amount:.6g}")


def _what_next(query: DriftQuery) -> tuple[Button, ...]:
    contract = query.hedge.instrument
    sides = f"{typed(query.holding, SYNTAX)} {typed(contract, SYNTAX)}"
    return (
        Button(tr("Hedge"), f"/hedge {sides} {same_stretch(query.window)}"),
        Button(tr("Carry"), f"/carry {typed(contract, SYNTAX)}"),
        again(query.asked(query.window)),
    )


COMMAND = Command(
    name="drift",
    summary=later("whether your hedge needs resizing"),
    usage="/drift 40 ETH -2.1 BTC-PERP [30d] [tol=1] [hold=30d] [fee=0.05%] [entry=60030]",
    examples=(
        "/drift 40 ETH -2.1 BTC-PERP 30d",
        "/drift 2.5 BTC -1499c BTC-INV",
        "/drift 2.5 BTC -2.5 BTC-INV entry=60030",
    ),
    parse=parse,
    answer=answer,
    menu_place=40,
    placeholder="40 ETH -2.1 BTC-PERP 30d",
    book_form=BookForm.WHOLE,
)
