"""Numbers and dates in each language's own signs."""

from datetime import date, timedelta

import pytest

from analytics.language import languages, speaking
from analytics.language.numbers import localised, long_date, month_name, short_date
from analytics.statistics.estimate import Estimate, Interval
from handlers import _format as text
from handlers._grammar.quantities import written


@pytest.mark.parametrize("language", ["de", "es"])
def test_decimals_are_written_with_a_comma(language: str) -> None:
    with speaking(language):
        assert text.ratio(-0.842) == "−0,84"
        assert text.ratio_estimate(Estimate(0.84, Interval(0.79, 0.88))) == "0,84 (0,79–0,88)"
        assert text.percent(0.031, signed=True) == "+3,1 %"
        assert text.usd(148_800) == "$148,8k"
        assert text.price(74_700) == "$74.700"
        assert text.coins(2.48, step=0.001) == "2,480"
        assert text.significant(1234.5, 6) == "1.234,5"
        assert text.p_value(0.31) == "p 0,31"
        assert localised("1,234.5") == "1.234,5"


@pytest.mark.parametrize("language", languages())
def test_what_is_typed_has_the_same_signs_in_every_language(language: str) -> None:
    with speaking(language):
        assert written(2.5) == "2.5"


def test_days_are_named_in_the_language() -> None:
    day = date(2026, 3, 12)
    assert short_date(day, with_year=False) == "12 Mar"
    assert short_date(day, with_year=True) == "12 Mar 26"
    for language, name, long in (
        ("de", "12. März", "12. März 2026"),
        ("es", "12 mar", "12 mar 2026"),
    ):
        with speaking(language):
            assert short_date(day, with_year=False) == name
            assert short_date(day, with_year=True) == f"{name} 26"
            assert long_date(day) == long
            assert text.bars(1720, timedelta(hours=1)).startswith("1.720")


def test_months_stand_alone_on_an_axis() -> None:
    assert month_name(3) == "Mar"
    with speaking("de"):
        assert [month_name(3), month_name(9)] == ["Mär", "Sep"]
