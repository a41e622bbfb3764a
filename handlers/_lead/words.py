"""Who leads, in words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from analytics.language import tr
from analytics.language.numbers import localised
from analytics.market.windows import DAY, HOUR, MINUTE, spelled
from analytics.statistics.estimate import Estimate
from analytics.statistics.price_discovery import Doubt, Shares
from analytics.studies.leads import Duel, LeadStudy
from handlers import _format as text
from handlers._lead.names import basis_points, candles, market_names, meaning, time_words
from handlers._lead.numbers import numbers
from handlers._markets import covered
from handlers._reply import Fact, Reply

NAMES_WIDTH = 28
"""Characters of the first line that the markets may take; more are counted."""
NOTABLE_STANDING = 0.2
"""Share of bars without a move that the asker should know of."""


def summary(switches: frozenset[str], study: LeadStudy, sources: tuple[str, ...]) -> Reply:
    """Put a study into words."""
    history = study.history
    names = market_names(history.markets)
    first_line = Reply(
        title=f"{_subject(study, names)} · {_length(study)}:",
        answer=f"{_verdict(study, names)}{_share(study.weakest)}",
        notes=(
            *history.origin.notes,
            *history.notes,
            *_doubts(study, names),
            *_remarks(study, names),
        ),
        numbers=numbers(study),
    )
    if "brief" in switches:
        return first_line
    pairwise = _duel_facts(study, names) if len(study.duels) > 1 else _single_facts(study, names)
    details = (_details(study, names),) if "full" in switches else ()
    return replace(
        first_line,
        facts=(pairwise, _dispersion_facts(study, names), *details),
        provenance=(_sample(study), *sources),
    )


def _subject(study: LeadStudy, names: Sequence[str]) -> str:
    joined = ", ".join(names)
    if len(joined) > NAMES_WIDTH:
        joined = tr("{n} markets", n=len(names))
    kinds = {market.short_name for market in study.history.markets}
    coin = kinds.pop() if len(kinds) == 1 else study.history.markets[0].base
    return joined if joined.startswith(coin) else tr("{coin} on {joined}", coin=coin, joined=joined)


def _length(study: LeadStudy) -> str:
    """The length that was looked at, in whole hours where a venue remembers less than a day."""
    length = covered(study.history)
    return spelled(max(HOUR, round(length / HOUR) * HOUR) if length < DAY else length)


def _verdict(study: LeadStudy, names: Sequence[str]) -> str:
    if study.leader is not None:
        return tr("{names} leads", names=names[study.leader])
    return tr("{candles} cannot tell", candles=candles(study.history.bar))


def _share(duel: Duel) -> str:
    shares = duel.found.shares
    if shares is None:
        return tr(" · the gap does not close")
    return tr(" · component share {component}", component=text.ratio_estimate(shares.component))


def _single_facts(study: LeadStudy, names: Sequence[str]) -> tuple[Fact, ...]:
    """Of two markets: what each number is for the first of them."""
    duel = study.duels[0]
    found = duel.found
    facts = [] if found.shares is None else [_named(tr("Shares of"), names[duel.first])]
    if found.shares is not None:
        facts.append(Fact(tr("Information"), _bounds(found.shares), (tr("by both orderings"),)))
    facts.append(_estimated(tr("Within a bar"), "ρ ", found.residual_correlation))
    facts.append(_lead_lag(duel, names, study.history.bar))
    if found.half_life is not None and found.shares is not None:
        facts.append(Fact(tr("Half a gap"), _half_life(found.half_life, study.history.bar)))
    return tuple(facts)


def _duel_facts(study: LeadStudy, names: Sequence[str]) -> tuple[Fact, ...]:
    """Of several: the one in front against each other."""
    facts = [_named(tr("Shares of"), names[study.front])]
    for duel in study.duels:
        shares = duel.found.shares
        found = tr("gap stays open") if shares is None else f"{_bounds(shares)} {_short(duel)}"
        facts.append(_named(tr("Against"), names[duel.second], found))
    return tuple(facts)


def _short(duel: Duel) -> str:
    return tr("unclear") if duel.leader is None else meaning(duel)


def _bounds(shares: Shares) -> str:
    if shares.low > 0.995:  # noqa: PLR2004 - two digits would say 1.00
        return tr("above 0.99")
    if shares.high < 0.005:  # noqa: PLR2004 - two digits would say 0.00
        return tr("below 0.01")
    return localised(f"{shares.low:.2f}–{shares.high:.2f}")


def _named(label: str, name: str, *below: str) -> Fact:
    """A market's name as a value, venue and kind on two lines where one is too short."""
    if len(name) <= text.VALUE_WIDTH:
        return Fact(label, name, below)
    venue, _, kind = name.rpartition(" ")
    return Fact(label, venue, (kind, *below))


