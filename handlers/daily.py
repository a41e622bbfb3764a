"""/daily: digests that come every day at a time of the chat's own clock."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, time

from analytics.errors import Correction, RequestError, SourceError
from analytics.language import later, tr
from analytics.market.catalog import Catalog
from analytics.market.instruments import Instrument
from handlers._asker import Asker
from handlers._book import BookForm
from handlers._command import Command, Services
from handlers._daily.digest import Digest, Digests, NewDigest
from handlers._daily.query import (
    EXAMPLE,
    AddQuery,
    DailyQuery,
    ListQuery,
    MoveQuery,
    NowQuery,
    OffQuery,
    ResumeQuery,
    daily_query,
)
from handlers._daily.schedule import ONE_DAY, DailyTime, changed
from handlers._daily.words import asked_of_all, kept, listed, offered, stopped
from handlers._digest.query import MOST_PAIRS, DigestQuery
from handlers._digest.reading import digest_query
from handlers._errors import UsageError
from handlers._reply import Reply
from handlers._room import Preferences

MORNING = time(8)
MINUTES_AN_HOUR = 60
NO_SUCH = later("There is no daily digest of that number here.")


def parse(asked: str) -> DailyQuery:
    """Read which pairs come when, or what to do with which digest."""
    return daily_query(asked)


async def answer(query: DailyQuery, services: Services) -> Reply:
    """Do it, and show how it stands now."""
    desk = await _desk(services)
    match query:
        case ListQuery():
            return listed(await desk.digests.of_chat(desk.chat_id), example=EXAMPLE, now=desk.now)
        case AddQuery():
            return await _added(query, desk)
        case OffQuery():
            return await _stopped(query, desk)
        case MoveQuery():
            return await _moved(query, desk)
        case ResumeQuery(number):
            return await _resumed(await _numbered(number, desk, "on"), desk)
        case NowQuery(number):
            return offered(await _numbered(number, desk, "now"))


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a request works with."""

    digests: Digests
    asker: Asker
    preferences: Preferences
    catalog: Catalog
    now: datetime

    @property
    def chat_id(self) -> int:
        return self.asker.room.chat_id


async def _desk(services: Services) -> _Desk:
    if services.digests is None or services.rooms is None or services.asker is None:
        raise RequestError(tr("Nothing is sent from here: daily digests live in the bot."))
    preferences = await services.rooms.preferences(services.asker.room.chat_id)
    catalog = services.histories.catalog
    return _Desk(services.digests, services.asker, preferences, catalog, services.now())


async def _added(query: AddQuery, desk: _Desk) -> Reply:
    """Keep a digest, or put its pairs into the one that comes at the same time and place."""
    await _refuse_unlisted(query.digest, desk)
    at = _daily_time(query.at or MORNING, query.zone or desk.preferences.zone or "UTC")
    is_guess = query.zone is None and desk.preferences.zone is None
    digest = await _extended(query, at, desk)
    if digest is None:
        digest = await desk.digests.add(
            NewDigest(
                owner_id=desk.asker.id,
                room=desk.asker.room,
                question=query.digest.asked(),
                at=at,
                due=at.next(desk.now)[1],
                occasion=desk.asker.occasion,
            )
        )
    return kept(digest, now=desk.now, is_guess=is_guess, notes=query.digest.notes)


async def _refuse_unlisted(query: DigestQuery, desk: _Desk) -> None:
    """Refuse what no venue lists; where none answers it may be there."""
    markets = {one: None for pair in query.pairs for one in pair.instruments}
    for market in markets:
        with suppress(SourceError):
            await desk.catalog.listing(market)


async def _extended(query: AddQuery, at: DailyTime, desk: _Desk) -> Digest | None:
    for digest in await desk.digests.of_chat(desk.chat_id):
        if digest.room != desk.asker.room or digest.at != at or digest.paused_why is not None:
            continue
        both = _together(_asked(digest), query.digest, query, at)
        if both is not None:
            return await desk.digests.reword(digest.id, both.asked())
    return None


def _together(
    known: DigestQuery, new: DigestQuery, query: AddQuery, at: DailyTime
) -> DigestQuery | None:
    """Both as one; None where they ask for different evidence."""
    if (known.level, known.switches) != (new.level, new.switches):
        return None
    if known.margin and new.margin != known.margin and (new.margin or new.needs_margin):
        return None
    pairs = tuple(dict.fromkeys((*known.pairs, *new.pairs)))
    if len(pairs) > MOST_PAIRS:
        raise _too_many(len(pairs), query, at)
    margined = known if known.margin else new
    return replace(margined, pairs=pairs)


def _too_many(n: int, query: AddQuery, at: DailyTime) -> UsageError:
    later_by_five = _clock_of((at.minute + 5) % (24 * MINUTES_AN_HOUR))
    words = query.digest.asked().replace("/digest", "/daily", 1)
    zone = f" tz={query.zone}" if query.zone else ""
    return UsageError(
        tr(
            "With those your digest has {n} pairs; one takes {most}. Send them at another time.",
            n=n,
            most=MOST_PAIRS,
        ),
        corrections=(
            Correction(f"at={later_by_five:%H:%M}", f"{words} at={later_by_five:%H:%M}{zone}"),
        ),
    )


