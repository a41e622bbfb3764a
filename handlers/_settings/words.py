"""The settings of a chat, as a list and as buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType

from analytics.language import ENGLISH, language_name, languages, later, tr
from analytics.market.directory import QUOTES
from analytics.market.venues import NAMES, venue_name
from handlers._reply import Button, Fact, Reply
from handlers._room import Preferences, Theme
from handlers._settings.query import WINDOWS, SettingsQuery
from handlers._zones import LIKELY, city_of

USUAL_WINDOW = "30d"
THEMES: Mapping[Theme, str] = MappingProxyType({"light": later("light"), "dark": later("dark")})


def settings_reply(
    agreed: Preferences, query: SettingsQuery, *, venues: Sequence[str], now: datetime
) -> Reply:
    """Show what holds, and offer what can be changed."""
    local = now.astimezone(agreed.time_zone)
    usual = tr("as the bot")
    explained = tr("What a question says itself goes before these. A city: `/settings tz Berlin`")
    if query.key == "zone" and not query.is_change:
        explained = tr("Tap one, or write the name of your city: `/settings tz Berlin`")
    facts = (
        Fact(tr("Clock"), agreed.time_zone.key, (f"{local:%H:%M}",)),
        Fact(tr("Language"), language_name(agreed.language or ENGLISH)),
        Fact(tr("Venue"), venue_name(agreed.venue) if agreed.venue else usual),
        Fact(tr("Quote"), agreed.quote or usual),
        Fact(tr("Window"), agreed.window or USUAL_WINDOW),
        Fact(tr("Pictures"), tr(THEMES[agreed.theme]) if agreed.theme else usual),
        Fact(tr("Replies"), tr("brief") if agreed.is_brief else tr("full")),
    )
    return Reply(
        title=tr("Kept.") if query.is_change else tr("Settings of this chat"),
        answer="",
        facts=(facts,),
        text=(explained,),
        buttons=_choices(agreed) if query.key is None else _one_choice(query.key, agreed, venues),
        numbers={"command": "settings", **asdict(agreed)},
    )


def _choices(agreed: Preferences) -> tuple[tuple[Button, ...], ...]:
    """The settings with few choices as buttons; the others lead to theirs."""
    themes = tuple(
        _button(tr(name), "theme", one, agreed.theme == one) for one, name in THEMES.items()
    )
    lengths = (
        _button(tr("brief"), "brief", "", agreed.is_brief),
        _button(tr("full"), "full", "", not agreed.is_brief),
    )
    more = (
        Button(tr("Clock"), "/settings tz"),
        Button(tr("Venue"), "/settings venue"),
        Button(tr("Window"), "/settings window"),
        Button(tr("Quote"), "/settings quote"),
    )
    return (_languages(agreed), themes + lengths, more)


def _languages(agreed: Preferences) -> tuple[Button, ...]:
    return tuple(
        _button(language_name(one), "language", one, (agreed.language or ENGLISH) == one)
        for one in languages()
    )


def _one_choice(
    key: str, agreed: Preferences, venues: Sequence[str]
) -> tuple[tuple[Button, ...], ...]:
    back = (Button(f"↩ {tr('Settings')}", "/settings"),)
    match key:
        case "language":
            rows = _rows(_languages(agreed))
        case "zone":
            now = agreed.time_zone.key
            zones = dict.fromkeys((now, *LIKELY, "UTC"))
            rows = _rows([_button(city_of(z), "tz", z, now == z) for z in zones])
        case "venue":
            rows = _rows(
                [
                    _button(venue_name(v), "venue", v, agreed.venue == v)
                    for v in venues
                    if v in NAMES
                ]
                + [_left("venue", agreed.venue)]
            )
        case "quote":
            quotes = [_button(q, "quote", q, agreed.quote == q) for q in QUOTES]
            rows = _rows([*quotes, _left("quote", agreed.quote)], wide=2)
        case "window":
            length = agreed.window or USUAL_WINDOW
            rows = _rows([_button(w, "window", w, length == w) for w in WINDOWS], wide=4)
        case "theme":
            rows = _rows(
                [_button(tr(name), "theme", t, agreed.theme == t) for t, name in THEMES.items()]
                + [_left("theme", agreed.theme)]
            )
        case _:
            rows = _rows(
                [
                    _button(tr("brief"), "brief", "", agreed.is_brief),
                    _button(tr("full"), "full", "", not agreed.is_brief),
                ]
            )
    return (*rows, back)


def _button(label: str, key: str, value: str, current: bool) -> Button:  # noqa: FBT001
    return Button(label, f"/settings {key} {value}".rstrip(), current=current)


def _left(key: str, chosen: str | None) -> Button:
    """Leave the choice to the bot again."""
    return _button(tr("as the bot"), key, "default", chosen is None)


def _rows(buttons: Sequence[Button], *, wide: int = 3) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[at : at + wide]) for at in range(0, len(buttons), wide))