def _estimated(label: str, sign: str, estimate: Estimate) -> Fact:
    value, *below = text.estimate_lines(estimate)
    if len(sign + value) > text.VALUE_WIDTH:
        value, _, interval = value.partition(" ")
        below = [interval]
    return Fact(label, f"{sign}{value}", tuple(below))


def _lead_lag(duel: Duel, names: Sequence[str], bar: timedelta) -> Fact:
    found = duel.found.lead_lag
    value, *below = text.estimate_lines(found.strongest)
    strongest = (f"ρ {value}", *below)
    if found.lag == 0:
        return Fact(tr("Lead-lag"), tr("in the same bar"), strongest)
    late = names[duel.second if found.lag > 0 else duel.first]
    return _named(
        tr("Lead-lag"),
        late,
        tr("{time_words} late", time_words=time_words(abs(found.lag) * bar)),
        *strongest,
    )


def _half_life(n: float, bar: timedelta) -> str:
    """A number of bars as a time; a fraction of one bar is more than bars can tell."""
    return (
        tr("in under {time_words}", time_words=time_words(bar))
        if n < 1
        else tr("in {time_words}", time_words=time_words(n * bar))
    )


def _dispersion_facts(study: LeadStudy, names: Sequence[str]) -> tuple[Fact, ...]:
    apart = study.dispersion
    return (
        Fact(tr("Apart now"), basis_points(apart.now)),
        Fact(tr("Mean · 95 %"), f"{basis_points(apart.mean)} · {basis_points(apart.p95)}"),
        _off_centre(study, names),
    )


def _off_centre(study: LeadStudy, names: Sequence[str]) -> Fact:
    means = study.dispersion.mean_gaps
    if len(names) == 2:  # noqa: PLR2004 - a pair has one gap
        value, interval = _bp_estimate(means[0])
        first, second = names
        return Fact(
            tr("Mean gap"), value, (interval, f"{first}", tr("over {second}", second=second))
        )
    outlier = study.dispersion.outlier
    if outlier is None:
        return Fact(tr("Off median"), tr("none for certain"))
    return _named(tr("Off median"), names[outlier], *_bp_estimate(means[outlier]))


def _bp_estimate(estimate: Estimate) -> tuple[str, str]:
    """A mean gap, and its interval for the line below."""
    low, high = (
        basis_points(end).removesuffix(" bp")
        for end in (estimate.interval.low, estimate.interval.high)
    )
    span = (
        tr("{low} to {high}", low=low, high=high) if low.startswith(text.MINUS) else f"{low}–{high}"
    )
    return basis_points(estimate.value, signed=True), f"({span})"


