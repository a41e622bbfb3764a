"""Returns from closes."""

from collections.abc import Callable

import numpy as np
import pytest

from analytics.statistics.returns import log_returns, simple_returns
from analytics.statistics.samples import FloatArray, UndefinedError

Returns = Callable[[FloatArray], FloatArray]

BOTH = pytest.mark.parametrize("returns", [log_returns, simple_returns])


def test_a_log_return_is_the_log_of_the_price_ratio() -> None:
    np.testing.assert_allclose(
        log_returns(np.array([100.0, 110.0, 99.0])), np.log([1.1, 0.9]), rtol=1e-14
    )


def test_a_simple_return_is_the_change_over_the_price_before() -> None:
    np.testing.assert_allclose(
        simple_returns(np.array([100.0, 110.0, 99.0])), [0.1, -0.1], rtol=1e-14
    )


@BOTH
def test_several_markets_stand_in_columns(returns: Returns) -> None:
    close = np.exp(np.random.default_rng(1).standard_normal((6, 3)))
    together = returns(close)
    assert together.shape == (5, 3)
    for column in range(3):
        np.testing.assert_array_equal(together[:, column], returns(close[:, column]))


@BOTH
def test_returns_add_up_or_multiply_to_the_whole_move(returns: Returns) -> None:
    close = np.array([50.0, 60.0, 45.0, 90.0])
    whole = {log_returns: np.expm1(log_returns(close).sum())}
    whole[simple_returns] = np.prod(1 + simple_returns(close)) - 1
    assert whole[returns] == pytest.approx(0.8, rel=1e-14)


@BOTH
@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_a_price_that_is_none_is_refused(returns: Returns, bad: float) -> None:
    with pytest.raises(UndefinedError, match="missing, zero or negative"):
        returns(np.array([100.0, bad, 101.0]))
