"""A studied hedge in words."""

from dataclasses import replace

from analytics.language import later, tr
from analytics.language.numbers import localised
from analytics.market.bundles import bundle_names
from analytics.market.instruments import Kind
from analytics.market.windows import spelled
from analytics.positions.carry import annualised_basis
from analytics.positions.drift import rebalance_coins
from analytics.positions.profit import Side
from analytics.statistics.effectiveness import effectiveness
from analytics.statistics.estimate import Estimate
from analytics.studies.hedge_trials import Doubt
from analytics.studies.hedges import HELD, HedgeStudy
from handlers import _format as text
from handlers._funding import FundingFacts
from handlers._hedge.effect_words import covered_window, effect_facts, removes
from handlers._hedge.numbers import numbers
from handlers._hedge.upkeep_words import Keeping, fee_facts, held_for, span, tail_facts
from handlers._liquidation import liquidation_fact
from handlers._reply import Fact, Reply


def summary(
    switches: frozenset[str], study: HedgeStudy, funding: FundingFacts, keep: Keeping
) -> Reply:
    """Put a study into words."""
    notes = (*study.history.origin.notes, *study.history.notes)
    first_line = Reply(
        title=tr(
            "Hedge {held} with {short_name} · {window}:",
            held=held(study),
            short_name=study.market.short_name,
            window=covered_window(study),
        ),
        answer=_answer(study),
        notes=notes,
        numbers=numbers(study, funding, keep),
    )
    if "brief" in switches:
        return first_line
    full = "full" in switches
    tail = tail_facts(study.tail) if full else ()
    groups = [
        _size_facts(study),
        (*effect_facts(study), *tail),
        _cost_facts(study, funding, fees=full or keep.shows_fees),
    ]
    details = [_details(study, funding)] if full else []
    return replace(
        first_line,
        text=_promise(study),
        facts=tuple(group for group in (*groups, *details) if group),
        notes=(*notes, *_cautions(study), *((funding.note,) if funding.note else ())),
        provenance=(_method(study, keep),),
    )


def held(study: HedgeStudy) -> str:
    """What is hedged: ``40 ETH``, ``80 % of 2.5 BTC``."""
    whole = f"{text.coins(study.holding.coins)} {study.history.markets[HELD].short_name}"
    share = study.terms.share
    return whole if share == 1 else tr("{share} of {whole}", share=text.percent(share), whole=whole)


def order(study: HedgeStudy) -> str:
    """What is to be traded: ``SHORT 1.138 BTC``, ``SHORT 1,385 contracts``."""
    sizing, market = study.sizing, study.market
    if market.inverse:
        return tr(
            "{side} {contracts} contracts",
            side=sizing.side,
            contracts=text.coins(sizing.contracts, step=market.lot),
        )
    amount = text.coins(sizing.coins, step=market.lot * market.contract_size)
    return f"{sizing.side} {amount} {market.base}"


def _answer(study: HedgeStudy) -> str:
    near = "" if study.market.inverse else "≈ "
    size = f"{order(study)} ({near}{text.usd(study.sizing.notional_usd)})"
    return f"{removes(study)} · {size}" if study.doubt else f"{size} · {removes(study)}"


def _size_facts(study: HedgeStudy) -> tuple[Fact, ...]:
    sizing, market, terms = study.sizing, study.market, study.terms
    facts = []
    if market.inverse:
        facts.append(
            Fact(
                tr("Contract"),
                tr(
                    "${contract_size}, in {base}",
                    contract_size=localised(f"{market.contract_size:g}"),
                    base=market.base,
                ),
            )
        )
    elif market.contract_size != 1:
        lots = text.coins(sizing.contracts, step=market.lot)
        facts.append(
            Fact(
                tr("Contracts"), f"{lots} × {localised(f'{market.contract_size:g}')} {market.base}"
            )
        )
    facts.append(_ratio_fact(study))
    if terms.ratio is not None:
        facts.append(Fact(tr("You chose"), f"h {text.ratio(terms.ratio)}"))
    if study.neutralises:
        left = text.coins(float(f"{sizing.residual_coins:.2g}"), signed=True)
        usd = text.usd(sizing.residual_usd, signed=True)
        facts.append(Fact(tr("Left over"), f"{left} {study.holding.base}", (f"({usd})",)))
    if sizing.collateral_coins is not None:
        facts.append(
            Fact(tr("Margin in it"), f"{text.coins(sizing.collateral_coins)} {market.base}")
        )
    return tuple(facts)


def _ratio_fact(study: HedgeStudy) -> Fact:
    estimate, market = study.estimate, study.market
    value, *below = text.estimate_lines(estimate)
    if study.neutralises:
        return Fact(
            tr("Ratio h"),
            value,
            (*below, tr("sized at {share}", share=localised(f"{study.terms.share:g}"))),
        )
    if not market.inverse:
        below.append(tr("$ per $ held"))
    if study.range_coins is not None:
        step = 0.0 if market.inverse else market.lot * market.contract_size
        below.append(f"= {text.coin_span(*study.range_coins, step=step)} {market.base}")
    return Fact(tr("Ratio h"), value, tuple(below))


