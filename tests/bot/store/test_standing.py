"""What operators are told of everybody's alerts; on both databases."""

from sqlalchemy import event, insert

from bot.store.database import Database
from bot.store.standing import PAUSED, alert_phases
from bot.store.tables import alerts
from handlers._watch.states import Phase, State
from tests.bot.store.test_moving import row


async def test_alerts_are_counted_by_their_state_without_being_read(database: Database) -> None:
    states = [State(Phase.NORMAL)] * 700 + [State(Phase.FIRING, episode=2)] * 40
    rows = [
        row(
            alerts, seed, state=state.as_text(), paused_why=None, chat_id=seed, occasion=f"u:{seed}"
        )
        for seed, state in enumerate(states)
    ]
    asleep = row(alerts, 1000, state=State(Phase.FIRING).as_text(), occasion="asleep")
    async with database.writing() as connection:
        await connection.execute(insert(alerts), [*rows, asleep])
    said: list[tuple[str, object]] = []

    def hear(_c: object, _cursor: object, words: str, values: object, *_: object) -> None:
        if words.startswith("SELECT"):
            said.append((words, values))

    event.listen(database.engine.sync_engine, "before_cursor_execute", hear)
    found = await alert_phases(database)
    event.remove(database.engine.sync_engine, "before_cursor_execute", hear)
    assert found == {Phase.NORMAL: 700, Phase.FIRING: 40, PAUSED: 1}
    assert said
    async with database.reading() as connection:
        for words, values in said:
            answer = await connection.exec_driver_sql(words, values)  # type: ignore[arg-type]
            assert len(answer.all()) <= len(Phase) + 1, words


async def test_where_nobody_watches_there_is_nothing_to_count(database: Database) -> None:
    assert await alert_phases(database) == {}
