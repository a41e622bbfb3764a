"""Time zones as people name them: by IANA's names, or by a city."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from rapidfuzz import fuzz, process

from analytics.errors import Correction
from analytics.language import ENGLISH, current_language, tr
from handlers._errors import UsageError

MOST_GUESSES = 3
CLOSE = 65
SHORT = {
    "bst": ("Europe/London", "Asia/Dhaka"),
    "cet": ("Europe/Berlin", "Europe/Paris"),
    "cest": ("Europe/Berlin", "Europe/Paris"),
    "cst": ("America/Chicago", "Asia/Shanghai"),
    "cdt": ("America/Chicago",),
    "eet": ("Europe/Helsinki", "Europe/Athens"),
    "est": ("America/New_York",),
    "edt": ("America/New_York",),
    "hkt": ("Asia/Hong_Kong",),
    "ist": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "jst": ("Asia/Tokyo",),
    "kst": ("Asia/Seoul",),
    "msk": ("Europe/Moscow",),
    "mst": ("America/Denver", "America/Phoenix"),
    "pst": ("America/Los_Angeles",),
    "pdt": ("America/Los_Angeles",),
    "sgt": ("Asia/Singapore",),
}
"""Abbreviations, many of several meanings and all of one season only: a city says more."""
LARGE = {
    **dict.fromkeys(("Ahmedabad", "Bangalore", "Bengaluru", "Chennai"), "Asia/Kolkata"),
    **dict.fromkeys(("Delhi", "Hyderabad", "Mumbai", "New Delhi"), "Asia/Kolkata"),
    **dict.fromkeys(("Beijing", "Chengdu", "Dongguan", "Foshan"), "Asia/Shanghai"),
    **dict.fromkeys(("Guangzhou", "Hangzhou", "Nanjing", "Shenzhen"), "Asia/Shanghai"),
    **dict.fromkeys(("Tianjin", "Wuhan"), "Asia/Shanghai"),
    **dict.fromkeys(("Nagoya", "Osaka"), "Asia/Tokyo"),
    "Lahore": "Asia/Karachi",
    "Rio de Janeiro": "America/Sao_Paulo",
}
"""About the twenty largest cities (by the UN's World Urbanization Prospects of 2018) that neither
IANA nor CLDR names. Theirs is the one clock of their country, in Brazil that of its south-east."""
LIKELY = ("Europe/Berlin", "Europe/London", "America/New_York", "Asia/Singapore", "Asia/Tokyo")
"""What is offered to somebody who has not said where the clock hangs."""


def zone_of(typed: str) -> ZoneInfo:
    """The zone of an IANA name or of a city, however it is typed.

    Raises
    ------
    UsageError
        There is none of that name, or it has several meanings; close ones are offered.

    """
    name = _zones_by_name(current_language()).get(_plain(typed))
    if name is None:
        raise _unknown(typed)
    return ZoneInfo(name)


def city_of(zone: str) -> str:
    """The zone as people call it: ``Berlin``, ``UTC``."""
    return _exemplars(current_language()).get(zone) or zone.rpartition("/")[2].replace("_", " ")


def is_zone(typed: str) -> bool:
    """Whether it names a zone or a city."""
    return _plain(typed) in _zones_by_name(current_language())


def _unknown(typed: str) -> UsageError:
    guesses = SHORT.get(typed.casefold()) or _close(typed) or LIKELY[:MOST_GUESSES]
    sentence = tr(
        "I don't know the time zone {typed}. Name the largest city nearby, such as {guess}.",
        typed=typed.replace("`", "'"),
        guess=city_of(guesses[0]),
    )
    return UsageError(
        sentence, corrections=tuple(Correction(city_of(g), g, typed) for g in guesses)
    )


def _close(typed: str) -> tuple[str, ...]:
    if any(letter.isdigit() for letter in typed):
        return ()
    known = _zones_by_name(current_language())
    found = process.extract(
        _plain(typed), known.keys(), scorer=fuzz.ratio, limit=3 * MOST_GUESSES, score_cutoff=CLOSE
    )
    return tuple(dict.fromkeys(known[name] for name, _, _ in found))[:MOST_GUESSES]


@cache
def _zones_by_name(language: str) -> dict[str, str]:
    """Every way to write a zone, without accents and signs; whole names win over cities."""
    found = {"utc": "UTC", "gmt": "UTC", "z": "UTC"}
    places = sorted(
        (z for z in available_timezones() if _is_place(z)), key=lambda z: (z.count("/"), z)
    )
    # CLDR keeps names that IANA has since replaced: where both know a city, IANA's goes first.
    named = [(zone, zone) for zone in places]
    named += [(zone, zone.rpartition("/")[2]) for zone in places]
    named += [*_exemplars(language).items(), *_exemplars(ENGLISH).items()]
    named += [(zone, city) for city, zone in LARGE.items()]
    for zone, name in named:
        found.setdefault(_plain(name), zone)
    return found


@cache
def _exemplars(language: str) -> dict[str, str]:
    return dict(_cities(language))


def _cities(language: str) -> Iterator[tuple[str, str]]:
    known = available_timezones()
    for zone, names in Locale.parse(language).time_zones.items():
        if "city" in names and zone in known and _is_place(zone):
            yield zone, names["city"]


def _is_place(zone: str) -> bool:
    return "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "SystemV/"))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())
