"""What kinds of things are kept, what each is called, and for how long."""

from collections.abc import Mapping, Sequence

from analytics.language import later, tr
from handlers._memory import Kept, Retention
from handlers._reply import Fact
from handlers._watch.names import lasting

NAMES: Mapping[str, str] = {
    "inbox": later("Questions"),
    "chats": later("Settings"),
    "digests": later("Digests"),
    "alerts": later("Alerts"),
    "book": later("Positions"),
    "outbox": later("On the way"),
    "ledger": later("Messages sent"),
    "contents": later("Their words"),
    "buttons": later("Buttons"),
    "recents": later("Asked lately"),
    "moves": later("Old number"),
    "gates": later("Pace"),
    "farewells": later("Goodbye"),
}
"""By the name of the table."""


def kept_lines(kept: Sequence[Kept], retention: Retention) -> tuple[Fact, ...]:
    """Every kind with its count here and how long it stays, those of which there is none too."""
    counts = {one.name: one.count for one in kept}
    terms = _terms(retention)
    shown = [name for name in NAMES if name in terms or name in counts]
    shown += [name for name in counts if name not in NAMES]
    return tuple(
        Fact(kind_name(name), str(counts.get(name, 0)), (terms[name],) if name in terms else ())
        for name in shown
    )


def counted_lines(kept: Sequence[Kept]) -> tuple[Fact, ...]:
    """What there is, without how long."""
    return tuple(Fact(kind_name(one.name), str(one.count)) for one in kept)


def kind_name(table: str) -> str:
    """What people call what a table keeps."""
    return tr(NAMES[table]) if table in NAMES else table


def _terms(retention: Retention) -> Mapping[str, str]:
    return {
        "inbox": tr("until answered"),
        "chats": tr("until changed"),
        "digests": tr("until turned off"),
        "alerts": tr("until turned off"),
        "book": tr("until deleted"),
        "outbox": tr("until sent"),
        "ledger": lasting(retention.sent),
        "contents": lasting(retention.words),
        "buttons": lasting(retention.buttons),
        "recents": tr("until newer ones"),
        "gates": lasting(retention.pace),
    }
