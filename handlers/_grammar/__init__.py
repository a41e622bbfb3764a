"""Text after a command, read by type and not by place.

A command declares a ``Syntax`` once, reads with ``read(text, SYNTAX)`` and takes what it needs with
``two_assets(words)``, ``window_of(words)``, ``words.value(LEVEL)``. Everything is pure, every
refusal is a ``RequestError`` whose corrections are whole questions.
"""

from handlers._grammar.command_line import CommandLine, split_command
from handlers._grammar.holdings import Amount, Holding, Unit
from handlers._grammar.instruments import instrument_of
from handlers._grammar.markets import assets, none_named, read_back, refuse_same, two_assets, typed
from handlers._grammar.options import (
    BAR,
    COLLATERAL,
    COMMON,
    END,
    FEE,
    HOLD,
    LEVEL,
    LEVERAGE,
    METHOD,
    PART,
    QUOTE,
    RATIO,
    ROLL,
    SIDE,
    TAIL,
    TOP,
    VENUE,
    ZONE,
    Method,
    Option,
    Side,
    choice,
)
from handlers._grammar.periods import window_of
from handlers._grammar.plain import tidied
from handlers._grammar.reading import read
from handlers._grammar.symbols import STABLE_QUOTES
from handlers._grammar.syntax import PICTURELESS, SWITCHES, Syntax
from handlers._grammar.words import Words

__all__ = [
    "BAR",
    "COLLATERAL",
    "COMMON",
    "END",
    "FEE",
    "HOLD",
    "LEVEL",
    "LEVERAGE",
    "METHOD",
    "PART",
    "PICTURELESS",
    "QUOTE",
    "RATIO",
    "ROLL",
    "SIDE",
    "STABLE_QUOTES",
    "SWITCHES",
    "TAIL",
    "TOP",
    "VENUE",
    "ZONE",
    "Amount",
    "CommandLine",
    "Holding",
    "Method",
    "Option",
    "Side",
    "Syntax",
    "Unit",
    "Words",
    "assets",
    "choice",
    "instrument_of",
    "none_named",
    "read",
    "read_back",
    "refuse_same",
    "split_command",
    "tidied",
    "two_assets",
    "typed",
    "window_of",
]
