"""What people type without having read a manual: a sentence, and corrections that lead somewhere."""

import re

import pytest

from bot.answering.answers import Answers
from handlers import Reply
from tests.handlers.asking import answers

BTC_ALERTS = [
    "/watch BTC ETH-PERP break",
    "/watch BTC-PERP funding<0",
    "/watch BTC-PERP basis>0.5%",
]
ANSWERED = (
    "hello",
    "hallo, wie geht es dir?",
    "Hola",
    "?",
    "¿",
    "Hilfe!",
    "help hedge",
    "BTC ETH brief nochart",
    "BTC vs ETH 30d brief nochart",
    "`BTC` `ETH` brief nochart",
    "BTC und ETH brief nochart",
    "BTC y ETH 2 semanas brief nochart",
    "/corr BTC ETH 30 Tage brief nochart",
    "/corr BTC ETH 3 Monate brief nochart",
    "/corr BTC ETH 30 días brief nochart",
    "/corr BTC ETH 1 month brief nochart",
    "/Corr BTC ETH brief nochart",
    "/corr BTCUSDT ETHUSDT brief nochart",
    "/corr BTC ETH ETH brief nochart",
    "/corr BTC ETH end=2031-01-01 brief nochart",
    "/hedge 40ETH BTC-PERP brief nochart",
    "/hedge 40 ETH mit BTC-PERP brief nochart",
    "/hedge BTC-PERP 40 ETH brief nochart",
    "/hedge 1,5 ETH BTC-PERP brief nochart",
    "40 ETH BTC-PERP brief nochart",
    "forty ETH BTC-PERP brief nochart",
    "/hedge vierzig ETH BTC-PERP brief nochart",
    "/hedge cuarenta ETH con BTC-PERP brief nochart",
    "/hedge twenty five ETH BTC-PERP brief nochart",
    "/hedge ~40 ETH BTC-PERP brief nochart",
    "/hedge short 3 ETH BTC-PERP brief nochart",
    "/drift long 40 ETH short 2.48 BTC-PERP brief",
    "/corr BTC ETH pls brief nochart",
    "/hedge 25k usd of ETH BTC-PERP brief nochart",
    "/hedge 40 ETH please BTC-PERP por favor brief nochart",
    "/corr BTC ETH last month brief nochart",
    "/corr BTC ETH for the last two weeks please brief nochart",
    "/corr BTC ETH in den letzten 30 Tagen brief nochart",
    "/corr BTC ETH de los últimos 30 días brief nochart",
    "correlation btc eth brief nochart",
    "Korrelation von BTC und ETH brief nochart",
    "/corr BTC perp ETH perp brief nochart",
    "/drift 40 eth short 2.48 btc perp brief",
    "/digest 40 eth short 2.48 btc perp brief",
    "/hedge 2,5 btc mit inverse perp brief nochart",
    "/hedge 40 ETH BTC-PERP fee 0.05% brief nochart",
    "BTC🆚ETH brief nochart",
    "btc eth corr brief nochart",
    ".corr btc eth brief nochart",
    "/corr btc eth 30 d brief nochart",
    "BTC ➡️ ETH brief nochart",
    "BTC->ETH brief nochart",
    "what is the basis?",
    "“/corr BTC ETH brief nochart”",
    "👍",
    "/help me please",
    "/corr help",
    "was ist Funding",
    "¿qué es funding?",
    "what is an alert",
    "thank you so much",
)
REFUSED = {
    "": ["/corr BTC ETH-PERP 30d"],
    "/": ["/help"],
    "//corr BTC ETH": ["/corr BTC ETH"],
    "/ corr BTC ETH": ["/corr BTC ETH"],
    "/hilfe": ["/help"],
    "/stop": ["/alerts", "/daily", "/mute"],
    "/hlep": ["/help"],
    "/korrelation BTC ETH": ["/corr BTC ETH"],
    "/absichern 40 ETH BTC-PERP": ["/hedge 40 ETH BTC-PERP"],
    "/inline corr BTC ETH": ["/corr BTC ETH"],
    "/requeue all": ["/mute"],
    "/help corrr": ["/help corr", "/help carry"],
    "/corr bitcoin ethereum": ["/corr BTC ETH"],
    "/corr Bitcoin-PERP ETH": ["/corr BTC-PERP ETH"],
    "/corr ВТС ЕТН": ["/corr BTC ETH"],
    "/corr BTC ETHH": ["/corr BTC ETH"],
    "/corr BTC QQQQ ETH": ["/corr BTC ETH"],
    "wie stark hängen BTC und ETH zusammen": ["/corr BTC ETH"],
    "is eth following btc": ["/corr ETH BTC"],
    "What is the correlation between bitcoin and ethereum over the last 30 days": [
        "/corr BTC ETH 30 days"
    ],
    "¿Cuál es la correlación entre BTC y ETH?": ["/corr BTC ETH"],
    "price of bitcoin": ["/size 1 BTC BTC-PERP", "/corr BTC ETH-PERP"],
    "/price eth": ["/size 1 ETH ETH-PERP", "/corr ETH BTC-PERP"],
    "/kurs": ["/size 1 BTC BTC-PERP", "/corr BTC ETH-PERP"],
    "¿cuánto vale bitcoin?": ["/size 1 BTC BTC-PERP", "/corr BTC ETH-PERP"],
    "/buy 1 BTC": ["/hedge 1 BTC BTC-PERP", "/best 1 BTC"],
    "/short 2 eth perp": ["/hedge 2 ETH ETH-PERP", "/best 2 ETH"],
    "sell my 2 eth please": ["/hedge 2 ETH ETH-PERP", "/best 2 ETH"],
    "/funding btc": ["/carry BTC-PERP"],
    "BTC < 60000": BTC_ALERTS,
    "btc>100k": BTC_ALERTS,
    "btc below 60k": BTC_ALERTS,
    "Bitcoin unter 60000": BTC_ALERTS,
    "/watch BTC < 60000": BTC_ALERTS,
    "/alert BTC 60000": BTC_ALERTS,
    "/alerts btc < 60000": BTC_ALERTS,
    "/alert btc eth corr<0.6": ["/watch BTC ETH corr<0.6"],
    "/hedge ETH 40 BTC-PERP": ["/hedge 40 ETH BTC-PERP"],
    "/hedge eth 40 btc perp 60d lev=3": ["/hedge 40 ETH BTC-PERP 60d lev=3"],
    "/size BTC 2.5 BTC-INV": ["/size 2.5 BTC BTC-INV"],
    "/drift ETH 40 BTC-PERP -2.48": ["/drift 40 ETH -2.48 BTC-PERP"],
    "/watch ETH 40 BTC-PERP -2.48 drift>10%": ["/watch 40 ETH -2.48 BTC-PERP drift>10%"],
    "/hedge BTC 2 ETH 40 BTC-PERP": ["/hedge 2 BTC 40 ETH BTC-PERP"],
    "/drift i hold 35 eth and i am short 2.1 btc perps": ["/drift 35 ETH -2.1 BTC-PERP"],
    "/drift my 35 eth are hedged by 2.1 btc perp short": ["/drift 35 ETH -2.1 BTC-PERP"],
    "/hedge 40 eth, short the btc perp": ["/hedge 40 ETH BTC-PERP"],
    "I have 2 BTC, how do I hedge?": ["/hedge 2 BTC BTC-PERP"],
    "Ich habe 2,5 BTC und will sie absichern": ["/hedge 2,5 BTC BTC-PERP"],
    "quiero cubrir 40 ETH con BTC-PERP": ["/hedge 40 ETH BTC-PERP"],
    "2.5 BTC, 40 ETH": [
        "/hedge 2.5 BTC + 40 ETH BTC-PERP 30d",
        "/hedge 2.5 BTC + 40 ETH BTC-PERP+ETH-PERP 30d",
    ],
    "my portfolio: 2.5 BTC, 40 ETH, 100 SOL": ["/hedge 2.5 BTC + 40 ETH + 100 SOL BTC-PERP 30d"],
    "/hedge my bitcoins please": ["/hedge 1 BTC BTC-PERP", "/hedge $10k BTC BTC-PERP"],
    "/hedge all my BTC": ["/hedge 1 BTC BTC-PERP", "/hedge $10k BTC BTC-PERP"],
    "/hedge alle meine Bitcoins": ["/hedge 1 BTC BTC-PERP", "/hedge $10k BTC BTC-PERP"],
    "/hedge half a BTC BTC-INV": ["/hedge 0.5 BTC BTC-INV"],
    "/hedge two and a half BTC BTC-INV": ["/hedge 2.5 BTC BTC-INV"],
    "alert btc eth corr<0.6": ["/watch BTC ETH corr<0.6"],
    "alert btc eth 0.6": ["/watch btc eth corr<0.6", "/watch btc eth corr>0.6"],
    "BTC ETH < 0.6": ["/watch BTC ETH corr<0.6"],
    "what is the funding of btc": ["/carry BTC-PERP"],
    "half of my 40 ETH": ["/hedge 20 ETH ETH-PERP", "/hedge 40 ETH part=50% ETH-PERP"],
    "I want to hedge half of my 40 ETH": ["/hedge 20 ETH ETH-PERP"],
    "/hedge ein Viertel meiner 40 ETH BTC-PERP": [
        "/hedge 10 ETH BTC-PERP",
        "/hedge 40 ETH BTC-PERP part=25%",
    ],
    "/drift la mitad de mis 40 ETH -1 BTC-PERP": ["/drift 20 ETH -1 BTC-PERP"],
    "/hedge 50% of my 40 ETH BTC-PERP": [
        "/hedge 20 ETH BTC-PERP",
        "/hedge 40 ETH BTC-PERP part=50%",
    ],
    "€25k ETH": ["/hedge $25k ETH ETH-PERP"],
    "/hedge 25.000 Euro ETH BTC-PERP": ["/hedge $25000 ETH BTC-PERP"],
    "/hedge £25k of ETH BTC-PERP": ["/hedge $25k of ETH BTC-PERP"],
    "/hedge 1.000 ETH BTC-PERP": ["/hedge 1000 ETH BTC-PERP", "/hedge 1 ETH BTC-PERP"],
    "/hedge 2 bitcoins": ["/hedge 2 BTC BTC-PERP", "/hedge 2 BTC BTC-INV"],
    "/hedge forty ETH": ["/hedge forty ETH ETH-PERP", "/hedge forty ETH ETH-INV"],
    "/hedge 40 ETH USDC": ["/hedge 40 ETH ETH-PERP", "/hedge 40 ETH ETH-INV"],
    "/hedge 40 ETH USD": ["/hedge 40 ETH ETH-PERP", "/hedge 40 ETH ETH-INV"],
    "/carry DOGE": ["/carry DOGE-PERP"],
    "/corr BTC ETH end=1999-01-01": ["/corr BTC ETH end=2021-01-24"],
    "/corr BTC ETH end=2011-01-01T12:00": ["/corr BTC ETH end=2021-01-24T12:00"],
    "/corr BTC ETH end=01.09.2026": ["/corr BTC ETH end=2026-09-01"],
    "/corr BTC ETH end=1/9/2026": [
        "/corr BTC ETH end=2026-09-01",
        "/corr BTC ETH end=2026-01-09",
    ],
    "Hi team, we hold about 40 ETH and would like to hedge with BTC-PERP over 30 days. Tom": [
        "/hedge 40 ETH BTC-PERP 30 days"
    ],
    "¿cómo cubro 40 ETH?": ["/hedge 40 ETH ETH-PERP"],
    "BTC 2.5\nETH 40\nSOL 100": ["/hedge 2.5 BTC + 40 ETH + 100 SOL BTC-PERP 30d"],
    "Coin\tAmount\nBTC\t2.5\nETH\t40": ["/hedge 2.5 BTC + 40 ETH BTC-PERP 30d"],
    "/book add 40 ETH -2.48 BTC-PERP": ["/help book"],
    "/täglich BTC ETH um 8": ["/daily BTC ETH um 8"],
    "/alertas": ["/alerts"],
    "/stumm bis morgen": ["/mute bis morgen"],
    "/corr foo:BTC bar:ETH": [
        "/corr simulated:BTC simulated:ETH",
        "/corr mirror:BTC mirror:ETH",
    ],
    "/corr bar:1h BTC ETH": ["/corr bar=1h BTC ETH"],
    "/digest ETH BTC-PERP 30d, SOL ETH at=08:00 tz=Berlin": [
        "/daily ETH BTC-PERP 30d, SOL ETH at=08:00 tz=Berlin"
    ],
    "/hedge main": ["/book"],
    "/hedge main 30d lev=3": ["/book"],
    "/stress main": ["/book"],
    "/watch BTC drops 5%": BTC_ALERTS,
    "/watch btc and eth, tell me when they decouple": ["/watch BTC ETH break"],
    "BTC and something ETH": ["/corr BTC and ETH"],
    "why is my hedge so bad": ["/help hedge"],
    "<b>BTC</b> ETH": ["/corr ETH BTC-PERP"],
    "/corr btc eth 30": ["/corr btc eth 30d"],
    "/corr BTC ETH 0d": ["/corr BTC ETH 30d"],
    "/corr BTC ETH -5d": ["/corr BTC ETH 5d"],
    "/corr BTC ETH 99999999y": ["/corr BTC ETH 3y"],
    "/corr BTC ETH 1m": ["/corr BTC ETH 1mo", "/corr BTC ETH 30d 1m"],
    "/corr BTC ETH 30d 5m 1h": ["/corr BTC ETH 30d"],
    "/corr ETH BTC windw=30d": ["/corr ETH BTC 30d"],
    "/corr BTC ETH --chart": ["/corr BTC ETH"],
    "/corr BTC ETH bar=7h": ["/corr BTC ETH bar=8h"],
    "/corr BTC/ETH": ["/corr BTC ETH"],
    "/corr BTC-ETH": ["/corr BTC ETH"],
    "/corr 🟢 🔴": ["/corr BTC ETH-PERP 30d"],
    "/corr BTC ETH full brief": ["/corr BTC ETH brief", "/corr BTC ETH full"],
    "/hedge 0 ETH BTC-PERP": ["/hedge 1 ETH BTC-PERP"],
    "/hedge -0 ETH BTC-PERP": ["/hedge 1 ETH BTC-PERP"],
    "/hedge $0 ETH BTC-PERP": ["/hedge $1000 ETH BTC-PERP"],
    "/hedge 0ETH BTC-PERP": ["/hedge 1ETH BTC-PERP"],
    "/drift 0 ETH -2.48 BTC-PERP": ["/drift 1 ETH -2.48 BTC-PERP"],
    "/hedge 1e400 ETH BTC-PERP": ["/hedge 2.5 BTC BTC-INV"],
    "/hedge 1e3 ETH BTC-PERP": ["/hedge 1000 ETH BTC-PERP"],
    "/hedge 999999999999999999 ETH BTC-PERP": ["/hedge 2.5 BTC BTC-INV"],
    "/hedge 0.0000000001 ETH BTC-PERP": ["/hedge 0.036 ETH BTC-PERP 30d"],
    "/hedge NaN ETH BTC-PERP": ["/hedge 1 ETH BTC-PERP", "/hedge $10k ETH BTC-PERP"],
    "/hedge 100 DIA BTC-PERP": ["/help hedge"],
    "/hedge 40 ETH SHIB-PERP": ["/hedge 40 ETH ETH-PERP"],
    "/hedge 40 ETH ETH": ["/hedge 40 ETH ETH-PERP", "/hedge 40 ETH ETH-INV"],
    "/hedge 1.000,5 ETH BTC-PERP": ["/hedge 1000.5 ETH BTC-PERP"],
    "/hedge 40 ETH BTC-PERP lev=-3": [
        "/hedge 40 ETH BTC-PERP lev=3",
        "/hedge 40 ETH BTC-PERP lev=5",
    ],
    "/hedge 40 ETH BTC-PERP hold=5y": ["/hedge 40 ETH BTC-PERP hold=3d"],
    "/size 2.5 BTC": ["/size 2.5 BTC BTC-PERP", "/size 2.5 BTC BTC-INV"],
    "/carry bitcoin": ["/carry BTC-PERP", "/carry BTC-INV", "/carry BTC-INV BTC-PERP"],
    "/lead BTC binance": ["/lead BTC", "/lead simulated:BTC simulated:BTC-PERP"],
    "/scan banana": ["/scan"],
    "/explain blockchain": ["/explain"],
    "/daily ETH BTC-PERP 30d at=25:00": [
        "/daily ETH BTC-PERP 30d at=08:00",
        "/daily ETH BTC-PERP 30d at=20:00",
    ],
    "/daily off 2": ["/help daily"],
    "/daily btc eth 19h": ["/daily btc eth at=19:00", "/daily btc eth 19h at=08:00"],
    "/daily btc eth 8": ["/daily btc eth at=08:00", "/daily btc eth 8d"],
    "/daily btc eth 0830 ": ["/daily btc eth at=08:30"],
    "/daily btc eth every 4 hours": ["/daily btc eth"],
    "/daily btc eth zweimal am Tag": ["/daily btc eth"],
    "/daily btc eth for 2 weeks": ["/daily btc eth 14d", "/daily btc eth"],
    "/daily btc eth 08:00 UTC+2": [
        "/daily btc eth 08:00 tz=Europe/Berlin",
        "/daily btc eth 08:00 tz=Europe/Helsinki",
        "/daily btc eth 08:00 tz=Africa/Johannesburg",
    ],
    "/daily btc eth 8am pst": ["/daily btc eth 8am tz=America/Los_Angeles"],
    "/daily pause 1 week": ["/daily off"],
    "/watch ETH BTC corr<0.5": ["/help watch"],
    "/alerts banana": ["/alerts"],
    "/mute forever": ["/mute 1y", "/alerts"],
    "/settings language klingon": [
        "/settings language en",
        "/settings language de",
        "/settings language es",
    ],
    "can u watch btc n eth 4 me": ["/watch BTC ETH"],
    "alert me when btc and eth decouple": ["/watch BTC ETH break"],
    "notify me if corr of btc eth < 0.6": ["/watch BTC ETH corr<0.6"],
    "sag mir wenn btc und eth auseinanderlaufen": ["/watch BTC ETH break"],
    "vigila BTC y ETH": ["/watch BTC ETH"],
    "warn me if funding of BTC-PERP turns negative": ["/watch BTC-PERP funding<0"],
    "alert me if btc drops 5%": BTC_ALERTS,
    "send btc eth every evening at 8 berlin time": ["/daily BTC ETH at=20:00 tz=Europe/Berlin"],
    "schick mir jeden Morgen um 8 BTC und ETH": ["/daily BTC ETH at=08:00"],
    "mándame cada día a las 8 BTC y ETH": ["/daily BTC ETH at=08:00"],
    "delete all my alerts": ["/alerts off all", "/alerts"],
    "lösche alle meine Alarme": ["/alerts off all", "/alerts"],
    "stop alert 2": ["/alerts off 2", "/alerts"],
    "snooze alert 2 until monday": ["/alerts snooze 2 until monday", "/alerts"],
    "snooze alert 2": ["/alerts snooze 2 1h", "/alerts snooze 2 8h", "/alerts snooze 2 24h"],
    "stop the daily digest": ["/daily off", "/daily"],
    "cancel digest 1": ["/daily off 1", "/daily"],
    "no alerts at night": ["/mute 22:00-07:00", "/mute 8h", "/alerts", "/daily"],
    "keine Alarme von 22 bis 7": ["/mute von 22 bis 7", "/alerts", "/daily"],
    "stop alerts until monday": ["/mute until monday", "/alerts", "/daily"],
    "stop everything": ["/alerts", "/daily", "/mute 8h"],
    "pause everything": ["/mute 8h", "/alerts", "/daily"],
    "turn off notifications for 2 days": ["/mute for 2 days", "/alerts", "/daily"],
    "stumm bis morgen 9 Uhr": ["/mute bis morgen 9 Uhr", "/alerts", "/daily"],
    "silencia hasta mañana": ["/mute hasta mañana", "/alerts", "/daily"],
    "/unmute at 8": ["/mute until 08:00", "/unmute"],
    "/corr btc eth since january": ["/corr btc eth 30d"],
    "/corr etherium solanna": ["/corr ETH SOL"],
    "/corr_btc_eth": ["/corr btc eth"],
    "/hedge einen halben BTC mit BTC perp": ["/hedge 0.5 BTC mit BTC-PERP"],
    "I have half a btc, hedge it": ["/hedge 0.5 BTC BTC-PERP"],
    "/size $10k btc perp": ["/size $10000 BTC BTC-PERP"],
    "shut up!": ["/mute 8h", "/alerts", "/daily"],
    "sei still bis morgen": ["/mute bis morgen", "/alerts", "/daily"],
    "cállate por 2 horas": ["/mute por 2 horas", "/alerts", "/daily"],
    "STOP SENDING ME MESSAGES": ["/alerts", "/daily", "/mute 8h"],
    "unsubscribe": ["/alerts", "/daily", "/mute 8h"],
    "is my eth short still ok?": ["/drift 40 ETH -2.48 BTC-PERP", "/help drift"],
    "my 35 eth, short 2.1 btc perp, still ok?": ["/drift 35 ETH -2.1 BTC-PERP"],
    "ist meine Absicherung noch gut": ["/drift 40 ETH -2.48 BTC-PERP", "/help drift"],
    "mute alert 2 for 3 hours": ["/alerts snooze 2 3h"],
    "/forget me": ["/forget"],
    "/export": ["/help export"],
}
"""With what is offered to tap."""
DEAR = re.compile(
    r"/(alerts|book|daily|mute|unmute|settings|forget|scan|lead|watch)\b|.* 1m$|.* full$"
)
"""What has no answer without a database, or one that takes its time."""