def _details(study: LeadStudy, names: Sequence[str]) -> tuple[Fact, ...]:
    facts = []
    for duel in study.duels:
        found, other = duel.found, names[duel.second]
        sample = tr(
            "{n_lags} lags, n {n_observations}",
            n_lags=found.n_lags,
            n_observations=localised(f"{found.n_observations:,}"),
        )
        facts.append(_named(tr("Against"), other, sample))
        if found.shares is not None:
            facts.append(_estimated(tr("Component"), "", found.shares.component))
            facts.append(_estimated(tr("Midpoint"), "", found.shares.midpoint))
            if found.shares.leadership is not None and found.leader is not None:
                facts.append(_estimated(tr("Leadership"), "", found.shares.leadership))
        facts.append(_estimated(tr("Gives way"), "", found.pulls[0]))
        facts.append(_estimated(tr("  the other"), "", found.pulls[1]))
        if len(study.duels) > 1:
            facts.append(_estimated(tr("Within a bar"), "ρ ", found.residual_correlation))
            facts.append(_lead_lag(duel, names, study.history.bar))
    return tuple(facts)


def _doubts(study: LeadStudy, names: Sequence[str]) -> tuple[str, ...]:
    if study.leader is not None:
        return ()
    duel = study.duels[0]
    if duel.is_too_long:
        bars = candles(duel.bar)
        return (
            tr("Venues follow each other within minutes; {bars} cannot show who began.", bars=bars),
        )
    doubts = study.doubts
    if Doubt.COARSE in doubts:
        doubts = tuple(d for d in doubts if d not in (Doubt.UNDECIDED, Doubt.DISAGREE))
    return tuple(_doubt(study, doubt, names) for doubt in doubts)


def _doubt(study: LeadStudy, doubt: Doubt, names: Sequence[str]) -> str:
    duel = next(duel for duel in study.duels if doubt in duel.found.doubts)
    found, pair = (
        duel.found,
        tr("{names} and {names_2}", names=names[duel.first], names_2=names[duel.second]),
    )
    match doubt:
        case Doubt.NO_PULL:
            rho = text.ratio(found.residual_correlation.value)
            return tr(
                "{pair}: their gap does not close beyond chance; within a bar ρ {rho}.",
                pair=pair,
                rho=rho,
            )
        case Doubt.COARSE:
            finer = tr(" Finer bars may tell.") if study.history.bar > MINUTE else ""
            low, high = (found.shares.low, found.shares.high) if found.shares else (0.0, 1.0)
            rho = text.ratio(found.residual_correlation.value)
            return tr(
                "{pair} move as one within a bar (ρ {rho}), so the share may be anything from {low} "
                "to {high}.{finer}",
                pair=pair,
                rho=rho,
                low=localised(f"{low:.2f}"),
                high=localised(f"{high:.2f}"),
                finer=finer,
            )
        case Doubt.UNDECIDED:
            return tr("{pair}: the shares may lie on either side of one half.", pair=pair)
        case Doubt.STALE:
            return tr(
                "{pair}: one stands still in most bars, and follows for that alone.", pair=pair
            )
        case Doubt.DISAGREE:
            return tr("{pair}: component and information share name different leaders.", pair=pair)


def _remarks(study: LeadStudy, names: Sequence[str]) -> tuple[str, ...]:
    history = study.history
    standing = dict[int, float]()
    for duel in study.duels:
        standing[duel.first], standing[duel.second] = duel.found.standing
    odd = [
        tr(
            "{names} did not move in {share} of the bars.",
            names=names[k],
            share=text.percent(share),
        )
        for k, share in sorted(standing.items())
        if share >= NOTABLE_STANDING
    ]
    late = sorted({k for duel in study.duels if (k := duel.misstamped) is not None})
    odd += [
        tr("{names} repeats an earlier bar: its candles are probably stamped late.", names=names[k])
        for k in late
    ]
    quotes = list(dict.fromkeys(market.quote for market in history.markets))
    if len(quotes) == 1:
        return tuple(odd)
    kinds = tr("{names} and {quotes}", names=", ".join(quotes[:-1]), quotes=quotes[-1])
    level = tr("{kinds} differ by a level; the shares leave it out, the gaps do not.", kinds=kinds)
    return (*odd, level)


def _sample(study: LeadStudy) -> str:
    bars = text.bars(study.n_observations, study.history.bar)
    interval = study.duels[0].found.residual_correlation.interval
    return tr("{bars} · {interval} ranges", bars=bars, interval=text.level(interval))
