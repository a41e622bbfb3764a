"""A studied hedge in words, numbers and what its picture shows."""

import numpy as np

from analytics.charts import HedgePicture
from analytics.charts import Words as Texts
from analytics.hedges import CONTRACT, HELD, HedgeStudy
from analytics.market.candles import FloatArray, TimeArray
from analytics.market.windows import DAY, spelled
from analytics.positions.liquidation import (
    USUAL_MAINTENANCE_RATE,
    Liquidation,
    leveraged_liquidation,
    liquidation,
)
from analytics.positions.profit import Side
from analytics.statistics.estimate import Estimate, Interval
from handlers import _format as text
from handlers._funding import FundingFacts
from handlers._markets import labels
from handlers._reply import Fact, Json, Reply

SHOWN_LEVERAGE = 3.0
"""At which the liquidation price is shown where the asker names none."""


def summary(switches: frozenset[str], study: HedgeStudy, funding: FundingFacts) -> Reply:
    """Put a study into words."""
    warning = study.history.origin.warning
    notes = ((f"{warning}.",) if warning else ()) + study.history.notes
    first = Reply(
        title=f"Hedge {_held(study)} with {_hedge_name(study)} · {_window(study)}:",
        answer=f"{_order(study)} ({_worth(study)}) · {_removes(study)}",
        notes=notes,
        numbers=numbers(study, funding),
    )
    if "brief" in switches:
        return first
    groups = [_size_facts(study), _effect_facts(study), _cost_facts(study, funding)]
    extra = (*_cautions(study), *((funding.note,) if funding.note else ()))
    return Reply(
        title=first.title,
        answer=first.answer,
        facts=tuple(group for group in groups if group),
        notes=(*notes, *extra),
        provenance=(_method(study),),
        numbers=first.numbers,
    )


def picture(study: HedgeStudy, reply: Reply) -> HedgePicture:
    """What the chart of a study shows."""
    time, unhedged, hedged = _paths(study)
    ratio = Estimate(study.estimate.value, study.estimate.interval)
    day, removed = _by_day(study, time)
    held, contract = labels(study.history.markets)[: CONTRACT + 1]
    base = unhedged[0]
    return HedgePicture(
        words=Texts(
            title=f"Hedge {_held(study)} with {contract}: {_order(study)}",
            subtitle=f"{_removes(study)} · "
            + ("tested on unseen days" if study.tested else "the sample it was fitted on"),
            footnote=" · ".join(reply.provenance[-2:]) or "not advice",
            warning=study.history.origin.warning or "",
        ),
        time=time,
        unhedged=unhedged,
        hedged=hedged,
        unhedged_end=_signed_usd(float(unhedged[-1] - base)),
        hedged_end=_signed_usd(float(hedged[-1] - base)),
        target=held,
        hedge=contract,
        target_returns=study.held_returns,
        hedge_returns=study.hedge_returns,
        ratio=ratio,
        ratio_words=f"h {text.ratio_estimate(ratio)}",
        intercept=study.estimate.intercept,
        day=day,
        effectiveness=removed,
    )


def _held(study: HedgeStudy) -> str:
    held = study.history.markets[HELD]
    return f"{text.coins(study.holding.coins)} {held.short_name}"


def _hedge_name(study: HedgeStudy) -> str:
    return study.market.short_name


def _window(study: HedgeStudy) -> str:
    return spelled(study.history.window)


def _order(study: HedgeStudy) -> str:
    sizing = study.sizing
    if study.market.inverse:
        return f"{sizing.side} {text.coins(sizing.contracts, step=study.market.lot)} contracts"
    step = study.market.lot * study.market.contract_size
    return f"{sizing.side} {text.coins(sizing.coins, step=step)} {study.market.base}"


def _worth(study: HedgeStudy) -> str:
    if study.market.inverse:
        return f"${study.sizing.notional_usd:,.0f}"
    return f"≈ {text.usd(study.sizing.notional_usd)}"


def _removes(study: HedgeStudy) -> str:
    if study.tested is None:
        return f"removed {text.percent(study.in_sample)} in sample"
    return (
        f"removes {text.percent(study.tested.value)} ({text.percent_range(study.tested.interval)})"
    )


