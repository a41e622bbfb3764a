"""What the picture of a carry shows."""

import numpy as np

from analytics.charts import CarryLine, CarryPicture
from analytics.language import tr
from analytics.studies.carries import Carry
from handlers import _format as text
from handlers._carry.words import BP, basis_points, names
from handlers._pictured import words_around
from handlers._reply import Reply


def picture(carries: tuple[Carry, ...], reply: Reply) -> CarryPicture | None:
    """What the chart of a carry shows; None where there is neither funding nor a basis."""
    origin = carries[0].history.origin
    words = words_around(reply, origin, subtitle=reply.answer.partition(" · ")[2])
    named = list(zip(carries, names(carries), strict=True))
    paying = [(c, name) for c, name in named if c.payments is not None and len(c.payments) > 1]
    dated = [(c, name) for c, name in named if c.annual_path is not None]
    based = [(c, name) for c, name in named if c.basis_path is not None]
    if paying and not dated:
        return CarryPicture(
            words,
            tr("Funding accrued to the short, % of the notional"),
            tuple(_funding(c, name) for c, name in paying),
            tr("Each payment, bp of the notional"),
            tuple(_payment(c, name) for c, name in paying),
        )
    if not based:
        return None
    all_dated = len(dated) == len(carries)
    both = [pair for pair in named if pair in paying or pair in dated] or based
    return CarryPicture(
        words,
        tr("Accrued to the short, % of the notional"),
        tuple(_funding(*pair) if pair in paying else _converged(*pair) for pair in both),
        tr("Annualised basis, %") if all_dated else tr("Price above the coin's, %"),
        tuple(_annualised(*pair) if all_dated else _premium(*pair) for pair in based),
    )


def _funding(carry: Carry, name: str) -> CarryLine:
    assert carry.payments is not None  # noqa: S101 - the caller chose contracts with payments
    time = np.append(carry.history.close_time[0], carry.payments.time)
    values = 100 * np.append(0.0, np.cumsum(carry.payments.rate))
    return CarryLine(name, time, values, text.percent(float(values[-1]) / 100, signed=True))


def _converged(carry: Carry, name: str) -> CarryLine:
    """What a short gained as the contract's price came closer to the coin's."""
    assert carry.basis_path is not None  # noqa: S101 - the caller chose contracts with a basis
    values = 100 * (carry.basis_path[0] - carry.basis_path)
    end = text.percent(float(values[-1]) / 100, signed=True)
    return CarryLine(name, carry.history.close_time, values, end)


def _payment(carry: Carry, name: str) -> CarryLine:
    assert carry.payments is not None  # noqa: S101 - as above
    rate = BP * carry.payments.rate
    return CarryLine(
        name,
        carry.payments.time,
        rate,
        tr("{basis_points} bp", basis_points=basis_points(float(rate[-1]))),
    )


def _annualised(carry: Carry, name: str) -> CarryLine:
    assert carry.annual_path is not None  # noqa: S101 - the caller chose dated futures
    end = text.percent(float(carry.annual_path[-1]), signed=True)
    return CarryLine(name, carry.history.close_time, 100 * carry.annual_path, end)


def _premium(carry: Carry, name: str) -> CarryLine:
    assert carry.basis_path is not None  # noqa: S101 - as above
    end = text.percent(float(carry.basis_path[-1]), signed=True)
    return CarryLine(name, carry.history.close_time, 100 * carry.basis_path, end)
