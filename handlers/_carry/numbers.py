"""A carry for machines."""

from analytics.market.windows import DAY, HOUR
from analytics.statistics.estimate import Estimate
from analytics.studies.carries import Carry
from handlers import _numbers as plain
from handlers._reply import Json


def numbers(carries: tuple[Carry, ...], difference: Estimate | None) -> dict[str, Json]:
    """The study for machines: annual fractions, dollars, coins."""
    first = carries[0]
    return {
        "command": "carry",
        **plain.source(first.history),
        "contracts": [_one(carry) for carry in carries],
        "difference": None if difference is None else plain.estimate(difference),
        "notes": [note for carry in carries for note in carry.history.notes],
    }


def _one(carry: Carry) -> Json:
    funding, due = carry.funding, carry.next_payment
    return {
        "market": carry.market.full_name,
        "income": None if carry.expected is None else plain.estimate(carry.expected),
        "net": None if carry.net is None else plain.estimate(carry.net),
        "taker_fee": carry.taker_fee,
        "hold_days": carry.held / DAY,
        "notional_usd": carry.notional_usd,
        "received_usd": carry.received_usd,
        "received_coins": carry.received_coins,
        "payments": None if funding is None else funding.n_payments,
        "payment_every_hours": None if funding is None else funding.payment_every / HOUR,
        "last_rate": None if funding is None else funding.last_rate,
        "last_payment": None if funding is None else funding.last_time.isoformat(),
        "next_payment": None if due is None else due.isoformat(),
        "basis": None if carry.basis_path is None else float(carry.basis_path[-1]),
        "basis_mean": None if carry.basis_path is None else float(carry.basis_path.mean()),
        "annualised_basis": None if carry.annual_path is None else float(carry.annual_path[-1]),
        "usual": None if carry.basis is None else [carry.basis.usual.low, carry.basis.usual.high],
        "variance_removed": carry.removed,
        "net_per_point": carry.per_point,
        "silence": carry.silence,
    }
