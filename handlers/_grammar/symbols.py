"""Tickers that the grammar must know, because their letters have a second reading."""

LEADING_DIGIT = frozenset(
    """
    0G 1CAT 1DOLLAR 1ECO 1INCH 1MBABYDOGE 2Z 3ULL 4 42 48CLUB 5IRE 8PAY
    1000APU 1000BEER 1000BONK 1000BTT 1000CAT 1000CATS 1000CHEEMS 1000FLOKI 1000LUNC 1000MUMU
    1000NEIROCTO 1000PEPE 1000RATS 1000SATS 1000SHIB 1000TAG 1000TOSHI 1000TURBO 1000WHY 1000X
    1000XEC
    10000AIDOGE 10000COQ 10000ELON 10000LADYS 10000QUBIC 10000SATS 10000WEN 10000WHY
    1000000BABYDOGE 1000000BOB 1000000CHEEMS 1000000MOG 1000000PEIPEI
    """.split()  # noqa: SIM905 - a column of quoted tickers is harder to read
)
"""Tickers that begin with a digit, and are therefore not a number of something."""

MULTIPLES = frozenset({"1000", "10000", "100000", "1000000"})
"""How many coins venues bundle into one ticker when a coin is worth next to nothing."""

WELL_KNOWN = frozenset(
    """
    AAVE ADA AEVO AGIX AIXBT ALGO ALICE ALPHA ANKR APE APT AR ARB ARKM ASTER ATOM AVA AVAX AXS BAT
    BCH BEAM BERA BLUR BNB BOME BONK BTC CAKE CFX CHZ COMP CRO CRV DASH DOGE DOT DYDX EGLD EIGEN ENA
    ENJ ENS EOS ETC ETH ETHFI FET FIL FLOKI FLOW FTM GALA GMT GMX GRT HBAR HYPE ICP IMX INJ IO IOTA
    JASMY JTO JUP KAITO KAS KAVA KDA KMNO KNC KSM LDO LINK LPT LTC LUNA LUNC MANA MANTA MASK MATIC
    ME MELANIA MEME METIS MINA MKR MNT MON MORPHO MOVE NEAR NEO NOT OKB OM ONDO ONE OP ORDI PAXG
    PENDLE PENGU PEPE POL PUMP PYTH QNT RENDER RNDR ROSE RSR RUNE S SAND SATS SEI SHIB SNX SOL STETH
    STRK STX SUI SUPER SUSHI TAO THETA TIA TON TRB TRUMP TRX TURBO TWT UNI VET VIRTUAL W WBTC WIF
    WLD WOO XAUT XEC XLM XMR XRP XTZ YFI ZEC ZEN ZIL ZK ZRO ZRX
    """.split()  # noqa: SIM905 - a column of quoted tickers is harder to read
)
"""Coins traded enough to decide between two readings: of ``10KSM``, of ``SOLUSD``."""

STABLE_QUOTES = ("USDT", "USDC", "FDUSD")
"""What a pair written in one word may end in, whatever comes before."""

FIAT_QUOTES = ("USD", "EUR", "GBP", "TRY", "BRL", "JPY", "KRW", "AUD", "BUSD", "TUSD", "DAI")
COIN_QUOTES = ("BTC", "ETH", "BNB")
QUOTES = (*STABLE_QUOTES, *FIAT_QUOTES, *COIN_QUOTES)

VENUES = frozenset(
    """
    binance binanceus bingx bitfinex bitget bithumb bitmart bitmex bitstamp bitvavo bybit coinbase
    coinex cryptocom deribit gateio gemini hyperliquid kraken krakenfutures kucoin kucoinfutures
    mexc okx phemex poloniex upbit whitebit
    """.split()  # noqa: SIM905 - as above
)
"""Venues that may stand as a bare word; none of them is a coin (HTX and DYDX are)."""

FILLERS = frozenset({"vs", "versus", "and", "with", "against", "of", "/", "×", "~", "-"})
"""Words between markets that say nothing that the order does not say."""

HURRIED = frozenset({"pls", "plz", "plis"})
"""What is said to be polite in a hurry."""

FILLERS_ELSEWHERE = HURRIED | {"und", "gegen", "mit", "von", "y", "con", "contra", "de"}
"""The same in the languages of the bot, and in a hurry; in capitals some of them are coins."""

BEFORE_OPTIONS = frozenset({"at", "on", "bei", "auf", "en", "mit", "with"})
"""What may stand before an option in a word, ``at 5x on kraken``, and says nothing."""

COURTESIES = frozenset({"please", "bitte", "porfa", "favor", "thanks", "thx", "danke", "gracias"})
"""What is said to be polite."""

LEAD_INS = frozenset(
    """
    for over during the last past in within für in den die der letzte letzten letzter über während seit
    durante los las últimos últimas ultimos ultimas por en de
    """.split()  # noqa: SIM905 - as above
)
"""What may stand before a length of time, and says nothing more."""

ONE_BACK = frozenset(
    """
    a last past previous letzte letzten letzter letztes vergangene vergangenen último última ultimo ultima
    """.split()  # noqa: SIM905 - as above
)
"""What stands before a unit of time of which one is meant: ``last month``."""

LENGTH_NAMES = frozenset(
    """
    window win days day d w period length lookback last range span time since
    """.split()  # noqa: SIM905 - as above
)
"""What other tools call the window, which here has no name."""

LONG = frozenset({"long", "longs", "largo", "largos"})
SHORT = frozenset(
    """
    short shorts shorted shorting sold corto cortos vendido vendidos leerverkauft geshortet
    """.split()  # noqa: SIM905 - as above
)
"""On which side somebody stands, before an amount or behind what it counts."""
