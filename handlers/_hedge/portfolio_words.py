"""A studied hedge of several holdings or legs in words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analytics.language import later, tr
from analytics.language.numbers import localised
from analytics.market.bundles import bundle_names
from analytics.market.windows import spelled
from analytics.positions.liquidation import (
    USUAL_MAINTENANCE_RATE,
    Liquidation,
    leveraged_liquidation,
)
from analytics.positions.profit import Side
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.hedge_ratio import HedgeRatio, hedge_ratio
from analytics.studies.choices import LeftOut, Reason
from analytics.studies.hedge_trials import Doubt
from analytics.studies.legs import Leg
from analytics.studies.portfolios import PortfolioStudy
from handlers import _format as text
from handlers._funding import FundingFacts
from handlers._hedge.effect_words import effect_facts, removes
from handlers._hedge.portfolio_numbers import numbers
from handlers._hedge.upkeep_words import Keeping, fee_facts, held_for, span, tail_facts
from handlers._liquidation import SHOWN_LEVERAGE
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
    warning = study.history.origin.warning
    notes = ((f"{warning}.",) if warning else ()) + study.history.notes
    first_line = Reply(
        title=tr(
            "Hedge {held} with {sold_names} · {length}:",
            held=held(study),
            sold_names=sold_names(study),
            length=spelled(covered(study.history)),
        ),
        answer=_answer(study),
        notes=(*notes, *_left_out(study.left_out)),
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
            *_funding_facts(study, funding),
            *(fee_facts(study.upkeep, study.value_usd) if full or keep.shows_fees else ()),
            _liquidation_fact(study),
        ),
    ]
    unknown = _unknown(study.legs, funding)
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
    value, *below = text.estimate_lines(Estimate(together.value, together.interval))
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


def _funding_facts(study: PortfolioStudy, funding: Sequence[FundingFacts]) -> tuple[Fact, ...]:
    """All legs together, in dollars a year; the errors of the legs are added up."""
    income = funding_income(study.legs, funding)
    if income is None:
        return ()
    ends = (income.interval.low, income.interval.high)
    low, high = (text.usd(end, signed=True) for end in ends)
    whom = tr("paid to you") if income.value > 0 else tr("paid by you")
    whom = tr("sign not certain") if 0.0 in income.interval else whom
    return (
        Fact(
            tr("Funding"),
            f"{text.usd(income.value, signed=True)}/yr",
            (tr("{low} to {high}", low=low, high=high), whom),
        ),
    )


def funding_income(legs: Sequence[Leg], funding: Sequence[FundingFacts]) -> Estimate | None:
    """Dollars a year of all legs whose funding is known; None where none is."""
    found = [
        (leg.notional_usd, income)
        for leg, paid in zip(legs, funding, strict=True)
        if paid.carry and (income := paid.carry.received_by(leg.side))
    ]
    if not found:
        return None
    value, low, high = (
        sum(usd * end for usd, end in column)
        for column in (
            [(usd, income.value) for usd, income in found],
            [(usd, income.interval.low) for usd, income in found],
            [(usd, income.interval.high) for usd, income in found],
        )
    )
    return Estimate(value, Interval(low, high, found[0][1].interval.level))


def _unknown(legs: Sequence[Leg], funding: Sequence[FundingFacts]) -> Iterator[str]:
    """Of which legs funding is not known; the sum is without them."""
    notes = dict.fromkeys(paid.note for paid in funding if paid.note)
    for note in notes:
        pairs = zip(legs, funding, strict=True)
        names = ", ".join(leg.market.short_name for leg, paid in pairs if paid.note == note)
        yield note.replace("Funding is", f"Funding of {names} is", 1)


def _liquidation_fact(study: PortfolioStudy) -> Fact:
    """Each leg on its own margin, at the leverage that was named or at an example: the nearest."""
    leverage = study.basket.leverage
    named = (
        tr("at {leverage}×", leverage=localised(f"{leverage:g}"))
        if leverage
        else tr("e.g. at {shown_leverage}×", shown_leverage=localised(f"{SHOWN_LEVERAGE:g}"))
    )
    moves = {
        leg.market.short_name: found.move
        for leg in study.legs
        if (found := _liquidation(leg, leverage or SHOWN_LEVERAGE))
    }
    if not moves:
        return Fact(tr("Liquidation"), tr("never"), (tr("{named} each", named=named),))
    first = min(moves, key=lambda name: abs(moves[name]))
    move = text.percent(moves[first], signed=True)
    if len(study.legs) == 1:
        return Fact(tr("Liquidation"), move, (named,))
    return Fact(tr("Liquidation"), tr("{move}, first", move=move), (f"{first}, {named}",))


def _liquidation(leg: Leg, leverage: float) -> Liquidation | None:
    rate = leg.market.maintenance_rate
    return leveraged_liquidation(
        leg.market,
        entry=leg.price,
        leverage=leverage,
        maintenance_rate=USUAL_MAINTENANCE_RATE if rate is None else rate,
        side=leg.side,
    )


def _left_out(legs: Sequence[LeftOut]) -> Iterator[str]:
    """Why legs were left out, those of one reason in one sentence."""
    yield from (_twin(leg) for leg in legs if leg.reason is Reason.TWIN)
    idle = [leg for leg in legs if leg.reason is Reason.ADDS_NOTHING]
    most = max((100 * (leg.number or 0.0) for leg in idle), default=0.0)
    for found, one, several in (
        (idle, *_adding(most)),
        (
            [leg for leg in legs if leg.reason is Reason.BELOW_A_LOT],
            tr("would be less than its smallest order"),
            tr("would be less than their smallest orders"),
        ),
    ):
        names = [leg.market.short_name for leg in found]
        if len(names) == 1:
            yield tr("{names} {one}. Left it out.", names=names[0], one=one)
        elif names:
            yield tr("{names} {several}. Left them out.", names=", ".join(names), several=several)


def _adding(points: float) -> tuple[str, str]:
    """How little one leg, or each of several, adds."""
    if float(f"{points:.1f}") <= 0:
        return tr("adds nothing on unseen days"), tr("add nothing on unseen days")
    shown = tr("{points} points on unseen days", points=localised(f"{points:.1f}"))
    return tr("adds only {shown}", shown=shown), tr("add {shown} at most", shown=shown)


def _twin(leg: LeftOut) -> str:
    name, number = leg.market.short_name, text.ratio(leg.number or 1.0, decimals=3)
    if leg.like is None:
        return tr(
            "The other legs together move as {name} does ({number}). Left it out.",
            name=name,
            number=number,
        )
    kept = leg.like.short_name
    return tr(
        "{kept} and {name} move as one ({number}). Kept {kept}.",
        kept=kept,
        name=name,
        number=number,
    )


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
