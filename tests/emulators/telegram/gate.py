"""The HTTP side: one request in, one recorded and checked call, one answer out."""

import asyncio
import json
import time
import traceback
from collections.abc import Mapping
from inspect import isawaitable
from typing import Any

from aiohttp import web

from tests.emulators.telegram.calls import Call, CallLog
from tests.emulators.telegram.faults import Fault
from tests.emulators.telegram.files import Upload
from tests.emulators.telegram.method import Method, Query
from tests.emulators.telegram.refusals import RefusalError, bad_request, unmodelled
from tests.emulators.telegram.schema import Violation, decoded, known_methods, violations
from tests.emulators.telegram.throttle import Throttle
from tests.emulators.telegram.world import World


class Gate:
    """Serves `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(
        self, token: str, world: World, log: CallLog, methods: Mapping[str, Method]
    ) -> None:
        self.token = token
        self.faults: list[Fault] = []
        self.throttle: Throttle | None = None
        self.violations: list[Violation] = []
        self._world = world
        self._log = log
        self._methods = methods
        self._closing = asyncio.Event()

    def close(self) -> None:
        self._closing.set()

    async def file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _answer(401, {"description": "Unauthorized"})
        stored = self._world.files.at(request.match_info["path"])
        if stored is None:
            return _answer(404, {"description": "Not Found"})
        return web.Response(body=stored.content, content_type="application/octet-stream")

    async def method(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _answer(401, {"description": "Unauthorized"})
        model = known_methods().get(request.match_info["method"].lower())
        if model is None:
            return _answer(404, {"description": "Not Found: method not found"})
        name = getattr(model, "__api_method__", "")
        try:
            raw, files = await _body(request)
        except ValueError:
            return _answer(400, {"description": "Bad Request: can't parse request body"})
        uploads = {key: f"attach://{key}" for key in files if key in model.model_fields}
        query = Query(decoded(model, uploads | raw), files)
        found = violations(name, model, query.params) + _orphans(name, query)
        self.violations.extend(found)
        return await self._call(request, name, query, [item for item in found if item.fatal])

    async def _call(
        self, request: web.Request, name: str, query: Query, fatal: list[Violation]
    ) -> web.StreamResponse:
        number = len(self._log.started) + 1
        call = Call(number, name, query.params, query.files, time.monotonic(), time.time())
        self._log.start(call)
        fault = next((fault for fault in self.faults if fault.strikes(call)), Fault())
        call.fault = fault.name if fault.hits else ""
        await self._pause(fault.delay)
        response = await self._effect(call, query, fault, fatal)
        if request.transport is None or request.transport.is_closing():
            call.fault = call.fault or "client gone"
        self._log.finish(call)
        await self._pause(fault.answer_delay)
        if fault.drop and request.transport:
            request.transport.abort()
        return response

    async def _effect(
        self, call: Call, query: Query, fault: Fault, fatal: list[Violation]
    ) -> web.StreamResponse:
        try:
            if fault.drop == "before":
                call.ok, call.description = False, "connection dropped before any effect"
                return web.Response()
            if fault.code or fault.body is not None:
                return _faulty_answer(call, fault)
            call.result = await self._acted(call, query, fatal)
        except RefusalError as refusal:
            return _refused(call, refusal)
        except Exception as error:  # noqa: BLE001 - a fault of the emulator must fail the test
            trace = "".join(traceback.format_exception(error))
            self.violations.append(Violation(call.method, "", f"the emulator failed: {trace}"))
            return _refused(call, RefusalError(500, "Internal Server Error"))
        call.ok, call.effect, call.code = True, True, 200
        return web.json_response({"ok": True, "result": call.result})

    async def _acted(self, call: Call, query: Query, fatal: list[Violation]) -> Any:
        method = self._methods.get(call.method.lower())
        if method is None:
            raise unmodelled(call.method)
        schema = known_methods()[call.method.lower()].model_fields
        if extra := set(query.params) & set(schema) - method.parameters:
            raise unmodelled(f"{', '.join(sorted(extra))} of {call.method}")
        if fatal:
            raise bad_request(f"can't parse {fatal[0].path}: {fatal[0].problem}")
        chat_id = call.chat_id
        if self.throttle and isinstance(chat_id, int):
            self.throttle.admit(call, chat_id)
        result = method.act(self._world, query)
        return await result if isawaitable(result) else result

    async def _pause(self, seconds: float) -> None:
        if seconds:
            await asyncio.wait([asyncio.ensure_future(self._closing.wait())], timeout=seconds)


def _faulty_answer(call: Call, fault: Fault) -> web.Response:
    status = fault.code or 200
    if fault.body is None:
        return _refused(call, RefusalError(status, fault.description, **fault.parameters))
    call.ok, call.code, call.description = False, status, "raw body"
    return web.Response(body=fault.body, status=status, content_type="application/json")


def _refused(call: Call, refusal: RefusalError) -> web.Response:
    call.ok, call.code, call.description = False, refusal.code, refusal.description
    said: dict[str, Any] = {"description": refusal.description}
    if refusal.parameters:
        said["parameters"] = refusal.parameters
    return _answer(refusal.code, said)


def _answer(code: int, said: dict[str, Any]) -> web.Response:
    retry_after = said.get("parameters", {}).get("retry_after")
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    envelope = {"ok": False, "error_code": code} | said
    return web.json_response(envelope, status=code, headers=headers)


async def _body(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    raw: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        raw |= dict(await request.json())
        return raw, files
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename, value.content_type, value.file.read())
        else:
            raw[name] = value
    return raw, files


def _orphans(name: str, query: Query) -> list[Violation]:
    """Files that no parameter speaks of."""
    spoken = json.dumps(dict(query.params))
    lost = (key for key in query.files if f'"attach://{key}"' not in spoken)
    return [Violation(name, key, "file without a parameter") for key in lost]
