"""Days on which the whole market fell, with the names that people remember them by."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Crash:
    """A fall of the market, from the beginning of one UTC day until the end of another."""

    name: str
    first_day: date
    last_day: date

    @property
    def start(self) -> datetime:
        """The first midnight."""
        return datetime.combine(self.first_day, time(), UTC)

    @property
    def end(self) -> datetime:
        """The last midnight."""
        return datetime.combine(self.last_day, time(), UTC) + timedelta(days=1)


CRASHES = (
    # "Black Thursday": the day after the WHO called COVID-19 a pandemic (statement of 2020-03-11).
    Crash("covid", date(2020, 3, 12), date(2020, 3, 12)),
    # The day after three Chinese finance associations barred their members from crypto services
    # (joint notice of 2021-05-18).
    Crash("China notice", date(2021, 5, 19), date(2021, 5, 19)),
    # The run on TerraUSD: Liu, Makarov and Schoar (2023), "Anatomy of a Run", NBER 31160.
    Crash("Terra/LUNA", date(2022, 5, 9), date(2022, 5, 12)),
    # Celsius paused withdrawals in the night to 2022-06-13: In re Celsius Network, final report
    # of the examiner (2023), S.D.N.Y. 22-10964.
    Crash("Celsius", date(2022, 6, 13), date(2022, 6, 13)),
    # Binance signed, and on the next day gave up, the purchase of FTX.com: In re FTX Trading,
    # declaration of J. J. Ray III (2022-11-17), Bankr. D. Del. 22-11068.
    Crash("FTX", date(2022, 11, 8), date(2022, 11, 9)),
    # The unwinding of yen-funded positions: Aquilina, Lombardi, Schrimpf and Sushko (2024),
    # BIS Bulletin 90.
    Crash("yen carry", date(2024, 8, 5), date(2024, 8, 5)),
    # The announcement of a further 100 % tariff on Chinese goods (2025-10-10, after 20:00 UTC)
    # and the liquidations in the hours that followed.
    Crash("tariff shock", date(2025, 10, 10), date(2025, 10, 10)),
)
"""In order of time. Only days whose cause and date are a matter of record."""


def crashes_between(start: datetime, end: datetime) -> tuple[Crash, ...]:
    """The crashes that lie wholly within a stretch of time (aware UTC)."""
    return tuple(crash for crash in CRASHES if start <= crash.start and crash.end <= end)
