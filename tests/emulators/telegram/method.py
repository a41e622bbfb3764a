"""The shape every modelled method of the Bot API has."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.emulators.telegram.files import Upload
from tests.emulators.telegram.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """Parameters of one request, decoded, and the files that came along."""

    params: Mapping[str, Any]
    files: dict[str, Upload]

    def __getitem__(self, name: str) -> Any:
        return self.params.get(name)


@dataclass(frozen=True, slots=True)
class Method:
    """A method, what does it, and the parameters that are understood."""

    name: str
    act: Callable[[World, Query], Any | Awaitable[Any]]
    parameters: frozenset[str]


def method(name: str, act: Callable[[World, Query], Any], parameters: str = "") -> Method:
    return Method(name, act, frozenset(parameters.split()))
