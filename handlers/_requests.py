"""What somebody asks for who writes no command, and what keeps, changes or ends something.

Words without a slash keep nothing, so it is not done but offered: a sentence with what to tap.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from analytics.errors import Correction, RequestError
from analytics.language import tr
from handlers._alerts.kinds import (
    AlertsQuery,
    ListQuery,
    OffAllQuery,
    OffQuery,
    ShowQuery,
    WhichQuery,
)
from handlers._alerts.query import query_of
from handlers._alerts.verbs import FIRING, VERBS
from handlers._beyond import beyond
from handlers._book import SavedPosition
from handlers._daily.when import When, when_of
from handlers._errors import UsageError
from handlers._grammar import tidied
from handlers._grammar.kinds import with_kinds
from handlers._grammar.sentences import Named, named_in
from handlers._grammar.spoken_times import in_figures
from handlers._mute.spoken import silence_in
from handlers._watch.spoken import condensed, part_of
from handlers._watch.spoken_prices import names_level

_ALERTS = re.compile(r"(?<!\w)(?:alerts?|alarms?|alarmen?|alertas?)(?!\w)")
_DIGESTS = re.compile(r"(?<!\w)(?:digests?|dail(?:y|ies)|tagesberichte?|res[uú]men(?:es)?)(?!\w)")
_CREATION = frozenset(
    [
        "set",
        "add",
        "create",
        "make",
        "new",
        "setze",
        "setz",
        "erstelle",
        "neuer",
        "neuen",
        "pon",
        "ponme",
        "crea",
        "nueva",
    ]
)
_WATCH = re.compile(
    r"(?<!\w)(?:alert me|notify|warn me|ping me|let me know|watch|monitor|keep an eye|"
    r"tell me (?:when|if|once|as soon)|sag(?:e)? (?:mir )?(?:bescheid )?(?:wenn|sobald|falls)|"
    r"meld(?:e)? (?:dich|mir)|warn(?:e)? mich|benachrichtige|beobachte|überwache|bescheid|"
    r"av[ií]same|avisa|vigila|notif[ií]came|al[eé]rtame|dime (?:cuando|si))(?!\w)"
)
_WISH = re.compile(f"{_WATCH.pattern}|{_ALERTS.pattern}", re.IGNORECASE)
_DAILY = re.compile(
    r"(?<!\w)(?:(?:every|each) (?:day|morning|evening|night)|daily|jeden (?:tag|morgen|abend)|täglich|"
    r"cada (?:día|dia|mañana|tarde|noche)|todos los d[ií]as|todas las (?:mañanas|noches)|diario)(?!\w)"
)
_STOP = re.compile(
    r"\W*(?:please |bitte |por favor )?(?:stop|stopp|enough|unsubscribe|no more|hör auf|aufhören|schluss|"
    r"genug|abbestellen|abmelden|basta|para ya|cancelar|darme de baja|too many)(?!\w)"
)
_STILL = re.compile(
    r"(?<!\w)(?:(?:still|noch|immer noch|todavía|aún|sigue)(?!\w).*(?<!\w)(?:ok|okay|fine|good|enough|"
    r"right|gut|passt|passend|reicht|genug|richtig|bien|suficiente|vale)|rebalanc\w*|resize|readjust|"
    r"nachjustieren|reajustar)(?!\w)"
)
_HEDGED = re.compile(
    r"(?<!\w)(?:hedge\w*|shorts?|positions?|absicherung|position(?:en)?|cobertura|posici[oó]n)(?!\w)"
)
_MEANING = re.compile(
    r"\W*(?:what(?:'s| is| are)|was (?:ist|sind)|qué (?:es|son)) (?:an?|eine?|un[ao]?) "
)
_IDLE = re.compile(rf"(?:{_ALERTS.pattern}|my|the|meinen?|den|mis?|la)\W?")
_COMPARED = re.compile(r"[<>]=?\s*[-+]?[\d.]")
_MOST_OFFERED = 4
BOTH_SIDES = 2


def standing_question(words: str, named: Sequence[Named]) -> str | None:
    """The question about alerts or digests that exist which only looks: ``show my alerts``."""
    said = words.casefold()
    if _MEANING.match(said):
        return "help watch" if _ALERTS.search(said) else None
    if silence_in(words, said, is_sure=True):
        return None
    if _ALERTS.search(said) and not _creates(said) and not _WATCH.search(said):
        asked = _asked_of_alerts(words)
        if isinstance(asked, UsageError):
            return None if _verb(said) else "alerts"
        if isinstance(asked, ListQuery):
            return "alerts firing" if asked.is_firing else "alerts"
        if isinstance(asked, WhichQuery) and asked.verb == _verb(said) == "show":
            return " ".join(("alerts", *_markets(named)))
        return (
            f"alerts {asked.number}" if isinstance(asked, ShowQuery) and not asked.is_test else None
        )
    asks = re.match(r"\W*(?:what|which|welche|was|qué|que|cuáles)\b", said)
    if asks and not FIRING.isdisjoint(re.findall(r"\w+", said)) and not _markets(named):
        return "alerts firing"
    is_of_digests = _DIGESTS.search(said) and not _markets(named) and _verb(said) != "off"
    return "daily" if is_of_digests else None


def request_in(
    words: str, named: Sequence[Named], saved: Mapping[str, SavedPosition]
) -> UsageError | None:
    """What to offer to somebody who asks for what is kept, or who asks to be left alone."""
    said = " ".join(words.casefold().replace("’", "'").split())
    markets = _markets(named)
    return (
        _of_silence(words, said, is_sure=True)
        or _of_alerts(words, said)
        or (None if markets else _of_digests(said))
        or _of_silence(words, said)
        or (None if markets else _of_an_end(said))
        or (_of_a_watch(words, said, markets) if markets else None)
        or (_of_days(words, said) if markets else None)
        or _of_a_hedge(named, said, saved)
        or beyond(said, named)
    )


def _of_alerts(words: str, said: str) -> UsageError | None:
    if not _ALERTS.search(said) or _creates(said) or _WATCH.search(said) or _MEANING.match(said):
        return None
    match _asked_of_alerts(words):
        case OffAllQuery():
            return _offer(("/alerts off all", "/alerts"))
        case OffQuery(numbers):
            return _offer((f"/alerts off {' '.join(map(str, numbers))}", "/alerts"))
        case UsageError() as refusal:
            return refusal if _verb(said) else None
        case ListQuery():
            return None
        case WhichQuery(verb="show", markets=markets) if markets:
            # ``alert btc eth 0.6`` is a new one.
            return None
    kept = [word for word in words.split() if not _IDLE.fullmatch(word.casefold())]
    return _offer((f"/alerts {' '.join(kept)}", "/alerts"))


def _of_digests(said: str) -> UsageError | None:
    if not _DIGESTS.search(said) or _verb(said) != "off":
        return None
    number = re.search(r"\d{1,4}", said)
    return _offer((f"/daily off {number[0]}" if number else "/daily off", "/daily"))


def _of_silence(words: str, said: str, *, is_sure: bool = False) -> UsageError | None:
    rights = silence_in(words, said, is_sure=is_sure)
    return _offer(rights) if rights else None


def _of_an_end(said: str) -> UsageError | None:
    if not _STOP.match(said):
        return None
    return UsageError(
        tr("What shall end? `/alerts` and `/daily` list what comes by itself; `/mute` is silence."),
        corrections=_corrections(("/alerts", "/daily", "/mute 8h")),
    )


def _of_a_watch(words: str, said: str, markets: Sequence[str]) -> UsageError | None:
    is_new = _ALERTS.search(said) and (_creates(said) or _verb(said) is None)
    is_wished = _WATCH.search(said) or is_new or _COMPARED.search(said) or names_level(said)
    return new_alert(words, markets) if is_wished else None


def new_alert(words: str, markets: Sequence[str]) -> UsageError:
    """What to offer to somebody who describes an alert that shall be."""
    try:
        plain = " ".join(with_kinds(tuple(_WISH.sub(" ", tidied(words)).split())))
        error = part_of(text := condensed(plain), plain)
    except RequestError as refusal:
        return UsageError(refusal.sentence, corrections=refusal.corrections)
    tests = [word for word in text.split() if re.match(r"[a-z]+[<>]|(?:break|lockstep)$", word)]
    return error or _offer((" ".join(("/watch", *markets, *tests[:1])),))


def _of_days(words: str, said: str) -> UsageError | None:
    if not _DAILY.search(said):
        return None
    when = _when(words)
    kept = [one.words for one in named_in(when.rest) if not one.words.startswith("at=")]
    clock = [f"at={when.clock:%H:%M}"] if when.clock else []
    zone = [f"tz={when.zone}"] if when.zone else []
    return _offer((" ".join(("/daily", *kept, *clock, *zone)),))


def _of_a_hedge(
    named: Sequence[Named], said: str, saved: Mapping[str, SavedPosition]
) -> UsageError | None:
    if not _STILL.search(said) or not _HEDGED.search(said):
        return None
    amounts = [one.words for one in named if one.is_amount]
    if len(amounts) == BOTH_SIDES:
        return _offer((f"/drift {' '.join(amounts)}",))
    bases = {one.market.base for one in named if one.market is not None}
    about = [
        name
        for name, position in saved.items()
        if bases <= {holding.instrument.base for holding in position.holdings}
    ]
    rights = tuple(f"/drift {name}" for name in about[:_MOST_OFFERED])
    if rights:
        return _offer(rights)
    example = "/drift 40 ETH -2.48 BTC-PERP"
    return UsageError(
        tr(
            "Whether a hedge still fits, `/drift` says, of both amounts: `{example}`",
            example=example,
        ),
        corrections=_corrections((example, "/help drift")),
    )


def _offer(rights: tuple[str, ...]) -> UsageError:
    return UsageError(
        tr("Did you mean `{question}`?", question=rights[0]),
        corrections=_corrections(rights),
    )


def _corrections(rights: Iterable[str]) -> tuple[Correction, ...]:
    return tuple(Correction(right, right) for right in dict.fromkeys(rights))


def _asked_of_alerts(words: str) -> AlertsQuery | UsageError:
    try:
        return query_of(words)
    except UsageError as error:
        return error


def _markets(named: Sequence[Named]) -> list[str]:
    return [one.words for one in named if one.market is not None]


def _creates(said: str) -> bool:
    return not _CREATION.isdisjoint(said.split())


def _verb(said: str) -> str | None:
    found = [VERBS[word] for word in re.findall(r"\w+", said) if word in VERBS]
    return "off" if "off" in found else found[0] if found else None


def _when(words: str) -> When:
    try:
        return when_of(tidied(words))
    except RequestError:
        return When(None, None, in_figures(words))
