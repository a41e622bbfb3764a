"""What a hedge does, costs and needs."""

from analytics.language import later
from handlers._terms.term import Term

HEDGING = (
    Term(
        later("hedge ratio"),
        later(
            "Dollars of the hedge to sell for each dollar held so that the variance is least: the "
            "covariance of both returns over the variance of the hedge. Above 1 the holding moves "
            "more than the hedge."
        ),
        later("h 1.24, $100k of ETH held: sell $124k of BTC-PERP."),
        (
            "Ratio h",
            "You chose",
        ),
        (
            "h",
            "ratio",
            "beta",
            "minimum variance",
            "hedge",
        ),
    ),
    Term(
        later("effectiveness"),
        later(
            "The share of the variance that the hedge removes: 0 does nothing, 100 % removes all "
            "movement, below 0 it adds some. The standard deviation falls less: removing 75 % of the "
            "variance halves it."
        ),
        later("Removes 66 %: a day of ±3.6 % becomes one of ±2.1 %."),
        (
            "Removes",
            "Removes, all",
            "Removed",
            "#-day vol",
        ),
        (
            "he",
            "hedge effectiveness",
        ),
    ),
    Term(
        later("outcome"),
        later(
            "What the position gained or lost over all the days shown, alone and with the hedge, in "
            "dollars, before funding and fees. A hedge takes away gains as well as losses."
        ),
        later(
            "All 60 days −$32.0k → −$6.12k: the hedge won back $25.9k; had prices risen, it had cost as much."
        ),
        ("All # days", "All #"),
        ("whole test", "gains"),
    ),
    Term(
        later("slope"),
        later(
            "How much the holdings move when all legs together, in the whole lots they are sized in, "
            "move by one. At 1 the size is right; the interval says how surely."
        ),
        later(
            "Slope 0.82 (0.60–1.05): the size is right within what the sample can tell; 0.82 was likeliest."
        ),
        ("Slope",),
        ("legs together",),
    ),
    Term(
        later("after carry"),
        later(
            "A hedge that pays you may beat one that removes a little more. A yearly income is worth "
            "income / (4 · σ²) of the variance, with σ the holding's yearly volatility: what a usual "
            "dislike of risk (4) would give for it."
        ),
        later("σ 65 % and carry +5 %/yr: worth 3 points, so 66 % ranks as 69 %."),
        (),
        ("carry-adjusted", "points"),
    ),
    Term(
        later("down-bar effectiveness"),
        later(
            "The effectiveness over the bars in which the holding lost, by squared losses. Where ups "
            "and downs are alike it equals the effectiveness over all bars."
        ),
        later("Removes 66 % of all moves but 55 % of falls: it protects less where it matters."),
        ("Removes, down",),
        ("downside", "down bars", "lower partial moment"),
    ),
    Term(
        later("in sample"),
        later(
            "Measured on the very bars that the ratio was fitted on, which flatters. On unseen days "
            "means: the ratio of each day comes from the days before it, and is judged on that day."
        ),
        later("In sample 71 %, on unseen days 66 %: expect the 66."),
        ("In sample",),
        ("unseen days", "out of sample", "unseen"),
    ),
    Term(
        later("drift"),
        later(
            "How far a hedge is from its target size, and how much effectiveness that costs: the "
            "squared miss in the ratio times the hedge's variance over the holding's, exactly. Small "
            "misses cost next to nothing."
        ),
        later("12 % too small where the best size removes 71 %: 0.12² × 71 = 1.0 point lost."),
        (
            "Ratio now",
            "Target",
            "Target now",
            "Order",
            "Worth",
            "Costs",
            "Trade costs",
            "Rebalance if",
            "Tolerance",
            "Aversion",
        ),
        (
            "off target",
            "rebalance",
            "resize",
        ),
    ),
    Term(
        later("cost per point"),
        later(
            "What a hedge costs, or earns, in a year for each percentage point of variance that it "
            "removes. Two hedges compare by it."
        ),
        later(
            "−$330 a year and 66 % removed: $5 a point. A hedge at $3 a point is the cheaper one."
        ),
        ("Per point",),
        ("per point", "cost of a point"),
    ),
)
