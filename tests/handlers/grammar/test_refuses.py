"""What is refused, in which words, and what is offered instead."""

import pytest

from analytics.market.windows import BadWindowError
from handlers._errors import AmbiguousNumberError, SameMarketError, UnknownOptionError, UsageError
from tests.handlers.grammar.syntaxes import refusal

REFUSES = [
    # markets
    (
        "/corr",
        UsageError,
        "Which two? For example `/corr BTC ETH-PERP 30d`",
        ["/corr BTC ETH-PERP 30d"],
    ),
    (
        "/corr and",
        UsageError,
        "Which two? For example `/corr BTC ETH-PERP 30d`",
        ["/corr BTC ETH-PERP 30d"],
    ),
    (
        "/corr 30d",
        UsageError,
        "I read 30d. Which two? For example `/corr BTC ETH-PERP 30d`",
        ["/corr BTC ETH-PERP 30d"],
    ),
    (
        "/corr BTC 30d",
        UsageError,
        "I read BTC and 30d. I need a second market.",
        ["/corr BTC ETH-PERP 30d", "/corr BTC BTC-PERP 30d"],
    ),
    (
        "/corr eth-perp",
        UsageError,
        "I read ETH-PERP. I need a second market.",
        ["/corr eth-perp BTC-PERP", "/corr eth-perp ETH"],
    ),
    (
        "/corr BTC BTC 60d",
        SameMarketError,
        "Both are BTC, that is 1.00 by definition. Spot against perp: `/corr BTC BTC-PERP 60d`",
        ["/corr BTC BTC-PERP 60d"],
    ),
    (
        "/corr $FULL $FULL",
        SameMarketError,
        (
            "Both are FULL, that is 1.00 by definition. Spot against perp: "
            "`/corr FULL-SPOT FULL-PERP`"
        ),
        ["/corr FULL-SPOT FULL-PERP"],
    ),
    (
        "/corr BTC ETH SOL",
        UsageError,
        "I read BTC, ETH and SOL. `/corr` takes two markets.",
        ["/corr BTC ETH"],
    ),
    (
        "/corr BTC ETH breif",
        UsageError,
        "Is BREIF a market? Did you mean brief?",
        ["/corr BTC ETH brief"],
    ),
    (
        "/corr BTC-PREP ETH",
        UsageError,
        (
            "I don't know the kind PREP in BTC-PREP. Did you mean "
            "BTC-PERP? Kinds: SPOT, PERP, INV, or the day a future ends, like 26MAR27."
        ),
        ["/corr BTC-PERP ETH"],
    ),
    (
        "/corr BTC-ETH",
        UsageError,
        "Is BTC-ETH one market or two? Write BTC/ETH or BTC ETH.",
        ["/corr BTC ETH", "/corr BTC/ETH"],
    ),
    (
        "/corr BTC/ETH-PERP",
        UsageError,
        "I can't read `BTC/ETH-PERP` as one market. Two markets: put a blank between them.",
        ["/corr BTC ETH-PERP"],
    ),
    (
        "/corr BTC-31FEB27 ETH",
        UsageError,
        "31FEB27 in BTC-31FEB27 is no date. Write it like 26MAR27.",
        ["/corr BTC ETH-PERP 30d"],
    ),
    (
        "/corr BTC-FUT ETH",
        UsageError,
        "Which BTC future? Add the day it ends: BTC-26MAR27. Without an end: BTC-PERP.",
        ["/corr BTC-PERP ETH"],
    ),
    # windows
    (
        "/corr BTC ETH 12h 1h",
        BadWindowError,
        "12h of 1h bars is 12 points, I need 30. Take `/corr BTC ETH 12h 5m` or 3d.",
        ["/corr BTC ETH 12h 5m", "/corr BTC ETH 3d 1h"],
    ),
    (
        "/corr 12h BTC ETH bar=1h",
        BadWindowError,
        "12h of 1h bars is 12 points, I need 30. Take `/corr 12h 5m BTC ETH` or 3d.",
        ["/corr 12h 5m BTC ETH", "/corr 3d 1h BTC ETH"],
    ),
    (
        "/corr BTC ETH bar=1d 7d",
        BadWindowError,
        "7d of 1d bars is 7 points, I need 30. Take `/corr BTC ETH 7d 1h` or 30d.",
        ["/corr BTC ETH 7d 1h", "/corr BTC ETH 30d 1d"],
    ),
    (
        "/corr BTC ETH 2h",
        BadWindowError,
        "2h of 5m bars is 24 points, I need 30. Take `/corr BTC ETH 2h 1m` or 1d.",
        ["/corr BTC ETH 2h 1m", "/corr BTC ETH 1d"],
    ),
    (
        "/corr BTC ETH 30m",
        BadWindowError,
        ("30m is 30 minutes. Months: 30mo. A 30-minute bar goes after the window: `30d 30m`."),
        ["/corr BTC ETH 30mo", "/corr BTC ETH 30d 30m"],
    ),
    (
        "/corr BTC ETH 1M",
        BadWindowError,
        ("1m is one minute. Months: 1mo. A one-minute bar goes after the window: `30d 1m`."),
        ["/corr BTC ETH 1mo", "/corr BTC ETH 30d 1m"],
    ),
    (
        "/corr BTC ETH 5m 12h",
        BadWindowError,
        ("5m is 5 minutes. Months: 5mo. A 5-minute bar goes after the window: `12h 5m`."),
        ["/corr BTC ETH 5mo", "/corr BTC ETH 12h 5m"],
    ),
    (
        "/corr BTC ETH 90 minutes",
        BadWindowError,
        ("90m is 90 minutes. Months: 90mo. A 90-minute bar goes after the window: `30d 90m`."),
        ["/corr BTC ETH 30d 90m"],
    ),
    (
        "/corr BTC ETH 1d 40d",
        BadWindowError,
        ("A bar of 40d does not fit into 1d. The window comes first, then the bar."),
        ["/corr BTC ETH 40d 1d", "/corr BTC ETH 1d 5m"],
    ),
    (
        "/corr BTC ETH 0d",
        BadWindowError,
        "0d is no time at all. For example 30d, or 12h.",
        ["/corr BTC ETH 30d"],
    ),
    (
        "/corr BTC ETH 9999999y",
        BadWindowError,
        "9999999y is longer than any market is old. I keep 3 years: 3y.",
        ["/corr BTC ETH 3y"],
    ),
    (
        "/corr BTC ETH 30d 60d 5m",
        UsageError,
        "I read 30d, 60d and 5m. `/corr` takes a window and then a bar.",
        ["/corr BTC ETH 30d"],
    ),
    (
        "/corr BTC ETH 90d 4h bar=1h",
        UsageError,
        "Is the bar 4h or bar=1h? Write one.",
        ["/corr BTC ETH 90d 4h", "/corr BTC ETH 90d 1h"],
    ),
    # options
    (
        "/corr BTC ETH windw=30d",
        UnknownOptionError,
        "I don't know `windw=30d`. Just write 30d.",
        ["/corr BTC ETH 30d"],
    ),
    (
        "/corr BTC ETH window=30d",
        UnknownOptionError,
        "I don't know `window=30d`. Just write 30d.",
        ["/corr BTC ETH 30d"],
    ),
    (
        "/corr BTC ETH rol=7d",
        UnknownOptionError,
        "I don't know `rol=7d`. Did you mean roll=7d?",
        ["/corr BTC ETH roll=7d"],
    ),
    (
        "/corr BTC ETH foo=x",
        UnknownOptionError,
        (
            "I don't know `foo=x`. I know bar=1h, roll=7d, "
            "m=pearson, ci=90, venue=binance, quote=USDT and end=2026-09-01."
        ),
        ["/corr BTC ETH"],
    ),
    (
        "/corr BTC ETH ci=abc",
        UsageError,
        "I can't read `ci=abc`. Write ci=90, ci=95 or ci=99.",
        ["/corr BTC ETH ci=90", "/corr BTC ETH ci=95", "/corr BTC ETH ci=99"],
    ),
    (
        "/corr BTC ETH bar=0d",
        UsageError,
        "I can't read `bar=0d`. Write bar=1h, bar=4h or bar=1d.",
        ["/corr BTC ETH bar=1h", "/corr BTC ETH bar=4h"],
    ),
    (
        "/corr BTC ETH end=2026-13-01",
        UsageError,
        "I can't read `end=2026-13-01`. Write end=2026-09-01 or end=2026-09-01T14:30.",
        ["/corr BTC ETH end=2026-09-01", "/corr BTC ETH end=2026-09-01T14:30"],
    ),
    (
        "/corr BTC ETH bar:1h",
        UsageError,
        "I can't read `bar:1h`. Write bar=1h.",
        ["/corr BTC ETH bar=1h"],
    ),
    (
        "/corr BTC ETH bar=1h bar=4h",
        UsageError,
        "I read bar=1h and bar=4h. Which one?",
        ["/corr BTC ETH bar=1h", "/corr BTC ETH bar=4h"],
    ),
    (
        "/corr BTC ETH brief full",
        UsageError,
        "brief or full: not both.",
        ["/corr BTC ETH brief", "/corr BTC ETH full"],
    ),
    (
        "/corr BTC ETH --window 30d",
        UsageError,
        "No dashes needed: instead of `--window 30d` just write 30d.",
        ["/corr BTC ETH 30d"],
    ),
    (
        "/corr BTC ETH —window 30d",
        UsageError,
        "No dashes needed: instead of `-window 30d` just write 30d.",
        ["/corr BTC ETH 30d"],
    ),
    (
        "/corr BTC ETH --bar=4h 90d",
        UsageError,
        "No dashes needed: instead of `--bar=4h` just write bar=4h.",
        ["/corr BTC ETH bar=4h 90d"],
    ),
    (
        "/corr BTC ETH --brief",
        UsageError,
        "No dashes needed: instead of `--brief` just write brief.",
        ["/corr BTC ETH brief"],
    ),
    # numbers and amounts
    ("/corr BTC ETH 30", UsageError, "30 what? For days write 30d.", ["/corr BTC ETH 30d"]),
    (
        "/corr BTC 30 ETH",
        UsageError,
        ("I read 30 ETH as an amount, and `/corr` takes markets without amounts."),
        ["/corr BTC ETH", "/corr BTC 30d ETH"],
    ),
    (
        "/corr 40ETH BTC",
        UsageError,
        ("I read 40ETH as an amount, and `/corr` takes markets without amounts."),
        ["/corr ETH BTC"],
    ),
    (
        "/hedge 1.000,5 BTC BTC-INV",
        AmbiguousNumberError,
        "Is 1.000,5 one thousand or one? Write 1000.5.",
        ["/hedge 1000.5 BTC BTC-INV"],
    ),
    (
        "/hedge 2.345,6 BTC BTC-INV",
        AmbiguousNumberError,
        "2.345,6 has two readings. Write 2345.6.",
        ["/hedge 2345.6 BTC BTC-INV"],
    ),
    (
        "/hedge 2,500 BTC BTC-INV",
        AmbiguousNumberError,
        "Is 2,500 2500 or 2.5? Write 2500 or 2.5.",
        ["/hedge 2500 BTC BTC-INV", "/hedge 2.5 BTC BTC-INV"],
    ),
    (
        "/hedge 10 000 SOL BTC-INV",
        AmbiguousNumberError,
        "Is 10 000 one number? Write 10000.",
        ["/hedge 10000 SOL BTC-INV"],
    ),
    (
        "/hedge 1e5 DOGE BTC-PERP",
        AmbiguousNumberError,
        "Write 1e5 in full: 100000.",
        ["/hedge 100000 DOGE BTC-PERP"],
    ),
    (
        "/hedge 25kava BTC-PERP",
        AmbiguousNumberError,
        "Is 25kava 25k ava or 25 kava? Put the blank where it belongs.",
        ["/hedge 25k ava BTC-PERP", "/hedge 25 kava BTC-PERP"],
    ),
    ("/hedge 2.5", UsageError, "2.5 of what? `/hedge 2.5 BTC BTC-INV`", ["/hedge 2.5 BTC BTC-INV"]),
    (
        "/hedge 2.5 30d BTC-INV",
        UsageError,
        "2.5 of what? `/hedge 2.5 BTC BTC-INV`",
        ["/hedge 2.5 BTC BTC-INV"],
    ),
    (
        "/hedge 40 FULL BTC-PERP",
        UsageError,
        "40 of what? `/hedge 40 BTC BTC-INV`",
        ["/hedge 40 BTC BTC-INV", "/hedge 40d FULL BTC-PERP"],
    ),
    (
        "/hedge ETH 40 30d",
        UsageError,
        "40 of what? The amount comes first: 40 ETH.",
        ["/hedge 40 ETH 30d"],
    ),
    (
        "/hedge 1499c",
        UsageError,
        "1499c of what? `/hedge 1499c BTC-INV BTC`",
        ["/hedge 1499c BTC-INV BTC"],
    ),
    (
        "/hedge 1499c BTC ETH-PERP",
        UsageError,
        "Contracts of what? BTC is the coin itself. Write BTC-PERP or BTC-INV.",
        ["/hedge 1499c BTC-PERP ETH-PERP", "/hedge 1499c BTC-INV ETH-PERP"],
    ),
    (
        "/hedge -BTC ETH",
        UsageError,
        "How many BTC? A short position is written -1 BTC.",
        ["/hedge -1 BTC ETH"],
    ),
    (
        "/hedge 0 ETH BTC-PERP",
        UsageError,
        "0 is nothing. Write an amount above zero.",
        ["/hedge 1 ETH BTC-PERP"],
    ),
    (
        "/hedge 40 ETH BTC-PERP 80%",
        UsageError,
        "80% of what? To hedge a part, write part=80%.",
        ["/hedge 40 ETH BTC-PERP part=80%"],
    ),
    (
        "/hedge 40 ETH BTC-PERP part=80",
        UsageError,
        "I can't read `part=80`. Write part=80% or part=50%.",
        ["/hedge 40 ETH BTC-PERP part=80%"],
    ),
    (
        "/hedge 40 ETH BTC-PERP fee=0.05",
        UsageError,
        "I can't read `fee=0.05`. Write fee=0.05% or fee=5bp.",
        ["/hedge 40 ETH BTC-PERP fee=0.05%"],
    ),
    (
        "/hedge 40 ETH BTC-PERP coll=0.5 BTC",
        UsageError,
        "I can't read `coll=0.5`. Did you mean coll=0.5BTC, without a blank?",
        ["/hedge 40 ETH BTC-PERP coll=0.5BTC"],
    ),
    (
        "/hedge 2m DOGE BTC-PERP",
        BadWindowError,
        ("2m is 2 minutes. Months: 2mo. A 2-minute bar goes after the window: `30d 2m`."),
        ["/hedge 2mo DOGE BTC-PERP", "/hedge 30d 2m DOGE BTC-PERP"],
    ),
    # anything else
    (
        "/corr BTC/ETH 7d",
        UsageError,
        "I read BTC/ETH and 7d. I need a second market.",
        ["/corr BTC ETH 7d"],
    ),
    (
        "/corr BTC ETH 30m 1m",
        BadWindowError,
        "30m is 30 minutes. Months: 30mo. A 30-minute bar goes after the window: `30d 30m`.",
        ["/corr BTC ETH 30mo", "/corr BTC ETH 30d 30m"],
    ),
    (
        "/corr BTC ETH -30d",
        UsageError,
        "I can't read `-30d`. A window looks back anyway: write 30d.",
        ["/corr BTC ETH 30d"],
    ),
    (
        "/corr BTC ETH 2026-09-01",
        UsageError,
        "I can't read `2026-09-01`. A window that ends on that day has end=2026-09-01.",
        ["/corr BTC ETH end=2026-09-01"],
    ),
    (
        "/corr BTC ETH 30d 30d",
        BadWindowError,
        "30d of 30d bars is one point, I need 30. Take `/corr BTC ETH 30d 1h`.",
        ["/corr BTC ETH 30d 1h"],
    ),
    (
        "/corr BTC ETH corr<0.6",
        UsageError,
        "I can't read `corr<0.6`. A market looks like BTC, ETH-PERP, BTC-INV or BTC/USDT.",
        ["/corr BTC ETH"],
    ),
    ("/corr " + "BTC " * 65, UsageError, "That is 65 words, I read at most 64.", []),
    ("/corr " + "B" * 4097, UsageError, "That is 4097 characters, a message has at most 4096.", []),
]


@pytest.mark.parametrize(
    ("line", "error", "sentence", "offered"), REFUSES, ids=[line[:60] for line, *_ in REFUSES]
)
def test_a_line_is_refused_with(
    line: str, error: type[Exception], sentence: str, offered: list[str]
) -> None:
    refused = refusal(line)
    assert refused is not None
    assert type(refused) is error
    assert refused.sentence == sentence
    right = [correction.right for correction in refused.corrections]
    assert right[: len(offered)] == offered
    assert bool(right) == bool(offered)


@pytest.mark.parametrize("line", [line for line, *_ in REFUSES])
def test_every_offered_correction_is_a_question_that_is_read(line: str) -> None:
    refused = refusal(line)
    assert refused is not None
    for correction in refused.corrections:
        assert correction.wrong is None
        assert correction.label
        again = refusal(correction.applied_to(line))
        assert again is None or again.sentence.endswith("I need a second market."), correction
