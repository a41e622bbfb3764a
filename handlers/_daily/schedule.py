"""When a daily digest is due: once a local date, whatever the clocks do."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers._wall_clock import moments

HOUR_IN_MINUTES = 60
ONE_DAY = timedelta(days=1)
SENT_UNTIL = timedelta(hours=6)
"""A digest that is later than this says nothing about the morning any more."""


@dataclass(frozen=True, slots=True)
class DailyTime:
    """A time of day on the clocks of some place: minutes from midnight, and an IANA name.

    ``zoneinfo.ZoneInfoNotFoundError`` where this machine knows no such place.
    """

    minute: int
    zone: str

    @property
    def wall(self) -> time:
        """What the clock shows."""
        return time(self.minute // HOUR_IN_MINUTES, self.minute % HOUR_IN_MINUTES)

    def local(self, moment: datetime) -> datetime:
        """A moment on those clocks."""
        return moment.astimezone(ZoneInfo(self.zone))

    def moment(self, day: date) -> datetime:
        """The first moment, in UTC, at which the clocks show that time of that day or a later one.

        A time that spring leaves out is the end of the gap; of a time that autumn has twice it is
        the first.
        """
        return moments(day, self.wall, ZoneInfo(self.zone))[0]

    def day_after(self, day: date) -> date:
        """The next date that the place has: at the date line one may be left out."""
        following = day + ONE_DAY
        midnight = DailyTime(0, self.zone).moment(following)
        return following if self.local(midnight).date() == following else following + ONE_DAY

    def next(self, now: datetime, *, last: date | None = None) -> tuple[date, datetime]:
        """The first date behind ``last`` whose time is still to come, and its moment."""
        day = self.local(now).date() - ONE_DAY
        if last is not None and last > day:
            day = last
        while (moment := self.moment(day := self.day_after(day))) <= now:
            pass
        return day, moment

    def latest(self, now: datetime) -> date:
        """The last date whose time has come."""
        # Where midnight comes twice, tomorrow may have begun before today ends.
        days = [self.local(now).date() - 3 * ONE_DAY]
        while self.moment(following := self.day_after(days[-1])) <= now:
            days.append(following)
        return days[-1]


@dataclass(frozen=True, slots=True)
class Owed:
    """What a digest owes: the one of ``day``, ``late`` by so much, after ``skipped`` earlier ones.

    ``since`` is the last date that is settled.
    """

    day: date
    late: timedelta
    skipped: int
    since: date

    @property
    def is_sent(self) -> bool:
        """Whether it is still worth sending."""
        return self.late <= SENT_UNTIL


def owed(at: DailyTime, *, promised: datetime, last: date | None, now: datetime) -> Owed | None:
    """What is owed now of a digest that was promised for a moment; None where nothing is.

    Only the last date counts, however many were missed. ``last`` is the date of the one before.
    """
    day = at.latest(now)
    since = at.local(promised).date() - ONE_DAY if last is None else last
    since = min(since, day - ONE_DAY) if last is None else since
    if day <= since:
        return None
    return Owed(
        day=day,
        late=now - max(promised, at.moment(day)),
        skipped=_days_between(at, since, day),
        since=since,
    )


def changed(at: DailyTime, *, last: date | None, now: datetime) -> datetime:
    """When a digest comes first that gets this time now.

    Today's is neither lost nor doubled: where it has not come yet and its new time has passed, it
    comes at once.
    """
    today = at.local(now).date()
    is_missing = last is not None and last < today and at.moment(today) <= now
    return now if is_missing else at.next(now, last=last)[1]


def recovered(
    at: DailyTime, *, promised: datetime, last: date | None, made: datetime, now: datetime
) -> tuple[date | None, datetime]:
    """The last date and the promise of a digest after the clock went back by hours.

    Where one came before its time, the one in whose place it came is owed now; its own comes on
    its day, and is then known by its key. What was passed over comes at once, but nothing from
    before the digest was ``made``.
    """
    latest = at.latest(now)
    if last is not None and at.moment(last) > now:
        last = latest - ONE_DAY
    was_passed_over = last is not None and last < latest and at.moment(latest) >= made
    due = now if was_passed_over else at.next(now, last=last)[1]
    return last, min(promised, due)


def _days_between(at: DailyTime, first: date, last: date) -> int:
    count = 0
    while (first := at.day_after(first)) < last:
        count += 1
    return count
