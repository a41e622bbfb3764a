"""Coins that got another ticker. Their pasts are never joined; whoever asks is told."""

from dataclasses import dataclass
from datetime import date

from analytics.language import tr


@dataclass(frozen=True, slots=True)
class Renaming:
    """One coin's old and new ticker.

    Attributes
    ----------
    day
        When Binance began to trade the new ticker; other venues did within days.
    ratio
        New coins that one old coin became.
    """

    old: str
    new: str
    day: date
    ratio: float = 1.0

    @property
    def sentence(self) -> str:
        """What happened, in words."""
        price = "" if self.ratio == 1 else tr(", {ratio} for one", ratio=f"{self.ratio:g}")
        return tr(
            "{old} became {new} on {day}{price}.",
            old=self.old,
            new=self.new,
            day=f"{self.day:%-d %b %Y}",
            price=price,
        )


RENAMINGS = (
    Renaming("RNDR", "RENDER", date(2024, 7, 26)),
    Renaming("MATIC", "POL", date(2024, 9, 13)),
    Renaming("KLAY", "KAIA", date(2024, 10, 31)),
    Renaming("FTM", "S", date(2025, 1, 16)),
    Renaming("STPT", "AWE", date(2025, 5, 21)),
    Renaming("EOS", "A", date(2025, 5, 28)),
    Renaming("OM", "MANTRA", date(2026, 3, 4), ratio=4),
)


def renaming_of(old: str) -> Renaming | None:
    """What became of a ticker."""
    return next((found for found in RENAMINGS if found.old == old), None)


def renaming_to(new: str) -> Renaming | None:
    """What a ticker was called before."""
    return next((found for found in RENAMINGS if found.new == new), None)
