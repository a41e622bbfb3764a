"""What an alert had to tell while its chat was closed to us; each on both databases."""

import pytest
from sqlalchemy import update

from analytics.market.windows import DAY, HOUR, MINUTE
from bot.standing.telling import POISON
from bot.store.alerts import SqlAlerts
from bot.store.chats import CHAT_CLOSED, close_topic, open_chat, open_topic
from bot.store.ledger import Ledger
from bot.store.mail import SqlMail
from bot.store.outbox import Outbox
from bot.store.tables import alerts
from bot.telegram.refusals import ChatClosed
from bot.telegram.sending.closing import closed
from handlers._watch.states import Phase, State
from tests.bot.standing.world import NOON, ROOM, World, falls_at

A_BAR = HOUR + 5 * MINUTE
BLOCKED = ChatClosed("Forbidden: bot was blocked by the user")


async def shut_out(world: World) -> None:
    """The letter that is on its way is refused, as for somebody who has blocked the bot."""
    for key in await world.letters():
        await Ledger(world.database).intend(f"{key}:0", chat_id=-100)
        await Ledger(world.database).fail(f"{key}:0", note=BLOCKED.note)
    await closed(world.database, -100, BLOCKED)
    assert await world.letters() == []


async def unheard_names(world: World) -> list[str]:
    """Letters that are not known as refused: Telegram will be asked to take them."""
    names = await world.letters()
    return [key for key in names if await Ledger(world.database).entry(f"{key}:0") is None]


@pytest.mark.parametrize("repeat", ["", "once"])
async def test_an_alert_that_could_not_be_told_is_told_when_the_chat_is_open_again(
    world: World, repeat: str
) -> None:
    await world.add(f"ETH BTC-PERP corr<0.6 for=1 {repeat}")
    world.value = falls_at(NOON + HOUR)
    await world.pass_time(A_BAR)
    assert await world.letters() == ["alert:1:1:1:fired"]
    await shut_out(world)
    await world.pass_time(5 * HOUR)
    assert await world.letters() == [], "nothing is looked at meanwhile"
    assert await open_chat(world.database, -100, now=world.now)
    await world.pass_time(A_BAR)
    assert len(await unheard_names(world)) == 1
    await world.pass_time(24 * HOUR)
    assert len(await unheard_names(world)) == 1, "and once"


@pytest.mark.parametrize("repeat", ["", "once"])
async def test_what_was_over_when_the_chat_opened_is_not_told_and_the_next_time_is(
    world: World, repeat: str
) -> None:
    await world.add(f"ETH BTC-PERP corr<0.6 for=1 {repeat}")
    world.value = falls_at(NOON + HOUR, until=NOON + 3 * HOUR)
    await world.pass_time(A_BAR)
    await shut_out(world)
    await world.pass_time(5 * HOUR)
    await open_chat(world.database, -100, now=world.now)
    await world.pass_time(2 * HOUR)
    assert await world.letters() == []
    assert await world.phases() == [Phase.NORMAL]
    world.value = falls_at(world.now)
    await world.pass_time(2 * HOUR)
    assert len(await unheard_names(world)) == 1, "nobody heard of the first: it cools nothing down"


