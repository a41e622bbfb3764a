"""Error answers of the Bot API, with the texts the real server uses."""


class RefusalError(Exception):
    """An answer `{"ok": false}`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(text: str, **parameters: int) -> RefusalError:
    return RefusalError(400, f"Bad Request: {text}", **parameters)


def forbidden(text: str) -> RefusalError:
    return RefusalError(403, f"Forbidden: {text}")


def conflict(text: str) -> RefusalError:
    return RefusalError(409, f"Conflict: {text}")


def too_many_requests(seconds: int) -> RefusalError:
    text = f"Too Many Requests: retry after {seconds}"
    return RefusalError(429, text, retry_after=seconds)


def unmodelled(what: str) -> RefusalError:
    """Refuse what the emulator does not know how to do, so that no test passes by accident."""
    return RefusalError(501, f"Not Implemented: the emulator does not model {what}")
