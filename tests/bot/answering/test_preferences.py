"""What a chat prefers shows in its answers, and in nobody else's."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from bot.answering.answers import Answers
from bot.store.database import Database
from bot.store.rooms import SqlRooms
from handlers import Preferences, load_commands
from tests.handlers.asking import Desk, services, somebody

ANN, BEN = somebody(1), somebody(2)


@dataclass
class Studio(Desk):
    """A workshop that remembers in which themes it was asked to draw."""

    themes: list[str] = field(default_factory=list)

    def in_theme(self, theme: str) -> "Studio":
        self.themes.append(theme)
        return self


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def answers(database: Database, studio: Studio) -> Answers:
    return Answers(load_commands(), replace(services(desk=studio), rooms=SqlRooms(database)))


async def test_the_preferred_venue_and_window_answer(database: Database, answers: Answers) -> None:
    _, other, *_ = answers.services.histories.source.venues
    wanted = Preferences(venue=other, window="90d", is_brief=True)
    await SqlRooms(database).set_preferences(ANN.room.chat_id, wanted)
    mine = (await answers.answer("/corr BTC ETH", asker=ANN)).reply
    theirs = (await answers.answer("/corr BTC ETH", asker=BEN)).reply
    assert {name.partition(":")[0] for name in mine.numbers["markets"]} == {other}
    assert mine.numbers["window_days"] == 90
    assert mine.facts == ()
    assert {name.partition(":")[0] for name in theirs.numbers["markets"]} != {other}
    assert theirs.numbers["window_days"] == 30
    assert theirs.facts


async def test_what_the_question_says_goes_first(database: Database, answers: Answers) -> None:
    first, other, *_ = answers.services.histories.source.venues
    wanted = Preferences(venue=other, window="90d", is_brief=True)
    await SqlRooms(database).set_preferences(ANN.room.chat_id, wanted)
    said = f"/corr {first}:BTC {first}:ETH 7d full"
    assert (await answers.answer(said, asker=ANN)).reply.numbers == (
        await answers.answer(said, asker=BEN)
    ).reply.numbers


async def test_pictures_are_drawn_in_the_theme_of_each_chat(
    database: Database, answers: Answers, studio: Studio
) -> None:
    await SqlRooms(database).set_preferences(ANN.room.chat_id, Preferences(theme="dark"))
    await asyncio.gather(
        *(answers.answer("/corr BTC ETH", asker=asker) for asker in (ANN, BEN, ANN, BEN))
    )
    assert studio.themes == ["dark"], "asked once for all who like it dark"
    assert len(studio.pictures) == 2, "one picture a theme"


async def test_a_setting_is_made_and_holds_at_once(answers: Answers) -> None:
    kept = await answers.answer("/settings window 7d", asker=ANN)
    assert not kept.is_error
    assert (await answers.answer("/corr BTC ETH", asker=ANN)).reply.numbers["window_days"] == 7


async def test_members_of_a_group_see_settings_and_do_not_change_them(answers: Answers) -> None:
    async def no_admin() -> bool:
        return False

    member = replace(somebody(5, is_private=False), may_change=no_admin)
    assert not (await answers.answer("/settings", asker=member)).is_error
    refused = await answers.answer("/settings dark", asker=member)
    assert refused.is_error
    assert "admins" in refused.reply.answer
    assert (await answers.services.rooms.preferences(-100)).theme is None
