"""Which setting somebody names, and the value that it gets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from rapidfuzz import fuzz, process

from analytics.errors import Correction
from analytics.language import language_name, languages, tr
from analytics.market.directory import QUOTES
from analytics.market.venues import NAMES, venue_name
from analytics.market.windows import DAY, LONGEST, spelled
from handlers._errors import UsageError
from handlers._grammar import tidied
from handlers._grammar.durations import duration_of
from handlers._room import Theme
from handlers._zones import is_zone, zone_of

KEYS = {
    "zone": ("tz", "zone", "timezone", "city", "time", "clock"),
    "venue": ("venue", "exchange"),
    "quote": ("quote", "currency"),
    "window": ("window", "period", "days"),
    "theme": ("theme", "colours", "colors", "mode"),
    "language": ("language", "lang", "sprache", "idioma"),
    "is_brief": ("length", "size", "replies"),
}
RESET = frozenset({"default", "reset", "none", "auto"})
WINDOWS = ("7d", "30d", "90d", "1y")


@dataclass(frozen=True, slots=True)
class SettingsQuery:
    """Show all (``key`` is None), offer choices for one (``value`` is None), or set it.

    ``resets`` gives the choice back to the bot.
    """

    key: str | None = None
    value: str | bool | None = None
    resets: bool = False

    @property
    def is_change(self) -> bool:
        """Whether something is agreed anew."""
        return self.resets or self.value is not None


def settings_query(text: str) -> SettingsQuery:
    """Read which setting and its new value: ``tz Berlin``, ``venue=bybit``, ``dark``, ``reset``."""
    words = tidied(text).replace("=", " ", 1).split()
    if not words:
        return SettingsQuery()
    named = {alias: key for key, aliases in KEYS.items() for alias in aliases}
    key = named.get(words[0].casefold())
    if key is None:
        return _alone(" ".join(words))
    value = " ".join(words[1:])
    if not value:
        return SettingsQuery(key)
    if value.casefold() in RESET:
        return SettingsQuery(key, resets=True)
    return SettingsQuery(key, _READERS[key](value))


def _alone(said: str) -> SettingsQuery:
    """A value that says itself what it is about: ``dark``, ``brief``, ``Deutsch``, ``Tokyo``."""
    word = said.casefold()
    if word in RESET:
        return SettingsQuery(resets=True)
    if word in get_args(Theme):
        return SettingsQuery("theme", word)
    if word in {"brief", "full"}:
        return SettingsQuery("is_brief", word == "brief")
    if word in NAMES:
        return SettingsQuery("venue", word)
    if (language := _language_named(word)) is not None:
        return SettingsQuery("language", language)
    if is_zone(said):
        return SettingsQuery("zone", _zone(said))
    guesses = [m for m, _, _ in process.extract(word, list(KEYS_SHOWN), limit=2, score_cutoff=60)]
    raise UsageError(
        tr("I don't know the setting `{said}`. /settings shows all.", said=said[:40]),
        corrections=tuple(Correction(g, f"/settings {g}") for g in guesses)
        or (Correction("/settings", "/settings"),),
    )


def _zone(said: str) -> str:
    return zone_of(said).key


def _venue(said: str) -> str:
    found = process.extractOne(said.casefold(), list(NAMES), scorer=fuzz.ratio, score_cutoff=60)
    if said.casefold() in NAMES:
        return said.casefold()
    guesses = [found[0]] if found else sorted(NAMES)[:3]
    raise UsageError(
        tr("I don't ask a venue called {name}.", name=said[:30]),
        corrections=tuple(Correction(venue_name(g), f"/settings venue {g}") for g in guesses),
    )


def _quote(said: str) -> str:
    if said.upper() in QUOTES:
        return said.upper()
    raise UsageError(
        tr("I know prices in {names}.", names=", ".join(QUOTES)),
        corrections=tuple(Correction(quote, f"/settings quote {quote}") for quote in QUOTES),
    )


def _window(said: str) -> str:
    length = duration_of(said)
    if length is None or not DAY <= length <= LONGEST:
        raise UsageError(
            tr("A window is a length from 1d to 3y, such as 30d."),
            corrections=tuple(Correction(one, f"/settings window {one}") for one in WINDOWS),
        )
    return spelled(length)


def _theme(said: str) -> str:
    if said.casefold() in get_args(Theme):
        return said.casefold()
    raise UsageError(
        tr("Pictures are light or dark."),
        corrections=tuple(Correction(one, f"/settings theme {one}") for one in get_args(Theme)),
    )


def _language(said: str) -> str:
    found = _language_named(said.casefold())
    if found is None:
        raise UsageError(
            tr("I speak {names}.", names=", ".join(map(language_name, languages()))),
            corrections=tuple(
                Correction(language_name(one), f"/settings language {one}") for one in languages()
            ),
        )
    return found


def _language_named(word: str) -> str | None:
    named = {
        language_name(one, called_in).casefold(): one
        for one in languages()
        for called_in in languages()
    }
    return word if word in languages() else named.get(word)


def _brief(said: str) -> bool:
    if said.casefold() in {"brief", "full"}:
        return said.casefold() == "brief"
    raise UsageError(
        tr("Replies are brief or full."),
        corrections=(Correction("brief", "/settings brief"), Correction("full", "/settings full")),
    )


_READERS: dict[str, Callable[[str], str | bool]] = {
    "zone": _zone,
    "venue": _venue,
    "quote": _quote,
    "window": _window,
    "theme": _theme,
    "language": _language,
    "is_brief": _brief,
}
KEYS_SHOWN = tuple(aliases[0] for aliases in KEYS.values())
