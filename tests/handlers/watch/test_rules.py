"""What /watch reads, what it refuses, and that a rule's own words read back to it."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import RequestError
from analytics.market.instruments import Instrument, Kind
from analytics.market.windows import DAY, HOUR, Window
from handlers._grammar import Holding, Unit
from handlers._watch.clearing import bounds
from handlers._watch.condition import Comparison, Condition
from handlers._watch.grammar import asked_of, rule_of
from handlers._watch.measure import Measure, Metric
from handlers._watch.rule import Repeat, Rule

ETH, BTC, SOL = Instrument("ETH"), Instrument("BTC"), Instrument("SOL")
BTC_PERP, BTC_INV = Instrument("BTC", Kind.PERP), Instrument("BTC", Kind.INVERSE)
POSITION = (Holding(40, Unit.COINS, ETH), Holding(-2.48, Unit.COINS, BTC_PERP))
MONTH = Window(30 * DAY)
NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


def of(metric: Metric, *markets: Instrument, window: Window = MONTH) -> Measure:
    return Measure(metric, markets, window)


BELOW, ABOVE = Comparison.BELOW, Comparison.ABOVE
READS = {
    "ETH BTC-PERP corr<0.6 30d": Rule(of(Metric.CORRELATION, ETH, BTC_PERP), Condition(BELOW, 0.6)),
    "corr < 0,6 eth btc-perp": Rule(of(Metric.CORRELATION, ETH, BTC_PERP), Condition(BELOW, 0.6)),
    "ETH BTC-PERP correlation ≤ −40%": Rule(
        of(Metric.CORRELATION, ETH, BTC_PERP), Condition(Comparison.AT_MOST, -0.4)
    ),
    "ETH BTC-PERP break 180d": Rule(of(Metric.BREAK, ETH, BTC_PERP, window=Window(180 * DAY))),
    "ETH BTC-PERP": Rule(of(Metric.BREAK, ETH, BTC_PERP)),
    "40 ETH -2.48 BTC-PERP drift>10%": Rule(
        Measure(Metric.DRIFT, (ETH, BTC_PERP), MONTH, POSITION), Condition(ABOVE, 0.1)
    ),
    "40 ETH -2.48 BTC-PERP he<60%": Rule(
        Measure(Metric.EFFECTIVENESS, (ETH, BTC_PERP), MONTH, POSITION), Condition(BELOW, 0.6)
    ),
    "BTC-INV funding<0": Rule(of(Metric.FUNDING, BTC_INV), Condition(BELOW, 0.0)),
    "BTC-PERP basis>0.5% 7d": Rule(
        of(Metric.BASIS, BTC_PERP, window=Window(7 * DAY)), Condition(ABOVE, 0.005)
    ),
    "BTC ETH SOL lockstep 30d": Rule(of(Metric.LOCKSTEP, BTC, ETH, SOL)),
    "BTC ETH SOL": Rule(of(Metric.LOCKSTEP, BTC, ETH, SOL)),
    "BTC binance,bybit spread>20bp": Rule(
        of(
            Metric.SPREAD,
            Instrument("BTC", venue="binance"),
            Instrument("BTC", venue="bybit"),
        ),
        Condition(ABOVE, 0.002),
    ),
    "ETH BTC-PERP he<60% once until=90d": Rule(
        of(Metric.EFFECTIVENESS, ETH, BTC_PERP), Condition(BELOW, 0.6), repeat=Repeat.ONCE
    ),
    "ETH BTC-PERP beta>1.2 14d 4h for=3 clear=1 cool=1d until=2027-03-31 every quiet dm": Rule(
        of(Metric.BETA, ETH, BTC_PERP, window=Window(14 * DAY, 4 * HOUR)),
        Condition(ABOVE, 1.2),
        checks=3,
        clear=1.0,
        cool_down=DAY,
        until=datetime(2027, 3, 31, tzinfo=UTC),
        repeat=Repeat.EVERY,
        is_quiet=True,
        to_private=True,
    ),
    "FULL-SPOT ETH corr<0.5 venue=bybit": Rule(
        of(
            Metric.CORRELATION,
            Instrument("FULL", venue="bybit"),
            Instrument("ETH", venue="bybit"),
        ),
        Condition(BELOW, 0.5),
    ),
}


@pytest.mark.parametrize("text", READS)
def test_words_are_read_by_type(text: str) -> None:
    assert rule_of(text) == READS[text]


@pytest.mark.parametrize("text", READS)
def test_a_rule_is_written_so_that_it_reads_back(text: str) -> None:
    rule = READS[text]
    assert rule_of(str(rule)) == rule
    assert rule.question == f"/watch {rule}"
    assert str(rule_of(str(rule))) == str(rule)


REFUSED = {
    "": ("What shall I watch?", "/watch ETH BTC-PERP corr<0.6 30d"),
    "BTC": ("What shall I wait for?", "/watch BTC-PERP funding<0"),
    "2.5 BTC": ("What shall I wait for?", "/watch 2.5 BTC drift>10%"),
    "ETH BTC corr<1.2": (
        "corr<1.2 is always true. Use a number from −1 to 1.",
        "/watch ETH BTC corr<0.6",
    ),
    "ETH BTC corr>1": ("corr>1 is never true.", "/watch ETH BTC corr<0.6"),
    "ETH BTC corr<-1": ("corr<-1 is never true.", "/watch ETH BTC corr<0.6"),
    "ETH BTC corr>-1": ("corr>-1 is always true.", "/watch ETH BTC corr<0.6"),
    "ETH BTC he<60": ("he<60: 60 what? Write he<60%.", "/watch ETH BTC he<60%"),
    "ETH BTC he<120%": ("he<120% is always true.", "/watch ETH BTC he<60%"),
    "40 ETH -2 BTC-PERP drift<-5%": ("never true", "/watch 40 ETH -2 BTC-PERP drift>10%"),
    "40 ETH -2 BTC-PERP drift>10": ("Write drift>10%", "/watch 40 ETH -2 BTC-PERP drift>10%"),
    "40 ETH drift>10%": ("How much ETH-PERP", "/watch 40 ETH -1 ETH-PERP"),
    "BTC bybit,binance spread>20": ("Write spread>20bp", "/watch BTC bybit binance spread>20bp"),
    "BTC spread>20bp": ("Which two?", "/watch BTC binance,bybit spread>20bp"),
    "binance:BTC bybit:ETH spread>2bp": ("of one coin", "/watch BTC binance,bybit spread>2bp"),
    "BTC funding<0": ("BTC pays no funding.", "/watch BTC-PERP funding<0"),
    "ETH-PERP BTC-PERP funding<0": ("Which one?", "/watch ETH-PERP funding<0"),
    "BTC basis>1%": ("the coin itself", "/watch BTC-PERP basis>1%"),
    "BTC ETH lockstep": ("at least 3 markets", "/watch BTC ETH SOL lockstep"),
    "ETH BTC corr<0.6 beta>1": ("Which?", "/watch ETH BTC corr<0.6"),
    "ETH BTC corr<0.6 clear=0.5": ("Leave clear= out", "/watch ETH BTC corr<0.6"),
    "ETH BTC corr<0.6 clear=1": ("can be reached", "/watch ETH BTC corr<0.6"),
    "ETH BTC break clear=0.5": ("has no number", "/watch ETH BTC break"),
    "ETH BTC corr<0.6 once every": ("Once or every time?", "/watch ETH BTC corr<0.6 once"),
    "ETH BTC corr<0.6 for=0": ("I can't read `for=0`", "/watch ETH BTC corr<0.6 for=1"),
    "ETH BTC corr<0.6 until=5y": ("a year at most", "/watch ETH BTC corr<0.6 until=1y"),
    "ETH BTC corr<0.6 until=5m": ("an hour at least", "/watch ETH BTC corr<0.6 until=1d"),
    "ETH BTC corr<0.6 cool=90d": ("every 30 days", "/watch ETH BTC corr<0.6 cool=30d"),
    "ETH BTC corr<1.000,5": ("one thousand or one", "/watch ETH BTC corr<1000.5"),
    "ETH ETH corr<0.5": ("1.00 by definition", "/watch ETH ETH-PERP corr<0.5"),
    "ETH BTC 30m corr<0.5": ("30m is 30 minutes", "/watch ETH BTC 30mo corr<0.5"),
    "ETH BTC 12h 1h corr<0.5": ("12 points, I need 30", "/watch ETH BTC 12h 5m corr<0.5"),
    "ETH BTC corr<0.6 binance,bybit": ("one venue here", "/watch ETH BTC corr<0.6 venue=binance"),
    "ETH BTC corr<0.6 windw=30d": ("Just write 30d", "/watch ETH BTC corr<0.6 30d"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_makes_no_sense_is_refused_with_a_question_that_does(text: str) -> None:
    sentence, right = REFUSED[text]
    with pytest.raises(RequestError) as refusal:
        rule_of(text)
    assert sentence in refusal.value.sentence
    rights = [correction.right for correction in refusal.value.corrections]
    assert right in rights or right.endswith("venue=binance")
    for correction in rights:
        assert correction.startswith("/")


def test_two_amounts_make_a_position_and_one_makes_a_note() -> None:
    asked = asked_of("40 ETH BTC-PERP corr<0.6")
    assert asked.rule.measure.holdings == ()
    assert asked.notes == ("I watch the pair; without both amounts there is no position to size.",)


def test_now_is_no_part_of_the_rule() -> None:
    asked = asked_of("ETH BTC corr<0.6 now")
    assert asked.now
    assert asked.rule == rule_of("ETH BTC corr<0.6")


CLEARS = {
    "ETH BTC corr<0.6": 0.66,
    "ETH BTC corr<0": 0.06,
    "ETH BTC corr<-0.5": -0.44,
    "ETH BTC corr<0.95": 0.975,
    "ETH BTC corr>0.8": 0.74,
    "ETH BTC corr>-0.5": -0.55,
    "ETH BTC he<60%": 0.66,
    "ETH BTC he<98%": 0.99,
    "ETH BTC beta>1.2": 1.08,
    "4 ETH -4 ETH-PERP drift>10%": 0.09,
    "4 ETH -4 ETH-PERP drift>1%": 0.005,
    "BTC-PERP funding<0": 0.01,
    "BTC-PERP funding>20%": 0.18,
    "BTC-PERP basis>0.5%": 0.0045,
    "BTC bybit,binance spread>20bp": 0.0018,
}


@pytest.mark.parametrize("text", CLEARS)
def test_an_alert_is_over_a_little_beyond_its_threshold(text: str) -> None:
    assert rule_of(text).cleared_at == pytest.approx(CLEARS[text], abs=1e-12)


METRICS = [m for m in Metric if m not in (Metric.BREAK, Metric.LOCKSTEP)]
MARKETS = {
    Metric.DRIFT: ((ETH, BTC_PERP), POSITION),
    Metric.FUNDING: ((BTC_INV,), ()),
    Metric.BASIS: ((BTC_PERP,), ()),
    Metric.SPREAD: ((Instrument("BTC", venue="okx"), Instrument("BTC", venue="bybit")), ()),
}


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    metric = draw(st.sampled_from(METRICS))
    low, high = bounds(metric)
    least = -9900 if low is None else round(10_000 * low) + 10
    most = 9900 if high is None else round(10_000 * high) - 10
    threshold = draw(st.integers(least, most)) / 10_000
    markets, holdings = MARKETS.get(
        metric, ((ETH, BTC_PERP), draw(st.sampled_from([(), POSITION])))
    )
    bar = draw(st.sampled_from([None, HOUR, 4 * HOUR]))
    window = Window(timedelta(days=draw(st.integers(10, 400))), bar)
    return Rule(
        Measure(metric, markets, window, holdings),
        Condition(draw(st.sampled_from(Comparison)), threshold),
        checks=draw(st.integers(1, 10)),
        cool_down=timedelta(minutes=draw(st.integers(1, 40_000))),
        until=draw(
            st.one_of(
                st.integers(1, 8760).map(lambda hours: timedelta(hours=hours)),
                st.integers(1, 1_000_000).map(lambda n: NEW_YEAR + timedelta(minutes=n)),
            )
        ),
        repeat=draw(st.sampled_from(Repeat)),
        is_quiet=draw(st.booleans()),
        to_private=draw(st.booleans()),
    )


@given(rules())
def test_every_rule_reads_back_from_its_own_words(rule: Rule) -> None:
    assert rule_of(str(rule)) == rule


@given(rules())
def test_every_rule_can_clear_and_clears_on_the_good_side(rule: Rule) -> None:
    assert rule.condition is not None
    clear = rule.cleared_at
    assert clear is not None
    assert not rule.condition.is_met(clear)
    low, high = bounds(rule.measure.metric)
    assert low is None or clear > low
    assert high is None or clear < high


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    with suppress(RequestError):
        rule = rule_of(text)
        assert rule_of(str(rule)) == rule
