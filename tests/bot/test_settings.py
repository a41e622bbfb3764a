import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.settings import ConfigurationError, Settings, load_settings

PROJECT = Path(__file__).parents[2]
TOKEN = "123456:AbC-dEf_1"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Any:
    def given(**settings: str) -> Settings:
        for name, value in settings.items():
            monkeypatch.setenv(f"HEDGEBOT_{name}", value)
        return load_settings()

    return given


def test_the_example_names_every_setting_and_its_default() -> None:
    lines = (PROJECT / ".env.example").read_text().splitlines()
    shown = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert list(shown) == [f"HEDGEBOT_{name}".upper() for name in Settings.model_fields]
    assert Settings(_env_file=PROJECT / ".env.example") == Settings(_env_file=None)
    for name, value in shown.items():
        default = getattr(Settings(_env_file=None), name.removeprefix("HEDGEBOT_").lower())
        assert value or not default, f"{name} has a default that the example does not show"


def test_the_table_of_the_readme_says_the_same_as_the_example() -> None:
    example = (PROJECT / ".env.example").read_text().splitlines()
    shown = dict(line.split("=", 1) for line in example if line and not line.startswith("#"))
    rows = re.findall(
        r"^\| `(HEDGEBOT_\w+)` \| (?:`(.*?)`)? ?\|",
        (PROJECT / "README.md").read_text(),
        re.MULTILINE,
    )
    assert dict(rows) == shown
    assert [name for name, _ in rows] == list(shown)


def test_every_setting_of_the_example_is_explained() -> None:
    lines = (PROJECT / ".env.example").read_text().splitlines()
    for before, line in itertools.pairwise(lines):
        if line.startswith("HEDGEBOT_"):
            assert before.startswith("# "), line


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("TELEGRAM_URL", "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("DATABASE_URL", "postgresql://u:p@h/d", "postgresql://u:p@h/d"),
        ("INSTANCE", "bot-1@rack.example", "bot-1@rack.example"),
        ("PRICES", "simulated", "simulated"),
        ("PRICES", "archive:../data", "archive:../data"),
        ("VENUES", " Bybit , okx,bybit ", ("bybit", "okx")),
        ("VENUES", "", ("binance", "bybit", "okx", "kraken", "deribit")),
        ("CCXT_OPTIONS", '{"okx": {"timeout": 1}}', {"okx": {"timeout": 1}}),
        ("CCXT_OPTIONS", "", {}),
        ("ALLOWED_CHATS", "7, -1001234567890,", {7, -1001234567890}),
        ("OPERATORS", "12", {12}),
        ("OPERATORS", "", set()),
        ("THEME", "dark", "dark"),
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("LISTEN", ":8080", ":8080"),
    ],
)
def test_settings_are_read_from_the_environment(
    given: Any, name: str, value: str, read: object
) -> None:
    assert getattr(given(**{name: value}), name.lower()) == read


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        (":8080", ("0.0.0.0", 8080)),
        ("127.0.0.1:80", ("127.0.0.1", 80)),
        ("[::1]:443", ("::1", 443)),
    ],
)
def test_an_address_to_listen_on_has_host_and_port(
    given: Any, listen: str, address: tuple[str, int]
) -> None:
    assert given(LISTEN=listen).address == address


