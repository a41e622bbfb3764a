"""Two commands to read with: one that compares markets, one that takes amounts."""

from datetime import timedelta

from analytics.errors import RequestError
from handlers._grammar import (
    COLLATERAL,
    COMMON,
    FEE,
    HOLD,
    LEVERAGE,
    PART,
    RATIO,
    Syntax,
    Words,
    assets,
    read,
    split_command,
    two_assets,
    window_of,
)

CORR = Syntax("corr", "/corr BTC ETH-PERP 30d")
HEDGE = Syntax(
    "hedge",
    "/hedge 40 ETH BTC-PERP 30d",
    options=(*COMMON, COLLATERAL, LEVERAGE, PART, RATIO, FEE, HOLD),
    amounts=True,
)


def asked(line: str) -> Words:
    """Read a whole line as its command would, down to the window."""
    command = split_command(line)
    assert command is not None, line
    words = read(command.rest, {"corr": CORR, "hedge": HEDGE}[command.name])
    if command.name == "corr":
        two_assets(words)
    elif not words.holdings:
        assets(words)
    window_of(words)
    return words


def refusal(line: str) -> RequestError | None:
    """What the line is refused with; None when it is read."""
    try:
        asked(line)
    except RequestError as error:
        return error
    return None


def summary(line: str) -> str:
    """What was read, in canonical spellings, one kind after another."""
    words = asked(line)
    window = window_of(words)
    parts = [
        " ".join(map(str, words.holdings)),
        " ".join(map(str, words.assets)),
        " ".join(_short(length) for length in (window.length, window.bar) if length),
        f"{window.end:%Y-%m-%dT%H:%M}" if window.end else "",
        " ".join(sorted(f"{said.key}={said.value}" for said in words.options)),
        " ".join(sorted(words.switches)),
    ]
    return " | ".join(part for part in parts if part)


def _short(length: timedelta) -> str:
    hours = length / timedelta(hours=1)
    return f"{hours / 24:g}d" if hours >= 24 else f"{hours:g}h"
