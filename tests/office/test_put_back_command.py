"""`skrin office-put-back` as an operator types it, on databases of its own."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.office.test_program import EXAMPLES, end, ready, start

from skrin.office.put_back import ids_skipped
from skrin.sync.messages import WIRE_VERSION, EnrolRequest
from skrin.till.devices.office_link import OfficeClient

pytestmark = [pytest.mark.office, pytest.mark.slow]

PATIENCE_S = 120.0
BAD_ARGUMENT, TAKEN, UNFIT = 2, 3, 4


@pytest.fixture(scope="module")
def office() -> Iterator[Path]:
    """The folder of an office that was stopped. One of its tills has enrolled."""
    with tempfile.TemporaryDirectory(prefix="skrin-put-back-") as folder:
        data, out = Path(folder) / "office", Path(folder) / "loaded.json"
        process = start(data, "--load", str(EXAMPLES), "--load-out", str(out))
        try:
            port = ready(process)["port"]
            loaded: dict[str, Any] = json.loads(out.read_text())
            key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
            public = base64.b64encode(key).decode()
            code = loaded["tills"][0]["code"]
            OfficeClient(f"http://127.0.0.1:{port}").enrol(
                EnrolRequest(WIRE_VERSION, code, public, "test", "Skrin", "1")
            )
        finally:
            assert end(process) == 0
        yield data


def put_back(data: Path, *more: str, url: str = "") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SKRIN_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment |= {"DATABASE_URL": url} if url else {}
    command = [sys.executable, "-m", "skrin.cli", "office-put-back", "--data", str(data), *more]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, env=environment, check=False
    )


def test_it_is_noted_twice_and_ended_for_a_company_that_is_there(office: Path) -> None:
    for _ in range(2):
        noted = put_back(office)
        assert noted.returncode == 0, noted.stderr
        assert "Company 1 (Bageri Vetekornet AB) waits for: VK1-1." in noted.stdout
        assert "Noted." in noted.stdout
    wrong = put_back(office, "--go-on", "77")
    assert wrong.returncode == BAD_ARGUMENT
    assert "There is no company 77. There are: 1 (Bageri Vetekornet AB)." in wrong.stderr
    went_on = put_back(office, "--go-on", "1")
    assert (went_on.returncode, went_on.stdout) == (0, "Company 1 goes on without: VK1-1.\n")
    again = put_back(office, "--go-on", "1")
    assert (again.returncode, "nothing was done" in again.stdout) == (0, True)


def test_the_same_backup_put_back_twice_gives_other_numbers_the_second_time() -> None:
    first = 1_790_000_000_000
    enrolled_between = 5
    later = ids_skipped(first + enrolled_between * 60_000)
    assert later >= ids_skipped(first) + enrolled_between
    assert ids_skipped(0) == 1000, "a clock that is far wrong skips some too"


def test_a_running_office_is_to_be_stopped_first(office: Path) -> None:
    process = start(office)
    try:
        ready(process)
        refused = put_back(office)
    finally:
        assert end(process) == 0
    assert refused.returncode == TAKEN
    assert "An office runs in" in refused.stderr and "Stop it first." in refused.stderr


def test_a_folder_without_a_database_is_refused_and_stays_as_it_was(tmp_path: Path) -> None:
    refused = put_back(tmp_path)
    assert refused.returncode == UNFIT
    assert f"There is no office's database in {tmp_path}." in refused.stderr
    assert not [*tmp_path.iterdir()], "an empty office was made"


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # Bound and not listening: whoever comes is refused.
        port = taken.getsockname()[1]
        refused = put_back(tmp_path, url=f"postgresql://skrin@127.0.0.1:{port}/skrin")
    assert refused.returncode == UNFIT
    assert "The database does not answer" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_what_is_no_number_of_a_company_is_refused(tmp_path: Path) -> None:
    refused = put_back(tmp_path, "--go-on", "Vetekornet")
    assert refused.returncode == BAD_ARGUMENT and "--go-on" in refused.stderr
