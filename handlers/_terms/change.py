"""Breaks, lockstep and falls."""

from analytics.language import later
from handlers._terms.term import Term

CHANGE = (
    Term(
        later("break test"),
        later(
            "Whether the correlation was the same throughout the window, and if not, when it most "
            "likely changed (Wied, Krämer, Dehling 2012). p is the chance of so large a statistic "
            "without any change; below 0.05 a break counts as found if it also moves ρ² by a point."
        ),
        later(
            "~12 Mar (p 0.004), 0.86 → 0.58: if nothing had changed, 4 windows in 1,000 would look so."
        ),
        ("Break test", "Statistic", "Before", "After", "Likeliest day"),
        ("break", "p", "p value", "structural break", "breakdown"),
    ),
    Term(
        later("digest"),
        later(
            "A pair beside what is normal for it, the half year before the window. At the edge is 1.96 "
            "to 2.6 standard errors off, a break at p below 0.05, or a hedge that removes less than "
            "yesterday; changed is beyond 2.6, or a break at p below 0.01; all else is steady. News "
            "since yesterday are only what overlapping windows do not do by chance."
        ),
        later(
            "0.86 before, 0.58 now, band 0.77–0.92: changed. 0.86 → 0.85 overnight: not worth a word."
        ),
        (),
        ("verdict", "steady", "at the edge", "changed", "daily"),
    ),
    Term(
        later("volatility-adjusted"),
        later(
            "Correlation rises by itself when the driving market becomes more volatile. This is what "
            "it would be after the break had only the volatility of the second market changed (Forbes "
            "and Rigobon 2002); that assumption is contested."
        ),
        later(
            "0.70 → 0.85 with twice the volatility, adjusted 0.63: the rise may be volatility alone."
        ),
        ("Vol-adjusted", "Driver vol"),
        ("vol-adjusted", "driver", "forbes rigobon"),
    ),
    Term(
        later("decoupled"),
        later(
            "The correlation fell, by a tested break (two markets) or below its band (several). A "
            "hedge with the other market then removes less than it used to."
        ),
        later("ρ 0.86 → 0.58: the most that a hedge can remove fell from 74 % to 34 %."),
        (),
        ("decoupling", "parted"),
    ),
    Term(
        later("lockstep"),
        later(
            "The correlation rose: by a tested break (two markets), or the mean of all pairs left its "
            "band upwards (several). Spreading over these markets then protects less."
        ),
        later("Five coins, mean ρ 0.52 before and 0.81 now, band 0.43–0.60: lockstep."),
        ("Mean ρ (#)", "Moved most"),
        ("mean correlation", "mean pairwise correlation"),
    ),
    Term(
        later("alert"),
        later(
            "A standing question: it looks at every new bar and speaks when what it waits for has "
            "held for two checks in a row. Usual is the range that chance leaves to the window after "
            "the stretch before it; New target is the hedge that the newest window calls for. It "
            "says when it is over, and nothing twice within 12 hours."
        ),
        later(
            "ρ 0.86 → 0.58, usual 0.79–0.91: your −2.48 BTC should be −0.77 BTC, and removes 34 % now "
            "(71 % before)."
        ),
        (
            *("# now", "Now", "# before", "# mean", "Usual", "Your hedge", "New target"),
            *("Removes now", "Set", "Ends", "Repeats after", "Fired"),
        ),
        ("alerts", "watch", "usual", "usual range", "new target", "cool-down"),
    ),
    Term(
        later("absorption ratio"),
        later(
            "The share of all movement that one common factor carries: the largest eigenvalue of the "
            "correlation matrix over the number of markets (Kritzman and others 2011). Near 1 all "
            "markets are one bet."
        ),
        later("0.84 for five coins: one factor explains 84 % of their standardised variance."),
        ("Absorption", "Largest"),
        ("absorption", "eigenvalue"),
    ),
    Term(
        later("sell-offs"),
        later(
            "The correlation of only those bars in which both markets fell, beside what normally "
            "distributed returns of the same correlation would show (that is lower than ρ itself). "
            "Above the benchmark, falls come together more than ρ suggests."
        ),
        later("ρ 0.84, in falls 0.78, normal 0.66: a hedge works in falls, spreading does not."),
        ("Sell-offs",),
        ("exceedance correlation", "exceedance", "falls", "sell off", "selloffs", "stress"),
    ),
    Term(
        later("asymmetry"),
        later(
            "Whether falls are tied together more tightly than rises (after Hong, Tu, Zhou 2007). Fat "
            "tails lift both above the normal benchmark, so only a difference between them speaks of "
            "panic."
        ),
        later("In falls 0.78, in rises 0.74, p 0.31: such a gap is usual by chance."),
        ("Asymmetry", "Rallies", "Sell-off span"),
        ("rallies", "hong tu zhou", "upside"),
    ),
    Term(
        later("tail"),
        later(
            "Of the worst bars of one market, the share that were among the worst of the other too, "
            "beside what normal returns would share. q= says which share of the bars counts as worst; "
            "at least 25 common ones are needed."
        ),
        later("Tail 5 % 54 %, normal 42 %: of 110 worst bars 59 were shared, normal would be 46."),
        ("Tail #",),
        ("tail dependence", "q"),
    ),
    Term(
        later("expected shortfall"),
        later(
            "The mean loss over the worst 5 % of the bars or days. It looks at the losses that hurt, "
            "where volatility counts gains as well."
        ),
        later(
            "−9.0 % → −3.1 %: in its worst twentieth the holding lost 9 % on average, hedged 3.1 %."
        ),
        ("Tail loss",),
        ("es", "cvar", "shortfall"),
    ),
    Term(
        later("worst days"),
        later(
            "The days of greatest loss without the hedge, added up, and what the hedge would have "
            "left of them. The hedge of each day is sized on the days before it. Worst 5 % are single "
            "bars: how much smaller the hedge made their mean loss (expected shortfall)."
        ),
        later("Worst 5 days −31 % → −14 %: hedged, those five days together cost 14 %."),
        ("Worst # days", "Worst day", "Worst days", "Worst #"),
        ("worst",),
    ),
    Term(
        later("crash days"),
        later(
            "Days on which the whole market fell, under the names they are known by, and what both "
            "markets and the hedged holding did between the midnights around them."
        ),
        later("5 Aug yen carry: −10 %, −7.1 %, hedged −1.3 %."),
        ("~",),
        ("crash", "crashes", "named crashes"),
    ),
)
