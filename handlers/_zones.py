"""Time zones as people name them: by IANA's names, or by a city."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from rapidfuzz import fuzz, process

from analytics.errors import Correction
from analytics.language import ENGLISH, current_language, languages, tr
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
    name: zone
    for zone, names in {
        "Asia/Kolkata": "Ahmedabad, Bangalore, Bengaluru, Chennai, Delhi, Hyderabad, Mumbai, Neu-Delhi, "
        "New Delhi, Nueva Delhi, Pune",
        "Asia/Shanghai": "Beijing, Chengdu, Dongguan, Foshan, Guangzhou, Hangzhou, Nanjing, Pekín, Peking, "
        "Shenzhen, Tianjin, Wuhan",
        "Asia/Tokyo": "Kyoto, Nagoya, Osaka",
        "Asia/Karachi": "Islamabad, Lahore",
        "Asia/Dubai": "Abu Dhabi, Abu Dabi",
        "Asia/Ho_Chi_Minh": "Hanoi",
        "Africa/Johannesburg": "Cape Town, Kapstadt, Ciudad del Cabo",
        "America/New_York": "Atlanta, Boston, Miami, NYC, Philadelphia, Washington",
        "America/Chicago": "Austin, Dallas, Houston, New Orleans, San Antonio",
        "America/Los_Angeles": "Las Vegas, Portland, San Diego, San Francisco, Seattle",
        "America/Toronto": "Ottawa, Quebec",
        "America/Mexico_City": "CDMX, Guadalajara, Puebla",
        "America/Bogota": "Barranquilla, Cartagena, Medellín",
        "America/Sao_Paulo": "Belo Horizonte, Brasília, Curitiba, Porto Alegre, Rio de Janeiro, Río de Janeiro",
        "America/Argentina/Buenos_Aires": "La Plata",
        "America/Guayaquil": "Quito",
        "America/Santiago": "Valparaíso",
        "Europe/Berlin": "Bremen, Cologne, Colonia, Dortmund, Dresden, Düsseldorf, Frankfurt, "
        "Fráncfort, Hamburg, Hamburgo, Hannover, Köln, Leipzig, Múnich, München, Munich, Nürnberg, Stuttgart",
        "Europe/Vienna": "Graz, Innsbruck, Linz, Salzburg, Salzburgo",
        "Europe/Zurich": "Basel, Basilea, Bern, Berna, Genf, Geneva, Ginebra, Lausanne, Luzern",
        "Europe/Madrid": "Barcelona, Bilbao, Málaga, Sevilla, Seville, Valencia, Zaragoza",
        "Europe/Rome": "Bologna, Florence, Florencia, Florenz, Genoa, Genua, Mailand, Milan, Milán, Milano, "
        "Napoli, Naples, Neapel, Nápoles, Torino, Turin, Turín, Venedig, Venice, Venecia",
        "Europe/Paris": "Bordeaux, Burdeos, Lille, Lyon, Marseille, Marsella, Niza, Strasbourg, "
        "Straßburg, Toulouse",
        "Europe/London": "Birmingham, Bristol, Cambridge, Edinburgh, Edimburgo, Glasgow, Leeds, Liverpool, "
        "Manchester, Oxford",
        "Europe/Amsterdam": "Den Haag, La Haya, Rotterdam, The Hague, Utrecht",
        "Europe/Brussels": "Amberes, Antwerp, Antwerpen",
        "Europe/Lisbon": "Oporto, Porto",
        "Europe/Warsaw": "Danzig, Gdansk, Krakau, Krakow, Cracovia, Wroclaw",
        "Europe/Kyiv": "Kharkiv, Lviv, Odesa",
        "Europe/Istanbul": "Ankara, Izmir",
    }.items()
    for name in names.split(", ")
}
"""Large cities that neither IANA nor CLDR names, in the languages of the bot."""
LIKELY = ("Europe/Berlin", "Europe/London", "America/New_York", "Asia/Singapore", "Asia/Tokyo")
"""What is offered to somebody who has not said where the clock hangs."""
PLACES = (
    *LIKELY,
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Africa/Johannesburg",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/Sao_Paulo",
    "America/Halifax",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)
"""A large place for nearly every clock there is."""
SEASONS = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)


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
    short = SHORT.get(typed.casefold()) or _at_offset(typed)
    guesses = short or _close(typed) or LIKELY[:MOST_GUESSES]
    sentence = tr(
        "I don't know the time zone {typed}. Name the largest city nearby, such as {guess}.",
        typed=typed.replace("`", "'"),
        guess=city_of(guesses[0]),
    )
    return UsageError(
        sentence, corrections=tuple(Correction(city_of(g), g, typed) for g in guesses)
    )


def _at_offset(typed: str) -> tuple[str, ...]:
    """Large places whose clocks show so many hours before UTC, in winter or in summer."""
    match = _OFFSET.fullmatch(typed)
    if match is None:
        return ()
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    wanted = -offset if match[1] == "-" else offset
    found = [
        z for z in PLACES if wanted in {d.astimezone(ZoneInfo(z)).utcoffset() for d in SEASONS}
    ]
    return tuple(found[:MOST_GUESSES])


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
    spoken = dict.fromkeys((language, ENGLISH, *languages()))
    named += [pair for one in spoken for pair in _exemplars(one).items()]
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
