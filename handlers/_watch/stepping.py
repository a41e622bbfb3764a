"""From one look to the next: Normal, Pending, Firing, Recovering, Normal."""

from dataclasses import replace
from datetime import datetime, timedelta

from analytics.language import tr
from analytics.market.windows import spelled
from analytics.studies.readings import Reading
from handlers._watch.condition import BANDS
from handlers._watch.rule import Repeat, Rule
from handlers._watch.states import (
    Blind,
    Broken,
    Expired,
    Expiring,
    Fired,
    Looked,
    NoData,
    Phase,
    Recovered,
    Sighted,
    State,
    Step,
    StillFiring,
    Trouble,
)

NOTICE_BEFORE_EXPIRY = timedelta(days=3)
ERROR = "error:"
UNSEEN_INTERVALS = 2


def step(
    rule: Rule,
    state: State,
    looked: Looked,
    now: datetime,
    *,
    snoozed_until: datetime | None = None,
) -> Step:
    """What a look makes of a state, and what there is to tell; while snoozed, nothing is.

    A look without sight leaves phase and streak as they were. An episode that began before or in a
    snooze is told at the first check after it, if it still goes on.
    """
    snoozed = snoozed_until is not None and now < snoozed_until
    seen = _believed(rule, looked, now)
    if not isinstance(seen, Reading):
        return _unseen(rule, state, seen, now, snoozed=snoozed)
    cleared = replace(state, trouble=None)
    awaited = not snoozed and _is_awaited(state, snoozed_until)
    stepped = _seen(rule, cleared, seen, now, snoozed=snoozed, awaited=awaited)
    trouble = state.trouble
    if trouble is None or trouble.notice is None or stepped.event is not None or snoozed:
        return stepped
    return replace(stepped, event=Sighted(seen, lasted=now - trouble.since))


def ageing(state: State, *, created: datetime, expires: datetime, now: datetime) -> Step:
    """What the time makes of an alert: its owner is warned before it ends, except of short ones."""
    if now >= expires:
        return Step(state, Expired())
    if now < ages_at(state, created=created, expires=expires):
        return Step(state)
    return Step(replace(state, expiry_told=expires), Expiring(expires))


def ages_at(state: State, *, created: datetime, expires: datetime) -> datetime:
    """The next moment at which the time makes something of an alert, whatever its prices do."""
    is_short = expires - created <= 2 * NOTICE_BEFORE_EXPIRY
    is_told = state.expiry_told == expires
    return expires if is_short or is_told else expires - NOTICE_BEFORE_EXPIRY


def begun(rule: Rule, reading: Reading | None, *, now_anyway: bool = False) -> State:
    """The state of a new alert: one whose condition is met already waits until it has cleared.

    With ``now_anyway`` the next look that meets it fires, as if it had been checked before.
    """
    if reading is None:
        return State()
    if not rule.is_met(reading):
        return State(value=reading.value, as_of=reading.as_of, calm=reading.value)
    if now_anyway:
        return State(Phase.PENDING, rule.checks - 1, since=reading.as_of, value=reading.value)
    return State(Phase.UNARMED, value=reading.value, as_of=reading.as_of)


def woken(rule: Rule, state: State) -> State:
    """The state of an alert that slept and begins anew: nobody saw what happened meanwhile.

    One that speaks once and has done so waits until its condition has cleared, or it would say the
    same again and be asleep. So does one that was waiting for that: its owner knows, and was
    promised not to be told before.
    """
    has_spoken = state.is_told and rule.repeat is Repeat.ONCE
    waits = has_spoken or state.phase is Phase.UNARMED
    return State(Phase.UNARMED if waits else Phase.NORMAL)


