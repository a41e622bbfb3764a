"""Where ccxt finds the emulated venues."""

import re
from typing import Any

import ccxt.async_support

from tests.emulators.venues.catalogue import VENUES


def ccxt_options(base_url: str) -> dict[str, dict[str, Any]]:
    """Constructor options by venue: every https address of ccxt's becomes one of `base_url`.

    https://host/x turns into base_url/host/x; a {template} in a host stays for ccxt to fill.
    """
    return {
        venue: {"urls": {"api": _moved(getattr(ccxt.async_support, venue)().urls["api"], base_url)}}
        for venue in VENUES
    }


def _moved(addresses: Any, base_url: str) -> Any:
    if isinstance(addresses, dict):
        return {name: _moved(address, base_url) for name, address in addresses.items()}
    return re.sub(r"^https?://", f"{base_url}/", addresses)
