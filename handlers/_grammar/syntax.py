"""What one command understands, declared."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import timedelta

from analytics.market.windows import LONGEST
from handlers._grammar.options import COMMON, Option
from handlers._grammar.symbols import LEADING_DIGIT

SWITCHES = frozenset({"brief", "full", "nochart", "csv"})
PICTURELESS = frozenset({"brief", "nochart"})
"""Switches of answers without a picture: ``brief`` is the first line alone."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """The words that a command takes.

    Attributes
    ----------
    command, example
        Its name without the slash, and a whole question that it answers.
    options, switches
        What may be said beside markets, amounts and durations.
    amounts
        Whether ``40 ETH`` is a holding; otherwise an amount is refused with a hint.
    amount_example
        What may stand behind a number in a question that the command answers.
    most_durations
        How many lengths of time may stand alone: a window and a bar.
    longest
        Longer lengths are cut to this, with a note; None for no limit.
    many_venues
        Whether several venues may be named.
    readers
        The command's own words, tried before all others: a value, or None to pass.
    leading_digits
        Tickers that begin with a digit.
    """

    command: str
    example: str
    options: tuple[Option[Hashable], ...] = COMMON
    switches: frozenset[str] = SWITCHES
    amounts: bool = False
    amount_example: str = "BTC BTC-INV"
    most_durations: int = 2
    longest: timedelta | None = LONGEST
    many_venues: bool = False
    readers: tuple[Callable[[str], Hashable | None], ...] = ()
    leading_digits: frozenset[str] = LEADING_DIGIT

    def option(self, key: str) -> Option[Hashable] | None:
        """The option of that key or alias."""
        for option in self.options:
            if key == option.key or key in option.aliases:
                return option
        return None
