"""Conditions that can come true and can end again; others are refused."""

from dataclasses import replace
from datetime import datetime

from analytics.errors import Correction
from analytics.language import later, tr
from handlers._errors import UsageError
from handlers._grammar import Words
from handlers._watch.clearing import bounds
from handlers._watch.condition import (
    SENSIBLE,
    Condition,
    Figure,
    Wanted,
    spelled_figure,
    usual_unit,
    wanted_of,
)
from handlers._watch.measure import Metric
from handlers._watch.rule import Rule
from handlers._watch.syntax import CLEAR, SYNTAX

LEAST_A_YEAR = 0.002
"""Below it nobody means a year's funding."""
PAYMENTS_A_YEAR = 3 * 365


def refuse_senseless(words: Words, wanted: Wanted) -> Condition | None:
    """The condition that is wanted; None for a band.

    Raises
    ------
    UsageError
        It is always true or never, or its number has no unit and no sense without one.

    """
    if wanted.comparison is None or wanted.figure is None:
        return None
    _refuse_unitless(words, wanted, wanted.figure)
    condition = Condition(wanted.comparison, wanted.figure.value)
    verdict = _verdict(wanted.metric, condition)
    if verdict is not None:
        raise _instead(words, wanted, tr(verdict, test=_spelled(wanted)))
    return condition


def counted_a_year(wanted: Wanted) -> tuple[str, ...]:
    """What to say to ``funding>0.01%``, which is what others call the rate of eight hours."""
    figure = wanted.figure.value if wanted.figure else 0.0
    if wanted.metric is not Metric.FUNDING or not 0 < abs(figure) < LEAST_A_YEAR:
        return ()
    year = spelled_figure(float(f"{figure * PAYMENTS_A_YEAR:.2g}"), Metric.FUNDING)
    return (
        tr(
            "Funding is counted a year: {rate} every 8 hours would be `funding{sign}{year}`.",
            rate=spelled_figure(figure, Metric.FUNDING),
            sign=wanted.comparison,
            year=year,
        ),
    )


def refuse_bad_clear(
    words: Words, wanted: Wanted, condition: Condition | None, clear: Figure | None
) -> float | None:
    """Where the alert shall be over, a value that the metric can reach on the good side.

    Raises
    ------
    UsageError
        It lies on the wrong side, or there is no threshold that it could belong to.

    """
    if clear is None:
        return None
    if condition is None:
        raise UsageError(
            tr("`{metric}` has no number: it is over at half the way back.", metric=wanted.metric),
            corrections=(Correction(tr("without clear"), _without_clear(words)),),
        )
    value, threshold = _in_unit_of(clear, wanted), condition.threshold
    is_downward = condition.comparison.is_downward
    low, high = bounds(wanted.metric)
    unreachable = (high is not None and value >= high) or (low is not None and value <= low)
    if (value < threshold if is_downward else value > threshold) or unreachable:
        sentence = (
            later(
                "{test} is over above {threshold}, at a value that can be reached: not at {value}. "
                "Leave clear= out and I choose."
            )
            if is_downward
            else later(
                "{test} is over below {threshold}, at a value that can be reached: not at {value}. "
                "Leave clear= out and I choose."
            )
        )
        raise UsageError(
            tr(
                sentence,
                test=_spelled(wanted),
                threshold=spelled_figure(threshold, wanted.metric),
                value=spelled_figure(value, wanted.metric),
            ),
            corrections=(Correction(tr("without clear"), _without_clear(words)),),
        )
    return value


def refuse_past(rule: Rule, now: datetime, *, right: str) -> None:
    """Let an alert end after it began; ``right`` is a question with an end that does.

    Raises
    ------
    UsageError
        It does not.

    """
    if rule.expires(now) <= now:
        raise UsageError(
            tr("That end lies in the past."), corrections=(Correction("until=30d", right),)
        )


def _verdict(metric: Metric, condition: Condition) -> str | None:
    low, high = bounds(metric)
    if metric is Metric.CORRELATION:
        low, high = -1.0, 1.0
        always = later("{test} is always true. Use a number from −1 to 1.")
        never = later("{test} is never true. Use a number from −1 to 1.")
    elif metric is Metric.DRIFT:
        always = later("{test} is always true. Drift is a distance: use a number above 0%.")
        never = later("{test} is never true. Drift is a distance: use a number above 0%.")
    else:
        always = later("{test} is always true. Nothing is removed beyond 100%.")
        never = later("{test} is never true. Nothing is removed beyond 100%.")
    threshold, is_downward = condition.threshold, condition.comparison.is_downward
    # The bounds themselves are hit by nothing but a market beside itself.
    if high is not None and threshold >= high:
        return always if is_downward else never
    if low is not None and threshold <= low:
        return never if is_downward else always
    return None


def _refuse_unitless(words: Words, wanted: Wanted, figure: Figure) -> None:
    unit = usual_unit(wanted.metric)
    if not unit or figure.unit or abs(figure.number) < 1:
        return
    sign = wanted.comparison
    rights = [f"{wanted.metric}{sign}{_digits(figure)}{unit}"]
    if unit == "bp":
        rights.append(f"{wanted.metric}{sign}{_digits(figure)}%")
    raise UsageError(
        tr(
            "{test}: {number} what? Write {right}.",
            test=f"{wanted.metric}{sign}{_digits(figure)}",
            number=_digits(figure),
            right=rights[0],
        ),
        corrections=tuple(Correction(right, _with_test(words, right)) for right in rights),
    )


def _in_unit_of(clear: Figure, wanted: Wanted) -> float:
    """A number without a unit is meant like the threshold's."""
    assert wanted.figure is not None  # noqa: S101 - asked only of thresholds
    return clear.value if clear.unit else replace(clear, unit=wanted.figure.unit).value


def _instead(words: Words, wanted: Wanted, sentence: str) -> UsageError:
    right = SENSIBLE[wanted.metric]
    return UsageError(sentence, corrections=(Correction(right, _with_test(words, right)),))


def _with_test(words: Words, right: str) -> str:
    kept = tuple(right if wanted_of(word) else word for word in words.question.words)
    return str(replace(words.question, words=kept))


def _without_clear(words: Words) -> str:
    kept = tuple(word for word in words.question.words if not _is_clear(word))
    return str(replace(words.question, words=kept))


def _is_clear(word: str) -> bool:
    option = SYNTAX.option(word.partition("=")[0].casefold()) if "=" in word else None
    return option is not None and option.key == CLEAR.key


def _spelled(wanted: Wanted) -> str:
    assert wanted.figure is not None  # noqa: S101 - asked only of thresholds
    return f"{wanted.metric}{wanted.comparison}{_digits(wanted.figure)}{wanted.figure.unit}"


def _digits(figure: Figure) -> str:
    return f"{figure.number:.12g}"