def _size_facts(study: HedgeStudy) -> tuple[Fact, ...]:
    sizing, market = study.sizing, study.market
    facts = []
    if market.inverse:
        facts.append(Fact("Contract", f"${market.contract_size:g}, in {market.base}"))
    elif market.contract_size != 1:
        lots = text.coins(sizing.contracts, step=market.lot)
        facts.append(Fact("Contracts", f"{lots} × {market.contract_size:g} {market.base}"))
    estimate = Estimate(study.estimate.value, study.estimate.interval)
    facts.append(Fact("Ratio h", text.ratio_estimate(estimate)))
    if study.terms.ratio is not None:
        facts.append(Fact("You chose", f"h {text.ratio(study.terms.ratio)}"))
    if study.range_coins is not None:
        low, high = (f"{coins:.3g}" for coins in study.range_coins)
        facts.append(Fact("Size range", f"{low}–{high} {market.base}"))
    if study.neutralises:
        facts.append(
            Fact(
                "Left over",
                f"{_signed_coins(sizing.residual_coins)} {study.holding.base}",
                (f"({_signed_usd(sizing.residual_usd)})",),
            )
        )
    if sizing.collateral_coins is not None:
        facts.append(Fact("Margin in it", f"{text.coins(sizing.collateral_coins)} {market.base}"))
    return tuple(facts)


def _effect_facts(study: HedgeStudy) -> tuple[Fact, ...]:
    tested, volatility = study.tested, study.daily_volatility
    if tested is None or volatility is None:
        return (Fact("In sample", f"{text.percent(study.in_sample)} removed"),)
    facts = [
        Fact(
            "Removes",
            text.percent(tested.value),
            (text.percent_range(tested.interval), "on unseen days"),
        ),
        Fact("In sample", text.percent(study.in_sample)),
        Fact("1-day vol", f"{text.percent(volatility[0])} → {text.percent(volatility[1])}"),
    ]
    if study.worst:
        before = sum(day.unhedged for day in study.worst) * study.value_usd
        after = sum(day.hedged for day in study.worst) * study.value_usd
        facts.append(
            Fact(f"Worst {len(study.worst)} days", f"{text.usd(before)} → {text.usd(after)}")
        )
    return tuple(facts)


def _cost_facts(study: HedgeStudy, funding: FundingFacts) -> tuple[Fact, ...]:
    facts = []
    income = funding.carry.received_by(study.sizing.side) if funding.carry else None
    if income is not None:
        facts.append(
            Fact(
                "Funding",
                f"{text.percent(income.value, signed=True)}/yr",
                (text.percent_range(income.interval), _to_whom(income)),
            )
        )
    facts.append(_liquidation_fact(study))
    return tuple(facts)


def _to_whom(income: Estimate) -> str:
    if 0.0 in income.interval:
        return "sign not certain"
    return "paid to you" if income.value > 0 else "paid by you"


def _liquidation_fact(study: HedgeStudy) -> Fact:
    terms, sizing = study.terms, study.sizing
    own = study.market.inverse and study.market.base == study.holding.base
    collateral = terms.collateral
    if collateral is not None or (sizing.collateral_coins is not None and terms.leverage is None):
        posted = collateral if collateral is not None else sizing.collateral_coins or 0.0
        found = _liquidated(study, collateral=posted)
        unit = study.market.base if study.market.inverse else ""
        amount = f"{text.coins(posted)} {unit}" if unit else text.usd(posted)
        return _liquidation_line(found, f"with {amount}")
    if own and terms.leverage is None and sizing.side is Side.SHORT:
        return Fact(
            "Liquidation",
            "none if all",
            (f"{text.coins(study.holding.coins)} {study.holding.base}", "are posted"),
        )
    leverage = terms.leverage or SHOWN_LEVERAGE
    found = leveraged_liquidation(
        study.market,
        entry=study.price,
        leverage=leverage,
        maintenance_rate=_maintenance(study),
        side=sizing.side,
    )
    return _liquidation_line(found, f"at {leverage:g}×")


def _liquidated(study: HedgeStudy, *, collateral: float) -> Liquidation | None:
    return liquidation(
        study.market,
        contracts=study.sizing.contracts,
        entry=study.price,
        collateral=collateral,
        maintenance_rate=_maintenance(study),
        side=study.sizing.side,
    )


def _liquidation_line(found: Liquidation | None, condition: str) -> Fact:
    if found is None:
        return Fact("Liquidation", "never", (condition,))
    return Fact(
        "Liquidation",
        text.price(found.price),
        (f"({text.percent(found.move, signed=True)}) {condition}",),
    )


def _maintenance(study: HedgeStudy) -> float:
    rate = study.market.maintenance_rate
    return USUAL_MAINTENANCE_RATE if rate is None else rate