async def _stopped(query: OffQuery, desk: _Desk) -> Reply:
    numbers, known = query.numbers, await desk.digests.of_chat(desk.chat_id)
    if query.about and known:
        about = [digest for digest in known if _is_about(digest, query.about)]
        names = ", ".join(market.base for market in query.about)
        if not about:
            raise _which(known, "off", tr("No digest looks at {names}. Which one?", names=names))
        if len(known) > 1:
            raise _which(about, "off", tr("Which one?"))
    if numbers is None and len(known) > 1:
        # One word would lose them all.
        return asked_of_all(known)
    if numbers == () and len(known) == 1:
        numbers = None
    if not numbers and not known:
        return listed(known, example=EXAMPLE, now=desk.now)
    found = [digest for digest in known if numbers is None or digest.number in numbers]
    if numbers == ():
        raise _which(known, "off", tr("Which one?"))
    if not found or len(found) < len(numbers or found):
        raise _which(known, "off", tr(NO_SUCH))
    await desk.digests.delete([digest.id for digest in found])
    return stopped(found)


def _is_about(digest: Digest, markets: Sequence[Instrument]) -> bool:
    """Whether a digest looks at all of these coins."""
    named = {one.base for pair in _asked(digest).pairs for one in pair.instruments}
    return {market.base for market in markets} <= named


async def _moved(query: MoveQuery, desk: _Desk) -> Reply:
    digest = await _numbered(query.number, desk, "at", query)
    at = _daily_time(query.at or digest.at.wall, query.zone or digest.at.zone)
    due = changed(at, last=digest.last, now=desk.now)
    return _shown(await desk.digests.move(digest.id, at, due), desk)


async def _resumed(digest: Digest, desk: _Desk) -> Reply:
    if digest.paused_why is None:
        return _shown(digest, desk)
    day, due = digest.at.next(desk.now, last=digest.last)
    return _shown(await desk.digests.resume(digest.id, due, day - ONE_DAY), desk)


def _shown(digest: Digest | None, desk: _Desk) -> Reply:
    if digest is None:
        raise UsageError(tr("That digest has just been stopped."))
    return kept(digest, now=desk.now, is_guess=False)


async def _numbered(
    number: int | None, desk: _Desk, verb: str, moved: MoveQuery | None = None
) -> Digest:
    known = await desk.digests.of_chat(desk.chat_id)
    if number is None and len(known) == 1:
        return known[0]
    found = next((digest for digest in known if digest.number == number), None)
    if found is None:
        when = _said(moved) if moved else ""
        if number is None and not known:
            raise _of_what(when or f"at={MORNING:%H:%M}")
        raise _which(known, verb, tr("Which one?") if number is None else tr(NO_SUCH), when)
    return found


def _said(moved: MoveQuery) -> str:
    """The time and the place to which a digest shall move, as they are typed."""
    clock = [] if moved.at is None else [f"at={moved.at:%H:%M}"]
    return " ".join((*clock, *([] if moved.zone is None else [f"tz={moved.zone}"])))


def _of_what(when: str) -> UsageError:
    example = f"{EXAMPLE.rpartition(' ')[0]} {when}"
    return UsageError(
        tr("A digest of what? For example `{example}`", example=example),
        corrections=(Correction(example, example),),
    )


def _which(known: Sequence[Digest], verb: str, sentence: str, when: str = "") -> UsageError:
    return UsageError(
        sentence,
        corrections=tuple(
            Correction(f"{verb} {digest.number}", f"/daily {verb} {digest.number} {when}".rstrip())
            for digest in known
        )
        or (Correction("/daily", "/daily"),),
    )


def _asked(digest: Digest) -> DigestQuery:
    return digest_query(digest.question.partition(" ")[2])


def _daily_time(clock: time, zone: str) -> DailyTime:
    return DailyTime(clock.hour * MINUTES_AN_HOUR + clock.minute, zone)


def _clock_of(minute: int) -> time:
    return time(minute // MINUTES_AN_HOUR, minute % MINUTES_AN_HOUR)


def _changes(query: DailyQuery) -> bool:
    return not isinstance(query, ListQuery | NowQuery)


COMMAND = Command(
    name="daily",
    summary=later("a digest of your pairs every day, at your time"),
    usage="/daily ETH BTC-PERP 30d[, …] at=08:00 [tz=Berlin] · /daily off 2 · /daily at 2 09:30",
    examples=(EXAMPLE, "/daily BTC ETH SOL at=08:00 tz=Europe/Berlin", "/daily"),
    parse=parse,
    answer=answer,
    menu_place=58,
    is_personal=True,
    changes=_changes,
    book_form=BookForm.WHOLE,
)
