"""What the picture of a digest shows: a row a pair."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from analytics.charts import DigestPicture, DigestRow
from analytics.language import tr
from analytics.market.windows import spelled
from analytics.studies.digests import PairDigest
from handlers import _format as text
from handlers._digest.gathering import Failed, Gathered, Outcome, Told
from handlers._digest.verdicts import ORDER, SHAPES, state_word, verdict
from handlers._digest.words import outcome_name, pair_name
from handlers._pictured import words_around
from handlers._reply import Reply


def picture(found: Gathered, reply: Reply) -> DigestPicture:
    """All pairs in the order of the question."""
    lengths = {one.pair.window.length for one in found.outcomes}
    has_band = any(one.digest.now.departure for one in found.told)
    has_likely = any(one.digest.likely for one in found.told)
    window = spelled(lengths.pop()) if len(lengths) == 1 else tr("each pair's window")
    return DigestPicture(
        words=words_around(
            reply,
            found.told[0].digest.history.origin,
            title=reply.title.rstrip(":"),
            subtitle=_without_signs(reply.answer),
            n_lines=1,
        ),
        caption=tr("ρ over {window}, rolling", window=window),
        band_words=tr("normal for the pair") if has_band else "",
        likely_words=tr("likely in the next one") if has_likely else "",
        key=tuple((SHAPES[state], state_word(state)) for state in ORDER),
        interval_words=tr("ρ over {window} with its interval", window=window),
        rows=tuple(_named(_row(one), one, found) for one in found.outcomes),
    )


def _named(row: DigestRow, outcome: Outcome, found: Gathered) -> DigestRow:
    """The row with its window in its name where the pairs have several."""
    if len({one.pair.window.length for one in found.outcomes}) == 1:
        return row
    return replace(row, name=f"{row.name} · {spelled(outcome.pair.window.length)}")


def _row(outcome: Outcome) -> DigestRow:
    if isinstance(outcome, Failed):
        nothing = np.empty(0)
        return DigestRow(
            name=outcome_name(outcome),
            verdict="none",
            verdict_words=tr("no data"),
            value_words="",
            before_words="",
            time=nothing.astype(np.int64),
            values=nothing,
        )
    return _told_row(outcome)


def _told_row(told: Told) -> DigestRow:
    digest = told.digest
    found, likely, departure = digest.now.correlation, digest.likely, digest.now.departure
    return DigestRow(
        name=pair_name(told),
        verdict=SHAPES[digest.state],
        verdict_words=verdict(digest),
        value_words=text.ratio_estimate(found),
        before_words=" · ".join(_background(digest)),
        time=digest.rolling_time,
        values=digest.rolling,
        band=None if departure is None else departure.band,
        likely=None if likely is None or digest.is_stale else likely.interval,
        interval=found.interval,
        short_value=text.ratio(found.value),
    )


def _background(digest: PairDigest) -> Iterator[str]:
    if digest.before is not None:
        yield tr("1d ago {value}", value=text.ratio(digest.before.correlation.value))
    if digest.now.departure is not None:
        yield tr("normal {span}", span=text.ratio_range(digest.now.departure.band))


def _without_signs(answer: str) -> str:
    """The words alone: the pen has no emoji, and every row draws its shape."""
    return " · ".join(part.partition(" ")[2] for part in answer.split(" · "))
