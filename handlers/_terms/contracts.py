"""Contracts and what they pay."""

from analytics.language import later
from handlers._terms.term import Term

CONTRACTS = (
    Term(
        later("basis"),
        later(
            "How far a contract trades from the coin itself, as a share of the coin's price. For a "
            "dated future it is what you earn by holding it short until it settles."
        ),
        later("Spot 60,000, future 61,200 in 90 days: basis 2 %, or 8.1 % a year."),
        (
            "Basis",
            "Basis now",
            "Above spot",
            "Mean basis",
        ),
        ("premium",),
    ),
    Term(
        later("funding"),
        later(
            "A payment every 1, 4 or 8 hours between the two sides of a perpetual that ties its price "
            "to the coin's. When the rate is positive, longs pay shorts: a short hedge is paid."
        ),
        later("0.01 % every 8 h on a $100k short: $10 to you each time, about 11 % a year."),
        (
            "Funding",
            "Last rate",
            "Lowest rate",
            "Highest rate",
            "Paid to short",
            "Last payment",
        ),
        ("funding rate",),
    ),
    Term(
        later("funding apr"),
        later(
            "Funding paid over the window, added up and scaled to a year by the hours that really "
            "passed between the payments. It is the past; the rate changes each time."
        ),
        later("+3.1 % (1.2–5.0 %) a year: a $100k short received about $255 in 30 days."),
        ("After fees", "Difference", "On $#", "@"),
        ("apr", "carry", "annualised funding"),
    ),
    Term(
        later("perpetual"),
        later(
            "A future that never settles; funding keeps it near the coin's price. BTC-PERP is margined "
            "and paid in dollars (USDT, USDC), so a short gains a fixed dollar amount per dollar of "
            "fall."
        ),
        later("Short 2 BTC-PERP at 60,000, price falls to 57,000: +$6,000."),
        ("Contracts",),
        ("perp", "swap", "linear"),
    ),
    Term(
        later("coin-margined"),
        later(
            "An inverse contract: each is worth a fixed number of dollars and pays in the coin. A coin "
            "with an equal short of it keeps its dollar value at any price, so price moves need no "
            "rebalancing."
        ),
        later(
            "2.5 BTC at 60,040, $100 contracts: short 1,501 of them and the value stays near $150,100."
        ),
        ("Contract", "Left over"),
        ("inverse", "inv", "coin margined"),
    ),
    Term(
        later("contract size"),
        later(
            "Venues trade whole steps. The exact need is rounded to the nearest of them; what is left "
            "over stays unhedged."
        ),
        later(
            "2.5 BTC at 60,040 needs 1,501.0 contracts of $100; 0.0005 BTC needs 0.3, nothing to sell."
        ),
        ("Exactly", "Smallest step", "Notional", "At price"),
        ("lot", "whole contracts", "notional"),
    ),
    Term(
        later("margin"),
        later(
            "What you post so that the venue lets the position stand; leverage is the position's value "
            "over it. More margin moves liquidation away and earns nothing meanwhile."
        ),
        later("Short 1,501 contracts of $100 at 5×: $30,020 of margin, paid in the coin."),
        (
            "Margin",
            "Margin in it",
            "Margin at #",
            "Maintenance",
            "All posted",
        ),
        (
            "collateral",
            "leverage",
            "lev",
            "coll",
        ),
    ),
    Term(
        later("liquidation"),
        later(
            "The price at which the margin of a position is used up and the venue closes it. More "
            "margin (less leverage) moves it away; a coin-margined short with all coins posted has "
            "none."
        ),
        later("Linear short at 3× from 60,000: liquidated near 79,600, a rise of 33 %."),
        ("Liquidation",),
        (
            "liquidated",
            "margin call",
        ),
    ),
)
