"""Carry in words."""

from analytics.language import counted, tr
from analytics.language.numbers import localised
from analytics.market.windows import MINUTE, spelled
from analytics.statistics.estimate import Estimate
from analytics.studies.carries import Carry
from handlers import _format as text
from handlers._carry.numbers import numbers
from handlers._markets import covered, labels
from handlers._reply import Fact, Reply

BP = 1e4


def summary(
    switches: frozenset[str], carries: tuple[Carry, ...], difference: Estimate | None
) -> Reply:
    """Put one carry, or two side by side, into words."""
    first = carries[0]
    notes = dict.fromkeys(note for carry in carries for note in carry.history.notes)
    named = names(carries)[0] if len(carries) == 1 else _compared(carries)
    answer = _alone(first) if len(carries) == 1 else _verdict(carries, difference)
    reply = Reply(
        title=tr(
            "Carry of short {named} · {length}:",
            named=named,
            length=spelled(covered(first.history)),
        ),
        answer=answer,
        notes=(*first.history.origin.notes, *notes),
        numbers=numbers(carries, difference),
    )
    if "brief" in switches:
        return reply
    # Everything of two contracts at once leaves no room below a picture for the same number twice.
    once = len(carries) > 1 and "full" in switches
    groups = [
        _facts(carry, full=len(carries) == 1 or "full" in switches, name=name, once=once)
        for carry, name in zip(carries, names(carries), strict=True)
    ]
    if difference is not None:
        groups.append((_difference(difference),))
    if "full" in switches and len(carries) == 1:
        groups.append(_details(first))
    return Reply(
        title=reply.title,
        answer=reply.answer,
        facts=tuple(groups),
        notes=(*reply.notes, *_cautions(carries)),
        provenance=(_method(carries),),
        numbers=reply.numbers,
    )


def _compared(carries: tuple[Carry, ...]) -> str:
    one, other = names(carries)
    return tr("{one} against {other}", one=one, other=other)


def names(carries: tuple[Carry, ...]) -> tuple[str, ...]:
    """Short names that tell the contracts apart."""
    return labels([carry.market for carry in carries])


def basis_points(value: float) -> str:
    """A signed number of basis points: ``+2.4``."""
    shown = f"{value:+.1f}"
    return localised("0.0" if float(shown) == 0 else shown).replace("-", text.MINUS)


def _alone(carry: Carry) -> str:
    if carry.expected is None:
        if carry.funding is not None:
            return tr(
                "paid only {times}, too few for an annual rate",
                times=_times(carry.funding.n_payments),
            )
        return tr("funding is not known")
    value = text.yearly(text.percent_of(carry.expected, signed=True))
    if carry.annual_path is not None:
        return tr(
            "{value} if held to expiry · {direction}",
            value=value,
            direction=_direction(carry.expected),
        )
    return f"{value} ({text.percent_range(carry.expected.interval)}) · " + _direction(
        carry.expected
    )


def _direction(income: Estimate) -> str:
    if 0.0 in income.interval:
        return tr("sign not certain")
    return tr("paid to you") if income.value > 0 else tr("paid by you")


def _verdict(carries: tuple[Carry, ...], difference: Estimate | None) -> str:
    if difference is None:
        return tr("no common funding to compare")
    one, other = names(carries)
    span = text.percent_range(difference.interval)
    value = text.percent_of(difference, signed=True)
    yearly = text.yearly(value)
    gap = yearly if _is_certain(difference) else f"{yearly} ({span})"
    if 0.0 in difference.interval:
        return tr("{gap} · neither is surely better", gap=gap)
    return tr(
        "{gap} · {one} pays a short more", gap=gap, one=one if difference.value > 0 else other
    )


def _times(n: int) -> str:
    return counted("once", "{n} times", n)


def _is_certain(estimate: Estimate) -> bool:
    return estimate.interval.low == estimate.interval.high


def _facts(carry: Carry, *, full: bool, name: str, once: bool) -> tuple[Fact, ...]:
    """``once`` where no number is written again as its picture writes it."""
    facts = [] if full and carry.expected is None else [_income(carry, name, full=full)]
    if carry.funding is not None:
        facts += _payment_facts(carry, once=once)
    facts += _basis_facts(carry)
    if carry.net is not None:
        value = text.yearly(text.percent_of(carry.net, signed=True))
        facts.append(Fact(tr("After fees"), value))
    if full and carry.per_point is not None and carry.removed is not None:
        yearly = carry.per_point * carry.notional_usd
        facts.append(
            Fact(
                tr("Per point"),
                tr("{yearly} a year", yearly=text.usd(yearly, signed=True)),
                (tr("{removed} removed", removed=text.percent(carry.removed)),),
            )
        )
    return tuple(facts)


def _income(carry: Carry, name: str, *, full: bool) -> Fact:
    label = (tr("Funding") if carry.annual_path is None else tr("Basis")) if full else name[:13]
    if carry.expected is None:
        return Fact(label, tr("not known"))
    value = text.yearly(text.percent_of(carry.expected, signed=True))
    below = () if _is_certain(carry.expected) else (text.percent_range(carry.expected.interval),)
    return Fact(label, value, below)


