"""What people call the venues."""

NAMES = {
    "binance": "Binance",
    "bybit": "Bybit",
    "deribit": "Deribit",
    "kraken": "Kraken",
    "krakenfutures": "Kraken Futures",
    "okx": "OKX",
}


def venue_name(venue: str) -> str:
    """A venue as people write it; one that is not in the list gets a capital letter."""
    return NAMES.get(venue, venue.capitalize())
