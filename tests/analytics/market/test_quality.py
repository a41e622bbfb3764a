from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.market.quality import Quality, clean_bars

HOUR = timedelta(hours=1)
HOUR_MS = 3_600_000.0


def row(hour: float, **fields: float) -> list[float]:
    bar = {"open": 10.0, "high": 11.0, "low": 9.0, "close": 10.5, "volume": 3.0} | fields
    return [hour * HOUR_MS, *bar.values()]


@pytest.mark.parametrize(
    ("fault", "bad"),
    [
        ("not_finite", row(1, close=np.nan)),
        ("not_finite", row(1, high=np.inf)),
        ("not_finite", row(1, volume=np.nan)),
        ("not_finite", row(np.nan)),
        ("not_positive", row(1, low=0.0)),
        ("not_positive", row(1, open=-1.0)),
        ("not_positive", row(1, volume=-1.0)),
        ("crossed", row(1, high=8.0)),
        ("off_grid", row(1.5)),
    ],
)
def test_a_row_that_is_no_price_is_dropped_and_counted(fault: str, bad: list[float]) -> None:
    kept, quality = clean_bars(np.array([row(0), bad, row(2)]), HOUR)
    assert kept[:, 0].tolist() == [0.0, 2 * HOUR_MS]
    assert quality == Quality(**{fault: 1})
    assert quality.dropped == 1


def test_of_rows_with_one_time_the_last_given_is_kept() -> None:
    rows = np.array([row(1, close=10.0), row(0), row(1, close=10.9), row(1, close=10.2)])
    kept, quality = clean_bars(rows, HOUR)
    assert kept[:, 4].tolist() == [10.5, 10.2]
    assert quality == Quality(duplicated=2)


def test_a_broken_repetition_does_not_replace_a_good_row() -> None:
    kept, quality = clean_bars(np.array([row(0), row(0, close=np.nan)]), HOUR)
    assert kept[:, 4].tolist() == [10.5]
    assert (quality.not_finite, quality.duplicated) == (1, 0)


def test_single_precision_may_round_high_below_low() -> None:
    flat = float(np.float32(0.1))
    rows = np.array([row(0, open=flat, high=np.nextafter(flat, 0), low=flat, close=flat)])
    assert len(clean_bars(rows, HOUR)[0]) == 1


def test_nothing_in_nothing_out() -> None:
    kept, quality = clean_bars(np.empty((0, 6)), HOUR)
    assert kept.shape == (0, 6)
    assert quality == Quality()


def test_only_bad_rows_leave_an_empty_table_of_six_columns() -> None:
    assert clean_bars(np.array([row(0, close=np.nan)]), HOUR)[0].shape == (0, 6)


def test_rows_of_another_width_are_refused() -> None:
    with pytest.raises(ValueError, match="six columns"):
        clean_bars(np.zeros((4, 5)), HOUR)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 1.0, 2.0, 3.0, 2.5, np.nan]),
            st.sampled_from([10.0, 9.5, 0.0, -1.0, np.nan, np.inf]),
        ),
        max_size=12,
    )
)
def test_whatever_comes_in_clean_rows_are_ascending_finite_and_accounted_for(
    drawn: list[tuple[float, float]],
) -> None:
    rows = np.array([row(hour, close=close) for hour, close in drawn]).reshape(-1, 6)
    kept, quality = clean_bars(rows, HOUR)
    assert np.isfinite(kept).all()
    assert (np.diff(kept[:, 0]) > 0).all()
    assert len(kept) + quality.dropped == len(drawn)
    again, nothing = clean_bars(kept, HOUR)
    assert np.array_equal(again, kept)
    assert nothing.dropped == 0
