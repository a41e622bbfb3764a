"""What an operator can set, read from the environment and a ``.env`` file."""

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    SettingsConfigDict,
)

from analytics.market.venues import NAMES

PREFIX = "HEDGEBOT_"
ENV_FILE = ".env"
PRICES = re.compile(r"live|simulated|archive:.+")
TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
SHORTEST_SECRET = 4
"""Redacting anything shorter would leave no log to read."""
PASSWORD = re.compile(r"://[^:/@]*:([^@]+)@")
CREDENTIALS = ("apikey", "secret", "password", "token", "privatekey")
LOOSE_PERMISSIONS = stat.S_IRWXO
INSTANCE = re.compile(r"[A-Za-z0-9._@-]{1,64}")
HEADER_SAFE = re.compile(r"[A-Za-z0-9_-]{1,256}")

CommaSeparated = Annotated[tuple[str, ...], NoDecode]
ChatIds = Annotated[frozenset[int], NoDecode]
OptionsByVenue = Annotated[dict[str, dict[str, Any]], NoDecode]


class ConfigurationError(Exception):
    """A setting is missing or wrong; the message says which and what would be right."""


class Settings(BaseSettings):
    """All settings, checked once at start and never changed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True
    )

    token: SecretStr | None = None
    token_file: Path | None = None
    telegram_url: str = "https://api.telegram.org"
    database_url: str = Field(default="sqlite:///hedgebot.sqlite", repr=False)
    instance: str | None = None
    prices: str = "live"
    venues: CommaSeparated = ("binance", "bybit", "okx", "kraken", "deribit")
    ccxt_options: OptionsByVenue = Field(default_factory=dict, repr=False)
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    listen: str | None = None
    allowed_chats: ChatIds = frozenset()
    operators: ChatIds = frozenset()
    questions_a_minute: int = Field(default=20, ge=0, le=1000)
    pictures_chat: int | None = None
    theme: Literal["light", "dark"] = "light"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @field_validator("prices")
    @classmethod
    def _known_source(cls, value: str) -> str:
        if not PRICES.fullmatch(value):
            raise ValueError("use live, simulated or archive:FOLDER")
        return value

    @field_validator("instance")
    @classmethod
    def _short_name(cls, value: str | None) -> str | None:
        if value is not None and not INSTANCE.fullmatch(value):
            raise ValueError("use 1 to 64 letters of A-Z, a-z, 0-9, ., _, @ and -")
        return value

    @field_validator("venues", mode="before")
    @classmethod
    def _split_names(cls, value: object) -> object:
        return tuple(_items(value.lower())) if isinstance(value, str) else value

    @field_validator("venues")
    @classmethod
    def _known_venues(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or not set(value) <= NAMES.keys():
            raise ValueError(f"use one or more of {', '.join(NAMES)}")
        return tuple(dict.fromkeys(value))

    @field_validator("ccxt_options", mode="before")
    @classmethod
    def _parsed_json(cls, value: object) -> object:
        try:
            return json.loads(value) if isinstance(value, str) else value
        except ValueError:
            raise ValueError('use JSON such as {"binance": {"timeout": 20000}}') from None

    @field_validator("ccxt_options")
    @classmethod
    def _options_of_known_venues(cls, value: dict[str, Any]) -> dict[str, Any]:
        if not value.keys() <= NAMES.keys():
            raise ValueError(f"its keys are venues: {', '.join(NAMES)}")
        return value

    @field_validator("log_format", mode="before")
    @classmethod
    def _in_small_letters(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("allowed_chats", "operators", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        return frozenset(_items(value)) if isinstance(value, str) else value

    @field_validator("telegram_url", "webhook_url")
    @classmethod
    def _without_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

    @field_validator("webhook_secret")
    @classmethod
    def _safe_in_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not HEADER_SAFE.fullmatch(value.get_secret_value()):
            raise ValueError("use 1 to 256 letters of A-Z, a-z, 0-9, _ and -")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.token and self.token_file:
            raise ValueError("set either HEDGEBOT_TOKEN or HEDGEBOT_TOKEN_FILE, not both")
        if self.webhook_url and not (self.webhook_secret and self.listen):
            raise ValueError(
                "HEDGEBOT_WEBHOOK_URL needs HEDGEBOT_WEBHOOK_SECRET and HEDGEBOT_LISTEN"
            )
        if self.listen is not None:
            _host_and_port(self.listen)
        return self

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port to listen on."""
        return _host_and_port(self.listen) if self.listen else None

    @property
    def archive(self) -> Path | None:
        """The folder of candles, where prices come from an archive."""
        scheme, _, folder = self.prices.partition(":")
        return Path(folder) if scheme == "archive" else None

    def required_token(self) -> str:
        """Return the bot's token.

        Raises
        ------
        ConfigurationError
            There is none, it is no token, or everybody on the machine can read its file.

        """
        if self.token:
            source, token = "HEDGEBOT_TOKEN", self.token.get_secret_value().strip()
        elif self.token_file:
            source, token = str(self.token_file), _read_secret(self.token_file)
        else:
            raise ConfigurationError(
                "HEDGEBOT_TOKEN is not set. @BotFather gives a token: put it into .env."
            )
        if not TOKEN.fullmatch(token):
            raise ConfigurationError(f"{source} holds no token; one looks like 123456:ABC-def.")
        return token

    @property
    def secrets(self) -> frozenset[str]:
        """Everything that no log may show."""
        found = {
            secret.get_secret_value() for secret in (self.token, self.webhook_secret) if secret
        }
        if self.token_file is not None:
            with suppress(ConfigurationError):
                found.add(_read_secret(self.token_file))
        found.update(PASSWORD.findall(self.database_url), _credentials(self.ccxt_options))
        return frozenset(s for text in found if len(s := text.strip()) >= SHORTEST_SECRET)


