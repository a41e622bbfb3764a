"""`/status` as a reply."""

from dataclasses import asdict
from datetime import datetime

from analytics.language import tr
from handlers._reply import Button, Json, Reply
from handlers._requeue.words import dead_buttons
from handlers._status.lines import chat_lines, everywhere_lines, venue_line, waiting_line
from handlers._status.seen import Seen
from handlers._watch.names import lasting


def status_reply(seen: Seen, now: datetime) -> Reply:
    """The bot, its venues, this chat; for those who run it all chats too."""
    everywhere = seen.everywhere
    groups = (
        tuple(venue_line(venue, now) for venue in seen.venues),
        chat_lines(seen.chat, seen.doubts),
        (waiting_line(seen.waiting),),
        everywhere_lines(everywhere) if everywhere else (),
    )
    return Reply(
        title=f"hedgebot {seen.version}:",
        answer=" · ".join((*_troubles(seen), tr("up {age}", age=lasting(now - seen.started)))),
        text=_explained(seen),
        facts=tuple(group for group in groups if group),
        notes=(f"{seen.warning}.",) if seen.warning else (),
        buttons=_buttons(seen),
        numbers=_numbers(seen, now),
    )


def _troubles(seen: Seen) -> list[str]:
    failing = sum(not venue.is_well for venue in seen.venues)
    found = []
    if failing:
        found.append(tr("venues that fail: {n} of {all}", n=failing, all=len(seen.venues)))
    if seen.doubts.letters + seen.doubts.answers:
        found.append(tr("something may not have arrived here"))
    return found or [tr("all is well")]


def _explained(seen: Seen) -> tuple[str, ...]:
    lines = []
    if seen.doubts.letters:
        lines.append(tr("What may not have arrived is sent again, marked: /resend"))
    if seen.doubts.answers:
        lines.append(tr("Answers that may not have arrived have to be asked for again."))
    return tuple(lines)


def _buttons(seen: Seen) -> tuple[tuple[Button, ...], ...]:
    first = [Button("↻", "/status")]
    if seen.doubts.letters:
        first.insert(0, Button(tr("Resend"), "/resend"))
    dead = dead_buttons(seen.everywhere.dead) if seen.everywhere else ()
    return tuple(first), *dead


def _numbers(seen: Seen, now: datetime) -> dict[str, Json]:
    found: dict[str, Json] = {
        "command": "status",
        "version": seen.version,
        "up_s": (now - seen.started).total_seconds(),
        "venues": {
            venue.venue: {
                "is_well": venue.is_well,
                "price_age_s": None
                if venue.newest is None
                else (now - venue.newest).total_seconds(),
            }
            for venue in seen.venues
        },
        "waiting": dict(seen.waiting),
        "in_doubt": asdict(seen.doubts),
    }
    if seen.everywhere is not None:
        overview = seen.everywhere.overview
        found["everywhere"] = {
            "chats": overview.chats,
            "alerts": dict(overview.alerts),
            "answers": dict(overview.answers),
            "dead": len(seen.everywhere.dead),
            "in_doubt": len(overview.in_doubt),
            "processes": len(overview.executors),
        }
    return found