def test_the_environment_goes_before_the_file(given: Any, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HEDGEBOT_THEME=dark\nHEDGEBOT_PRICES=simulated\nOTHER=1\n")
    settings = given(PRICES="archive:x")
    assert (settings.theme, settings.prices) == ("dark", "archive:x")
    assert settings.archive == Path("x")


SECRET = "hunter2-hunter2"
WRONG = [
    ({"INSTANCE": f"{SECRET} 2"}, "HEDGEBOT_INSTANCE: use 1 to 64 letters"),
    ({"PRICES": SECRET}, "HEDGEBOT_PRICES: use live, simulated or archive:FOLDER"),
    ({"PRICES": "archive:"}, "HEDGEBOT_PRICES: use live, simulated or archive:FOLDER"),
    ({"VENUES": SECRET}, "HEDGEBOT_VENUES: use one or more of binance, bybit"),
    ({"VENUES": ","}, "HEDGEBOT_VENUES: use one or more of"),
    ({"CCXT_OPTIONS": f'{{"{SECRET}'}, "HEDGEBOT_CCXT_OPTIONS: use JSON such as"),
    ({"CCXT_OPTIONS": f'["{SECRET}"]'}, "HEDGEBOT_CCXT_OPTIONS: "),
    ({"CCXT_OPTIONS": f'{{"binance": "{SECRET}"}}'}, "HEDGEBOT_CCXT_OPTIONS: "),
    ({"CCXT_OPTIONS": f'{{"{SECRET}": {{}}}}'}, "HEDGEBOT_CCXT_OPTIONS: its keys are venues"),
    ({"ALLOWED_CHATS": f"1,{SECRET}"}, "HEDGEBOT_ALLOWED_CHATS: Input should be a valid integer"),
    ({"OPERATORS": SECRET}, "HEDGEBOT_OPERATORS: Input should be a valid integer"),
    ({"THEME": SECRET}, "HEDGEBOT_THEME: Input should be 'light' or 'dark'"),
    ({"LOG_LEVEL": SECRET}, "HEDGEBOT_LOG_LEVEL: Input should be 'DEBUG'"),
    ({"LISTEN": SECRET}, "HEDGEBOT_LISTEN must look like 0.0.0.0:8080"),
    ({"LISTEN": ":65536"}, "HEDGEBOT_LISTEN must look like 0.0.0.0:8080"),
    ({"TOKEN": SECRET, "TOKEN_FILE": "t"}, "set either HEDGEBOT_TOKEN or HEDGEBOT_TOKEN_FILE"),
    ({"WEBHOOK_URL": "https://x/hook"}, "HEDGEBOT_WEBHOOK_URL needs HEDGEBOT_WEBHOOK_SECRET"),
    ({"WEBHOOK_URL": "https://x", "LISTEN": ":1"}, "HEDGEBOT_WEBHOOK_URL needs"),
    ({"WEBHOOK_URL": "https://x", "WEBHOOK_SECRET": SECRET}, "HEDGEBOT_WEBHOOK_URL needs"),
    ({"WEBHOOK_SECRET": f"{SECRET} ü"}, "HEDGEBOT_WEBHOOK_SECRET: use 1 to 256 letters"),
    ({"WEBHOOK_SECRET": "x" * 257}, "HEDGEBOT_WEBHOOK_SECRET: use 1 to 256 letters"),
    ({"ALOWED_CHATS": SECRET}, "HEDGEBOT_ALOWED_CHATS is no setting. Did you mean HEDGEBOT_ALLOW"),
]


@pytest.mark.parametrize(("settings", "sentence"), WRONG)
def test_a_wrong_setting_is_named_and_not_repeated(
    given: Any, settings: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        given(**settings)
    assert str(caught.value).startswith(sentence)
    assert SECRET not in str(caught.value)


def test_every_wrong_setting_gets_its_sentence(given: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        given(THEME="blue", LOG_LEVEL="LOUD", OPERATORS="me")
    assert len(str(caught.value).splitlines()) == 3


def test_a_misspelt_setting_in_the_file_is_refused_too(given: Any, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HEDGEBOT_OPERATOR=1\n")
    with pytest.raises(ConfigurationError, match="Did you mean HEDGEBOT_OPERATORS"):
        given()


def test_a_file_that_is_no_text_is_refused(given: Any, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"HEDGEBOT_TOKEN=\xff\xfe")
    with pytest.raises(ConfigurationError, match="cannot be read as text"):
        given()


def test_the_token_comes_from_the_environment_or_from_a_file(given: Any, tmp_path: Path) -> None:
    assert given(TOKEN=f" {TOKEN}\n").required_token() == TOKEN
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    file.chmod(0o640)
    assert Settings(_env_file=None, token=None, token_file=file).required_token() == TOKEN


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o777])
def test_a_token_file_that_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(mode)
    with pytest.raises(ConfigurationError, match="can be read by everybody") as caught:
        Settings(token_file=file).required_token()
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b" \n", b"nonsense", b"\xff\xfe\xff"])
def test_a_file_without_a_token_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(ConfigurationError) as caught:
        Settings(token_file=file).required_token()
    assert str(caught.value).startswith(str(file))
    assert "nonsense" not in str(caught.value)


def test_a_missing_token_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="HEDGEBOT_TOKEN is not set"):
        Settings().required_token()
    with pytest.raises(ConfigurationError, match="No such file"):
        Settings(token_file=tmp_path / "absent").required_token()
    with pytest.raises(ConfigurationError, match="holds no token") as caught:
        Settings(token=SECRET).required_token()
    assert SECRET not in str(caught.value)


def test_no_representation_shows_a_secret(given: Any) -> None:
    settings = given(
        TOKEN=TOKEN, WEBHOOK_URL="https://x", WEBHOOK_SECRET=SECRET, LISTEN="127.0.0.1:1"
    )
    shown = f"{settings!r} {settings} {json.dumps(settings.model_dump(mode='json'), default=str)}"
    assert TOKEN not in shown
    assert SECRET not in shown


def test_secrets_are_all_that_no_log_may_show(given: Any, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    file.chmod(0o600)
    settings = given(
        TOKEN_FILE=str(file),
        WEBHOOK_SECRET="hook-secret",
        DATABASE_URL="postgresql://hedge:pass-word@db/hedge",
        CCXT_OPTIONS='{"okx": {"secret": "okx-secret", "options": {"password": "inner"}, "id": 1}}',
    )
    assert settings.secrets == {TOKEN, "hook-secret", "pass-word", "okx-secret", "inner"}
    short = Settings(token="abc", token_file=None, webhook_secret=None, database_url="sqlite:///x")
    assert "abc" not in short.secrets, "too short to be told from ordinary words"
