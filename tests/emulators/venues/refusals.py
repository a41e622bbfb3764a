"""How each venue words the same trouble."""

from typing import Any

from tests.emulators.venues.faults import Answer, html

TOO_MANY: dict[str, tuple[int, Any]] = {
    "binance": (
        429,
        {
            "code": -1003,
            "msg": "Too many requests; current limit is 2400 request weight per 1 MINUTE.",
        },
    ),
    "bybit": (200, {"retCode": 10006, "retMsg": "Too many visits!", "result": {}, "time": 0}),
    "okx": (429, {"code": "50011", "data": [], "msg": "Too Many Requests"}),
    "kraken": (200, {"error": ["EAPI:Rate limit exceeded"]}),
    "krakenfutures": (429, {"result": "error", "error": "apiLimitExceeded"}),
    "deribit": (
        429,
        {"jsonrpc": "2.0", "error": {"code": 10028, "message": "too_many_requests"}},
    ),
}

OVERLOADED: dict[str, tuple[int, Any]] = {
    "binance": (503, {"code": -1008, "msg": "Server is currently overloaded with other requests."}),
    "bybit": (200, {"retCode": 10016, "retMsg": "Service is restarting", "result": {}, "time": 0}),
    "okx": (503, {"code": "50001", "data": [], "msg": "Service temporarily unavailable"}),
    "kraken": (200, {"error": ["EService:Busy"]}),
    "krakenfutures": (503, {"result": "error", "error": "Server Error"}),
    "deribit": (
        503,
        {"jsonrpc": "2.0", "error": {"code": 13888, "message": "timed_out"}},
    ),
}


def too_many_requests(
    venue: str = "binance", *, retry_after: float | None = None, empty: bool = False
) -> Answer:
    """Rate limit reached, with or without a body and a time to wait."""
    status, body = TOO_MANY[venue]
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return Answer(429, "", headers) if empty else Answer(status, body, headers)


def banned(retry_after: float = 120) -> Answer:
    """Binance's ban of an address that went on after 429."""
    body = {"code": -1003, "msg": "Way too many requests; IP banned until 1893456000000."}
    return Answer(418, body, {"Retry-After": f"{retry_after:g}"})


def overloaded(venue: str = "binance") -> Answer:
    """Busy, in the venue's words."""
    return Answer(*OVERLOADED[venue])


def unknown_error() -> Answer:
    """Binance's 500."""
    return Answer(
        500, {"code": -1000, "msg": "An unknown error occurred while processing the request."}
    )


def blocked() -> Answer:
    """Not from this country."""
    body = {"code": 0, "msg": "Service unavailable from a restricted location."}
    return Answer(451, body)


def forbidden() -> Answer:
    """A firewall's page."""
    return html(403, "403 Forbidden")


def bad_gateway() -> Answer:
    """A gateway without its server."""
    return html(502, "502 Bad Gateway")


def gateway_timeout() -> Answer:
    """A gateway that waited for its server."""
    return html(504, "504 Gateway Time-out")