def load_settings() -> Settings:
    """Read the environment and ``.env``.

    Raises
    ------
    ConfigurationError
        One sentence a wrong setting; values are not repeated, they may be secret.

    """
    try:
        _refuse_unknown({*os.environ, *DotEnvSettingsSource(Settings).env_vars})
        return Settings()
    except ValidationError as error:
        raise ConfigurationError("\n".join(_sentences(error))) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{ENV_FILE} cannot be read as text.") from error


def _refuse_unknown(names: set[str]) -> None:
    """A misspelt HEDGEBOT_ALLOWED_CHATS must not open the bot to everybody."""
    known = {f"{PREFIX}{field}".upper() for field in Settings.model_fields}
    for name in sorted({name.upper() for name in names} - known):
        if name.startswith(PREFIX):
            close = get_close_matches(name, known, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise ConfigurationError(f"{name} is no setting.{hint}")


def _sentences(error: ValidationError) -> list[str]:
    sentences = []
    for problem in error.errors(include_input=False, include_url=False):
        name = "".join(f"{PREFIX}{part}".upper() for part in problem["loc"][:1])
        text = problem["msg"].removeprefix("Value error, ")
        sentences.append(f"{name}: {text}" if name else text)
    return sentences


def _credentials(options: object) -> Iterator[str]:
    """The values of ccxt options whose names sound secret."""
    if not isinstance(options, dict):
        return
    for name, value in options.items():
        if isinstance(value, str) and str(name).casefold() in CREDENTIALS:
            yield value
        yield from _credentials(value)


def _items(value: str) -> list[str]:
    return [item for part in value.split(",") if (item := part.strip())]


def _host_and_port(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not port.isdecimal() or not int(port) < 2**16:
        raise ValueError("HEDGEBOT_LISTEN must look like 0.0.0.0:8080")
    return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104  # nosec B104 - ":8080" asks for it


def _read_secret(file: Path) -> str:
    try:
        if file.stat().st_mode & LOOSE_PERMISSIONS:
            raise ConfigurationError(
                f"{file} can be read by everybody on this machine: chmod o-rwx it."
            )
        token = file.read_text().strip()
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file} is no text.") from error
    if not token:
        raise ConfigurationError(f"{file} is empty.")
    return token
