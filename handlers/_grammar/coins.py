"""Which words of a sentence name a coin, where many coins are called like words of every day."""

import re

from analytics.market.nicknames import meant_by
from handlers._grammar.amounts import begins_with_symbol
from handlers._grammar.symbols import WELL_KNOWN

EVERYDAY = frozenset(
    """
    ALGO ALICE ALPHA APE AR ASTER ATOM AVA BAT BEAM BLUR CAKE COMP DASH FLOW IO JUP LINK MANA MASK
    ME MEME MINA MON MOVE NEAR NOT OM ONE OP PUMP RENDER ROSE S SAND SUPER TON TRUMP TURBO VET VIRTUAL
    W ZEN
    """.split()  # noqa: SIM905 - a column of quoted words is harder to read
)
"""Well-known coins that are also words: only where they stand out in capitals are they meant."""
FUNCTION_WORDS = frozenset(
    """
    A ABOUT ALL AM AN AND ANY ARE AS AT BE BUT BY CAN DO DOES FOR FROM GET GO HAS HE HER HI HIS HOW I
    IF IN IS IT ITS LAST MAY MORE MUCH MY NEW NO NOW OF OFF OK ON OR OUT OVER SHE SO THE THEY TO UP US
    WAS WE WHO WHY WILL WITH YOU
    AB ABER ALS AN AUCH AUF AUS BEI BIN BIS BIST DA DAS DEM DEN DER DES DIE DU EIN ER ES HAT ICH IHR IM
    IST JA JE MAN MEIN MICH MIR MIT NEIN NUR OB ODER SEIT SIE SIND UM UND UNS VON VOR WAS WER WIE WIR ZU
    ZUM
    AL CON DE DEL EL EN ERA ES ESO ESTA HAY LA LAS LE LO LOS MAS MI MIS MUY NI NOS O PARA POR QUE SE SER
    SI SIN SON SU SUS TE TU UN UNA UNO VA Y YA YO
    LONG SHORT BUY SELL HOLD HEDGE PRICE COIN COINS TOKEN PERP PERPS SPOT USD EUR
    """.split()  # noqa: SIM905 - as above
)
"""Words of which a sentence is made, and of the trade, that some venue lists as coins all the same."""

_HEAD = re.compile(r"[-/:_.]")


def is_coin(word: str, *, shouts: bool) -> bool:
    """Whether a word may name a market; whether a venue lists it is not known here."""
    head = _HEAD.split(word, maxsplit=1)[0].upper()
    if word.startswith("$") and word[1:2].isalpha():
        return True
    if not (word[:1].isalpha() or begins_with_symbol(word)):
        return False
    if meant_by(head) is not None:
        return True
    if head in FUNCTION_WORDS and word.upper() == head:
        return False
    # Scripts without capitals say nothing by them.
    stands_out = word.isupper() and not shouts
    if head in EVERYDAY:
        return stands_out or word.upper() != head
    return head in WELL_KNOWN or stands_out or (shouts and word.upper() != head)
