"""A server that dies, a lesson nobody opened, and any sequence of marks, cuts and crashes, in real Chromium."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Page

from attendance_mat.accounts.member import Member
from registers.models import LessonMark, LessonMarkAmendment, MarkAmendment, Pupil, Register
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.browser.device import children, choose, chosen, codes, is_kept, register, state
from tests.conftest import MONDAY_MORNING, shift_to
from tests.journeys.conftest import WEB, Product, product_on, wait_until_it_answers
from tests.registers.lessons import make_lesson, make_period, make_teaching_group

__all__ = ["children", "register"]
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]

# A model of the server that loses requests and replies, and a person who marks, fills blanks and takes that back,
# finishes, reloads, and has a second tab, which shows as blank what it has not heard of yet.
MODEL = """async (seed) => {
  let state = seed + 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const { Draft } = registerStore;
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const mine = { person: "1", owner: `model ${seed}`, key };
  const about = { saveUrl: "/nowhere/", pageUrl: "/", title: "4A", day: "2026-11-23" };
  const marks = new Map();
  const receipts = new Map();
  const faults = [];
  const finished = [];
  let pressed = 0;
  let cleared = 0; // how often Finish had been pressed when a mark was last taken back
  let calm = false;
  let isOffline = false; // as the browser believes: what it sends then may arrive all the same
  Object.defineProperty(navigator, "onLine", { get: () => !isOffline, configurable: true });
  window.fetch = async (url, { body }) => {
    const fate = calm ? 1 : random();
    if (fate < 0.2) throw new TypeError("cut");
    if (fate < 0.3) return new Response("<h1>Wi-Fi</h1>");
    if (fate < 0.4) return new Response("", { status: 503 });
    const asked = JSON.parse(body);
    const known = receipts.get(asked.key);
    if (known && known.body !== body) faults.push("a key was used for another body");
    if (asked.finish && asked.rows.length) faults.push("marks and Finish in one breath");
    if (asked.finish && !known) finished.push(asked.finish);
    if (!known) receipts.set(asked.key, { body, rows: asked.rows.map(saved) });
    if (isOffline || fate < 0.6) throw new TypeError("the reply is lost");
    const { rows } = receipts.get(asked.key);
    return Response.json({ rows, saved_at: "2026-11-23T08:52:00Z", finished_at: asked.finish });
  };
  function saved({ pupil, code, base }) {
    const stands = marks.get(pupil) ?? { code: "", base: 0 };
    if (stands.code === code) return { pupil, outcome: "same", ...stands };
    if (stands.base !== base) faults.push(`a clash with oneself: ${pupil}, ${base} and ${stands.base}`);
    if (stands.base !== base) return { pupil, outcome: "clash", ...stands };
    marks.set(pupil, { code, base: base + 1 });
    return { pupil, outcome: "saved", code, base: base + 1 };
  }
  const loaded = async () => {
    const draft = new Draft("a register", about, "1");
    await draft.keepWith(mine);
    return draft;
  };
  const last = {};
  const at = {}; // when each child's last mark was made
  let filled = []; // the rows by which the blanks were last filled
  const row = (tab, pupil, code, made_at) => ({
    pupil: String(pupil), row: { base: tab.now.done[pupil]?.base ?? 0, code, made_at }, said: { name: "", words: "" },
  });
  const choose = (step, pupil, code) => {
    const one = row(draft, pupil, code, `chosen ${step}`);
    [last[pupil], at[pupil]] = [code, one.row.made_at];
    if (!code) cleared = pressed;
    return draft.choose(one.pupil, one.row, one.said);
  };
  // What is marked stays, whether the tab that fills knows of it or not; what was marked since is not taken back.
  const fill = (step, tab) => {
    const shown = [1, 2, 3].filter((pupil) => !tab.lastOf(pupil)?.code);
    const rows = shown.map((pupil) => row(tab, pupil, "/", `filled ${step}`));
    const blank = rows.filter(({ pupil }) => !last[pupil]);
    for (const { pupil, row } of blank) [last[pupil], at[pupil]] = ["/", row.made_at];
    if (blank.length) filled = blank;
    return tab.fill(rows, { isFilled: true });
  };
  const undo = (step, tab) => {
    const still = filled.filter(({ pupil, row }) => at[pupil] === row.made_at);
    for (const { pupil } of still) [last[pupil], at[pupil], cleared] = ["", `cleared ${step}`, pressed];
    return tab.undo(filled.map(({ pupil }) => row(tab, pupil, "", `cleared ${step}`)), { isHere: true });
  };
  let draft = await loaded();
  let other = await loaded();
  const under = [];
  for (let step = 0; step < 40; step += 1) {
    const what = random();
    if (what < 0.5) {
      under.push(choose(step, 1 + Math.floor(random() * 3), random() < 0.5 ? "N" : "/"));
      if (random() < 0.5) await under.at(-1);
    } else if (what < 0.55) isOffline = !isOffline;
    else if (what < 0.65) { // the blanks are filled in either tab, and maybe what was filled is cleared in either
      await Promise.all(under);
      if (random() < 0.5) await choose(step, 1, "");
      if (random() < 0.5) await other.change(() => null);
      if (random() < 0.5) under.push(choose(step + 0.2, 1, "N"));
      under.push(fill(step, random() < 0.5 ? draft : other));
      if (random() < 0.5) under.push(draft.send());
      if (random() < 0.5) under.push(choose(step + 0.5, 2, "N"));
      if (random() < 0.5) under.push(undo(step, random() < 0.5 ? draft : other));
    } else if (what < 0.75) under.push(draft.send());
    else if (what < 0.85) {
      await other.send();
      await draft.change(() => null); // as the message from the other tab has it do
    }
    else if (what < 0.9) await Promise.all(under);
    else if (what < 0.95) under.push(draft.finish(`press ${(pressed += 1)}`));
    else {
      await Promise.all(under);
      draft = await loaded();
    }
  }
  await Promise.all(under);
  [calm, isOffline] = [true, false];
  other = await loaded();
  for (let turn = 0; turn < 20 && other.isToSend; turn += 1) await other.send();
  if (other.isToSend) faults.push("something still waits");
  if (new Set(finished).size < finished.length) faults.push(`one press finished twice: ${finished}`);
  if (pressed > cleared && finished.at(-1) !== `press ${pressed}`) faults.push(`press ${pressed} is lost: ${finished}`);
  const marked = (codes) => Object.fromEntries(codes.filter(([, code]) => code));
  const stands = marked([...marks].map(([pupil, { code }]) => [pupil, code]));
  return { faults, last: marked(Object.entries(last)), stands };
}"""


@pytest.fixture
def start_server(live_school: LiveSchool, tmp_path: Path) -> Iterator[Callable[[], Product]]:
    """Return a function that starts a server of its own process on the live school, again at the same address."""
    made = product_on(connections.databases["default"]["NAME"], shift_to(MONDAY_MORNING), tmp_path)

    def start() -> Product:
        address = made.url.removeprefix("http://")
        made.start(*WEB, "--bind", address, log=tmp_path / "web.log")
        wait_until_it_answers(made, tmp_path / "web.log")
        return made

    yield start
    made.stop()


def kill(master: int) -> None:
    """Kill a server and its workers at once, as a power cut would."""
    workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    for pid in (master, *map(int, workers)):
        os.kill(pid, signal.SIGKILL)


def test_a_server_that_is_killed_half_way_and_comes_back_has_every_mark_once(
    live_school: LiveSchool, register: Register, start_server: Callable[[], Product]
) -> None:
    product = start_server()
    live_school.url = product.url
    page = live_school.page("tess")
    page.goto(live_school.address(f"registers/{register.pk}/"))
    is_kept(page, 2)
    choose(page, 0, "Absent")
    state(page, "saved")
    # When the server dies at once, and the page is loaded again meanwhile
    choose(page, 1, "Absent")
    kill(product.running.pop().pid)
    choose(page, 2, "Present")
    state(page, "offline", "safe on this device")
    page.reload()
    state(page, "offline", "safe on this device")
    assert chosen(page)[:3] == ["Absent", "Absent", "Present"]
    choose(page, 3, "Present")
    state(page, "offline", "safe on this device")
    # Then it comes back, and has all four once
    start_server()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    state(page, "saved")
    assert list(codes().values()) == ["N", "N", "/", "/"]
    assert MarkAmendment.objects.count() == 0


def test_a_register_nobody_opened_opens_from_the_start_page_without_a_connection(
    live_school: LiveSchool, children: list[Pupil], start_server: Callable[[], Product]
) -> None:
    product = start_server()
    live_school.url = product.url
    page = live_school.page("tess")
    page.goto(live_school.address(""))
    is_kept(page, 2)
    kill(product.running.pop().pid)
    page.reload()
    page.get_by_text("No connection: this page is as it was").wait_for()
    page.get_by_role("button", name="Take 4A").first.click()
    choose(page, 0, "Absent")
    state(page, "offline", "1 mark is safe on this device")
    # Absent, and everyone else is present: without the server too
    page.get_by_role("button", name="Everyone else is present (3)").click()
    state(page, "offline", "4 marks are safe on this device")
    page.get_by_role("button", name="Finish the register").click()
    state(page, "offline", "4 marks are safe on this device, and the register will be finished when they are sent")
    page.reload()
    state(page, "offline", "4 marks are safe on this device, and the register will be finished when they are sent")
    assert chosen(page) == ["Absent", "Present", "Present", "Present"]
    start_server()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_url("**/registers/*/")
    page.get_by_text("Finished 08:").wait_for()
    assert sorted(codes().values()) == ["/", "/", "/", "N"]
    assert MarkAmendment.objects.count() == 0


def test_a_lesson_nobody_opened_is_taken_without_a_connection(
    live_school: LiveSchool, children: list[Pupil], start_server: Callable[[], Product]
) -> None:
    group = make_teaching_group("4A/Ma", *children)
    make_lesson(group, make_period(), teacher=live_school.people.tess.user)
    second = make_lesson(group, make_period(2), teacher=live_school.people.tess.user)
    product = start_server()
    live_school.url = product.url
    page = live_school.page("tess")
    page.goto(live_school.address(""))
    is_kept(page, 4)
    kill(product.running.pop().pid)
    page.reload()
    take_the_first(page)
    # The second of the double, which was kept before that, proposes what is known of the first here alone
    address = page.url
    carry_over_to(page, live_school.address(f"lessons/2026-11-23/{second.pk}/register/"))
    page.goto(address)
    state(page, "offline", "2 marks are safe on this device")
    start_server()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_url("**/lesson-registers/*/")
    marks = LessonMark.objects.order_by("pupil__surname")
    assert list(marks.values_list("code", flat=True)) == ["N", "/"]
    correct(marks[0], "/", by=live_school.people.alma)
    what_stands_now_is_proposed(page, live_school.address(f"lessons/2026-11-23/{second.pk}/register/draft/"))


def what_stands_now_is_proposed(page: Page, address: str) -> None:
    page.route("**/api/**", lambda route: route.abort())
    page.goto(address)
    state(page, "offline", "2 marks are safe on this device")
    said = page.locator("tbody tr [id^=words-]").all_inner_texts()
    assert said == ["From the first lesson: Present", "From the first lesson: Present", "", ""]


def take_the_first(page: Page) -> None:
    page.get_by_role("button", name="Take 4A/Ma").first.click()
    choose(page, 0, "Absent")
    choose(page, 1, "Present")
    state(page, "offline", "2 marks are safe on this device")
    page.reload()
    state(page, "offline", "2 marks are safe on this device")
    assert chosen(page) == ["Absent", "Present", "", ""]


def carry_over_to(page: Page, address: str) -> None:
    """Carry over what is known of the first; what another tab has marked meanwhile stays."""
    page.goto(address)
    page.get_by_text("From the first lesson: Absent").wait_for()
    other = page.context.new_page()
    other.goto(address)
    other.get_by_text("From the first lesson: Present").wait_for()
    choose(other, 1, "Absent")
    state(other, "offline", "1 mark is safe on this device")
    page.get_by_role("button", name="Carry over from the first lesson (2)").click()
    state(page, "offline", "2 marks are safe on this device")
    assert chosen(page) == ["Absent", "Absent", "", ""]
    other.close()


def correct(mark: LessonMark, code: str, *, by: Member) -> None:
    LessonMarkAmendment.objects.create(
        mark=mark, kind="correction", amended_code=code, source="office", amended_by=by.user, amended_by_name=by.name,
        amended_by_role=by.role, made_at=mark.made_at,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_marks_cuts_and_crashes_leaves_the_last_mark_of_each_child_once(
    live_school: LiveSchool, seed: int
) -> None:
    page = live_school.page("tess", service_workers="block")
    page.context.clear_cookies()
    page.goto("/login/")
    for run in range(20):
        found = page.evaluate(MODEL, seed * 1000 + run)
        assert found["faults"] == [], (seed, run, found)
        assert found["stands"] == found["last"], (seed, run, found)
