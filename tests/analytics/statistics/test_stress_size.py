"""The measured page of the stress tests: its claims at one length, from fewer samples."""

from pathlib import Path

import pytest

from tests.benchmarks.break_size import clustered, independent
from tests.benchmarks.stress_size import (
    LENGTHS,
    PAGE,
    asymmetries,
    band_leavings,
    excesses,
    panicking,
)


@pytest.mark.slow
def test_symmetric_falls_are_seldom_called_panic_and_panic_often_is() -> None:
    assert float(asymmetries(independent, 365, 400)) <= 9.5
    assert float(asymmetries(clustered, 365, 400)) <= 10.5
    assert float(asymmetries(panicking, 365, 400)) >= 50
    assert float(excesses(independent, 365, 400)) <= 9


@pytest.mark.slow
def test_the_band_of_a_group_holds_in_calm_and_breaks_in_lockstep() -> None:
    assert float(band_leavings(0.5, 365, 150)) <= 5
    assert float(band_leavings(0.7, 365, 150)) >= 88


def test_the_page_has_every_length() -> None:
    page = Path(PAGE).read_text(encoding="utf-8")
    for length in LENGTHS:
        assert f"\n| {length} | " in page