@pytest.fixture(scope="module")
def router() -> Answers:
    return answers()


def offered(reply: Reply) -> list[str]:
    return [button.question for row in reply.buttons for button in row]


def asked(router: Answers, typed: str) -> str:
    return typed if typed.startswith("/") else router.routing.routed(typed)


@pytest.mark.parametrize("typed", ANSWERED)
async def test_what_can_be_understood_is_answered(router: Answers, typed: str) -> None:
    answer = await router.answer(asked(router, typed))
    assert not answer.is_error, answer.reply.answer


@pytest.mark.parametrize("typed", REFUSED)
async def test_what_cannot_is_the_askers_mistake_with_a_way_on(router: Answers, typed: str) -> None:
    answer = await router.answer(asked(router, typed))
    assert answer.reply.numbers["error"] == "request", answer.reply.answer
    assert answer.reply.answer.endswith((".", "?", "`")) or answer.asks_back
    assert offered(answer.reply) == REFUSED[typed]


@pytest.mark.slow
@pytest.mark.parametrize(
    "way", sorted({way for ways in REFUSED.values() for way in ways if not DEAR.match(way)})
)
async def test_every_way_on_leads_to_an_answer(router: Answers, way: str) -> None:
    brief = re.match(r"/(corr|hedge|drift|carry)\b", way) and "brief" not in way
    followed = await router.answer(f"{way} brief nochart" if brief else way)
    assert not followed.is_error, followed.reply.answer
