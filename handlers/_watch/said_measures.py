"""What the measures of an alert are called, and how people say on which side of a number."""

import re

NAMES = {
    **dict.fromkeys(("correlation", "correlations", "corr", "rho", "ρ"), "corr"),
    **dict.fromkeys(("korrelation", "korr", "correlación", "correlacion"), "corr"),
    **dict.fromkeys(("effectiveness", "hedge effectiveness", "hedge", "removes", "he"), "he"),
    **dict.fromkeys(("wirksamkeit", "efectividad", "eficacia"), "he"),
    **dict.fromkeys(("drift", "abweichung", "deriva", "desviación"), "drift"),
    **dict.fromkeys(("funding", "funding rate", "apr", "finanzierung"), "funding"),
    **dict.fromkeys(("basis", "base"), "basis"),
    **dict.fromkeys(("spread", "abstand", "diferencial"), "spread"),
    **dict.fromkeys(("beta", "hedge ratio", "ratio"), "beta"),
}
NAME = "|".join(sorted(NAMES, key=len, reverse=True))
BELOW = (
    "below|under|beneath|less(?: than)?|lower(?: than)?|smaller(?: than)?|unter|kleiner(?: als)?|"
    "weniger(?: als)?|por debajo de|debajo de|menor(?: que| de)?|menos(?: de)?|bajo"
)
ABOVE = (
    "above|over|more(?: than)?|higher(?: than)?|greater(?: than)?|bigger(?: than)?|exceeds|über|"
    "größer(?: als)?|mehr(?: als)?|por encima de|encima de|mayor(?: que| de)?|m[aá]s(?: de)?|sobre"
)
BETWEEN = (
    r"(?:\s+(?:is|goes|gets|falls|drops|sinks|rises|climbs|moves|turns|becomes|to|ist|geht|"
    r"wird|fällt|sinkt|steigt|auf|"
    r"es|cae|baja|sube|va|por))*\s*"
)
FIGURE = r"[-+]?[\d.,]*\d(?:\s?(?:%|bps?\b|percent\b|prozent\b|por ciento\b))?(?![\w%])"
SIDE = rf"(?:(?P<below>{BELOW})|(?P<above>{ABOVE}))\s+(?P<figure>{FIGURE})"
MEASURED = re.compile(rf"(?<![\w-])(?:{NAME})(?!\w)", re.IGNORECASE)


def figure_of(typed: str) -> str:
    """A number as a condition has it: ``80 percent`` is ``80%``."""
    return re.sub(r"\s?(?:percent|prozent|por ciento)", "%", typed, flags=re.IGNORECASE).replace(
        " ", ""
    )
