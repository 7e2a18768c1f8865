"""What a person sees of the launcher when something is missing, wrong or already done."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from attendance_mat.embedded import checking, environment, native, places, processes, receipts, steps, variables
from attendance_mat.embedded.messages import RefusedError


def test_every_check_runs_although_one_failed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    # Given three checks, of which the first fails
    monkeypatch.setattr(environment, "prepare", lambda *_: None)
    monkeypatch.setattr(variables, "for_processes", lambda _: {})
    monkeypatch.setattr(places, "ENVIRONMENT", Path(sys.prefix))
    bad, good = ("python", "-c", "raise SystemExit(3)"), ("python", "-c", "")
    monkeypatch.setattr(checking, "CHECKS", {"one": bad, "two": good, "three": good})
    # When they run, then the others are named as passed, and the end says which failed
    with pytest.raises(RefusedError, match=r"Failed: one\."):
        checking.run([])
    told = capfd.readouterr().err
    assert "two: passed" in told
    assert "three: passed" in told


def test_a_check_that_does_not_exist_is_wrong_usage() -> None:
    assert checking.run(["spelling"]) == 2


def test_a_step_that_fails_shows_the_end_of_its_output_and_the_mend(
    state: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", "print('no such package'); raise SystemExit(4)"]
    with pytest.raises(RefusedError, match=r"Installing: failed with status 4\. Try again\."):
        steps.run("Installing", command, mend="Try again.")
    assert "no such package" in capfd.readouterr().err


def test_without_pango_one_line_says_so_and_the_rest_goes_on(
    state: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(native, "_has_pango", lambda: False)
    monkeypatch.setattr(native.shutil, "which", lambda _: None)
    native.prepare_pdf()
    told = capfd.readouterr().err
    assert told.count("\n") == 1
    assert "Install it by hand: libpango-1.0-0" in told


def test_a_stub_that_only_gives_advice_is_no_browser(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub = state / "chromium-browser"
    stub.write_text("#!/bin/sh\necho 'Install the snap.' >&2\nexit 10\n")
    stub.chmod(0o755)
    monkeypatch.setenv("CHROMIUM_PATH", str(stub))
    monkeypatch.setattr(native, "_loads", lambda _: True)
    monkeypatch.setattr(native.shutil, "which", lambda _: None)
    assert native._browser() is None


def test_a_changed_file_asks_for_a_new_preparation_and_a_changed_test_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given a checkout
    monkeypatch.setattr(places, "CHECKOUT", tmp_path)
    for folder in ("registers", "tests", ".git"):
        (tmp_path / folder).mkdir()
    before = receipts.state_of_the_code()
    # When what is not the product changes, then nothing is to be done
    for folder in ("tests", ".git"):
        (tmp_path / folder / "note").write_text("new")
    assert receipts.state_of_the_code() == before
    # When the product, the clock or the database changes, then it is
    assert receipts.state_of_the_code("another clock") != before
    (tmp_path / "registers" / "models.py").write_text("new")
    assert receipts.state_of_the_code() != before


def test_a_child_stops_when_its_parent_is_killed() -> None:
    # Given a parent that started a child as the launcher does
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=places.CHECKOUT, stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    # When the parent is killed, then the child ends too
    parent.kill()
    parent.communicate()
    give_up = time.monotonic() + 10
    while running(child) and time.monotonic() < give_up:
        time.sleep(0.02)
    assert not running(child)


def test_a_child_that_will_not_stop_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Given a child that hears no request to stop
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    with (tmp_path / "log").open("wb") as output:
        child = processes.start([sys.executable, "-c", deaf], env={}, output=output)
    while not (tmp_path / "log").read_text():
        time.sleep(0.02)
    # When it is stopped, then it is killed once its time is up
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.2)
    processes.stop(child)
    assert child.returncode == -signal.SIGKILL


PARENT = """
import sys, time
from attendance_mat.embedded import processes
child = processes.start([sys.executable, "-c", "import time; time.sleep(60)"], env={}, output=None)
print(child.pid, flush=True)
time.sleep(60)
"""


def running(process: int) -> bool:
    state = Path(f"/proc/{process}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"
