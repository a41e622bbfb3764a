"""From the words of /watch to a rule, and back."""

from dataclasses import dataclass, replace
from datetime import timedelta

from analytics.errors import Correction, RequestError
from analytics.language import tr
from analytics.market.instruments import Kind
from analytics.market.windows import DAY, HOUR, MINUTE, Window
from handlers._alerts.kinds import EditQuery, ListQuery, WhichQuery
from handlers._alerts.query import query_of
from handlers._errors import UsageError
from handlers._grammar import (
    COLLATERAL,
    LEVERAGE,
    Words,
    none_named,
    read,
    tidied,
    typed,
    window_of,
)
from handlers._grammar.kinds import with_kinds
from handlers._grammar.listing import listed
from handlers._grammar.until import Until
from handlers._held import contract_of, is_contract, margin_in
from handlers._watch.condition import Wanted
from handlers._watch.markets import watched_markets
from handlers._watch.measure import Measure, Metric
from handlers._watch.position import unsized
from handlers._watch.rule import DEFAULT_CHECKS, DEFAULT_COOL_DOWN, DEFAULT_LIFE, Repeat, Rule
from handlers._watch.sense import counted_a_year, refuse_bad_clear, refuse_senseless
from handlers._watch.spoken import condensed, part_of
from handlers._watch.syntax import CHECKS, CLEAR, COOL, SYNTAX, UNTIL

