"""/digest: whether all is as usual with some pairs, and what changed since yesterday."""

from dataclasses import replace

from analytics.language import later
from analytics.studies.digests import State
from handlers._command import Command, Services, price_of
from handlers._digest.files import pair_table
from handlers._digest.gathering import Gathered, gathered
from handlers._digest.picture import picture
from handlers._digest.query import SYNTAX, DigestQuery
from handlers._digest.reading import digest_query
from handlers._digest.words import by_urgency, outcome_name, state_of, summary
from handlers._evidence import Evidence, with_evidence
from handlers._grammar import PICTURELESS, typed
from handlers._questions import again, standing
from handlers._reply import Button, Reply

BUTTONS_A_ROW = 2
MOST_BUTTONS = 10
"""Of more pairs only those have one that are not as usual."""
TERMS = "/explain digest, band, prediction range, effectiveness"


def parse(asked: str) -> DigestQuery:
    """Read one or several pairs, each with its window."""
    return digest_query(asked)


async def answer(query: DigestQuery, services: Services) -> Reply:
    """Look at every pair, judge, draw."""
    found = await gathered(query, services)
    reply = summary(query, found, now=services.now())
    reply = replace(reply, buttons=_what_next(query, found))
    reply = await with_evidence(reply, query, services, _evidence(found))
    if query.switches & PICTURELESS:
        return reply
    return replace(reply, chart=await services.workshop.draw(picture(found, reply)))


def _evidence(found: Gathered) -> Evidence:
    first, *others = (one.digest.history for one in found.told)
    return Evidence(first, tables=(pair_table(found),), others=tuple(others))


def _what_next(query: DigestQuery, found: Gathered) -> tuple[tuple[Button, ...], ...]:
    shown = found.outcomes
    if len(shown) > MOST_BUTTONS:
        restless = [one for one in by_urgency(found) if state_of(one) is not State.STEADY]
        shown = tuple(restless[:MOST_BUTTONS])
    pairs = [Button(outcome_name(one)[:64], query.corr(one.pair)) for one in shown]
    rows = [tuple(pairs[k : k + BUTTONS_A_ROW]) for k in range(0, len(pairs), BUTTONS_A_ROW)]
    following = (*_margin(query), again(query.asked()), Button("?", TERMS))
    if len(found.outcomes) > 1:
        return (*rows, (_watch(found),), following)
    return (*rows, (_watch(found), *following))


def _margin(query: DigestQuery) -> tuple[Button, ...]:
    """The same digest at a usual leverage, where a position cannot be sized without a margin."""
    if query.lacks_margin_in is None:
        return ()
    margined = query.with_usual_margin()
    return (Button(margined.margin[0], margined.asked()),)


def _watch(found: Gathered) -> Button:
    """To be told of the pair that asks most for attention, by its name where there are several."""
    pair, name = by_urgency(found)[0].pair, outcome_name(by_urgency(found)[0])
    named = [typed(one, SYNTAX) for one in pair.instruments]
    watch, _ = standing(named, pair.window.length)
    return replace(watch, label=f"🔔 {name}"[:64]) if len(found.outcomes) > 1 else watch


def _cost(query: DigestQuery) -> int:
    return price_of(2 * len(query.pairs))


COMMAND = Command(
    name="digest",
    summary=later("some pairs at a glance, and what changed since yesterday"),
    usage="/digest ETH BTC-PERP 30d[, SOL ETH-PERP 30d …] [lev=3] [venue=bybit] [ci=95]",
    examples=(
        "/digest ETH BTC-PERP 30d, SOL ETH-PERP 30d",
        "/digest BTC ETH SOL 30d",
        "/digest 40 ETH -2.48 BTC-PERP 30d",
    ),
    parse=parse,
    answer=answer,
    menu_place=64,
    placeholder="ETH BTC-PERP 30d, SOL ETH-PERP 30d",
    is_of_listed=True,
    cost=_cost,
)
