"""Every request held against the published Bot API schema, as aiogram's models state it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin

import aiogram.methods
from pydantic import BaseModel, TypeAdapter, ValidationError


@dataclass(frozen=True, slots=True)
class Violation:
    """Something a bot sent that the schema does not know.

    The real server ignores what is merely unknown; a `fatal` one it cannot read.
    """

    method: str
    path: str
    problem: str
    value: Any = None
    fatal: bool = False

    def __str__(self) -> str:
        return f"{self.method}: {self.path}: {self.problem}: {self.value!r}"


@cache
def known_methods() -> Mapping[str, type[BaseModel]]:
    """Models of all published methods, by lower-case method name."""
    models = (getattr(aiogram.methods, name) for name in aiogram.methods.__all__)
    named = {getattr(model, "__api_method__", None): model for model in models}
    return MappingProxyType(
        {name.lower(): model for name, model in named.items() if isinstance(name, str)}
    )


def decoded(model: type[BaseModel], raw: Mapping[str, Any]) -> dict[str, Any]:
    """Turn form texts into what their types say; what cannot be decoded stays text."""
    return {name: _decoded_value(model, name, value) for name, value in raw.items()}


def violations(method: str, model: type[BaseModel], params: Mapping[str, Any]) -> list[Violation]:
    """List what is unknown, ill-typed, missing, deprecated or untagged, at any depth."""
    try:
        read = model.model_validate_json(json.dumps(params), strict=True)
    except ValidationError as error:
        return [
            Violation(method, _dotted(item["loc"]), item["msg"], item["input"], _fatal(item))
            for item in error.errors()
        ]
    return [
        Violation(method, path, problem, value, problem == "missing")
        for path, problem, value in _problems(read, "")
    ]


def answer_violations(method: str, result: Any) -> list[Violation]:
    """List where an answer of the emulator itself is not what the schema promises."""
    promised: Any = getattr(known_methods()[method.lower()], "__returning__", None)
    try:
        read: Any = TypeAdapter(promised).validate_json(json.dumps(result))
    except ValidationError as error:
        return [
            Violation(method, _dotted(item["loc"]), item["msg"], item["input"])
            for item in error.errors()
        ]
    return [
        Violation(method, path, problem, value)
        for path, problem, value in _nested(read, "")
        if problem == "unknown"
    ]


def _decoded_value(model: type[BaseModel], name: str, value: Any) -> Any:
    if not isinstance(value, str) or name not in model.model_fields:
        return value
    kinds = _kinds(model.model_fields[name].annotation)
    if str in kinds:
        whole = int in kinds and re.fullmatch(r"-?[0-9]+", value)
        return int(value) if whole else value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _kinds(annotation: Any) -> frozenset[Any]:
    if get_origin(annotation) in {list, Literal}:
        return frozenset({annotation})
    inner = get_args(annotation)
    return frozenset().union(*map(_kinds, inner)) if inner else frozenset({annotation})


def _problems(model: BaseModel, path: str) -> Iterator[tuple[str, str, Any]]:
    for name, value in (model.model_extra or {}).items():
        yield f"{path}{name}", "unknown", value
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        if name in model.model_fields_set:
            if isinstance(info.json_schema_extra, dict) and info.json_schema_extra["deprecated"]:
                yield f"{path}{name}", "deprecated", value
            yield from _nested(value, f"{path}{name}")
        elif get_origin(info.annotation) is Literal:
            yield f"{path}{name}", "missing", None


def _nested(value: Any, path: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, BaseModel):
        yield from _problems(value, f"{path}.")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _nested(item, f"{path}.{place}")


def _fatal(item: Mapping[str, Any]) -> bool:
    """Tell what cannot be read from a parameter left out, for which a method has its own words."""
    return item["type"] != "missing" or len(item["loc"]) > 1


def _dotted(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location))
