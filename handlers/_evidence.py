"""Same data, same numbers: what an answer rests on, under a name that proves it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from typing import Protocol

from analytics.language import tr
from analytics.market.candles import FundingHistory
from analytics.market.fingerprints import fingerprint
from analytics.market.histories import History
from analytics.market.windows import Window, spelled
from handlers._command import Services
from handlers._files import Column, Table, funding_table, history_table, written
from handlers._reply import File, Reply

CSV, FULL, BRIEF = "csv", "full", "brief"
NAMES_WIDTH = 40
"""Characters of a file's name that the markets may take."""


class Query(Protocol):
    """A question with switches: how much of its answer is shown."""

    @property
    def switches(self) -> frozenset[str]:
        """The bare words."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What an answer was computed from, and the series that it computed.

    ``beside`` is what many other markets did; ``others`` are pasts of which each was looked at by
    itself; ``columns`` stand on the bars of ``history``.
    """

    history: History
    columns: tuple[Column, ...] = ()
    tables: tuple[Table, ...] = ()
    paid: tuple[FundingHistory, ...] = ()
    beside: History | None = None
    others: tuple[History, ...] = ()

    @property
    def histories(self) -> tuple[History, ...]:
        """All closes."""
        beside = () if self.beside is None else (self.beside,)
        return (self.history, *beside, *self.others)


async def with_evidence(
    reply: Reply, query: Query, services: Services, evidence: Evidence
) -> Reply:
    """The reply with its id in the numbers; below the facts for ``full``, with files for ``csv``."""
    name = fingerprint(canonical(query), evidence.histories, evidence.paid, version=_version())
    reply = replace(reply, numbers={**reply.numbers, "id": name})
    if query.switches & {CSV, FULL} and BRIEF not in query.switches:
        *method, markets, where = reply.provenance
        reply = replace(reply, provenance=(*method, f"id {name}", markets, where))
    if CSV not in query.switches:
        return reply
    stem = _stem(reply, evidence.history, name)
    files = await services.workshop.compute(partial(_files, evidence, stem))
    if not all(file.content for file in files):
        files = tuple(file for file in files if file.content)
        reply = replace(
            reply, notes=(*reply.notes, tr("Too much data for a file: ask for less time."))
        )
    return replace(reply, files=files)


def _files(evidence: Evidence, stem: str) -> tuple[File, ...]:
    return tuple(written(_tables(evidence), stem=stem))


def canonical(query: object) -> str:
    """A question as text: equal for equal questions, however they were typed or are shown.

    The bars say what a window's bar and end were, so only its length counts.
    """
    match query:
        case Window():
            return spelled(query.length)
        case Enum():
            return str(query.value)
        case datetime():
            return query.isoformat()
        case timedelta():
            return str(query.total_seconds())
        case frozenset():
            return f"{{{','.join(sorted(canonical(item) for item in query))}}}"
        case tuple():
            return f"({','.join(canonical(item) for item in query)})"
        case _ if is_dataclass(query) and not isinstance(query, type):
            said = (
                f"{field.name}={canonical(getattr(query, field.name))}"
                for field in fields(query)
                if field.compare and field.name != "switches"
            )
            return f"{type(query).__name__}({','.join(said)})"
        case _:
            return repr(query)


def _tables(evidence: Evidence) -> Iterator[Table]:
    yield history_table(evidence.history, evidence.columns)
    if evidence.beside is not None:
        yield history_table(evidence.beside, name="markets")
    for place, history in enumerate(evidence.others, start=2):
        yield history_table(history, name=str(place))
    yield from evidence.tables
    if evidence.paid:
        yield funding_table(evidence.paid)


def _stem(reply: Reply, history: History, name: str) -> str:
    """``corr-BTC-ETH-PERP-30d-1a2b3c4d``."""
    markets = "-".join(market.short_name for market in history.markets)
    if len(markets) > NAMES_WIDTH:
        markets = f"{len(history.markets)}-markets"
    stem = f"{reply.numbers['command']}-{markets}-{spelled(history.window)}-{name}"
    return re.sub(r"[^A-Za-z0-9.-]", "_", stem)


def _version() -> str:
    try:
        return installed_version("hedgebot")
    except PackageNotFoundError:  # run from its folder, never installed
        return "source"
