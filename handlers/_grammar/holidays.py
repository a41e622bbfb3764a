"""Days with names, as far as they fall on the same day every year: Easter, which moves, is none."""

import re

Day = tuple[int, int]
"""A month and a day."""

_CHRISTMAS_EVE, _CHRISTMAS = (12, 24), (12, 25)
_NEW_YEARS_EVE, _NEW_YEAR = (12, 31), (1, 1)
_NAMES: dict[tuple[Day, ...], str] = {
    (_CHRISTMAS_EVE,): "christmas eve|xmas eve|heilig ?abend|nochebuena",
    (
        _CHRISTMAS,
    ): "christmas day|christmas|xmas day|xmas|(?:1\\.|erster?n?) weihnachts(?:feier)?tag|navidad",
    # Who celebrates in the evening of the 24th means that; the holiday is the 25th.
    (_CHRISTMAS_EVE, _CHRISTMAS): "weihnachten",
    (_NEW_YEARS_EVE,): "new year'?s'? eve|sylvester|silvester|nochevieja",
    (_NEW_YEAR,): "new year'?s'? day|new year'?s?|neujahr|año nuevo|ano nuevo",
}
_DAYS = tuple(
    (days, re.compile(rf"(?:la )?(?:{names})(?!\w)", re.IGNORECASE))
    for days, names in _NAMES.items()
)


def holiday_at(said: str) -> tuple[tuple[Day, ...], str] | None:
    """The days that may be meant by the name that some words begin with, and what follows it."""
    for days, name in _DAYS:
        found = name.match(said)
        if found is not None:
            return days, said[found.end() :]
    return None
