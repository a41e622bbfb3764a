"""What an alert is called where nobody says its number, and for how long it shall be quiet then."""

from analytics.market.windows import BadWindowError
from handlers._grammar.lengths import length_of
from handlers._grammar.until import LEADING

METRICS = {
    **{name: name for name in ("funding", "drift", "basis", "spread", "break", "lockstep", "beta")},
    **dict.fromkeys(("correlation", "corr", "korrelation", "correlación"), "corr"),
    **dict.fromkeys(("effectiveness", "he", "wirksamkeit", "efectividad"), "he"),
    **dict.fromkeys(("finanzierung", "financiación"), "funding"),
    **dict.fromkeys(("abweichung", "deriva"), "drift"),
}
"""What an alert looks at, by which it may be called."""


def nap_in(rest: list[str]) -> str:
    """For how long, at the end of words that say which alert: ``btc perp 8h``."""
    ends = (" ".join(rest[at:]) for at in range(len(rest)))
    return next((end for end in ends if _is_nap(end)), "")


def _is_nap(said: str) -> bool:
    try:
        return LEADING.match(said) is not None or length_of(said) is not None
    except BadWindowError:
        return False
