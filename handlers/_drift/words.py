"""A judged hedge in words."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from analytics.language import tr
from analytics.language.numbers import localised
from analytics.market.windows import spelled
from analytics.statistics.estimate import Interval
from analytics.studies.drifts import DriftStudy
from analytics.studies.hedges import HELD
from handlers import _format as text
from handlers._costs import CostTerms
from handlers._drift.numbers import numbers, target_coins
from handlers._markets import covered
from handlers._reply import Fact, Reply

ON_TARGET = 0.0005
"""A smaller share would print as 0.0 %."""


def summary(
    switches: frozenset[str], study: DriftStudy, costs: CostTerms, *, hold: timedelta
) -> Reply:
    """Put a judgement into words."""
    notes = (*study.history.origin.notes, *study.history.notes)
    first = Reply(
        title=tr(
            "Drift {held} · {hedge} · {length}:",
            held=held(study),
            hedge=hedge_held(study),
            length=spelled(covered(study.history)),
        ),
        answer=f"{off_target(study)} · {verdict(study)}",
        notes=notes,
        numbers=numbers(study, costs, hold=hold),
    )
    if "brief" in switches:
        return first
    details = (_details(study),) if "full" in switches else ()
    return replace(
        first,
        facts=(_drift_facts(study), _order_facts(study, costs, hold), *details),
        notes=(*notes, *_cautions(study)),
        provenance=(_method(study, costs),),
    )


def held(study: DriftStudy) -> str:
    """What is hedged: ``40 ETH``."""
    return f"{text.coins(study.position.coins)} {study.history.markets[HELD].short_name}"


def hedge_held(study: DriftStudy) -> str:
    """The contracts that stand against it: ``−2.1 BTC-PERP``, ``−1,499c BTC-INV``."""
    market = study.market
    if market.inverse:
        count = text.coins(study.position.contracts, step=market.lot)
        return f"{count}c {market.short_name}"
    return f"{text.coins(study.held_coins, step=_step(study))} {market.short_name}"


def off_target(study: DriftStudy) -> str:
    """How far the hedge is from its target: ``15 % too small (9–21 %)``."""
    share = study.share
    size = abs(share.value)
    if share.value < -1:
        return tr("the hedge adds to what you hold")
    if size < ON_TARGET:
        return tr("on target")
    word = tr("too small") if share.value < 0 else tr("too large")
    ends = sorted(abs(end) for end in _ends(share.interval))
    if share.interval.low == share.interval.high:
        return f"{text.percent(size)} {word}"
    if 0.0 in share.interval:
        span = " to ".join(text.percent(end, signed=True) for end in _ends(share.interval))
        return f"{text.percent(size)} {word} ({span})"
    return f"{text.percent(size)} {word} ({text.percent_range(Interval(*ends))})"


def verdict(study: DriftStudy) -> str:
    """Whether to trade: ``RESIZE: sell 0.38 BTC``, or to wait and why."""
    if study.judgement.resize:
        return tr("RESIZE: {order}", order=_order(study))
    return tr("WAIT: {why}", why=tr(str(study.judgement.wait)))


def _order(study: DriftStudy) -> str:
    market, contracts = study.market, study.order_contracts
    verb = tr("sell") if contracts < 0 else tr("buy")
    if market.inverse:
        return tr(
            "{verb} {amount} contracts",
            verb=verb,
            amount=text.coins(abs(contracts), step=market.lot),
        )
    size = abs(contracts) * market.contract_size
    return f"{verb} {text.coins(size, step=_step(study))} {market.base}"


def _drift_facts(study: DriftStudy) -> tuple[Fact, ...]:
    sample = study.sample
    facts = [Fact(tr("Ratio now"), text.ratio(study.ratio))]
    if study.neutralises:
        facts.append(Fact(tr("Target"), tr("1 (neutral)")))
    facts.append(Fact(tr("Ratio h"), text.ratio_estimate(study.estimate)))
    now, best = sample.effectiveness(study.ratio), sample.best_effectiveness
    facts.append(Fact(tr("Costs"), in_points(study.judgement.loss)))
    facts.append(
        Fact(
            tr("Removes"),
            text.percent(now),
            (tr("best {best}", best=text.percent(best)), tr("in sample")),
        )
    )
    return tuple(facts)


def _order_facts(study: DriftStudy, costs: CostTerms, hold: timedelta) -> tuple[Fact, ...]:
    facts = [Fact(tr("Target now"), amount(study, -target_coins(study), signed=True))]
    if study.order_contracts:
        facts.append(Fact(tr("Order"), _order(study), (f"(≈ {text.usd(study.order_usd)})",)))
        gain = tr(
            "{benefit_usd} in {length}",
            benefit_usd=text.usd(study.benefit_usd),
            length=spelled(hold),
        )
        facts.append(Fact(tr("Worth"), gain))
        facts.append(Fact(tr("Trade costs"), f"{text.usd(study.cost_usd)} ({_rate(costs.total)})"))
    low, high = sorted(abs(end) for end in study.band_coins)
    if study.band_coins[0] * study.band_coins[1] < 0:
        low, high = study.band_coins
    if study.market.inverse:
        size = study.market.contract_size / study.price
        span = localised(f"{abs(low) / size:,.0f}–{high / size:,.0f}")
        span = f"{text.MINUS}{span}" if low < 0 else span
        facts.append(Fact(tr("Rebalance if"), tr("outside"), (tr("{span} contracts", span=span),)))
    else:
        facts.append(
            Fact(tr("Rebalance if"), tr("outside"), (f"{_span(low, high)} {study.market.base}",))
        )
    return tuple(facts)


def _details(study: DriftStudy) -> tuple[Fact, ...]:
    """The rule that was judged by, and the target before it was rounded."""
    rule, target = study.rule, study.target
    return (
        Fact(
            tr("Exactly"),
            tr("{exact_contracts} contracts", exact_contracts=text.coins(target.exact_contracts)),
        ),
        Fact(tr("Tolerance"), in_points(rule.tolerance)),
        Fact(
            tr("Aversion"),
            tr("{risk_aversion} (gamma)", risk_aversion=localised(f"{rule.risk_aversion:g}")),
        ),
    )


def _cautions(study: DriftStudy) -> tuple[str, ...]:
    cautions = []
    if study.share.value < -1:
        cautions.append(tr("Both sides point the same way: the contracts add risk. Short is -2.1."))
    if study.neutralises and study.position.entry is None:
        cautions.append(
            tr(
                "No entry=: your coins are taken as today's equity, gains and losses of the "
                "contracts included."
            )
        )
    if study.neutralises:
        cautions.append(tr("A price move alone is no drift; added coins are."))
    if study.position.collateral is not None and study.position.entry is None:
        cautions.append(tr("coll= is taken as today's margin."))
    return tuple(cautions)


def _method(study: DriftStudy, costs: CostTerms) -> str:
    n, level = study.estimate.n_observations, text.level(study.estimate.interval)
    bars = text.bars(n, study.history.bar)
    return tr(
        "{bars} · robust {level} range · cost: {source}",
        bars=bars,
        level=level,
        source=costs.source,
    )


def in_points(loss: float) -> str:
    """A share of the variance in percentage points: ``1.4 points``."""
    points = 100 * loss
    if points < 0.05:  # noqa: PLR2004 - less prints as 0.0
        return tr("< 0.1 points") if points > 0 else tr("0 points")
    shown = localised(f"{points:.1f}" if points < 9.95 else f"{points:,.0f}")  # noqa: PLR2004 - two digits
    return tr("{shown} point", shown=shown) if shown == "1.0" else tr("{shown} points", shown=shown)


def _rate(cost: float) -> str:
    return localised(f"{100 * cost:.3g} %")


def amount(study: DriftStudy, short_coins: float, *, signed: bool = False) -> str:
    """So many contracts or coins, in lots."""
    market = study.market
    sign = text.MINUS if signed and short_coins > 0 else ""
    if market.inverse:
        count = abs(short_coins) * study.price / market.contract_size
        return tr("{sign}{count} contracts", sign=sign, count=text.coins(count, step=market.lot))
    return f"{sign}{text.coins(abs(short_coins), step=_step(study))} {market.base}"


def _span(low: float, high: float) -> str:
    width = high - low
    decimals = max(0, 2 - int(np.floor(np.log10(width)))) if width > 0 else 2
    first, last = (localised(f"{end:,.{min(decimals, 8)}f}") for end in (low, high))
    if low < 0:
        return tr("{first} to {last}", first=first.replace("-", text.MINUS), last=last)
    return f"{first}–{last}"


def _step(study: DriftStudy) -> float:
    return study.market.lot * study.market.contract_size


def _ends(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high
