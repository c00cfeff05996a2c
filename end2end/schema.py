"""Holds the JSON API against its own document.

Starts the server with the demo in a fresh data folder, and lets schemathesis ask every route of `/api/openapi.json` what
its examples, its edge cases and made-up data come to: as a consumer, as a merchant and as nobody. Whatever is answered
must stand in the document, nothing may be a failure of ours, and the ledger ties out afterwards. The number of cases is
bounded, so that what is found does not depend on how fast the machine is; a run that takes far longer than any machine
needs has failed. However this ends, nothing of it is left running.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

SLUG = "clube-navi"
PASSWORD = "clube-demo"
SEED = os.environ.get("CLUBE_SEED", "20260601")
# All checks of all routes, but for those that this says.
CONFIG = Path(__file__).with_name("schemathesis.toml")
RUNS = [
    ("a consumer", "ana@example.com", "examples,coverage,fuzzing,stateful", 15),
    ("a merchant", "padaria@example.com", "examples,coverage,fuzzing,stateful", 15),
    ("nobody", None, "examples,coverage", 5),
]
# The limits that a crowd of cases from one address would meet.
LIMITS = ["SIGN_IN_PER_ACCOUNT", "SIGN_IN_PER_ADDRESS", "API_PER_USER"]
# First start: a PostgreSQL is made, migrated and filled with the demo, by a debug build.
READY_WITHIN = 120
GONE_WITHIN = 90
# Of one person's cases: minutes of what is seconds on a machine that has nothing else to do.
DONE_WITHIN = 900


def main() -> int:
    # A proxy of this machine is not for its own address.
    os.environ |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    folder = Path(tempfile.mkdtemp(prefix="clube-schema-"))
    # Started by root, PostgreSQL runs as another user, who has to reach its files in here.
    folder.chmod(0o755)
    log = folder / "server.log"
    address = f"http://127.0.0.1:{free_port()}"
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    server = None
    try:
        server = start(address, folder / "data", log)
        until_ready(server, address)
        failed = [who for who, *run in RUNS if not holds(address, folder, who, *run)]
        if not ties_out(folder / "data"):
            failed.append("the ledger")
        stop(server)
    except Exception:
        print(*log.read_text().splitlines()[-30:], sep="\n", file=sys.stderr)
        raise
    finally:
        for ending in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(ending, signal.SIG_IGN)
        if server:
            end(server, folder / "data")
        shutil.rmtree(folder, ignore_errors=True)
    if failed:
        print(f"\nNot as it should be: {', '.join(failed)} (CLUBE_SEED={SEED}).")
    return 1 if failed else 0


def start(address: str, data: Path, log: Path) -> subprocess.Popen:
    command = [os.environ["CLUBE_BIN"], "serve", "--demo", "--addr", address.removeprefix("http://")]
    with log.open("w") as output:
        return subprocess.Popen(
            [*command, "--data-dir", str(data)],
            env=own_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )


def own_environment() -> dict[str, str]:
    """This environment without the settings of any other installation: the server has a data folder of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name == "CLUBE_POSTGRES_BIN" or not (name.startswith("CLUBE_") or name == "MASTER_DATABASE_URL")
    }
    return kept | {"CLUBE_ENV": "development"} | {f"CLUBE_{limit}": "1000000" for limit in LIMITS}


def until_ready(server: subprocess.Popen, address: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/readyz"):
                return
        except urllib.error.URLError:
            time.sleep(0.2)
    raise RuntimeError(f"{address}/readyz did not answer 200 within {READY_WITHIN} s")


def stop(server: subprocess.Popen) -> None:
    server.send_signal(signal.SIGTERM)
    if server.wait(GONE_WITHIN) != 0:
        raise RuntimeError(f"the server ended with {server.returncode}")


def end(server: subprocess.Popen, data: Path) -> None:
    """Ends what still runs: the server by asking first, and the PostgreSQL that a killed one leaves behind."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(GONE_WITHIN)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
    note = data / "postgres" / "data" / "postmaster.pid"
    deadline = time.monotonic() + GONE_WITHIN
    try:
        # There is a note for as long as it runs. What it holds is thrown away: no need to write it down.
        postgres = int(note.read_text().split()[0])
        os.kill(postgres, signal.SIGQUIT)
        while time.monotonic() < deadline:
            os.kill(postgres, 0)
            time.sleep(0.1)
    except (FileNotFoundError, ProcessLookupError):
        pass


def holds(address: str, folder: Path, who: str, email: str | None, phases: str, cases: int) -> bool:
    """Whether the API keeps to its document for this person."""
    print(f"\n── As {who}, seed {SEED}", flush=True)
    command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(CONFIG)]
    command += ["run", f"{address}/api/openapi.json"]
    command += ["--phases", phases, "--max-examples", str(cases), "--seed", SEED]
    command += ["--continue-on-failure"]
    command += ["--generation-database", "none", "--warnings", "off", "--request-timeout", "60"]
    command += ["--header", f"X-Tenant-Slug: {SLUG}"]
    if email:
        command += ["--header", f"Authorization: Bearer {access_token(address, email)}"]
    return subprocess.run([*command, *sys.argv[1:]], cwd=folder, timeout=DONE_WITHIN).returncode == 0


def ties_out(data: Path) -> bool:
    """Whether the club's ledger is as it should be after all that was asked of it."""
    command = [os.environ["CLUBE_BIN"], "audit", "--tenant", SLUG, "--data-dir", str(data)]
    return subprocess.run(command, env=own_environment(), timeout=DONE_WITHIN).returncode == 0


def access_token(address: str, email: str) -> str:
    request = urllib.request.Request(
        f"{address}/api/auth/login",
        data=json.dumps({"email": email, "password": PASSWORD}).encode(),
        headers={"Content-Type": "application/json", "X-Tenant-Slug": SLUG},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["accessToken"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
