"""What all simulators share: switches, the control page, starting and ending."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.simulators.devices import ADDRESS, DEADLINE_S, Device, command, environment, eventually

from skrin.simulators.switches import BadSwitch, Switch, Switches, common_switches

MODULES = ("control_unit", "card_terminal", "printer")


def switchboard() -> Switches:
    own = [
        Switch("lamp", "red", "", choices=("red", "green")),
        Switch("open", False, "", countable=False),
    ]
    return Switches([*common_switches(("pay",), repeats=True), *own])


def test_a_counted_switch_heals() -> None:
    switches = switchboard()
    switches.set({"silent": {"times": 2}, "slow_ms": {"value": 40, "times": 1}})
    assert switches.as_json()["silent"] == {"value": True, "times": 2}
    assert [switches.flag("silent") for _ in range(3)] == [True, True, False]
    assert [switches.number("slow_ms") for _ in range(2)] == [40, 0]
    switches.set({"silent": True})
    assert [switches.flag("silent") for _ in range(3)] == [True, True, True]


def test_a_narrowed_switch_counts_only_what_it_concerns() -> None:
    switches = switchboard()
    switches.set({"silent": {"times": 1}, "applies_to": "pay"})
    assert [switches.flag("silent", kind) for kind in ("ask", "pay", "pay")] == [False, True, False]


@pytest.mark.parametrize(
    "changes",
    [
        {"nothing": True},
        {"silent": "yes"},
        {"silent": 1},
        {"slow_ms": -1},
        {"slow_ms": True},
        {"slow_ms": 1.5},
        {"slow_ms": {"times": 1}},
        {"silent": {"times": 0}},
        {"silent": {"times": True}},
        {"silent": {"times": 1, "more": 1}},
        {"silent": {}},
        {"repeat": "sometimes"},
        {"repeat": {"value": "new", "times": 1}},
        {"lamp": "blue"},
        {"open": {"times": 1}},
        {"silent": True, "lamp": "blue"},
    ],
)
def test_bad_switches_change_nothing(changes: dict[str, object]) -> None:
    switches = switchboard()
    before = switches.as_json()
    with pytest.raises(BadSwitch):
        switches.set(changes)
    assert switches.as_json() == before


def test_state_switch_and_reset_over_http(unit: Device) -> None:
    status, answer = unit.post("/switch", {"silent": {"times": 3}})
    assert status == 200
    assert answer["switches"]["silent"] == {"value": True, "times": 3}
    assert unit.post("/switch", {"silnt": True})[0] == 400
    assert unit.post("/switch", {"silent": "x"})[0] == 400
    assert unit.post("/switch", [1])[0] == 400
    assert unit.http("POST", "/switch", b"{")[0] == 400
    assert unit.state()["switches"]["silent"] == {"value": True, "times": 3}
    assert unit.post("/reset", {})[1]["switches"]["silent"] is False
    assert unit.http("GET", "/nowhere")[0] == 404
    assert unit.http("POST", "/nowhere")[0] == 404


@pytest.mark.parametrize("module", MODULES)
def test_the_page_has_a_labelled_form_for_every_switch(
    module: str, unit: Device, card_terminal: Device, printer: Device
) -> None:
    device = {"control_unit": unit, "card_terminal": card_terminal, "printer": printer}[module]
    status, body = device.http("GET", "/")
    page = body.decode()
    assert status == 200
    for name in device.state()["switches"]:
        assert f'name="name" value="{name}"' in page
        assert f'aria-label="{name}"' in page
    for path in ("/page.css", "/page.js", "/live"):
        assert device.http("GET", path)[0] == 200


def test_the_form_throws_switches(unit: Device) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert unit.http("POST", "/set", b"name=silent&value=on&times=2", form)[0] == 303
    assert unit.state()["switches"]["silent"] == {"value": True, "times": 2}
    assert unit.http("POST", "/set", b"name=slow_ms&value=70", form)[0] == 303
    assert unit.state()["switches"]["slow_ms"] == 70
    assert unit.http("POST", "/set", b"name=slow_ms&value=x", form)[0] == 400
    assert unit.http("POST", "/set", b"name=other&value=x", form)[0] == 400
    assert unit.http("POST", "/set", b"name=reset", form)[0] == 303
    assert unit.state()["switches"]["slow_ms"] == 0


def test_what_was_heard_is_escaped(unit: Device) -> None:
    with socket.create_connection((ADDRESS, unit.port), timeout=3) as line:
        line.sendall(b"#!#<script>alert(1)</script>\r")
        assert line.recv(100) == b"#!#012#NAK#001#44\r"
    page = unit.http("GET", "/")[1].decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_other_pages_may_not_throw_switches(unit: Device) -> None:
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
        assert unit.http("POST", "/switch", b'{"silent": true}', headers)[0] == 403
        assert unit.http("GET", "/state", headers=headers)[0] == 403
    own = {"Origin": f"http://{ADDRESS}:{unit.control_port}"}
    assert unit.http("POST", "/switch", b"{}", own)[0] == 200
    assert unit.state()["switches"]["silent"] is False


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("option", ["--port", "--control-port"])
def test_a_taken_port_is_named(module: str, option: str) -> None:
    with socket.create_server((ADDRESS, 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            command(module, option, str(port)),
            env=environment(),
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
        )
    assert done.returncode == 3
    assert done.stdout == ""
    assert str(port) in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_bad_switch_at_the_start_is_named() -> None:
    arguments = command("printer", "--switch", "resume=never")
    done = subprocess.run(
        arguments, env=environment(), capture_output=True, text=True, timeout=DEADLINE_S
    )
    assert done.returncode == 2
    assert "resume is one of continue, lost" in done.stderr


def test_a_switch_given_at_the_start_is_what_reset_comes_back_to(tmp_path: Path) -> None:
    device = Device("printer", "--switch", "line_ms=3", "--switch", "resume=lost")
    device.switch(line_ms=0, resume="continue")
    device.reset()
    switches = device.state()["switches"]
    assert (switches["line_ms"], switches["resume"]) == (3, "lost")
    assert device.stop() == 0


@pytest.mark.parametrize("module", ["control_unit", "printer"])
def test_a_state_file_has_one_owner_and_is_never_started_over(module: str, tmp_path: Path) -> None:
    state = tmp_path / "folder" / "state"
    owner = Device(module, "--state", str(state))

    def start_another() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(module, "--state", str(state)),
            env=environment(),
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
        )

    done = start_another()
    assert (done.returncode, done.stdout) == (4, "")
    assert "in use" in done.stderr
    assert owner.stop() == 0
    state.write_text("{no state\n")
    done = start_another()
    assert done.returncode == 4
    assert state.read_text() == "{no state\n"


@pytest.mark.slow
def test_it_ends_with_the_process_that_it_belongs_to() -> None:
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    device = Device("control_unit", "--parent-pid", str(parent.pid))
    assert device.process.poll() is None
    assert parent.stdin is not None
    parent.stdin.close()
    parent.wait(timeout=DEADLINE_S)
    assert device.process.wait(timeout=3) == 0
    device.stop()


def test_it_outlives_the_thread_that_started_it() -> None:
    """The kernel's word on a parent's death comes at the death of the parent's thread."""
    script = (
        "import subprocess, sys, threading, os\n"
        "def start():\n"
        "    global child\n"
        "    child = subprocess.Popen([sys.executable, '-m', 'skrin.simulators.control_unit',\n"
        "        '--parent-pid', str(os.getpid())], stdout=subprocess.PIPE, text=True)\n"
        "    print(child.stdout.readline(), end='', flush=True)\n"
        "one = threading.Thread(target=start); one.start(); one.join()\n"
        "print(child.pid, flush=True)\n"
        "input()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdin is not None and parent.stdout is not None
    ready = json.loads(parent.stdout.readline())
    child = int(parent.stdout.readline())
    time.sleep(0.3)
    os.kill(child, 0)
    with socket.create_connection((ADDRESS, ready["port"]), timeout=3) as line:
        line.sendall(b"#!#00D#IQ#7D\r")
        assert line.recv(100).startswith(b"#!#021#IR#")
    parent.send_signal(signal.SIGKILL)
    parent.wait(timeout=DEADLINE_S)
    eventually(lambda: not Path(f"/proc/{child}").exists() or _is_zombie(child), 3)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_simulators_import_nothing_of_the_product() -> None:
    script = (
        "import sys\n"
        + "".join(f"import skrin.simulators.{module}.__main__\n" for module in MODULES)
        + "print(*sorted(m for m in sys.modules if m.split('.')[0] in ('skrin', 'django')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=True,
    )
    loaded = done.stdout.split()
    assert "skrin.simulators.printer.device" in loaded
    assert [name for name in loaded if not name.startswith("skrin.simulators")] == ["skrin"]
