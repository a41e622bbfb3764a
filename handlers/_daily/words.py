"""What /daily says."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from analytics.language import tr
from analytics.positions.refusals import CollateralNeededError
from handlers import _format as text
from handlers._daily.digest import Digest
from handlers._digest.query import DigestQuery
from handlers._digest.reading import digest_query
from handlers._reply import Button, Json, Reply
from handlers._zones import LIKELY, city_of

TOMORROW = timedelta(days=1)
BUTTONS_A_ROW = 3


def kept(digest: Digest, *, now: datetime, is_guess: bool, notes: tuple[str, ...] = ()) -> Reply:
    """A digest as it has been agreed on; ``is_guess`` where nobody said by which clock."""
    lines = [pairs_of(digest), _next_sentence(digest, now)]
    if is_guess:
        lines.append(tr("This chat has not said where its clock hangs, so it goes by UTC."))
    zones = tuple(
        Button(city_of(zone), f"/daily at {digest.number} {_clock(digest)} tz={zone}")
        for zone in LIKELY
    )
    rows = [zones[:BUTTONS_A_ROW], zones[BUTTONS_A_ROW:]] if is_guess else []
    query = _asked(digest)
    if query.lacks_margin_in is not None:
        notes = (*notes, CollateralNeededError(query.lacks_margin_in).sentence)
        margined = query.with_usual_margin()
        rows.append((Button(margined.margin[0], _daily(margined.asked(), digest)),))
    return Reply(
        title=tr("Daily digest {number}", number=digest.number),
        answer=tr("every day at {time}", time=_time(digest)),
        text=tuple(lines),
        notes=notes,
        buttons=(
            (
                Button(tr("Send one now"), digest.question),
                Button(tr("Stop"), f"/daily off {digest.number}"),
            ),
            *rows,
            (Button(tr("My digests"), "/daily"),),
        ),
        numbers={"command": "daily", "digest": _numbers(digest)},
    )


def listed(digests: Sequence[Digest], *, example: str, now: datetime) -> Reply:
    """All digests of a chat."""
    if not digests:
        return Reply(
            title=tr("No daily digests."),
            answer=tr("I send none until you ask for one."),
            text=(tr("For example `{example}`", example=example),),
            buttons=((Button(example, example),),),
            numbers={"command": "daily", "digests": []},
        )
    return Reply(
        title=tr("Daily digests"),
        answer=f"({len(digests)})",
        text=tuple(_line(digest, now) for digest in digests),
        buttons=tuple(map(_row, digests)),
        numbers={"command": "daily", "digests": [_numbers(d) for d in digests]},
    )


def stopped(digests: Sequence[Digest]) -> Reply:
    """What does not come any more."""
    numbers = ", ".join(str(digest.number) for digest in digests)
    again = [
        Button(
            tr("Undo {number}", number=digest.number),
            _daily(digest.question, digest),
        )
        for digest in digests[:BUTTONS_A_ROW]
    ]
    return Reply(
        title=tr("Stopped: {numbers}.", numbers=numbers),
        answer=tr("Nothing of it comes any more."),
        buttons=(tuple(again), (Button(tr("My digests"), "/daily"),)),
        numbers={"command": "daily", "stopped": [digest.number for digest in digests]},
    )


def asked_of_all(digests: Sequence[Digest]) -> Reply:
    """Whether all of them are meant."""
    numbers = " ".join(str(digest.number) for digest in digests)
    return Reply(
        title=tr("Stop all {n} digests?", n=len(digests)),
        answer=tr("Nothing is stopped yet."),
        text=tuple(
            f"{digest.number} · {_time(digest)} · {pairs_of(digest)}." for digest in digests
        ),
        buttons=(
            (
                Button(tr("Stop all {n}", n=len(digests)), f"/daily off {numbers}"),
                Button(tr("Keep"), "/daily"),
            ),
        ),
        numbers={"command": "daily", "asked_of": [digest.number for digest in digests]},
    )


def offered(digest: Digest) -> Reply:
    """A digest to be had at once."""
    return Reply(
        title=tr("Daily digest {number}", number=digest.number),
        answer=pairs_of(digest),
        buttons=((Button(tr("Send one now"), digest.question),),),
        numbers={"command": "daily", "digest": _numbers(digest)},
    )


def pairs_of(digest: Digest) -> str:
    """What a digest is about: ``ETH BTC-PERP 30d, 300 SOL -300c BTC-INV 30d lev=3``."""
    query = _asked(digest)
    return " ".join((", ".join(map(str, query.pairs)), *query.margin))


def _asked(digest: Digest) -> DigestQuery:
    return digest_query(digest.question.partition(" ")[2])


def _daily(question: str, digest: Digest) -> str:
    """The question every day at the time of a digest."""
    when = f"at={_clock(digest)} tz={digest.at.zone}"
    return f"{question.replace('/digest', '/daily', 1)} {when}"


def _line(digest: Digest, now: datetime) -> str:
    first = f"{digest.number} · {_time(digest)} · {pairs_of(digest)}."
    why = tr("Paused: {why}", why=tr(digest.paused_why)) if digest.paused_why else ""
    return f"{first} {why or _next_sentence(digest, now)}"


def _next_sentence(digest: Digest, now: datetime) -> str:
    if digest.due <= now:
        return tr("The next one comes now.")
    return tr("The next one comes {when}.", when=_in_words(digest, now))


def _in_words(digest: Digest, now: datetime) -> str:
    local, today = digest.at.local(digest.due), digest.at.local(now).date()
    if local.date() == today:
        return tr("today at {clock}", clock=f"{local:%H:%M}")
    if local.date() == today + TOMORROW:
        return tr("tomorrow at {clock}", clock=f"{local:%H:%M}")
    return tr("on {day} at {clock}", day=text.day(local, seen_from=today), clock=f"{local:%H:%M}")


def _row(digest: Digest) -> tuple[Button, ...]:
    number = digest.number
    first = (
        Button(tr("Resume {number}", number=number), f"/daily on {number}")
        if digest.paused_why
        else Button(tr("Send {number} now", number=number), digest.question)
    )
    return first, Button(tr("Stop {number}", number=number), f"/daily off {number}")


def _time(digest: Digest) -> str:
    return f"{_clock(digest)} {city_of(digest.at.zone)}"


def _clock(digest: Digest) -> str:
    return f"{digest.at.wall:%H:%M}"


def _numbers(digest: Digest) -> dict[str, Json]:
    return {
        "number": digest.number,
        "question": digest.question,
        "time": _clock(digest),
        "zone": digest.at.zone,
        "next": digest.due.isoformat(),
        "paused": digest.paused_why,
    }