def too_old(reading: Reading, now: datetime, *, venue: str | None) -> NoData:
    """Nothing is concluded from this; ``venue`` is given where it may be silent as a whole."""
    age = timedelta(minutes=reading.age(now) // timedelta(minutes=1))
    sentence = tr("The last price is {age} old.", age=spelled(age))
    return NoData(sentence, venue=venue, since=reading.as_of)


def _believed(rule: Rule, looked: Looked, now: datetime) -> Looked:
    """The look itself, unless nothing may be concluded from it."""
    if not isinstance(looked, Reading):
        return looked
    if looked.is_stale(now):
        return too_old(looked, now, venue=looked.venue)
    if rule.measure.metric in BANDS and looked.normal is None:
        return NoData(tr("The past is too short to say what is normal."))
    return looked


def _unseen(
    rule: Rule, state: State, looked: NoData | Broken, now: datetime, *, snoozed: bool
) -> Step:
    is_error = isinstance(looked, Broken)
    before = state.trouble if state.trouble and state.trouble.is_error == is_error else None
    if isinstance(looked, NoData):
        since = before.since if before is not None else looked.since or now
        trouble = Trouble(looked.sentence, since, venue=looked.venue)
        # A bar that is missed is no news. Nor are old prices at first sight: only when others of
        # their venue have been looked at too is it known whether that is silent as a whole.
        is_new = looked.since is not None and before is None
        is_news = not is_new and now - since >= UNSEEN_INTERVALS * rule.pace
    else:
        trouble = Trouble(looked.sentence, before.since if before else now, is_error=True)
        # A list of markets may be torn once; a market that is missing twice has gone.
        is_news = before is not None
    # Whoever was told of other trouble before is still to be told that prices are back.
    notice = state.trouble.notice if state.trouble is not None else None
    is_known = notice is not None and notice.startswith(ERROR) == is_error
    since = trouble.since
    if is_known or snoozed or not is_news:
        return Step(replace(state, trouble=replace(trouble, notice=notice)))
    told = replace(trouble, notice=f"{ERROR if is_error else 'unseen:'}{since.timestamp():.0f}")
    is_final = isinstance(looked, Broken) and looked.is_final
    return Step(replace(state, trouble=told), Blind(looked.sentence, is_final))


def _seen(
    rule: Rule, state: State, reading: Reading, now: datetime, *, snoozed: bool, awaited: bool
) -> Step:
    if state.as_of is not None and reading.as_of <= state.as_of:
        # The same bar again is no second check.
        return Step(state)
    looked = replace(state, value=reading.value, as_of=reading.as_of)
    match state.phase:
        case Phase.UNARMED:
            return Step(_arming(rule, looked, reading))
        case Phase.NORMAL | Phase.PENDING:
            return _quiet(rule, looked, reading, now, snoozed=snoozed)
        case Phase.FIRING | Phase.RECOVERING:
            return _loud(rule, looked, reading, now, snoozed=snoozed, awaited=awaited)


def _arming(rule: Rule, state: State, reading: Reading) -> State:
    streak = state.streak + 1 if rule.is_clear(reading) else 0
    if streak < rule.checks:
        return replace(state, streak=streak)
    return replace(state, phase=Phase.NORMAL, streak=0, calm=reading.value)


def _quiet(rule: Rule, state: State, reading: Reading, now: datetime, *, snoozed: bool) -> Step:
    if not rule.is_met(reading):
        calm = replace(state, phase=Phase.NORMAL, streak=0, since=None, calm=reading.value)
        return Step(calm)
    since = state.since or reading.as_of
    pending = replace(state, phase=Phase.PENDING, streak=state.streak + 1, since=since)
    if pending.streak < rule.checks or not _has_cooled(rule, state, now):
        return Step(pending)
    firing = replace(
        pending, phase=Phase.FIRING, streak=0, episode=state.episode + 1, is_told=False
    )
    return _telling(firing, reading, now, snoozed=snoozed)


def _loud(
    rule: Rule, state: State, reading: Reading, now: datetime, *, snoozed: bool, awaited: bool
) -> Step:
    if rule.is_clear(reading):
        streak = state.streak + 1 if state.phase is Phase.RECOVERING else 1
        if streak < rule.checks:
            return Step(replace(state, phase=Phase.RECOVERING, streak=streak))
        return _recovered(state, reading, snoozed=snoozed)
    firing = replace(state, phase=Phase.FIRING, streak=0)
    if not state.is_told and rule.is_met(reading):
        return _telling(firing, reading, now, snoozed=snoozed)
    repeats = rule.repeat is Repeat.EVERY and _has_cooled(rule, state, now)
    if snoozed or not rule.is_met(reading) or not (repeats or awaited):
        return Step(firing)
    return Step(replace(firing, told_at=now), StillFiring(reading, _since(state, reading)))


def _telling(firing: State, reading: Reading, now: datetime, *, snoozed: bool) -> Step:
    if snoozed:
        return Step(firing)
    told = replace(firing, told_at=now, is_told=True)
    return Step(told, Fired(reading, _since(firing, reading), firing.calm))


def _recovered(state: State, reading: Reading, *, snoozed: bool) -> Step:
    lasted = reading.as_of - _since(state, reading)
    normal = replace(
        state, phase=Phase.NORMAL, streak=0, since=None, is_told=False, calm=reading.value
    )
    tells = state.is_told and not snoozed
    return Step(normal, Recovered(reading, lasted) if tells else None)


def _has_cooled(rule: Rule, state: State, now: datetime) -> bool:
    # Where the clock was ahead for a while, the last time may lie in the future.
    return state.told_at is None or abs(now - state.told_at) >= rule.cool_down


def _is_awaited(state: State, snoozed_until: datetime | None) -> bool:
    """Whether a snooze has ended since its owner was last told: to be told then is what they chose."""
    if state.told_at is None or snoozed_until is None:
        return False
    return state.told_at < snoozed_until


def _since(state: State, reading: Reading) -> datetime:
    return state.since or reading.as_of
