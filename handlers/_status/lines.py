"""The lines of `/status`, one kind of thing each."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from analytics.language import later, tr
from analytics.market.venues import venue_name
from handlers._health import ChatHealth, Standing, VenueHealth
from handlers._mail import Doubts
from handlers._reply import Fact
from handlers._status.seen import Everywhere
from handlers._watch.names import lasting

QUEUES = {
    "inbox": later("questions {n}"),
    "outbox": later("messages {n}"),
    "digests": later("digests {n}"),
    "alerts": later("alerts {n}"),
}
OUTCOMES = {
    "ok": later("answered {n}"),
    "request": later("mistakes of askers {n}"),
    "source": later("failures of venues {n}"),
    "internal": later("mistakes of ours {n}"),
}
PHASES = {
    "unarmed": later("not armed yet {n}"),
    "normal": later("normal {n}"),
    "pending": later("pending {n}"),
    "firing": later("firing {n}"),
    "recovering": later("recovering {n}"),
    "paused": later("paused {n}"),
}
MOST_NAMED = 5


def venue_line(found: VenueHealth, now: datetime) -> Fact:
    """What a venue last said to this process, and how old its newest price is."""
    age = () if found.newest is None else (tr("prices {age} old", age=lasting(now - found.newest)),)
    return Fact(venue_name(found.venue), _said(found, now), age)


def chat_lines(chat: ChatHealth, doubts: Doubts) -> tuple[Fact, ...]:
    """What is agreed with a chat, what is on its way to it, and what may have got lost."""
    return (
        Fact(tr("Digests"), standing(chat.digests)),
        Fact(tr("Alerts"), standing(chat.alerts)),
        Fact(tr("On the way"), str(chat.on_the_way)),
        _listed(tr("In doubt"), doubtful(doubts)),
    )


def waiting_line(waiting: Mapping[str, int]) -> Fact:
    """Work that is due and not done, in all chats."""
    return _listed(tr("Waiting"), _counted(waiting, QUEUES))


def everywhere_lines(found: Everywhere) -> tuple[Fact, ...]:
    """Counts over all chats."""
    overview = found.overview
    doubtful_keys = list(overview.in_doubt)
    alerts = sum(overview.alerts.values())
    return (
        Fact(tr("Chats"), str(overview.chats)),
        Fact(tr("All digests"), standing(overview.digests)),
        Fact(tr("All alerts"), str(alerts), tuple(_counted(overview.alerts, PHASES))),
        _listed(tr("Answers"), _counted(overview.answers, OUTCOMES)),
        Fact(tr("Given up"), str(len(found.dead))),
        Fact(tr("All in doubt"), str(len(doubtful_keys)), _some(doubtful_keys)),
        Fact(tr("Processes"), str(len(overview.executors)), _some(overview.executors)),
    )


def standing(found: Standing) -> str:
    """How many go on, and how many wait for somebody: ``3``, ``3, 1 paused``."""
    if not found.paused:
        return str(found.running)
    return tr("{n}, {paused} paused", n=found.running, paused=found.paused)


def doubtful(doubts: Doubts) -> list[str]:
    """What may not have arrived in a chat, by kind."""
    kinds = (
        (tr("digests {n}", n=doubts.digests), doubts.digests),
        (tr("alerts {n}", n=doubts.alerts), doubts.alerts),
        (tr("notices {n}", n=doubts.notices), doubts.notices),
        (tr("answers {n}", n=doubts.answers), doubts.answers),
    )
    return [words for words, n in kinds if n]


def _said(found: VenueHealth, now: datetime) -> str:
    if found.rests_until is not None:
        return tr("left alone for {age}", age=lasting(found.rests_until - now))
    if not found.is_well and found.failed is not None:
        return tr("failed {age} ago", age=lasting(now - found.failed))
    if found.answered is None:
        return tr("not asked yet")
    return tr("answered {age} ago", age=lasting(now - found.answered))


def _counted(counts: Mapping[str, int], names: Mapping[str, str]) -> list[str]:
    """Counts above 0 under their names; one without a name is shown as it is called."""
    found = {name.casefold(): n for name, n in counts.items() if n}
    order = sorted(found, key=lambda name: list(names).index(name) if name in names else len(names))
    return [
        tr(names[name], n=found[name]) if name in names else f"{name} {found[name]}"
        for name in order
    ]


def _listed(label: str, lines: Sequence[str]) -> Fact:
    first, *others = lines or [tr("nothing")]
    return Fact(label, first, tuple(others))


def _some(names: Sequence[str]) -> tuple[str, ...]:
    others = len(names) - MOST_NAMED
    more = (tr("… and {n} more", n=others),) if others > 0 else ()
    return (*names[:MOST_NAMED], *more)
