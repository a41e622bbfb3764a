"""A digest in words: what changed, then every pair, as much of it as a caption holds."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from analytics.language import counted, tr
from analytics.market.windows import spelled
from analytics.statistics.estimate import Estimate
from analytics.studies.digests import PairDigest, State
from handlers import _format as text
from handlers._digest.details import details
from handlers._digest.gathering import Failed, Gathered, Outcome, Told
from handlers._digest.numbers import numbers
from handlers._digest.query import DigestQuery
from handlers._digest.richness import (
    BAREST,
    CAPTION_ROOM,
    FEW,
    MESSAGE_ROOM,
    POORER,
    RICHEST,
    Calm,
    Detail,
)
from handlers._digest.upkeep import drift_lines, funding_line
from handlers._digest.verdicts import ORDER, SIGNS, state_count, state_word, verdict
from handlers._grammar import PICTURELESS
from handlers._markets import labels, venues
from handlers._reply import Reply


def summary(query: DigestQuery, found: Gathered, *, now: datetime) -> Reply:
    """Put all pairs into words."""
    first = Reply(
        title=_title(found),
        answer=_answer(found),
        notes=_notes(query, found, RICHEST),
        numbers=numbers(found),
    )
    if "brief" in query.switches:
        return first
    whole = replace(first, provenance=_provenance(found, now))
    rich = _told(whole, query, found, RICHEST)
    if "full" in query.switches:
        return replace(rich, facts=tuple(details(pair_name(one), one.digest) for one in found.told))
    room = MESSAGE_ROOM if query.switches & PICTURELESS else CAPTION_ROOM
    is_many = len(found.outcomes) > FEW
    for detail in POORER:
        if _length(rich) <= room:
            break
        if is_many and detail is BAREST:
            continue
        rich = _told(whole, query, found, detail)
    return rich


def pair_name(told: Told) -> str:
    """``ETH × BTC-PERP``."""
    return " × ".join(labels(told.digest.history.markets[:2]))


def outcome_name(outcome: Outcome) -> str:
    """As ``pair_name``; as it was asked where no market was found."""
    if isinstance(outcome, Told):
        return pair_name(outcome)
    return " × ".join(map(str, outcome.pair.instruments))


def state_of(outcome: Outcome) -> State:
    """The verdict; none where a pair could not be looked at."""
    return outcome.digest.state if isinstance(outcome, Told) else State.UNJUDGED


def by_urgency(found: Gathered) -> list[Outcome]:
    """All pairs, what asks for attention first."""
    return sorted(found.outcomes, key=lambda one: ORDER.index(state_of(one)))


def _told(reply: Reply, query: DigestQuery, found: Gathered, detail: Detail) -> Reply:
    told = sorted(found.told, key=lambda one: ORDER.index(one.digest.state))
    news = [_news(one) for one in told if one.digest.is_news]
    lines = list(_lines(found, detail))
    below = [*_funding(found, detail), *drift_lines(found.told, detail.drift)]
    between = ("",) if below else ()
    pairs = (*_legend(detail), *lines, *between, *below)
    paragraphs = (*_changes(news, found, detail), "", *pairs)
    return replace(reply, text=paragraphs, notes=_notes(query, found, detail))


def _title(found: Gathered) -> str:
    lengths = dict.fromkeys(one.pair.window.length for one in found.outcomes)
    window = spelled(next(iter(lengths))) if len(lengths) == 1 else tr("several windows")
    if len(found.outcomes) == 1:
        return tr(
            "Digest · {name} · {window}:", name=outcome_name(found.outcomes[0]), window=window
        )
    return tr("Digest · {n} pairs · {window}:", n=len(found.outcomes), window=window)


def _answer(found: Gathered) -> str:
    counts = Counter(map(state_of, found.outcomes))
    return " · ".join(state_count(state, counts[state]) for state in ORDER if counts[state])


def _changes(news: list[str], found: Gathered, detail: Detail) -> Iterator[str]:
    if not any(one.digest.before is not None for one in found.told):
        yield tr("The past is too short to compare with yesterday.")
    elif not news:
        yield tr("Since yesterday: no change beyond chance.")
    else:
        if not detail.news:
            yield counted(
                "Since yesterday: 1 pair has news.",
                "Since yesterday: {n} pairs have news.",
                len(news),
            )
            return
        yield tr("Since yesterday:")
        yield from news[: detail.news]
        if len(news) > detail.news:
            yield tr("{n} more, marked below.", n=len(news) - detail.news)


def _news(told: Told) -> str:
    """What is new about a pair: its verdict, a break, its correlation, its hedge."""
    digest, parts = told.digest, []
    if digest.has_turned and digest.before is not None:
        was = tr("was {state}", state=state_word(digest.before.state))
        parts.append(f"{verdict(digest)} ({was})")
    elif digest.has_new_break:
        parts.append(verdict(digest))
    if digest.has_moved and digest.shift is not None:
        parts.append(f"ρ {_both(digest.shift.before, digest.shift.now)}")
    if (digest.removes_less or digest.removes_more) and digest.removed_shift is not None:
        before, now = digest.removed_shift.before.value, digest.removed_shift.now.value
        parts.append(
            tr("removes {before} → {now}", before=text.percent(before), now=text.percent(now))
        )
    return f"{_marked(told)}: {', '.join(parts)}"


def _lines(found: Gathered, detail: Detail) -> Iterator[str]:
    """Every pair in the order of the question; what is as usual together where that has no room."""
    if detail.calm is Calm.LINES:
        yield from (_line(one, found, detail) for one in found.outcomes)
        return
    others = [one for one in by_urgency(found) if state_of(one) is not State.STEADY]
    yield from (_line(one, found, detail) for one in others[: detail.lines])
    calm = [one for one in found.told if state_of(one) is State.STEADY]
    left = len(others[detail.lines :])
    if detail.calm is Calm.NAMES and calm:
        named = ", ".join(f"{pair_name(one)} {_value(one.digest, interval=False)}" for one in calm)
        yield f"{SIGNS[State.STEADY]} {tr('steady')}: {named}"
    elif calm:
        left += len(calm)
    if left:
        yield counted("1 more is in the picture.", "The other {n} are in the picture.", left)


def _line(outcome: Outcome, found: Gathered, detail: Detail) -> str:
    if isinstance(outcome, Failed):
        why = outcome.sentence if detail.reasons else tr("no data")
        return f"{SIGNS[State.UNJUDGED]} {outcome_name(outcome)}: {why}"
    digest = outcome.digest
    value = _value(digest, interval=detail.interval)
    window = f" {spelled(outcome.pair.window.length)}" if _differ(found) else ""
    parts = [f"{_marked(outcome)}{window} {value} {verdict(digest)}"]
    if detail.removed and digest.removed is not None and not digest.is_stale:
        arrow = " ↓" if digest.removes_less else " ↑" if digest.removes_more else ""
        parts.append(tr("removes {share}", share=text.percent(digest.removed.value)) + arrow)
    if detail.normal and digest.now.departure is not None and not digest.is_stale:
        parts.append(tr("normal {span}", span=text.ratio_range(digest.now.departure.band)))
    line, likely = " · ".join(parts), _likely(digest) if detail.likely else ""
    if not likely:
        return line
    if detail.legend:
        return f"{line} → {likely}"
    length = spelled(digest.history.window)
    return f"{line} · " + tr("next {length} {span}", length=length, span=likely)


def _likely(digest: PairDigest) -> str:
    if digest.likely is None or digest.is_stale:
        return ""
    return text.ratio_range(digest.likely.interval)


def _legend(detail: Detail) -> tuple[str, ...]:
    """What stands behind the arrow of each line."""
    is_needed = detail.legend and detail.likely
    return (tr("ρ, verdict → likely in the next window"),) if is_needed else ()


def _marked(told: Told) -> str:
    return f"{SIGNS[told.digest.state]} {pair_name(told)}"


def _value(digest: PairDigest, *, interval: bool) -> str:
    found = digest.now.correlation
    arrow = ""
    if digest.has_moved and digest.shift is not None:
        arrow = " ↓" if digest.shift.errors < 0 else " ↑"
    if interval:
        return text.ratio_estimate(found) + arrow
    return text.ratio(found.value) + arrow


def _both(before: Estimate, now: Estimate) -> str:
    """Both values with as many digits as tell them apart."""
    for decimals in (2, 3, 4):
        shown = [text.ratio(one.value, decimals=decimals) for one in (before, now)]
        if shown[0] != shown[1]:
            break
    return " → ".join(shown)


def _funding(found: Gathered, detail: Detail) -> Iterator[str]:
    line = funding_line(found.funding, most=detail.contracts)
    if line:
        yield line


def _notes(query: DigestQuery, found: Gathered, detail: Detail) -> tuple[str, ...]:
    warnings = dict.fromkeys(note for one in found.told for note in one.digest.history.origin.notes)
    failed = [one.sentence for one in found.outcomes if isinstance(one, Failed)]
    own = [note for one in found.told for note in one.digest.history.notes]
    remarks = dict.fromkeys((*query.notes, *(() if detail.reasons else failed), *own))
    shown = list(remarks)[: detail.remarks]
    left = len(remarks) - len(shown)
    more = counted(
        "1 more remark: look at the pairs one by one.",
        "{n} more remarks: look at the pairs one by one.",
        left,
    )
    return (*warnings, *shown, more) if left else (*warnings, *shown)


def _provenance(found: Gathered, now: datetime) -> tuple[str, ...]:
    histories = [one.digest.history for one in found.told]
    level = text.level(found.told[0].digest.now.correlation.interval)
    bars = dict.fromkeys(
        text.bars(one.digest.now.correlation.n_observations, one.digest.history.bar)
        for one in found.told
    )
    sample = next(iter(bars)) if len(bars) == 1 else tr("several lengths")
    newest = max(history.last_close for history in histories)
    markets = tuple(market for history in histories for market in history.markets)
    return (
        tr("{sample} · robust {level} range", sample=sample, level=level),
        f"{venues(markets)} · {text.as_of(newest, now)} · " + tr("not advice"),
    )


def _differ(found: Gathered) -> bool:
    return len({one.pair.window.length for one in found.outcomes}) > 1


def _length(reply: Reply) -> int:
    """At most so many characters are read."""
    lines = (f"{reply.title} {reply.answer}", *reply.text, *reply.provenance)
    return sum(len(line) + 1 for line in lines) + sum(len(note) + 3 for note in reply.notes)
