"""Prices of several venues."""

from analytics.language import later
from handlers._terms.term import Term

VENUES = (
    Term(
        later("information share"),
        later(
            "Which venue moves first: the part of lasting price changes that shows up there first "
            "(Hasbrouck 1995), with a lower and an upper bound. Wide bounds mean that the bars are too "
            "coarse to tell."
        ),
        later("Binance 0.62–0.71: between 62 and 71 % of lasting moves show up there first."),
        (
            "Shares of",
            "Information",
            "Component",
            "Midpoint",
            "Leadership",
            "Against",
        ),
        (
            "price discovery",
            "component share",
            "leader",
            "lead",
        ),
    ),
    Term(
        later("giving way"),
        later(
            "When two prices have come apart, one of them moves back to the other. The share of the gap "
            "that each closes in a bar tells who follows; half a gap is the time until half is closed."
        ),
        later(
            "0.03 against 0.85: the second price closes 85 % of a gap within a bar, so it follows."
        ),
        (
            "Gives way",
            "  the other",
            "Half a gap",
            "Within a bar",
            "Lead-lag",
        ),
        (
            "adjustment",
            "error correction",
            "half life",
            "lead lag",
        ),
    ),
    Term(
        later("dispersion"),
        later(
            "How far the venues' prices lie apart, in basis points: one is a hundredth of a per cent."
        ),
        later("2.3 bp on a $100k order: $23 between the dearer and the cheaper venue."),
        (
            "Apart now",
            "Mean gap",
            "Mean · #",
            "Off median",
        ),
        (
            "bp",
            "basis points",
            "spread",
        ),
    ),
)
