"""Whatever can be run by itself says what it does before it does anything."""

import re
import runpy
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PROGRAMS = sorted(
    ".".join(file.relative_to(TESTS.parent).with_suffix("").parts).removesuffix(".__main__")
    for file in TESTS.rglob("*.py")
    if re.search("^if __name__ == ", file.read_text(), re.MULTILINE)
)


def test_every_benchmark_and_soak_is_among_them() -> None:
    assert {"tests.benchmarks.letters", "tests.soak", "tests.soak.hours"} <= set(PROGRAMS)


@pytest.mark.slow
# Others may have imported it.
@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
@pytest.mark.parametrize("program", PROGRAMS)
def test_help_is_the_head_of_the_file_and_runs_nothing(
    program: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = TESTS.parent.joinpath(*program.split("."))
    source = (file / "__main__.py" if file.is_dir() else file.with_suffix(".py")).read_text()
    assert "command_line(__spec__, __doc__)" in source, "it would run for hours here"
    monkeypatch.setattr(sys, "argv", [program, "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    said = capsys.readouterr().out
    assert not ended.value.code
    assert said.startswith(f"usage: python -m {program} ")
    assert source.split('"""')[1].strip() in said
