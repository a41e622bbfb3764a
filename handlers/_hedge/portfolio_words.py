"""A studied hedge of several holdings or legs in words."""

from collections.abc import Sequence
from dataclasses import replace

from analytics.language import later, tr
from analytics.market.bundles import bundle_names
from analytics.market.windows import spelled
from analytics.positions.profit import Side
from analytics.statistics.hedge_ratio import HedgeRatio, hedge_ratio
from analytics.studies.hedge_trials import Doubt
from analytics.studies.legs import Leg
from analytics.studies.portfolios import PortfolioStudy
from handlers import _format as text
from handlers._funding import FundingFacts
from handlers._hedge.effect_words import effect_facts, removes
from handlers._hedge.portfolio_costs import funding_facts, nearest_liquidation, without_funding
from handlers._hedge.portfolio_left_out import left_out_notes
from handlers._hedge.portfolio_numbers import numbers
from handlers._hedge.upkeep_words import Keeping, fee_facts, held_for, span, tail_facts
from handlers._markets import covered
from handlers._reply import Fact, Reply

MOST_HELD, MOST_NAMED = 3, 2
"""Holdings, and legs, that the first line names; a caption has room for as many legs' bands."""


def summary(
    switches: frozenset[str],
    study: PortfolioStudy,
    funding: Sequence[FundingFacts],
    keep: Keeping,
) -> Reply:
    """Put a study into words."""
    notes = (*study.history.origin.notes, *study.history.notes)
    first_line = Reply(
        title=tr(
            "Hedge {held} with {sold_names} · {length}:",
            held=held(study),
            sold_names=sold_names(study),
            length=spelled(covered(study.history)),
        ),
        answer=_answer(study),
        notes=(*notes, *left_out_notes(study.left_out)),
        numbers=numbers(study, funding, keep),
    )
    if "brief" in switches:
        return first_line
    full = "full" in switches
    groups = [
        tuple(
            _leg_fact(leg, paid, study, full=full)
            for leg, paid in zip(study.legs, funding, strict=True)
        ),
        (_slope_fact(study), *effect_facts(study), *(tail_facts(study.tail) if full else ())),
        (
            *funding_facts(study, funding),
            *(fee_facts(study.upkeep, study.value_usd) if full or keep.shows_fees else ()),
            nearest_liquidation(study),
        ),
    ]
    unknown = without_funding(study.legs, funding)
    unseen = (
        (tr("No picture: there is too much to say below one."),) if is_long(switches, study) else ()
    )
    return replace(
        first_line,
        facts=tuple(group for group in groups if group),
        notes=(*first_line.notes, *_cautions(study), *unknown, *unseen),
        provenance=(_method(study, keep),),
    )


def held(study: PortfolioStudy) -> str:
    """What is hedged: ``10 BTC + 40 ETH``, ``80 % of 10 BTC + 40 ETH``."""
    basket = study.basket
    amounts = [
        f"{text.coins(coins)} {market.short_name}"
        for coins, market in zip(basket.coins, basket.held_markets, strict=True)
    ]
    more = len(amounts) - MOST_HELD
    shown = amounts if more <= 0 else [*amounts[:MOST_HELD], tr("{more} more", more=more)]
    whole = " + ".join(shown).replace(f"+ {text.MINUS}", f"{text.MINUS} ")
    return (
        whole
        if basket.share == 1
        else tr("{share} of {whole}", share=text.percent(basket.share), whole=whole)
    )


def fitted_together(study: PortfolioStudy) -> HedgeRatio:
    """The holdings' returns against those of the whole lots together: 1 where sizes are right."""
    level = study.legs[0].estimate.interval.level
    return hedge_ratio(study.held_returns, study.hedge_returns, level=level)


def is_long(switches: frozenset[str], study: PortfolioStudy) -> bool:
    """Whether there is more to say than stands below a picture."""
    return "full" in switches and len(study.legs) + len(study.left_out) > 1


def sold_names(study: PortfolioStudy) -> str:
    """The legs: ``SOL-PERP + BTC-PERP``, ``4 legs``."""
    if len(study.legs) > MOST_NAMED:
        return tr("{n} legs", n=len(study.legs))
    return " + ".join(leg.market.short_name for leg in study.legs)


def order(study: PortfolioStudy) -> str:
    """What is to be traded: ``SHORT 120.5 SOL + 9.41 BTC``."""
    words = []
    side: Side | None = None
    for leg in study.legs:
        if leg.contracts:
            words.append(amount(leg) if leg.side is side else f"{leg.side} {amount(leg)}")
            side = leg.side
    return " + ".join(words)


