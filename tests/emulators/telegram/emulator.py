"""The Bot API on this machine: a server for the bot, people and groups for the test."""

import itertools
import time
from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Any, Literal, Self, TypeVar

from aiohttp import web

from tests.emulators.telegram import answering, editing, lookups, profile, sending
from tests.emulators.telegram.calls import SENDS, Bell, Call, CallLog, Rates, rates
from tests.emulators.telegram.chats import ANONYMOUS_ADMIN_ID, Chat, Member, Message, User
from tests.emulators.telegram.control import control_routes
from tests.emulators.telegram.delivery import Delivery
from tests.emulators.telegram.faults import Fault
from tests.emulators.telegram.files import MAX_UPLOAD_BYTES
from tests.emulators.telegram.gate import Gate
from tests.emulators.telegram.people import Person, Place, chat_of
from tests.emulators.telegram.rooms import Room
from tests.emulators.telegram.schema import Violation, known_methods
from tests.emulators.telegram.throttle import Throttle
from tests.emulators.telegram.updates import UpdateQueue
from tests.emulators.telegram.webhook import Attempt
from tests.emulators.telegram.world import World

TOKEN = "123456:TEST"
WAIT = 10.0

T = TypeVar("T")


class TelegramEmulator:
    """An async context manager; use it from the event loop that entered it.

    All state lives here, so the bot may die and come back. `clock` is what messages are dated
    and queries expire by; `time_factor` shortens the delays between webhook deliveries.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        name: str = "Hedgebot",
        username: str = "hedge_desk_bot",
        host: str = "127.0.0.1",
        port: int = 0,
        privacy: bool = True,
        throttle: Throttle | None = None,
        time_factor: float = 0.01,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.token = token
        self._bell = Bell()
        bot = User(int(token.split(":", maxsplit=1)[0]), name, username, is_bot=True)
        self.world = World(bot, clock, self._bell, UpdateQueue(clock, self._bell), privacy)
        anonymous = User(ANONYMOUS_ADMIN_ID, "Group", "GroupAnonymousBot", is_bot=True)
        self.world.users |= {bot.id: bot, anonymous.id: anonymous}
        self._log = CallLog(self._bell)
        self._delivery = Delivery(self.world, time_factor=time_factor)
        groups = [group.METHODS for group in (answering, editing, lookups, profile, sending)]
        found = itertools.chain(self._delivery.methods(), *groups)
        methods = MappingProxyType({method.name.lower(): method for method in found})
        self._gate = Gate(token, self.world, self._log, methods)
        self._gate.throttle = throttle
        self._host, self._port = host, port
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        known_methods()
        app = web.Application(client_max_size=MAX_UPLOAD_BYTES + (1 << 20))
        app.router.add_route("*", "/file/bot{token}/{path:.+}", self._gate.file)
        app.router.add_route("*", "/bot{token}/{method}", self._gate.method)
        app.router.add_routes(control_routes(self))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._gate.close()
        await self._delivery.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Base to which a bot appends `/bot<token>/…` and `/file/bot<token>/…`."""
        return f"http://{self._host}:{self._port}"

    def person(
        self,
        name: str,
        *,
        language: str | None = "en",
        username: str | None = None,
        started: bool = True,
        number: int | None = None,
    ) -> Person:
        """Let somebody be, who has a chat with the bot unless `started` is False."""
        user = User(number or self.world.next_number(), name, username, language)
        chat = Chat(user.id, "private", peer=user)
        if started:
            chat.members[self.world.bot.id] = Member(self.world.bot)
        self.world.users[user.id] = user
        self.world.chats[user.id] = chat
        return Person(user, chat, self.world)

    def group(
        self,
        title: str,
        members: Iterable[Person],
        *,
        type: Literal["group", "supergroup", "channel"] = "supergroup",  # noqa: A002 - as in Chat
        forum: bool = False,
        bot: Literal["member", "administrator"] | None = "member",
        username: str | None = None,
    ) -> Room:
        """Found a group of these people, the first being its creator."""
        number = self.world.next_number()
        chat_id = -number if type == "group" else -1_000_000_000_000 - number
        chat = Chat(chat_id, type, title, username=username, is_forum=forum)
        for place, person in enumerate(members):
            status = "member" if place else "creator"
            chat.members[person.id] = Member(person.user, status)
        if not chat.members:
            raise ValueError("a group needs somebody who founds it")
        if bot:
            chat.members[self.world.bot.id] = Member(self.world.bot, bot)
        self.world.chats[chat_id] = chat
        return Room(chat, self.world)

    def channel(self, title: str, members: Iterable[Person], *, bot_admin: bool = True) -> Room:
        """Found a channel."""
        return self.group(
            title, members, type="channel", bot="administrator" if bot_admin else None
        )

    def messages(
        self, chat: Place, *, thread: int | None = None, from_bot: bool | None = None
    ) -> list[Message]:
        """List what a chat shows now, oldest first."""
        return [
            message
            for message in chat_of(self.world, chat).messages.values()
            if not message.deleted
            and thread in {None, message.thread_id}
            and from_bot in {None, message.from_bot}
        ]

    def replies(self, chat: Place, *, thread: int | None = None) -> list[Message]:
        """List the bot's messages that a chat shows now."""
        return self.messages(chat, thread=thread, from_bot=True)

    @property
    def calls(self) -> list[Call]:
        """Every request so far, in order of arrival."""
        return list(self._log.started)

    def calls_of(
        self, *methods: str, chat: Place | None = None, ok: bool | None = None, since: int = 0
    ) -> list[Call]:
        """Pick calls by method, chat, success and number."""
        names = {name.lower() for name in methods}
        chat_id = None if chat is None else chat_of(self.world, chat).id
        return [
            call
            for call in self._log.started[max(since - 1, 0) :]
            if (not names or call.method.lower() in names)
            and chat_id in {None, call.chat_id}
            and ok in {None, call.ok}
        ]

    @property
    def violations(self) -> list[Violation]:
        """What the published schema does not know; a test should find none."""
        return self._gate.violations

    @property
    def queue_size(self) -> int:
        """Updates not acknowledged yet."""
        return len(self.world.updates)

    @property
    def deliveries(self) -> list[Attempt]:
        """Attempts to post to the current webhook."""
        hook = self._delivery.webhook
        return list(hook.attempts) if hook else []

    @property
    def throttle(self) -> Throttle | None:
        return self._gate.throttle

    @throttle.setter
    def throttle(self, throttle: Throttle | None) -> None:
        self._gate.throttle = throttle

    def commands(
        self, scope: dict[str, Any] | None = None, language: str = ""
    ) -> list[dict[str, Any]]:
        """Give the command list of a scope and language."""
        return self.world.commands.get((profile.scope_key(scope), language), [])

    def fault(self, method: str | None = None, **how: Any) -> Fault:
        """Order a trouble; see `Fault` for the ways."""
        fault = Fault(method, **how)
        self._gate.faults.append(fault)
        return fault

    def rates(self, methods: frozenset[str] = SENDS) -> Rates:
        """Analyse how fast the bot wrote."""
        return rates(self._log.started, methods)

    async def wait(
        self,
        predicate: Callable[[Call], bool] | str,
        *,
        count: int = 1,
        since: int = 0,
        timeout: float = WAIT,  # noqa: ASYNC109 - a message beats a bare TimeoutError
    ) -> Call:
        """Wait for a finished call, or the `count`-th; a string is a method's successful call."""
        if isinstance(predicate, str):
            name = predicate.lower()
            test = lambda call: call.ok and call.method.lower() == name  # noqa: E731 - short
        else:
            test = predicate
        found = await self._log.wait(test, count=count, since=since, seconds=timeout)
        return found[-1]

    async def until(
        self,
        condition: Callable[[], T],
        *,
        timeout: float | None = WAIT,  # noqa: ASYNC109 - asyncio.timeout is what it becomes
    ) -> T:
        """Wait for anything else to become true; give the true value."""
        return await self._bell.until(condition, timeout)

    async def reply(
        self,
        to: Message,
        *,
        count: int = 1,
        timeout: float = WAIT,  # noqa: ASYNC109 - asyncio.timeout is what it becomes
    ) -> Message:
        """Wait for the bot's `count`-th message that follows a message in its chat."""

        def arrived() -> list[Message]:
            found = [message for message in self.replies(to.chat) if message.id > to.id]
            return found if len(found) >= count else []

        found = await self.until(arrived, timeout=timeout)
        return found[count - 1]
