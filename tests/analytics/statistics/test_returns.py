"""Returns from closes."""

import numpy as np
import pytest

from analytics.statistics.returns import log_returns
from analytics.statistics.samples import UndefinedError


def test_a_log_return_is_the_log_of_the_price_ratio() -> None:
    np.testing.assert_allclose(
        log_returns(np.array([100.0, 110.0, 99.0])), np.log([1.1, 0.9]), rtol=1e-14
    )


def test_several_markets_stand_in_columns() -> None:
    close = np.exp(np.random.default_rng(1).standard_normal((6, 3)))
    together = log_returns(close)
    assert together.shape == (5, 3)
    for column in range(3):
        np.testing.assert_array_equal(together[:, column], log_returns(close[:, column]))


def test_log_returns_add_up_to_the_whole_move() -> None:
    whole = log_returns(np.array([50.0, 60.0, 45.0, 90.0])).sum()
    assert np.expm1(whole) == pytest.approx(0.8, rel=1e-14)


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_a_price_that_is_none_is_refused(bad: float) -> None:
    with pytest.raises(UndefinedError, match="missing, zero or negative"):
        log_returns(np.array([100.0, bad, 101.0]))