def _cost_facts(study: HedgeStudy, funding: FundingFacts, *, fees: bool) -> tuple[Fact, ...]:
    facts = []
    income = funding.carry.received_by(study.sizing.side) if funding.carry else None
    if income is not None:
        rate, span = text.percent_of(income, signed=True), text.percent_range(income.interval)
        facts.append(Fact(tr("Funding"), text.yearly(rate), (span, _to_whom(income))))
    paid = fee_facts(study.upkeep, study.value_usd) if fees and study.upkeep else ()
    return (*facts, *_basis_facts(study), *paid, *_band_facts(study), liquidation_fact(study))


def _band_facts(study: HedgeStudy) -> tuple[Fact, ...]:
    """Outside of which size a resize pays; full neutralisation needs none when prices move."""
    if study.upkeep is None or not study.upkeep.bands or study.doubt is Doubt.NO_RATIO:
        return ()
    low, high = rebalance_coins(study.upkeep.bands[0], study.sizing)
    if study.market.inverse:
        per_coin = study.sizing.contracts / study.sizing.coins
        return (
            Fact(
                tr("Rebalance if"),
                tr("outside"),
                (tr("{span} contracts", span=span(low * per_coin, high * per_coin)),),
            ),
        )
    return (Fact(tr("Rebalance if"), tr("outside"), (f"{span(low, high)} {study.market.base}",)),)


def _to_whom(income: Estimate) -> str:
    if 0.0 in income.interval:
        return tr("sign not certain")
    return tr("paid to you") if income.value > 0 else tr("paid by you")


def _basis_facts(study: HedgeStudy) -> tuple[Fact, ...]:
    """What a dated future on the held coin earns its seller until it ends."""
    expiry, now = study.market.expiry, study.history.last_close
    if expiry is None or expiry <= now or study.market.base != study.holding.base:
        return ()
    rate = annualised_basis(spot=study.spot, price=study.price, now=now, expiry=expiry)
    income = -study.sizing.side.sign * rate
    whom = tr("paid to you") if income > 0 else tr("paid by you")
    until = tr("until {expiry}", expiry=text.day(expiry, seen_from=now))
    return (Fact(tr("Basis"), text.yearly(text.percent(income, signed=True)), (until, whom)),)


def _details(study: HedgeStudy, funding: FundingFacts) -> tuple[Fact, ...]:
    one_for_one = effectiveness(study.held_returns, study.hedge_returns, 1.0)
    exact = text.coins(study.sizing.exact_contracts)
    facts = [
        Fact(
            # The method's line has that of h itself.
            tr("In sample"),
            f"h=1: {text.percent(one_for_one)}",
        ),
    ]
    if not study.market.inverse:
        facts.append(Fact(tr("Contracts"), tr("{exact} exactly", exact=exact)))
    if funding.carry is not None:
        rate = localised(f"{100 * funding.carry.last_rate:.4f} %").replace("-", text.MINUS)
        every = spelled(funding.carry.payment_every)
        facts.append(Fact(tr("Last payment"), tr("{rate} every {every}", rate=rate, every=every)))
    return tuple(facts)


def _promise(study: HedgeStudy) -> tuple[str, ...]:
    if not study.neutralises or study.terms.share != 1 or study.sizing.side is not Side.SHORT:
        return ()
    watch = tr("the basis") if study.market.kind is Kind.FUTURE else tr("basis, funding")
    value = tr("Value stays ≈ {value_usd} at any price", value_usd=text.usd(study.value_usd))
    return (
        tr(
            "{value}: price moves need no rebalancing. Watch {watch}, coins you add.",
            value=value,
            watch=watch,
        ),
    )


def _cautions(study: HedgeStudy) -> tuple[str, ...]:
    cautions = []
    contract, holding = study.market, study.holding
    if study.doubt is not None:
        cautions.append(_no_hedge(study))
    if not _one_coin(contract.base, holding.base):
        cautions.append(
            tr(
                "Cross-hedge: {base} can move without {base_2}.",
                base=holding.base,
                base_2=contract.base,
            )
        )
    if study.tested is None:
        cautions.append(tr("Too short a past for a test on unseen days."))
    return tuple(cautions)


def _no_hedge(study: HedgeStudy) -> str:
    sentence = (
        later("{hedge} hardly hedges {held}: {where}{doubt}.")
        if study.doubt is Doubt.MAY_BE_CHANCE
        else later("{hedge} does not hedge {held}: {where}{doubt}.")
    )
    where = "" if study.doubt is Doubt.NO_RATIO or study.tested is None else tr("on unseen days, ")
    doubt = "" if study.doubt is None else tr(study.doubt)
    return tr(
        sentence,
        hedge=study.market.short_name,
        held=study.holding.base,
        where=where,
        doubt=doubt,
    )


def _one_coin(first: str, second: str) -> bool:
    return first == second or first in bundle_names(second) or second in bundle_names(first)


def _method(study: HedgeStudy, keep: Keeping) -> str:
    level = text.level(study.estimate.interval)
    if study.tested is None:
        bars = text.bars(study.estimate.n_observations, study.history.bar)
        return tr(
            "{bars}{held_for} · robust {level} range",
            bars=bars,
            held_for=held_for(keep),
            level=level,
        )
    is_fixed = study.neutralises or study.terms.ratio is not None
    fit = (
        tr("Held as sized") if is_fixed else tr("Fits {window}", window=covered_window(study))
    ) + held_for(keep)
    return tr(
        "{fit} (in sample {in_sample}), checks on the next day, {n_days} times · robust "
        "{level} range",
        fit=fit,
        in_sample=text.percent(study.in_sample),
        n_days=study.tested.n_days,
        level=level,
    )
