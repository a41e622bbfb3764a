"""/settings: every value by the word that people would try, and refusals with a correction."""

from dataclasses import dataclass, field, replace

import pytest

from analytics.errors import RequestError
from analytics.language import languages
from handlers import Preferences, Quiet, Services, load_commands
from handlers._preferred import with_preferences
from handlers._settings.query import SettingsQuery
from handlers.settings import COMMAND
from tests.handlers.asking import services, somebody

COMMANDS = {command.name: command for command in load_commands()}


@dataclass
class Agreements:
    """What chats agreed on, in memory."""

    kept: dict[int, Preferences] = field(default_factory=dict)

    async def preferences(self, chat_id: int) -> Preferences:
        return self.kept.get(chat_id, Preferences())

    async def set_preferences(self, chat_id: int, preferences: Preferences) -> None:
        self.kept[chat_id] = preferences

    async def quiet(self, _chat_id: int) -> Quiet:
        return Quiet()

    async def set_quiet(self, _chat_id: int, _quiet: Quiet) -> None:
        raise AssertionError("/settings mutes nobody")


def keeping(agreements: Agreements) -> Services:
    return replace(services(), rooms=agreements, asker=somebody(7))


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("", SettingsQuery()),
        ("tz", SettingsQuery("zone")),
        ("tz Berlin", SettingsQuery("zone", "Europe/Berlin")),
        ("tz=Europe/Berlin", SettingsQuery("zone", "Europe/Berlin")),
        ("TIMEZONE new york", SettingsQuery("zone", "America/New_York")),
        ("city Tokyo", SettingsQuery("zone", "Asia/Tokyo")),
        ("New York", SettingsQuery("zone", "America/New_York")),
        ("venue=bybit", SettingsQuery("venue", "bybit")),
        ("Deribit", SettingsQuery("venue", "deribit")),
        ("quote usdc", SettingsQuery("quote", "USDC")),
        ("window 2w", SettingsQuery("window", "14d")),
        ("dark", SettingsQuery("theme", "dark")),
        ("theme light", SettingsQuery("theme", "light")),
        ("brief", SettingsQuery("is_brief", value=True)),
        ("full", SettingsQuery("is_brief", value=False)),
        ("language english", SettingsQuery("language", "en")),
        ("german", SettingsQuery("language", "de")),
        ("Spanisch", SettingsQuery("language", "es")),
        ("idioma alemán", SettingsQuery("language", "de")),
        ("window default", SettingsQuery("window", resets=True)),
        ("reset", SettingsQuery(resets=True)),
    ],
)
def test_reads(words: str, query: SettingsQuery) -> None:
    assert COMMAND.parse(words) == query
    assert COMMAND.changes(query) == (query.value is not None or query.resets)


@pytest.mark.parametrize(
    "words",
    [
        "tz Xyzzy",
        "venue mtgox",
        "quote DOGE",
        "window 5m",
        "window abc",
        "theme pink",
        "language tlh",
        "them dark",
    ],
)
def test_refuses_with_something_to_tap(words: str) -> None:
    with pytest.raises(RequestError) as refusal:
        COMMAND.parse(words)
    assert refusal.value.corrections
    for correction in refusal.value.corrections:
        if correction.right.startswith("/settings"):
            COMMAND.parse(correction.right.removeprefix("/settings"))


async def test_what_is_set_is_kept_and_shown() -> None:
    agreements = Agreements()
    for words in ("tz Berlin", "venue bybit", "window 90d", "dark", "brief"):
        reply = await COMMAND.answer(COMMAND.parse(words), keeping(agreements))
        assert reply.title == "Kept."
    assert agreements.kept[7] == Preferences(
        zone="Europe/Berlin", venue="bybit", window="90d", theme="dark", is_brief=True
    )
    shown = await COMMAND.answer(SettingsQuery(), keeping(agreements))
    values = {fact.label: fact.value for group in shown.facts for fact in group}
    assert values["Clock"] == "Europe/Berlin"
    assert values["Venue"] == "Bybit"
    assert values["Window"] == "90d"
    await COMMAND.answer(COMMAND.parse("venue default"), keeping(agreements))
    assert agreements.kept[7].venue is None
    await COMMAND.answer(COMMAND.parse("reset"), keeping(agreements))
    assert agreements.kept[7] == Preferences()


async def test_every_button_sets_what_it_says() -> None:
    agreements = Agreements()
    for key in ("", "tz", "venue", "quote", "window", "theme", "language", "length"):
        reply = await COMMAND.answer(COMMAND.parse(key), keeping(agreements))
        assert len(reply.buttons) <= 3
        for button in (one for row in reply.buttons for one in row):
            COMMAND.parse(button.question.removeprefix("/settings").strip())


@pytest.mark.parametrize("key", ["tz", "quote", "window", "theme", "language", "length"])
async def test_the_choice_that_holds_is_marked_and_can_be_left_to_the_bot_again(key: str) -> None:
    agreements = Agreements()
    before = await COMMAND.answer(COMMAND.parse(key), keeping(agreements))
    first, *others = (button for row in before.buttons for button in row)
    assert sum(button.current for button in (first, *others)) == 1
    chosen = next(b for b in (first, *others) if not b.current)
    await COMMAND.answer(
        COMMAND.parse(chosen.question.removeprefix("/settings ")), keeping(agreements)
    )
    after = await COMMAND.answer(COMMAND.parse(key), keeping(agreements))
    held = [button.question for row in after.buttons for button in row if button.current]
    assert held == [chosen.question]
    back = next(b for b in (first, *others) if b.current)
    assert back.question in [button.question for row in after.buttons for button in row]


@pytest.mark.parametrize("language", languages())
async def test_the_reply_that_changes_the_language_is_in_the_new_one(language: str) -> None:
    query = COMMAND.parse(f"language {language}")
    reply = await COMMAND.answer(query, keeping(Agreements()))
    assert (reply.title == "Kept.") == (language == "en")


@pytest.mark.parametrize(
    ("name", "words", "wanted", "asked"),
    [
        ("corr", "BTC ETH", Preferences(window="90d"), "BTC ETH 90d"),
        ("corr", "BTC ETH 7d", Preferences(window="90d"), "BTC ETH 7d"),
        ("corr", "BTC ETH", Preferences(is_brief=True), "BTC ETH brief"),
        ("corr", "BTC ETH full", Preferences(is_brief=True), "BTC ETH full"),
        ("corr", "BTC ETH", Preferences(window="90d", is_brief=True), "BTC ETH 90d brief"),
        ("corr", "BTC ETH corr=3", Preferences(window="90d"), "BTC ETH corr=3"),
        ("corr", "", Preferences(window="90d", is_brief=True), ""),
        ("break", "BTC ETH", Preferences(window="90d"), "BTC ETH"),
        ("size", "2.5 BTC BTC-INV", Preferences(window="90d"), "2.5 BTC BTC-INV"),
        ("corr", "BTC ETH", Preferences(zone="Europe/Berlin", theme="dark"), "BTC ETH"),
    ],
)
def test_preferences_fill_what_a_question_leaves_open(
    name: str, words: str, wanted: Preferences, asked: str
) -> None:
    assert with_preferences(COMMANDS[name], words, wanted) == asked
