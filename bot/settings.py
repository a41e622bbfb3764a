"""What an operator can set, read from the environment and a ``.env`` file."""

import stat
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "HEDGEBOT_"
LOOSE_PERMISSIONS = stat.S_IRWXO
HEADER_SAFE = r"^[A-Za-z0-9_-]{1,256}$"

CommaSeparated = Annotated[tuple[str, ...], NoDecode]
ChatIds = Annotated[frozenset[int], NoDecode]


class ConfigurationError(Exception):
    """A setting is missing or wrong; the message says which and what would be right."""


class Settings(BaseSettings):
    """All settings, checked once at start and never changed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    token: SecretStr | None = None
    token_file: Path | None = None
    telegram_url: str = "https://api.telegram.org"
    database_url: str = "sqlite:///hedgebot.sqlite"
    prices: str = Field(default="live", pattern=r"^(live|simulated|archive:.+)$")
    venues: CommaSeparated = ("binance", "bybit", "okx", "kraken", "deribit")
    ccxt_options: dict[str, dict[str, Any]] = Field(default_factory=dict)
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = Field(default=None, pattern=HEADER_SAFE)
    listen: str | None = None
    allowed_chats: ChatIds = frozenset()
    operators: ChatIds = frozenset()
    theme: Literal["light", "dark"] = "light"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("venues", mode="before")
    @classmethod
    def _split_names(cls, value: object) -> object:
        return tuple(_items(value.lower())) if isinstance(value, str) else value

    @field_validator("allowed_chats", "operators", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        return frozenset(_items(value)) if isinstance(value, str) else value

    @field_validator("telegram_url", "webhook_url")
    @classmethod
    def _without_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

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
            There is none, or everybody on the machine can read its file.

        """
        if self.token:
            return self.token.get_secret_value().strip()
        if self.token_file is None:
            raise ConfigurationError(
                "HEDGEBOT_TOKEN is not set. @BotFather gives a token: put it into .env."
            )
        return _read_secret(self.token_file)


def load_settings() -> Settings:
    """Read the environment and ``.env``.

    Raises
    ------
    ConfigurationError
        One sentence a wrong setting; values are not repeated, they may be secret.

    """
    try:
        return Settings()
    except ValidationError as error:
        raise ConfigurationError("\n".join(_sentences(error))) from None


def _sentences(error: ValidationError) -> list[str]:
    sentences = []
    for problem in error.errors(include_input=False, include_url=False):
        name = "".join(f"{PREFIX}{part}".upper() for part in problem["loc"][:1])
        sentences.append(f"{name}: {problem['msg']}" if name else problem["msg"])
    return sentences


def _items(value: str) -> list[str]:
    return [item for part in value.split(",") if (item := part.strip())]


def _host_and_port(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not port.isdecimal() or not int(port) < 2**16:
        raise ValueError("HEDGEBOT_LISTEN must look like 0.0.0.0:8080")
    return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104 - ":8080" asks for all interfaces


def _read_secret(file: Path) -> str:
    try:
        if file.stat().st_mode & LOOSE_PERMISSIONS:
            raise ConfigurationError(
                f"{file} can be read by everybody on this machine: chmod o-rwx it."
            )
        token = file.read_text().strip()
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}.") from error
    if not token:
        raise ConfigurationError(f"{file} is empty.")
    return token