LONGEST_COOL_DOWN = 30 * DAY
LONGEST_LIFE = 365 * DAY
SHORTEST_LIFE = HOUR
_MIN_BARS = {Metric.FUNDING: 1, Metric.BASIS: 1, Metric.SPREAD: 1}


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule, and how it was asked for.

    ``until`` is a day by the clock of the chat; the rule knows its end only then. ``now`` where the
    asker wants to be told though the condition is met already; ``notes`` say what was read otherwise
    than typed.
    """

    rule: Rule
    until: Until | None = None
    now: bool = False
    notes: tuple[str, ...] = ()


def asked_of(typed_text: str) -> Asked:
    """Read markets, a condition, a window and options.

    Raises
    ------
    RequestError
        With corrections that are whole questions.

    """
    plain = " ".join(with_kinds(tuple(tidied(typed_text).split(" "))))
    _refuse_old(plain)
    text = condensed(plain)
    if (partly := part_of(text, plain)) is not None:
        raise partly
    words = read(text, SYNTAX)
    if words.nothing:
        raise UsageError(
            tr("What shall I watch? For example `{example}`", example=SYNTAX.example),
            corrections=(Correction(SYNTAX.example, SYNTAX.example),),
        )
    wanted = _wanted(words)
    markets = watched_markets(words, wanted.metric)
    _refuse_beyond(words)
    condition = refuse_senseless(words, wanted)
    until = words.given(UNTIL, DEFAULT_LIFE)
    rule = Rule(
        measure=Measure(
            metric=wanted.metric,
            instruments=markets.instruments,
            window=_window(words, wanted.metric),
            holdings=markets.holdings,
            collateral=words.value(COLLATERAL) if markets.holdings else None,
            leverage=words.value(LEVERAGE) if markets.holdings else None,
        ),
        condition=condition,
        checks=words.given(CHECKS, DEFAULT_CHECKS),
        clear=refuse_bad_clear(words, wanted, condition, words.value(CLEAR)),
        cool_down=words.given(COOL, DEFAULT_COOL_DOWN),
        until=DEFAULT_LIFE if isinstance(until, Until) else until,
        repeat=_repeat(words),
        is_quiet="quiet" in words.switches,
        to_private="dm" in words.switches,
    )
    _refuse_other_margin(rule.measure)
    notes = (
        *words.notes,
        *markets.notes,
        *_margin_notes(words, rule.measure),
        *counted_a_year(wanted),
    )
    end = until if isinstance(until, Until) else None
    return Asked(rule, until=end, now="now" in words.switches, notes=notes)


def rule_of(text: str) -> Rule:
    """The rule that ``str`` wrote, or that somebody typed behind ``/watch``.

    Raises
    ------
    RequestError
        There is none in it.

    """
    return asked_of(text).rule


def _refuse_old(text: str) -> None:
    """Lead to /alerts whoever wants to change or to see what exists: ``off 3``, ``list``."""
    try:
        alerts = query_of(text)
    except RequestError:
        return
    is_off = isinstance(alerts, WhichQuery) and alerts.verb == "off" and len(text.split()) == 1
    is_other = isinstance(alerts, EditQuery | WhichQuery) or alerts == ListQuery(is_firing=True)
    if not text or (is_other and not is_off):
        return
    right = f"/alerts {text}"
    raise UsageError(
        tr("Alerts that exist are at `{right}`", right=right),
        corrections=(Correction(right, right),),
    )


def _wanted(words: Words) -> Wanted:
    found = list(dict.fromkeys(w for w in words.extras if isinstance(w, Wanted)))
    if len(found) == 1:
        return found[0]
    if not found:
        return _unsaid(words)
    pieces = [piece for piece in words.pieces if getattr(piece.value, "value", None) in found]
    typed = [" ".join(words.question.words[piece.start : piece.stop]) for piece in pieces]
    raise UsageError(
        tr("I read {tests}. An alert waits for one thing. Which?", tests=listed(typed)),
        corrections=tuple(
            Correction(word, words.question.without([p for p in pieces if p is not piece]))
            for word, piece in zip(typed, pieces, strict=True)
        ),
    )


def _unsaid(words: Words) -> Wanted:
    """What to wait for where nobody says: that what is normal ends."""
    match len({*words.assets, *(holding.instrument for holding in words.holdings)}):
        case 2:
            return Wanted(Metric.BREAK)
        case 0 | 1:
            raise _unsaid_test(words)
        case _:
            return Wanted(Metric.LOCKSTEP)


def _unsaid_test(words: Words) -> UsageError:
    if not words.assets and not words.holdings:
        return none_named(words)
    if words.holdings:
        rights: tuple[str, ...] = (f"{words.question} drift>10%",)
    else:
        asset = words.assets[0]
        contract = asset if is_contract(asset) else contract_of(asset)
        tests = ("funding<0", "basis>0.5%")
        rights = tuple(f"/{SYNTAX.command} {typed(contract, SYNTAX)} {test}" for test in tests)
    return UsageError(
        tr("What shall I wait for? For example `{example}`", example=SYNTAX.example),
        corrections=tuple(Correction(right.rpartition(" ")[2], right) for right in rights),
    )


def _margin_notes(words: Words, measure: Measure) -> tuple[str, ...]:
    """What a margin would do that is missing, or cannot do where there is no position."""
    is_said = words.value(COLLATERAL) is not None or words.value(LEVERAGE) is not None
    if is_said and not measure.holdings:
        return (tr("lev= and coll= belong to a position; this alert has none."),)
    return unsized(measure) if measure.metric is not Metric.DRIFT else ()


def _refuse_other_margin(measure: Measure) -> None:
    """Refuse a margin in a coin that the contract does not take."""
    hedge = measure.holdings[-1].instrument if measure.holdings else None
    if measure.collateral is not None and hedge is not None and hedge.kind is Kind.INVERSE:
        margin_in(measure.collateral, inverse=True, prices={hedge.base: 1.0}, coin=hedge.base)


def _window(words: Words, metric: Metric) -> Window:
    return window_of(words, minimum=_MIN_BARS.get(metric, 30))


def _repeat(words: Words) -> Repeat:
    said = words.switches & {"once", "every"}
    if len(said) > 1:
        raise UsageError(
            tr("Once or every time? Write one of them."),
            corrections=tuple(
                Correction(word, _without_word(words, other))
                for word, other in (("once", "every"), ("every", "once"))
            ),
        )
    return Repeat(next(iter(said), ""))


def _refuse_beyond(words: Words) -> None:
    cool, until = words.value(COOL), words.value(UNTIL)
    if cool is not None and not MINUTE <= cool <= LONGEST_COOL_DOWN:
        raise _replaced(words, COOL.key, tr("At least every 30 days I speak up."), "cool=30d")
    if not isinstance(until, timedelta):
        return
    if until > LONGEST_LIFE:
        raise _replaced(words, UNTIL.key, tr("An alert lives a year at most."), "until=1y")
    if until < SHORTEST_LIFE:
        raise _replaced(words, UNTIL.key, tr("An alert lives an hour at least."), "until=1d")


def _replaced(words: Words, key: str, sentence: str, right: str) -> UsageError:
    typed = words.question.words
    kept = [right if _key(word) == key else word for word in typed]
    question = replace(words.question, words=tuple(kept))
    return UsageError(sentence, corrections=(Correction(right, str(question)),))


def _key(word: str) -> str | None:
    option = SYNTAX.option(word.partition("=")[0].casefold()) if "=" in word else None
    return option.key if option else None


def _without_word(words: Words, gone: str) -> str:
    kept = tuple(word for word in words.question.words if word.casefold() != gone)
    return str(replace(words.question, words=kept))
