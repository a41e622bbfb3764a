"""The line as it was sent: which command, to which bot, and the words after it."""

import re
from typing import NamedTuple

_LINE = re.compile(
    r"[\s\u200b-\u200f\u2060-\u2064\ufeff]*/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,32}))?"
    r"(?![\w@/-])(.*)",
    re.DOTALL,
)


class CommandLine(NamedTuple):
    """``/corr@HedgeBot BTC ETH`` taken apart; ``addressed_to`` is None without ``@``."""

    name: str
    addressed_to: str | None
    rest: str


def split_command(text: str) -> CommandLine | None:
    """Take a message apart; None when it is no command."""
    match = _LINE.match(text)
    if match is None:
        return None
    return CommandLine(match[1].lower(), match[2], match[3].strip())
