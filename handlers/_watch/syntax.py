"""The words of /watch."""

import re
from datetime import datetime, timedelta

from handlers._grammar import BAR, COLLATERAL, END, HOLD, LEVERAGE, QUOTE, VENUE, Option, Syntax
from handlers._grammar.until import Until, until_of
from handlers._watch.condition import Figure, figure_of, wanted_of

MOST_CHECKS = 10


def _checks(text: str) -> int | None:
    digits = re.sub(r"(x|checks?)$", "", text.casefold())
    number = int(digits) if re.fullmatch(r"\d{1,3}", digits, re.ASCII) else 0
    return number if 1 <= number <= MOST_CHECKS else None


def _until(text: str) -> timedelta | datetime | Until | None:
    return HOLD.read(text) or END.read(text) or (None if text.isdecimal() else until_of(text))


CHECKS: Option[int] = Option("for", _checks, ("1", "2", "3"), ("checks", "confirm"))
"""How many checks in a row, 1 to 10."""
CLEAR: Option[Figure] = Option("clear", figure_of, ("0.66", "66%"), ("recover", "reset"))
"""Where the alert is over."""
COOL: Option[timedelta] = Option("cool", HOLD.read, ("12h", "1d"), ("cooldown", "gap"))
"""The least time between two tellings."""
UNTIL: Option[timedelta | datetime | Until] = Option(
    "until", _until, ("90d", "friday", "2027-03-31"), ("expires", "expiry")
)
"""When the alert ends."""

SYNTAX = Syntax(
    command="watch",
    example="/watch ETH BTC-PERP corr<0.6 30d",
    options=(BAR, VENUE, QUOTE, CHECKS, CLEAR, COOL, UNTIL, COLLATERAL, LEVERAGE),
    switches=frozenset({"once", "every", "quiet", "dm", "now"}),
    amounts=True,
    amount_example="ETH -2.48 BTC-PERP drift>10%",
    many_venues=True,
    readers=(wanted_of,),
)
"""What /watch takes; ``now`` is said by a button only."""
