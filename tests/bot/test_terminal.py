"""`hedgebot` as typed into a terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import OK, SOURCE_FAILED, WRONG, main

PROJECT = Path(__file__).parents[2]
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEDGEBOT_PRICES", "simulated")
    monkeypatch.setenv("COLUMNS", "80")


def test_a_question_is_answered_in_words_with_its_picture(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["ask", "/corr BTC ETH-PERP 30d", "--chart", "out.png"]) == OK
    shown, complaints = capsys.readouterr()
    assert shown.startswith("BTC × ETH-PERP · 30d: ρ ")
    assert "Now (" in shown
    assert "→ /corr BTC ETH-PERP 7d" in shown
    assert "Chart: out.png" in shown
    assert complaints == ""
    assert (tmp_path / "out.png").read_bytes().startswith(PNG)


def test_a_question_needs_no_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "drift", "40", "ETH", "-2.48", "BTC-PERP", "brief"]) == OK
    assert capsys.readouterr().out.startswith("Drift 40 ETH · −2.480 BTC-PERP · 30d: ")


def test_the_picture_has_a_name_of_its_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["ask", "BTC ETH-PERP 30d"]) == OK
    assert "Chart: hedgebot-corr.png" in capsys.readouterr().out
    assert (tmp_path / "hedgebot-corr.png").exists()


def test_the_data_lie_beside_the_picture(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    question = "/hedge 40 ETH BTC-PERP csv"
    assert main(["ask", question, "--chart", "out/hedge.png"]) == OK
    shown = capsys.readouterr().out
    funding, prices = sorted((tmp_path / "out").glob("*.csv"))
    paths = ("Chart: out/hedge.png", f"Data: out/{prices.name}", f"Data: out/{funding.name}")
    assert shown.endswith("\n".join(paths) + "\n")
    assert prices.read_text().startswith("close_time,in_window,simulated:ETH/USDT close,")
    assert funding.read_text().startswith("market,paid_at,rate\nsimulated:BTC/USDT:USDT,20")


def test_the_data_of_numbers_lie_where_one_stands(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["ask", "/corr BTC ETH csv", "--json"]) == OK
    numbers = json.loads(capsys.readouterr().out)
    (name,) = numbers["files"]
    assert name == f"corr-BTC-ETH-30d-{numbers['id']}.csv"
    assert (tmp_path / name).exists()


def test_numbers_are_json_and_nothing_else(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["ask", "corr BTC ETH-PERP 30d", "--json"]) == OK
    numbers = json.loads(capsys.readouterr().out)
    assert -1 < numbers["correlation"]["low"] < numbers["correlation"]["value"] < 1
    assert "chart" not in numbers
    assert list(tmp_path.glob("*.png")) == []
    assert main(["ask", "/corr BTC ETH-PERP", "--json", "--chart", "x.png"]) == OK
    assert json.loads(capsys.readouterr().out)["chart"] == "x.png"


def test_a_mistake_is_explained_with_what_to_ask_instead(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["ask", "/corr"]) == WRONG
    shown = capsys.readouterr().out
    assert shown.startswith("Which two?")
    assert "→ /corr BTC ETH-PERP 30d" in shown
    assert main(["ask", "/nonsense", "--json"]) == WRONG
    assert json.loads(capsys.readouterr().out)["error"] == "request"


def test_a_venue_that_fails_has_its_own_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], unused_tcp_port: int
) -> None:
    from tests.emulators.venues.options import ccxt_options

    options = {"binance": ccxt_options(f"http://127.0.0.1:{unused_tcp_port}")["binance"]}
    monkeypatch.setenv("HEDGEBOT_PRICES", "live")
    monkeypatch.setenv("HEDGEBOT_VENUES", "binance")
    monkeypatch.setenv("HEDGEBOT_CCXT_OPTIONS", json.dumps(options))
    assert main(["ask", "/corr BTC ETH-PERP 30d", "--json"]) == SOURCE_FAILED
    assert json.loads(capsys.readouterr().out)["error"] == "source"


def test_a_picture_that_cannot_be_written_is_the_askers_matter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["ask", "/corr BTC ETH-PERP", "--chart", "no/such/folder.png"]) == WRONG
    assert "no/such/folder.png cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value"), [("THEME", "blue"), ("LISTEN", "nowhere"), ("CCXT_OPTIONS", "{")]
)
@pytest.mark.parametrize("command", [["run"], ["check"], ["ask", "/help"]])
def test_a_wrong_setting_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    name: str,
    value: str,
) -> None:
    monkeypatch.setenv(f"HEDGEBOT_{name}", value)
    assert main(command) == WRONG
    shown = capsys.readouterr()
    assert shown.err.startswith(f"HEDGEBOT_{name}")
    assert (shown.out, len(shown.err.splitlines())) == ("", 1)


@pytest.mark.parametrize(
    "url",
    ["mysql://u:hunter22@h/d", "postgresql://u:hunter22@127.0.0.1:badport/d", "sqlite:////no/x/y"],
)
def test_a_database_that_is_none_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    monkeypatch.setenv("HEDGEBOT_PRICES", "live")
    monkeypatch.setenv("HEDGEBOT_DATABASE_URL", url)
    assert main(["ask", "/help"]) == WRONG
    shown = capsys.readouterr().err
    assert shown.startswith("HEDGEBOT_DATABASE_URL: ")
    assert "hunter22" not in shown
    assert "Traceback" not in shown


def test_an_archive_that_is_none_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("HEDGEBOT_PRICES", f"archive:{tmp_path / 'absent'}")
    assert main(["ask", "/corr BTC ETH"]) == WRONG
    shown = capsys.readouterr().err
    assert shown.startswith("HEDGEBOT_PRICES: The price archive is not usable: ")
    assert "Traceback" not in shown


def test_running_without_a_token_says_where_to_get_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["run"]) == WRONG
    assert "@BotFather" in capsys.readouterr().err


def test_help_and_mistyped_commands_load_nothing_heavy() -> None:
    heavy = ("ccxt", "matplotlib", "telegram", "pandas", "numpy", "sqlalchemy", "scipy")
    script = (
        "import sys\nfrom bot.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    for arguments in (["--help"], ["ask", "--help"], ["nonsense"]):
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
            env={"PATH": os.environ["PATH"]},
        )
        assert done.stderr.splitlines()[-1] == "[]"


def test_the_project_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == OK
    for command in ("run", "ask", "check"):
        assert command in done.stdout
