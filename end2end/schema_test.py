"""Whatever happens to schema.py, its server sees no settings but its own and nothing is left running."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import schema

# A server that tells its process id and environment, and never is ready. STUBBORN also ignores being asked to leave.
SERVER = f"""#!{sys.executable}
import json, os, signal, time
if "STUBBORN" in os.environ:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
told = os.environ["TOLD"]
with open(told + ".new", "w") as file:
    json.dump({{"pid": os.getpid(), "environment": dict(os.environ)}}, file)
os.rename(told + ".new", told)
while True:
    time.sleep(1)
"""


@pytest.fixture
def binary(tmp_path: Path) -> Path:
    path = tmp_path / "clube"
    path.write_text(SERVER)
    path.chmod(0o755)
    return path


def until_told(told: Path) -> dict:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if told.exists():
            return json.loads(told.read_text())
        time.sleep(0.05)
    raise TimeoutError(told)


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_its_server_gets_its_own_settings_and_goes_when_it_is_ended(binary: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    foreign = {
        "MASTER_DATABASE_URL": "postgres://elsewhere/real",
        "CLUBE_MASTER_KEY": "real",
        "CLUBE_TENANT_POOL": "1",
        "CLUBE_API_PER_USER": "1",
        "CLUBE_POSTGRES_BIN": "/opt/postgresql",
    }
    environment = os.environ | foreign | {"CLUBE_BIN": str(binary), "TOLD": str(told), "TMPDIR": str(tmp_path)}
    run = subprocess.Popen([sys.executable, schema.__file__], env=environment)
    server = until_told(told)
    run.terminate()
    assert run.wait(20) == 128 + signal.SIGTERM
    assert not runs(server["pid"])
    assert not list(tmp_path.glob("clube-schema-*")), "its folder is gone"
    settings = {name: value for name, value in server["environment"].items() if name.startswith(("CLUBE_", "MASTER"))}
    assert settings == {
        "CLUBE_POSTGRES_BIN": "/opt/postgresql",
        "CLUBE_ENV": "development",
        "CLUBE_SIGN_IN_PER_ACCOUNT": "1000000",
        "CLUBE_SIGN_IN_PER_ADDRESS": "1000000",
        "CLUBE_API_PER_USER": "1000000",
    }


def test_what_does_not_leave_is_killed_and_so_is_its_postgresql(
    binary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "GONE_WITHIN", 0.3)
    told, note = tmp_path / "told", tmp_path / "postgres" / "data" / "postmaster.pid"
    server = subprocess.Popen([binary], env=os.environ | {"TOLD": str(told), "STUBBORN": ""})
    # PostgreSQL handles this signal; what is started in a shell's background inherits that it is ignored.
    postgres = subprocess.Popen(["sleep", "600"], preexec_fn=lambda: signal.signal(signal.SIGQUIT, signal.SIG_DFL))
    reaped = threading.Thread(target=postgres.wait, daemon=True)
    reaped.start()
    note.parent.mkdir(parents=True)
    note.write_text(f"{postgres.pid}\n{note.parent}\n")
    until_told(told)
    schema.end(server, tmp_path)
    assert server.returncode == -signal.SIGKILL
    reaped.join(20)
    assert postgres.returncode == -signal.SIGQUIT