def _details(carry: Carry) -> tuple[Fact, ...]:
    """How the payments spread, and where the price usually stood."""
    facts, payments = [], carry.payments
    if payments is not None and len(payments):
        low, high = float(payments.rate.min()), float(payments.rate.max())
        facts.append(Fact(tr("Lowest rate"), _rate(low)))
        facts.append(Fact(tr("Highest rate"), _rate(high)))
        shorts = float((payments.rate > 0).mean())
        facts.append(
            Fact(tr("Paid to short"), tr("{shorts} of the times", shorts=text.percent(shorts)))
        )
    if carry.basis is not None:
        mean = carry.basis.mean
        yearly = carry.annual_path is not None
        shown = (
            text.yearly(text.percent(mean, signed=True))
            if yearly
            else tr("{basis_points} bp", basis_points=basis_points(BP * mean))
        )
        facts.append(Fact(tr("Mean basis"), shown))
    return tuple(facts)


def _rate(rate: float) -> str:
    return localised(f"{100 * rate:+.4f} %").replace("-", text.MINUS)


def _payment_facts(carry: Carry, *, once: bool) -> list[Fact]:
    funding, due = carry.funding, carry.next_payment
    if funding is None or due is None:
        return []
    drawn = tr("{basis_points} bp", basis_points=basis_points(BP * funding.last_rate))
    below = (
        *(() if once else (drawn,)),
        tr("every {every}", every=spelled(funding.payment_every)),
        tr("next {due} UTC", due=f"{due:%H:%M}"),
    )
    facts = [Fact(tr("Last rate"), _rate(funding.last_rate), below)]
    if carry.received_usd is None or carry.received_coins is None:
        return facts
    per = tr("On {amount}", amount=text.usd(carry.notional_usd))
    coins = f"{text.coins(carry.received_coins, signed=True)} {carry.market.base}"
    received = [coins]
    if carry.payments is not None and not once:
        rates = text.percent(float(carry.payments.rate.sum()), signed=True)
        received.append(tr("rates sum {rates}", rates=rates))
    facts.append(Fact(per, text.usd(carry.received_usd, signed=True), tuple(received)))
    return facts


def _basis_facts(carry: Carry) -> list[Fact]:
    if carry.basis is None or carry.basis_path is None:
        return []
    now = float(carry.basis_path[-1])
    if carry.annual_path is not None:
        usual = text.percent_range(carry.basis.usual)
        yearly = text.percent(float(carry.annual_path[-1]), signed=True)
        closer = text.percent(float(carry.basis_path[0]) - now, signed=True)
        return [
            Fact(
                tr("Above spot"),
                text.percent(now, signed=True),
                (
                    tr("now {yearly}/yr", yearly=yearly),
                    tr("usual {usual}/yr", usual=usual),
                    tr("{closer} since start", closer=closer),
                ),
            )
        ]
    low, high = (BP * end for end in (carry.basis.usual.low, carry.basis.usual.high))
    return [
        Fact(
            tr("Basis now"),
            tr("{basis_points} bp", basis_points=basis_points(BP * now)),
            (
                tr(
                    "usual {basis_points} to {basis_points_2}",
                    basis_points=basis_points(low),
                    basis_points_2=basis_points(high),
                ),
            ),
        )
    ]


def _difference(difference: Estimate) -> Fact:
    below = () if _is_certain(difference) else (text.percent_range(difference.interval),)
    return Fact(tr("Difference"), text.yearly(text.percent_of(difference, signed=True)), below)


def _cautions(carries: tuple[Carry, ...]) -> tuple[str, ...]:
    cautions = [carry.silence for carry in carries if carry.silence]
    if len({carry.market.base for carry in carries}) > 1:
        cautions.append(tr("Two coins: the difference is not free of price risk."))
    for carry in carries:
        funding = carry.funding
        if funding is not None and funding.missing >= MINUTE:
            cautions.append(
                tr(
                    "{length} of funding of {short_name} is missing.",
                    length=spelled(funding.missing),
                    short_name=carry.market.short_name,
                )
            )
        if funding is not None and funding.apr is None:
            cautions.append(
                tr(
                    "{short_name} paid {times} in that window: too few for an annual rate.",
                    short_name=carry.market.short_name,
                    times=_times(funding.n_payments),
                )
            )
        if carry.expected is not None and carry.taker_fee is None:
            cautions.append(
                tr(
                    "The taker fee of {short_name} is not known: fee=0.05% says it.",
                    short_name=carry.market.short_name,
                )
            )
        if carry.basis is None:
            cautions.append(
                tr(
                    "{base} itself is not traded here: no basis, no effectiveness.",
                    base=carry.market.base,
                )
            )
    return tuple(cautions)


def _method(carries: tuple[Carry, ...]) -> str:
    counts = [c.funding.n_payments for c in carries if c.funding is not None]
    paid = " + ".join(localised(f"{n:,}") for n in counts)
    payments = [counted("{paid} payment", "{paid} payments", sum(counts), paid=paid)] * bool(counts)
    dated = [
        tr("basis certain only if held to expiry") for c in carries if c.annual_path is not None
    ]
    expected = next((c.expected for c in carries if c.funding and c.expected), None)
    ranges = (
        [tr("robust {interval} range", interval=text.level(expected.interval))] if expected else []
    )
    known = dict.fromkeys(c.taker_fee for c in carries if c.taker_fee is not None)
    held = spelled(carries[0].held)
    fees = [
        tr("fees {value} % twice in {held}", value=localised(f"{100 * fee:.3g}"), held=held)
        for fee in known
    ]
    return " · ".join((*payments, *dict.fromkeys(dated), *ranges, *fees))
