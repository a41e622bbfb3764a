"""`/__ctl/…`: people and records for other processes, in JSON.

POST person {name, language?, username?} · group {title, members, type?, forum?} ·
says {person, text, chat?, thread?, reply_to?} · edits {person, chat, message, text} ·
presses {person, chat, message, label} · fault {method?, code?, drop?, …}
GET messages?chat=… · calls?method=…&since=…&wait=seconds · violations · queue
"""

import base64
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.people import Person

if TYPE_CHECKING:
    from tests.emulators.telegram.emulator import TelegramEmulator

Act = Callable[["TelegramEmulator", dict[str, Any]], Any]


def control_routes(emulator: "TelegramEmulator") -> Iterable[web.RouteDef]:
    """Routes by which another process drives the emulator."""
    acts: dict[str, Act] = {
        "person": _person,
        "group": _group,
        "says": _says,
        "edits": _edits,
        "presses": _presses,
        "fault": _fault,
    }
    views = {"messages": _messages, "violations": _violations, "queue": _queue}
    for name, act in acts.items():
        yield web.post(f"/__ctl/{name}", _posting(emulator, act))
    for name, view in views.items():
        yield web.get(f"/__ctl/{name}", _getting(emulator, view))
    yield web.get("/__ctl/calls", _calls(emulator))


def _posting(
    emulator: "TelegramEmulator", act: Act
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        asked = await request.json()
        return _answered(act, emulator, asked)

    return handle


def _getting(
    emulator: "TelegramEmulator", view: Act
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        return _answered(view, emulator, dict(request.query))

    return handle


def _answered(act: Act, emulator: "TelegramEmulator", asked: dict[str, Any]) -> web.Response:
    try:
        return web.json_response(act(emulator, asked))
    except (KeyError, TypeError, ValueError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


def _calls(emulator: "TelegramEmulator") -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        asked = request.query
        methods = [asked["method"]] if "method" in asked else []
        since = int(asked.get("since", 0))

        def found() -> list[dict[str, Any]]:
            picked = emulator.calls_of(*methods, since=since)
            return [call.as_json() for call in picked if call.ok is not None]

        try:
            shown = await emulator.until(found, timeout=float(asked.get("wait", 0)))
        except TimeoutError:
            shown = []
        return web.json_response(shown)

    return handle


def _person(emulator: "TelegramEmulator", asked: dict[str, Any]) -> dict[str, Any]:
    return {"id": emulator.person(asked.pop("name"), **asked).id}


def _group(emulator: "TelegramEmulator", asked: dict[str, Any]) -> dict[str, Any]:
    members = [_who(emulator, known) for known in asked.pop("members")]
    return {"id": emulator.group(asked.pop("title"), members, **asked).id}


def _says(emulator: "TelegramEmulator", asked: dict[str, Any]) -> dict[str, Any]:
    person, chat_id = _who(emulator, asked["person"]), asked.get("chat")
    place = emulator.world.chats[chat_id] if chat_id is not None else person.chat
    reply_to = place.messages[asked["reply_to"]] if "reply_to" in asked else None
    said = person.says(asked["text"], chat=place, thread=asked.get("thread"), reply_to=reply_to)
    return {"chat": said.chat.id, "message": said.id, "update": said.update_id}


def _edits(emulator: "TelegramEmulator", asked: dict[str, Any]) -> dict[str, Any]:
    message = _which(emulator, asked)
    said = _who(emulator, asked["person"]).edits(message, asked["text"])
    return {"chat": said.chat.id, "message": said.id, "update": said.update_id}


def _presses(emulator: "TelegramEmulator", asked: dict[str, Any]) -> dict[str, Any]:
    message = _which(emulator, asked)
    pressed = _who(emulator, asked["person"]).presses(message, asked["label"])
    return {"id": pressed.id, "update": pressed.update_id}


def _fault(emulator: "TelegramEmulator", asked: dict[str, Any]) -> dict[str, Any]:
    body = asked.pop("body", None)
    emulator.fault(**asked, body=None if body is None else body.encode())
    return {}


def _messages(emulator: "TelegramEmulator", asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [shown(message) for message in emulator.messages(int(asked["chat"]))]


def _violations(emulator: "TelegramEmulator", _asked: dict[str, Any]) -> list[str]:
    return [str(violation) for violation in emulator.violations]


def _queue(emulator: "TelegramEmulator", _asked: dict[str, Any]) -> dict[str, int]:
    return {"size": emulator.queue_size}


def shown(message: Message) -> dict[str, Any]:
    """Describe a message for another process: as the bot sees it, plus who and the picture."""
    extra: dict[str, Any] = {"from_bot": message.from_bot, "revision": message.revision}
    if message.photo is not None:
        extra["photo_base64"] = base64.b64encode(message.photo).decode()
    return message.as_json() | extra


def _who(emulator: "TelegramEmulator", known: int | str) -> Person:
    users = emulator.world.users.values()
    found = (user for user in users if known in {user.id, user.first_name})
    user = next(found, None)
    if user is None or user.is_bot:
        raise ValueError(f"nobody is called {known!r}")
    return Person(user, emulator.world.chats[user.id], emulator.world)


def _which(emulator: "TelegramEmulator", asked: dict[str, Any]) -> Message:
    return emulator.world.chats[asked["chat"]].messages[asked["message"]]
