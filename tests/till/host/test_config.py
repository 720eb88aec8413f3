"""The host's configuration: what it comes to, and every fault in words."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from skrin.till import main as till_program
from skrin.till.host import main as host_program
from skrin.till.host.config import PAGE_PORT, TILL_OPTIONS, ConfigUnusable, read_config
from skrin.updates.starter import data_of

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "host.toml"
TILL = '[[till]]\nname = "kassa1"\nport = 8100\n'


def faults_of(tmp_path: Path, text: str) -> list[str]:
    """What is wrong, without the file's name."""
    file = tmp_path / "host.toml"
    file.write_text(text)
    with pytest.raises(ConfigUnusable) as told:
        read_config(file)
    return [fault.removeprefix(f"{file}: ") for fault in told.value.faults]


def test_a_till_is_enough(tmp_path: Path) -> None:
    file = tmp_path / "host.toml"
    file.write_text(TILL)
    config = read_config(file)
    assert (config.page_port, config.services, config.screens) == (PAGE_PORT, (), ())
    (till,) = config.tills
    assert (till.name, till.port, till.arguments) == ("kassa1", 8100, ())
    assert till.data == tmp_path / "skrin-host" / "tills" / "kassa1"


def test_the_example_can_be_used() -> None:
    config = read_config(EXAMPLE)
    assert [service.name for service in config.services] == ["bridge"]
    assert [till.name for till in config.tills] == ["kassa1", "kassa2"]
    assert "--office=https://office.example" in config.tills[0].arguments
    assert config.screens[0].till == "kassa1"


def test_paths_count_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    file = tmp_path / "host.toml"
    file.write_text(TILL + 'data = "own"\ncard_terminal_ca = "ca.pem"\nprinter_columns = 32\n')
    (till,) = read_config(file).tills
    assert till.data == tmp_path / "own"
    told = {f"--card-terminal-ca={tmp_path / 'ca.pem'}", "--printer-columns=32"}
    assert set(till.arguments) == told


@pytest.mark.parametrize("option", TILL_OPTIONS)
def test_a_till_knows_every_option_that_a_host_hands_on(option: str) -> None:
    said = {str: "on", int: "42"}[TILL_OPTIONS[option]]
    if option == "card_terminal_protocol":
        said = "nexo"
    name = f"--{option.replace('_', '-')}"
    parsed = till_program.arguments(["--data", "x", f"{name}={said}"])
    assert str(getattr(parsed, option)) == said


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "there is no [[till]]: a host keeps at least one."),
        (TILL + "prot = 1\n", "[[till]] 1: nobody knows “prot”; there is “name”, “port”, “data”"),
        ("[hots]\n" + TILL, "the file: nobody knows “hots”; there is “host”, “service”, “till”"),
        ('[[till]]\nname = "a"\n', "[[till]] 1: “port” is missing."),
        ("[[till]]\nport = 1\n", "[[till]] 1: “name” is missing."),
        ('[[till]]\nname = "a"\nport = "8100"\n', "“port” is a whole number, not '8100'."),
        ('[[till]]\nname = "a"\nport = 0\n', "[[till]] 1: 0 is no port; 1 to 65535 are."),
        ('[[till]]\nname = "Å b"\nport = 1\n', "the name “Å b” may have small letters a to z"),
        (TILL + TILL, "the name kassa1 stands twice; each part needs its own."),
        (TILL + '[[till]]\nname = "b"\nport = 8100\n', "port 8100 stands twice"),
        ("[host]\nport = 8100\n" + TILL, "port 8100 stands twice"),
        (TILL + 'data = "x"\n[[till]]\nname = "b"\nport = 1\ndata = "x"\n', "the folder "),
        (TILL + '[[screen]]\ntill = "b"\ncommand = ["x", "{url}"]\n', "is for the till “b”; there"),
        (TILL + '[[screen]]\ntill = "kassa1"\ncommand = ["x"]\n', "write {url} in the command"),
        (TILL + '[[service]]\nname = "s"\ncommand = "run it"\n', "“command” is a list of words"),
        (TILL + 'screens_key = "none.pem"\n', "none.pem, which is no file."),
        ("[host]\npatience_s = 0\n" + TILL, "“patience_s” is a number of seconds, 1 or more."),
        ("host = 3\n" + TILL, "[host] is written as a table."),
        ("till = 3\n", "till is written as [[till]]."),
    ],
)
def test_a_fault_is_said_in_words(tmp_path: Path, text: str, fault: str) -> None:
    found = faults_of(tmp_path, text)
    assert any(fault in one for one in found), found


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    found = faults_of(tmp_path, '[host]\ndata = 3\n[[till]]\nname = "a"\nport = "x"\n')
    assert len(found) == 2, found


def test_the_program_says_them_and_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert host_program.main([str(tmp_path / "none.toml")]) == host_program.EXIT_CANNOT_START
    assert "none.toml cannot be read: No such file" in capsys.readouterr().err
    (tmp_path / "torn.toml").write_text("[[till")
    assert host_program.main([str(tmp_path / "torn.toml")]) == host_program.EXIT_CANNOT_START
    assert "is not TOML" in capsys.readouterr().err


def test_a_file_can_be_checked_without_starting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "host.toml").write_text(TILL)
    assert host_program.main([str(tmp_path / "host.toml"), "--check"]) == 0
    assert "Tills: kassa1" in capsys.readouterr().out
    assert not (tmp_path / "skrin-host").exists()


def test_a_till_runs_from_its_own_installation(tmp_path: Path) -> None:
    file = tmp_path / "host.toml"
    file.write_text(TILL + 'installation = "opt"\nprinter = "192.0.2.1:9100"\n')
    (till,) = read_config(file).tills
    said = host_program.till_command(till)
    assert said[0] == str(tmp_path / "opt" / "current" / "bin" / "python")
    before, _, after = " ".join(said).partition(" -- ")
    assert before.endswith(f"start --installation {tmp_path / 'opt'} --parent-pid {os.getpid()}")
    assert after.startswith(f"till --data {till.data} --port 8100 --host-file {till.data}")
    assert after.endswith("--printer=192.0.2.1:9100")
    assert data_of(said) == till.data, "what it copies before it changes"
    own = host_program.till_command(replace(till, installation=None))
    assert own[:3] == (sys.executable, "-m", "skrin.till.main")


def test_two_tills_do_not_change_one_installation(tmp_path: Path) -> None:
    text = TILL + 'installation = "opt"\n[[till]]\nname = "b"\nport = 1\ninstallation = "./opt"\n'
    assert any("the installation " in fault for fault in faults_of(tmp_path, text))
