"""How two or more markets move."""

from analytics.language import later
from handlers._terms.term import Term

MOVEMENT = (
    Term(
        later("correlation"),
        later(
            "How closely the returns of two markets move together, from −1 to 1. At 1 they move in "
            "proportion, at 0 one says nothing about the other, below 0 they tend to move against "
            "each other. A hedge can remove at most ρ² of the variance."
        ),
        later(
            "ρ 0.84 between ETH and BTC-PERP: a hedge removes at most 0.84² = 71 % of the variance."
        ),
        (
            "Correlation",
            "Whole window",
            "Last #",
            "@×@",
            "@ × @",
            "Closest pair",
            "Loosest pair",
        ),
        (
            "ρ",
            "rho",
            "corr",
            "pearson",
        ),
    ),
    Term(
        later("interval"),
        later(
            "The range in which the true value lies in 95 of 100 such samples (ci= changes the 95). It "
            "is robust: calm and stormy weeks and fat tails are allowed for, so it is wider than the "
            "textbook one. It speaks of the measured past, not of tomorrow."
        ),
        later("ρ 0.84 (0.79–0.88): a true 0.80 would not surprise, a true 0.70 would."),
        ("Size range",),
        ("confidence interval", "ci", "range", "robust range"),
    ),
    Term(
        later("prediction range"),
        later(
            "What the coming window is likely to deliver, about 95 times in 100. It is wider than the "
            "interval, since the future adds its own chance to what is not known about the past. "
            "Decide on this one."
        ),
        later("Measured 0.84 (0.79–0.88), next 30 d likely 0.66–0.93: plan for a month at 0.70."),
        ("Next #",),
        ("next", "likely", "forecast"),
    ),
    Term(
        later("effective n"),
        later(
            "How many independent bars would pin the value down as well. Volatility comes in clusters, "
            "so that many bars repeat each other and 720 of them are worth fewer."
        ),
        later("720 hourly bars, worth 210 independent: the interval is that of 210 bars."),
        ("Independent", "Joint bars"),
        ("independent", "effective sample", "worth"),
    ),
    Term(
        later("rolling"),
        later(
            "The same measure over a stretch of fixed length that moves through the window, so that "
            "you see change. roll= sets the length."
        ),
        later(
            "Now (7d) 0.81, range 0.70 to 0.91: over every 7 days of the window it lay between these."
        ),
        (
            "Now (#)",
            "Range (#)",
        ),
        (
            "now",
            "rolling correlation",
            "roll",
        ),
    ),
    Term(
        later("price change"),
        later(
            "How far each market has come over the window, from the first close to the last. The "
            "picture draws both from 100. Two that end far apart can still move alike from bar to bar."
        ),
        later("BTC −7.7 %, ETH −24 %, ρ 0.83: both fell on the same days, ETH by more."),
        ("Prices",),
        ("prices", "change of price", "performance"),
    ),
    Term(
        later("band"),
        later(
            "Where the rolling value stays if nothing has changed since the baseline: 2.6 standard "
            "errors to each side, of the baseline and of the stretch itself. Outside it something "
            "unusual goes on."
        ),
        later("Stays within 0.72–0.91, now 0.58: outside, it has changed."),
        ("Stays within",),
        ("stability", "baseline", "background"),
    ),
    Term(
        later("diversification"),
        later(
            "Holding what does not move together, so that losses do not come at once. Truly negative "
            "correlation is rare among coins, and rarer in falls."
        ),
        later("Two coins of equal volatility at ρ 0: together 29 % less volatile than one alone."),
        ("Loosest pairs",),
        ("diversify", "beside"),
    ),
    Term(
        later("false discovery"),
        later(
            "Among many pairs some look negative by chance. The list keeps only so many that, on "
            "average, 5 of 100 kept ones are chance (Benjamini and Hochberg 1995)."
        ),
        later(
            "1,225 pairs: 61 would have p below 0.05 by chance alone; the correction drops these."
        ),
        ("Most negative",),
        ("benjamini hochberg", "fdr"),
    ),
    Term(
        later("noise filter"),
        later(
            "Even unrelated markets show some correlation over a finite window. Only eigenvalues of "
            "the correlation matrix above the edge that pure noise reaches (Marchenko and Pastur 1967) "
            "count as forces that move several markets."
        ),
        later("10 coins, 720 bars: the edge is 1.25; two eigenvalues above it are two forces."),
        ("Above noise",),
        ("marchenko pastur", "noise", "forces"),
    ),
)