def _cautions(study: HedgeStudy) -> tuple[str, ...]:
    cautions = []
    if study.neutralises and study.terms.share == 1 and study.sizing.side is Side.SHORT:
        cautions.append(
            f"Value stays ≈ {text.usd(study.value_usd)} at any price: price moves need no "
            "rebalancing. Watch basis, funding, added coins."
        )
    elif study.market.base != study.holding.base:
        cautions.append(f"Cross-hedge: {study.holding.base} can move without {study.market.base}.")
    if study.tested is None:
        cautions.append("Too short a past for a test on unseen days.")
    return tuple(cautions)


def _method(study: HedgeStudy) -> str:
    n = study.estimate.n_observations
    level = text.level(study.estimate.interval)
    if study.tested is None:
        return f"{text.bars(n, study.history.bar)} · robust {level} range"
    fit = "Held as sized" if study.neutralises or study.terms.ratio else f"Fits {_window(study)}"
    return f"{fit}, checks on the next day, {study.tested.n_days} times · robust {level} range"


def _paths(study: HedgeStudy) -> tuple[TimeArray, FloatArray, FloatArray]:
    """Value of the holding over the test, in dollars: alone, and with the hedge's profit."""
    if study.tested is None:
        time = study.history.return_time[-len(study.held_returns) :]
        unhedged = study.held_returns
        hedged = unhedged - study.sizing.effective_ratio * study.hedge_returns
        if study.holding.coins < 0:
            unhedged, hedged = -unhedged, -hedged
    else:
        time, unhedged, hedged = study.test_time, study.tested.unhedged, study.tested.hedged
    value = study.value_usd
    return time, value * (1 + np.cumsum(unhedged)), value * (1 + np.cumsum(hedged))


def _by_day(study: HedgeStudy, time: TimeArray) -> tuple[TimeArray, FloatArray]:
    """Share of each day's squared moves that the hedge removed."""
    if study.tested is None:
        per_day = max(1, DAY // study.history.bar)
        n_days = len(study.held_returns) // per_day
        kept = slice(len(study.held_returns) - n_days * per_day, None)
        u = study.held_returns[kept].reshape(n_days, per_day)
        e = u - study.sizing.effective_ratio * study.hedge_returns[kept].reshape(n_days, per_day)
        starts = time[kept][::per_day]
    else:
        n_days = study.tested.n_days
        u, e = (bars.reshape(n_days, -1) for bars in (study.tested.unhedged, study.tested.hedged))
        starts = time[:: u.shape[1]]
    moved, left = (u**2).sum(axis=1), (e**2).sum(axis=1)
    removed = np.full(n_days, np.nan)
    np.divide(left, moved, out=removed, where=moved > 0)
    return starts, 1 - removed


def _signed_usd(amount: float) -> str:
    shown = text.usd(amount)
    return f"+{shown}" if amount > 0 and not shown.startswith("+") else shown


def _signed_coins(amount: float) -> str:
    shown = text.coins(float(f"{amount:.2g}"))
    return f"+{shown}" if amount > 0 else shown


def numbers(study: HedgeStudy, funding: FundingFacts) -> dict[str, Json]:
    """The study for machines: fractions, dollars, coins."""
    sizing, tested, history = study.sizing, study.tested, study.history
    income = funding.carry.received_by(sizing.side) if funding.carry else None
    volatility = study.daily_volatility
    return {
        "command": "hedge",
        "holding": {"coins": study.holding.coins, "base": study.holding.base},
        "markets": [f"{market.venue}:{market.symbol}" for market in history.markets],
        "prices": history.origin.name,
        "as_of": history.last_close.isoformat(),
        "window_days": history.window / DAY,
        "bar_seconds": history.bar.total_seconds(),
        "spot": study.spot,
        "price": study.price,
        "side": str(sizing.side),
        "contracts": sizing.contracts,
        "exact_contracts": sizing.exact_contracts,
        "contract_size": study.market.contract_size,
        "coins": sizing.coins,
        "notional_usd": sizing.notional_usd,
        "residual_coins": sizing.residual_coins,
        "residual_usd": sizing.residual_usd,
        "neutralises": study.neutralises,
        "hedge_ratio": {
            "value": study.estimate.value,
            **_ends(study.estimate.interval),
            "n": study.estimate.n_observations,
        },
        "effectiveness": {
            "in_sample": study.in_sample,
            "out_of_sample": None
            if tested is None
            else {"value": tested.value, **_ends(tested.interval), "days": tested.n_days},
        },
        "daily_volatility": None if volatility is None else list(volatility),
        "worst_days": [[day.unhedged, day.hedged] for day in study.worst],
        "funding_apr": None
        if income is None
        else {"value": income.value, **_ends(income.interval)},
        "missing": history.missing,
        "notes": list(history.notes),
    }


def _ends(interval: Interval) -> dict[str, Json]:
    return {"low": interval.low, "high": interval.high, "level": interval.level}