def amount(leg: Leg) -> str:
    """Coins of a linear leg, contracts of a coin-margined one."""
    market = leg.market
    if market.inverse:
        return f"{text.coins(leg.contracts, step=market.lot)} {market.short_name}"
    return f"{text.coins(leg.coins, step=market.lot * market.contract_size)} {market.base}"


def _slope_fact(study: PortfolioStudy) -> Fact:
    together = fitted_together(study)
    value, *below = text.estimate_lines(together)
    return Fact(tr("Slope"), value, tuple(below))


def _answer(study: PortfolioStudy) -> str:
    total = sum(leg.notional_usd for leg in study.legs)
    sides = " + ".join(dict.fromkeys(str(leg.side) for leg in study.legs))
    many = len(study.legs) > MOST_NAMED
    size = f"{sides if many else order(study)} (≈ {text.usd(total)})"
    return f"{removes(study)} · {size}" if study.doubt else f"{size} · {removes(study)}"


def _leg_fact(leg: Leg, funding: FundingFacts, study: PortfolioStudy, *, full: bool) -> Fact:
    several, below = len(study.legs) > 1, [_ratio(leg)]
    if study.doubt is None and (full or len(study.legs) <= MOST_NAMED):
        below.append(tr("keep {band}", band=_band(leg)))
    income = funding.carry.received_by(leg.side) if funding.carry else None
    if full and several:
        rate = (
            ""
            if income is None
            else tr(", {value}/yr", value=text.percent(income.value, signed=True))
        )
        below.append(f"≈ {text.usd(leg.notional_usd)}{rate}")
    if leg.margin_coins is not None:
        below.append(
            tr(
                "margin {margin_coins} {base}",
                margin_coins=text.coins(leg.margin_coins),
                base=leg.market.base,
            )
        )
    return Fact(leg.market.short_name, f"{leg.side} {_plain_amount(leg)}", tuple(below))


def _ratio(leg: Leg) -> str:
    """With its interval, or only that where a phone has no room: the value is its middle."""
    whole = f"h {text.ratio_estimate(leg.estimate)}"
    if len(whole) <= text.VALUE_WIDTH:
        return whole
    return f"h {text.ratio_range(leg.estimate.interval)}"


def _plain_amount(leg: Leg) -> str:
    if leg.market.inverse:
        return text.coins(leg.contracts, step=leg.market.lot)
    return text.coins(leg.coins, step=leg.market.lot * leg.market.contract_size)


def _band(leg: Leg) -> str:
    """Where waiting is right, in what is counted: coins, or contracts of a coin-margined leg."""
    unit = leg.contracts / leg.coins if leg.market.inverse else 1.0
    low, high = (unit * end for end in leg.band_coins)
    return span(low, high)


def _cautions(study: PortfolioStudy) -> tuple[str, ...]:
    cautions = []
    if study.doubt is not None:
        sentence = (
            later("{sold_names} hardly hedges it: {doubt}.")
            if study.doubt is Doubt.MAY_BE_CHANCE
            else later("{sold_names} does not hedge it: {doubt}.")
        )
        cautions.append(
            tr(
                sentence,
                sold_names=sold_names(study),
                doubt=tr(study.doubt),
            )
        )
    sold = {leg.market.base for leg in study.legs}
    names = sorted({m.base for m in study.basket.held_markets if sold.isdisjoint(_names(m.base))})
    if names:
        cautions.append(
            tr(
                "Cross-hedge: {names} can move without {others}.",
                names=", ".join(names),
                others=", ".join(sorted(sold)),
            )
        )
    if study.tested is None:
        cautions.append(tr("Too short a past for a test on unseen days."))
    return tuple(cautions)


def _names(base: str) -> set[str]:
    return {base, *bundle_names(base)}


def _method(study: PortfolioStudy, keep: Keeping) -> str:
    level = text.level(study.legs[0].estimate.interval)
    window = spelled(covered(study.history))
    if study.tested is None:
        n = study.ratios.n_observations
        return tr(
            "{n}{held_for} · robust {level} range",
            n=text.bars(n, study.history.bar),
            held_for=held_for(keep),
            level=level,
        )
    return tr(
        "Fits {window}{held_for} (in sample {in_sample}), checks on the next day, {n_days} "
        "times · robust {level} range",
        window=window,
        held_for=held_for(keep),
        in_sample=text.percent(study.in_sample),
        n_days=study.tested.n_days,
        level=level,
    )
