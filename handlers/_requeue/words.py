"""What was given up, as lines and buttons."""

from collections.abc import Sequence

from analytics.language import later, tr
from handlers._mail import Dead
from handlers._reply import Button, Reply

KINDS = {
    "letter": later("message"),
    "digest": later("daily digest"),
    "alert": later("alert"),
}
MOST_LISTED = 20
MOST_BUTTONS = 5
LABEL = 40


def listed(dead: Sequence[Dead]) -> Reply:
    """All that was given up and why, with a button for each of the newest."""
    if not dead:
        return Reply(
            title=tr("Nothing was given up."),
            answer="",
            numbers={"command": "requeue", "dead": []},
        )
    lines = [_line(one) for one in dead[:MOST_LISTED]]
    others = len(dead) - MOST_LISTED
    if others > 0:
        lines.append(tr("… and {n} more", n=others))
    return Reply(
        title=tr("Given up: {n}", n=len(dead)),
        answer="",
        text=("\n".join(lines), tr("Once the cause is gone: `/requeue NAME`, or `/requeue all`")),
        buttons=dead_buttons(dead),
        numbers={"command": "requeue", "dead": [one.name for one in dead]},
    )


def revived(n: int) -> Reply:
    """How much is tried again."""
    return Reply(
        title=tr("Tried again: {n}", n=n),
        answer="",
        text=(tr("What Telegram is known to have taken is not sent a second time."),),
        buttons=((Button(tr("What is left?"), "/requeue"),),),
        numbers={"command": "requeue", "revived": n},
    )


def dead_buttons(dead: Sequence[Dead]) -> tuple[tuple[Button, ...], ...]:
    """One a row for the newest; all at once where there are several."""
    rows = [(Button(_label(one.name), f"/requeue {one.name}"),) for one in dead[:MOST_BUTTONS]]
    if len(dead) > 1:
        rows.append((Button(tr("Requeue all"), "/requeue all"),))
    return tuple(rows)


def _line(dead: Dead) -> str:
    why = tr(dead.why)
    return tr(
        "• `{name}` · {kind} · tries: {n} · {why}",
        name=dead.name,
        kind=tr(KINDS[dead.kind]),
        n=dead.attempts,
        why=why,
    )


def _label(name: str) -> str:
    return f"↻ {name if len(name) <= LABEL else name[: LABEL - 1] + '…'}"