async def test_what_somebody_has_read_before_is_not_told_again(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6 for=1")
    world.value = falls_at(NOON + HOUR)
    await world.pass_time(A_BAR)
    await Outbox(world.database).finish("alert:1:1:1:fired")
    await closed(world.database, -100, BLOCKED)
    await open_chat(world.database, -100, now=world.now)
    await world.pass_time(5 * HOUR)
    assert await world.letters() == []


async def test_an_alert_that_told_once_and_was_read_stays_asleep(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6 for=1 once")
    world.value = falls_at(NOON + HOUR)
    await world.pass_time(A_BAR)
    await Outbox(world.database).finish("alert:1:1:1:fired")
    await closed(world.database, -100, BLOCKED)
    (alert,) = await SqlAlerts(world.database).of_chat(-100)
    assert alert.paused_why != CHAT_CLOSED
    await open_chat(world.database, -100, now=world.now)
    await world.pass_time(5 * HOUR)
    assert await world.letters() == []


async def read_and_shut_out(world: World) -> None:
    """Everything was read before the bot was blocked, as a month ago."""
    for key in await world.letters():
        await Outbox(world.database).finish(key)
    await closed(world.database, -100, BLOCKED)
    world.now += 30 * DAY


async def test_an_episode_of_before_a_chat_was_closed_is_not_told_to_be_over_a_month_later(
    world: World,
) -> None:
    await world.add("ETH BTC-PERP corr<0.6 for=1")
    world.value = falls_at(NOON + HOUR, until=NOON + 9 * DAY)
    await world.pass_time(A_BAR)
    await read_and_shut_out(world)
    await open_chat(world.database, -100, now=world.now)
    await world.pass_time(DAY, every=HOUR)
    assert await world.letters() == []
    assert await world.phases() == [Phase.NORMAL]


async def test_an_alert_that_fires_when_its_chat_opens_after_a_month_is_news(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6 for=1")
    world.value = falls_at(NOON + HOUR)
    await world.pass_time(A_BAR)
    await read_and_shut_out(world)
    await open_chat(world.database, -100, now=world.now)
    opened = world.now
    await world.pass_time(DAY, every=HOUR)
    assert await world.letters() == ["alert:1:2:1:fired"]
    (alert,) = await SqlAlerts(world.database).of_chat(-100)
    assert alert.state.since is not None
    assert alert.state.since > opened - HOUR, "nobody knows since when"


async def test_an_alert_that_was_given_up_begins_anew_when_an_operator_tries_it_again(
    world: World,
) -> None:
    await world.add("ETH BTC-PERP corr<0.6 for=1")
    world.value = falls_at(NOON + HOUR, until=NOON + 2 * HOUR)
    await world.pass_time(A_BAR)
    await Outbox(world.database).finish("alert:1:1:1:fired")
    async with world.database.writing() as connection:
        await connection.execute(update(alerts).values(paused_why=POISON))
    world.now += 30 * DAY
    assert await SqlMail(world.database, {POISON}).requeue("alert:1") == 1
    await world.pass_time(DAY, every=HOUR)
    assert await world.letters() == [], "what was a month ago is not told to be over"
    (alert,) = await SqlAlerts(world.database).of_chat(-100)
    assert alert.paused_why is None


async def test_an_alert_begins_anew_with_its_topic_too(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6 for=1")
    world.value = falls_at(NOON + HOUR)
    await world.pass_time(A_BAR)
    await Outbox(world.database).finish("alert:1:1:1:fired")
    await close_topic(world.database, ROOM)
    await open_topic(world.database, ROOM)
    (alert,) = await SqlAlerts(world.database).of_chat(-100)
    assert alert.state == State()
    assert alert.version == 2


async def test_who_was_promised_not_to_be_told_before_it_has_cleared_is_not_told(
    world: World,
) -> None:
    await world.add("ETH BTC-PERP corr<0.6 for=1")
    arm = SqlAlerts(world.database).arm
    await arm(1, state=State(Phase.UNARMED, value=0.4), check=world.now + HOUR)
    world.value = falls_at(NOON)
    await read_and_shut_out(world)
    await open_chat(world.database, -100, now=world.now)
    await world.pass_time(DAY, every=HOUR)
    assert await world.letters() == []
    assert await world.phases() == [Phase.UNARMED]


async def test_who_was_warned_of_an_end_while_the_chat_was_closed_is_warned_again(
    world: World,
) -> None:
    await world.add("ETH BTC-PERP corr<0.6 until=36d")
    await world.pass_time(33 * DAY + HOUR, every=HOUR)
    (warned,) = await world.letters()
    assert ":expiring:" in warned
    await shut_out(world)
    world.now += 6 * HOUR
    await open_chat(world.database, -100, now=world.now)
    await world.pass_time(2 * HOUR, every=HOUR)
    (again,) = await unheard_names(world)
    assert ":expiring:" in again
