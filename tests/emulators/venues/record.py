"""What a venue was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived; `path` starts with the original host."""

    venue: str
    path: str
    params: Mapping[str, str]
    time: datetime

    @property
    def endpoint(self) -> str:
        """Path without the host."""
        return "/" + self.path.partition("/")[2]
