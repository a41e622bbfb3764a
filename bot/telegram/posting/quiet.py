"""Until when a chat wants no alerts."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers import Quiet
from handlers._wall_clock import moments


def quiet_until(quiet: Quiet, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet that holds now ends, as aware UTC; None where an alert may ring."""
    moment = now
    if quiet.until is not None and quiet.until > moment:
        moment = quiet.until
    if quiet.hours is not None:
        # A silence that ends within quiet hours goes on until they end.
        moment = _end_of_hours(quiet.hours, zone, moment) or moment
    return moment if moment > now else None


def _end_of_hours(hours: tuple[time, time], zone: ZoneInfo, now: datetime) -> datetime | None:
    begins, ends = hours
    local = now.astimezone(zone)
    clock = local.time()
    is_after_begin, is_before_end = clock >= begins, clock < ends
    passes_midnight = begins > ends
    if not (is_after_begin and is_before_end) and not (
        passes_midnight and (is_after_begin or is_before_end)
    ):
        return None
    day = local.date() if is_before_end else local.date() + timedelta(days=1)
    # Where the clock is set back an hour comes twice; the end that lies ahead counts.
    return next((at for at in moments(day, ends, zone) if at > now), None)
