"""/alerts: what waits here and how near it is; change, silence or forget it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from analytics.errors import Correction, RequestError, SourceError
from analytics.language import later, tr
from analytics.studies.readings import Reading
from handlers._alerts import changes
from handlers._alerts.edited import edited
from handlers._alerts.kinds import (
    AlertsQuery,
    EditQuery,
    KeepQuery,
    ListQuery,
    OffAllQuery,
    OffQuery,
    OneQuery,
    ShowQuery,
    SnoozeQuery,
    WhichQuery,
)
from handlers._alerts.looks import stands
from handlers._alerts.naps import LONGEST_SNOOZE, too_long
from handlers._alerts.query import query_of
from handlers._alerts.words import listed, shown
from handlers._asker import Asker
from handlers._command import Command, Services
from handlers._errors import NotAllowedError, UsageError
from handlers._format import day
from handlers._grammar.until import Until
from handlers._muting import muted_now
from handlers._reply import Reply
from handlers._requests import new_alert
from handlers._until import moment_of, zone_of_chat
from handlers._watch.alert import Alert, Alerts
from handlers._watch.ending import ending
from handlers._watch.evidence import Evidence, evidence_of, with_picture
from handlers._watch.names import instruments_of, subject
from handlers._watch.reading import reading
from handlers._watch.rule import DEFAULT_LIFE, Rule
from handlers._watch.sense import refuse_past
from handlers._watch.states import Fired
from handlers._watch.stepping import begun
from handlers._watch.words import told

MOST_GUESSES = 4
_TEST = re.compile(r"[<>≤≥]|(?<![\w.,-])-?[\d.,]*\d%?(?!\w)")
"""What an alert waits for, behind its markets: those that exist are called by a number before them."""


def parse(text: str) -> AlertsQuery:
    """Read a verb and the number of an alert."""
    query = query_of(text)
    is_new = isinstance(query, WhichQuery) and query.verb == "show" and _TEST.search(text)
    if isinstance(query, WhichQuery) and query.markets and is_new:
        raise new_alert(text, [str(market) for market in query.markets])
    return query


async def answer(query: AlertsQuery, services: Services) -> Reply:
    """Show alerts, or change them."""
    alerts, asker = _opened(services)
    match query:
        case ListQuery(is_firing):
            return await _listed(alerts, asker, services, is_firing=is_firing)
        case OffAllQuery():
            return await _all_off(alerts, asker)
        case OffQuery(numbers):
            found = [await _numbered(alerts, asker, number) for number in numbers]
            for alert in found:
                await alerts.delete(alert.id)
            return changes.forgotten(found)
        case WhichQuery():
            return await _which(query, alerts, asker, services)
        case _:
            alert = await _numbered(alerts, asker, query.number)
            return await _one(query, alert, alerts, asker, services)


async def _which(query: WhichQuery, alerts: Alerts, asker: Asker, services: Services) -> Reply:
    """Do it with the only alert there is; of several ask which one is meant."""
    known = await alerts.of_chat(asker.room.chat_id)
    if not known:
        raise _unknown(0, known)
    about = [alert for alert in known if _is_about(alert, query)]
    if len(known) > 1 or not about:
        names = ", ".join(
            (*(market.base for market in query.markets), *filter(None, [query.metric]))
        )
        raise UsageError(
            tr("Which alert?")
            if about
            else tr("No alert looks at {names}. Which one?", names=names),
            corrections=tuple(
                Correction(_named(alert), _worded(query, alert))
                for alert in (about or known)[:MOST_GUESSES]
            ),
        )
    return await answer(query_of(_worded(query, known[0]).partition(" ")[2]), services)


def _is_about(alert: Alert, query: WhichQuery) -> bool:
    """Whether an alert looks at what is named."""
    watched = {one.base for one in instruments_of(alert.rule.measure)}
    is_measured = query.metric in (None, alert.rule.measure.metric)
    return is_measured and {market.base for market in query.markets} <= watched


def _worded(query: WhichQuery, alert: Alert) -> str:
    verb = "" if query.verb == "show" else f"{query.verb} "
    return f"/alerts {verb}{alert.number} {query.rest}".rstrip()


def _named(alert: Alert) -> str:
    return f"{alert.number} · {subject(alert.rule.measure)} {alert.rule.test}"[:64]


async def _one(
    query: OneQuery, alert: Alert, alerts: Alerts, asker: Asker, services: Services
) -> Reply:
    now = services.now()
    match query:
        case ShowQuery(is_test=True):
            return await _tested(alert, services)
        case SnoozeQuery(length=length):
            await _refuse_others(alert, asker)
            until = await _snoozed_until(alert, length, asker, services)
            await alerts.snooze(alert.id, until)
            return changes.snoozed(replace(alert, snoozed_until=until), now=now)
        case KeepQuery():
            life = alert.rule.until
            expires = now + (life if isinstance(life, timedelta) else DEFAULT_LIFE)
            kept = await alerts.keep(alert.id, expires)
            return changes.kept(kept or replace(alert, expires=expires), now=now)
        case EditQuery(words=words):
            return await _edited(alert, words, alerts, services)
        case _:
            return await _shown(alert, services)


async def _snoozed_until(
    alert: Alert, length: timedelta | Until | None, asker: Asker, services: Services
) -> datetime | None:
    """When an alert is awake again; a moment is one by the clock of the chat."""
    now = services.now()
    if not isinstance(length, Until):
        return None if length is None else now + length
    zone = await zone_of_chat(services, asker)
    moment = moment_of(length, zone, now, right=f"/alerts snooze {alert.number} 8h")
    if moment > now + LONGEST_SNOOZE:
        raise too_long(alert.number, day(moment, seen_from=now))
    return moment


async def _listed(alerts: Alerts, asker: Asker, services: Services, *, is_firing: bool) -> Reply:
    """All alerts, or those that fire; all where none does, for that is what is asked then."""
    found = await stands(await alerts.of_chat(asker.room.chat_id), services)
    firing = [stand for stand in found if stand.is_firing] if is_firing else []
    now, muted = services.now(), await muted_now(services)
    return listed(firing or found, now=now, muted=muted, others=len(found) - len(firing or found))


async def _shown(alert: Alert, services: Services) -> Reply:
    (stand,) = await stands([alert], services)
    seen = stand.seen
    evidence = Evidence() if seen is None else await evidence_of(alert, seen, services)
    reply = shown(
        stand, now=services.now(), target=evidence.target, muted=await muted_now(services)
    )
    return reply if seen is None else await with_picture(reply, alert, seen, evidence, services)


async def _tested(alert: Alert, services: Services) -> Reply:
    """What the alert would say now; nothing is changed and nothing is sent."""
    seen = await reading(alert.rule.measure, services)
    event = Fired(seen, services.now(), alert.state.calm)
    return changes.marked_as_test(await told(event, alert, services), alert, seen)


async def _edited(alert: Alert, words: str, alerts: Alerts, services: Services) -> Reply:
    try:
        asked = edited(alert.rule, words)
    except RequestError as error:
        raise _as_edit(error, alert.number) from None
    rule = await ending(asked, services)
    if rule == alert.rule:
        return changes.unchanged(alert)
    _refuse_another_place(alert, rule)
    now = services.now()
    refuse_past(rule, now, right=f"/alerts edit {alert.number} {words} until=30d")
    seen = await _seen(rule, services)
    goes_on = rule.until == alert.rule.until and alert.expires > now
    expires = alert.expires if goes_on else rule.expires(now)
    after = await alerts.change(alert.id, rule, state=begun(rule, seen), check=now, expires=expires)
    if after is None:
        raise UsageError(tr("Alert {number} has gone meanwhile.", number=alert.number))
    return changes.changed(alert, after, seen, now=now)


def _as_edit(error: RequestError, number: int) -> RequestError:
    """The same error about a /watch as one about a change of the alert."""
    error.corrections = tuple(
        Correction(one.label, one.right.replace("/watch ", f"/alerts edit {number} ", 1), one.wrong)
        for one in error.corrections
    ) or (Correction(tr("Show it"), f"/alerts {number}"),)
    return error


def _refuse_another_place(alert: Alert, rule: Rule) -> None:
    if rule.to_private and not alert.rule.to_private:
        raise UsageError(
            tr("An alert speaks where it was set. For one in private set another:"),
            corrections=(Correction("dm", rule.question),),
        )


async def _seen(rule: Rule, services: Services) -> Reading | None:
    """What is there now; None where nobody can tell, which is no reason to refuse a change."""
    try:
        found = await reading(rule.measure, services)
    except SourceError:
        return None
    return None if found.is_stale(services.now()) else found


async def _all_off(alerts: Alerts, asker: Asker) -> Reply:
    """Forget the only one there is; of several, ask first: one word would lose them all."""
    known = await alerts.of_chat(asker.room.chat_id)
    if len(known) > 1:
        return changes.asked_of_all(known)
    for alert in known:
        await alerts.delete(alert.id)
    return changes.forgotten(known)


async def _numbered(alerts: Alerts, asker: Asker, number: int) -> Alert:
    found = await alerts.numbered(asker.room.chat_id, number)
    if found is None:
        raise _unknown(number, await alerts.of_chat(asker.room.chat_id))
    return found


def _unknown(number: int, known: Sequence[Alert]) -> RequestError:
    if not known:
        example = "/watch ETH BTC-PERP break 180d"
        return UsageError(
            tr("There are no alerts here. Set one: `{example}`", example=example),
            corrections=(Correction(example, example),),
        )
    close = sorted(known, key=lambda alert: abs(alert.number - number))[:MOST_GUESSES]
    return UsageError(
        tr("There is no alert {number} here. Did you mean one of these?", number=number),
        corrections=tuple(
            Correction(_named(alert), str(alert.number), str(number)) for alert in close
        ),
    )


async def _refuse_others(alert: Alert, asker: Asker) -> None:
    """In a group each may silence their own alerts; its admins may silence all."""
    if asker.is_private or alert.owner_id == asker.id or await asker.may_change():
        return
    raise NotAllowedError(
        tr(
            "Alert {number} is somebody else's: only they and admins of this group snooze it.",
            number=alert.number,
        ),
        corrections=(Correction(tr("All alerts"), "/alerts"),),
    )


def _opened(services: Services) -> tuple[Alerts, Asker]:
    if services.alerts is None or services.asker is None:
        raise RequestError(tr("Nothing is kept here: alerts live in the bot's database."))
    return services.alerts, services.asker


def _is_change(query: AlertsQuery) -> bool:
    if isinstance(query, WhichQuery):
        return query.verb in {"off", "edit", "keep"}
    return isinstance(query, OffQuery | OffAllQuery | EditQuery | KeepQuery)


COMMAND = Command(
    name="alerts",
    aliases=("alert",),
    summary=later("your alerts, nearest to firing first"),
    usage="/alerts · /alerts 7 · /alerts off|snooze|wake|edit|test|keep 7",
    examples=("/alerts", "/alerts 7", "/alerts snooze 7 8h", "/alerts edit 7 corr<0.5"),
    parse=parse,
    answer=answer,
    menu_place=60,
    is_personal=True,
    changes=_is_change,
)
