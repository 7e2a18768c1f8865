"""The main job, end to end: from a school's files to what the trust sees."""

import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import Lent, new_context
from tests.journeys.conftest import Product

pytestmark = [pytest.mark.live, pytest.mark.long, pytest.mark.browser, pytest.mark.enable_socket]
PASSWORD = "a long enough password"
PEOPLE = {
    "alma": ("Alma Reyes", "attendance_officer"),
    "ben": ("Ben Okafor", "headteacher"),
    "tara": ("Tara Voss", "trust_attendance_manager"),
}
TERM, TODAY = dt.date(2026, 9, 7), dt.date(2026, 11, 23)
HALF_TERM = dt.date(2026, 10, 26)
MISSED = [dt.date(2026, 10, 5) + dt.timedelta(days=n) for n in range(4)]  # both halves: eight sessions
MISSED_TOO = dt.date(2026, 11, 9)  # the morning: the ninth


@pytest.fixture
def browser(chromium_kept: Callable[[], Lent]) -> Iterator[Browser]:
    """Return real Chromium."""
    with chromium_kept() as opened:
        yield opened


def school_days() -> list[dt.date]:
    """Return the weekdays from September to Christmas, without the half term."""
    days = [TERM + dt.timedelta(days=n) for n in range(100)]
    return [day for day in days if day.weekday() < 5 and not 0 <= (day - HALF_TERM).days < 7]


def write_files(folder: Path) -> None:
    """Write what a school's other system would export: calendar, pupils, marks and staff."""
    calendar = ["date,am,pm", *(f"{day},1,1" for day in school_days())]
    pupils = [
        "upn,surname,forename,dob,sex,year,reg_group,admitted,contact1_name,contact1_relationship,"
        "contact1_parental_responsibility,contact1_phone,contact1_address,contact1_lives_with"
    ]
    marks = ["upn,date,am,pm"]
    for number in range(1, 7):
        upn = f"A{number:012d}"
        pupils.append(
            f"{upn},Linnet{number},Robin,2017-03-0{number},F,4,4A,2026-09-07,Parent Linnet{number},Mother,yes,"
            f"01632 96000{number},{number} Example Road Exampleton,yes"
        )
        past = [day for day in school_days() if day < TODAY]
        marks.extend(f"{upn},{day},{','.join(codes_of(number, day))}" for day in past)
    staff = ["email,name,role,from,to,groups,weekdays", "tess@example.org,Tess Lindqvist,teacher,2026-09-01,,4A,"]
    for name, lines in {"calendar": calendar, "pupils": pupils, "marks": marks, "staff": staff}.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")


def codes_of(number: int, day: dt.date) -> tuple[str, str]:
    """Return a child's two marks: the first child misses nine sessions without leave, the others none."""
    if number == 1 and day in MISSED:
        return "O", "O"
    if number == 1 and day == MISSED_TOO:
        return "O", "\\"
    return "/", "\\"


class Story:
    """People at work in the product, each in a browser of their own."""

    def __init__(self, product: Product, browser: Browser, folder: Path) -> None:
        self.product, self.browser, self.folder = product, browser, folder

    def signed_in(self, name: str) -> Page:
        """Return a page on which a person has logged in by e-mail and password."""
        page = new_context(self.browser, base_url=self.product.url).new_page()
        page.goto("/")
        page.get_by_label("E-mail").fill(f"{name}@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    def import_file(self, page: Page, kind: str) -> None:
        """Choose a file, look at the preview, confirm it."""
        page.get_by_role("link", name="Imports").click()
        page.get_by_role("radio", name=kind.capitalize()).check()
        page.get_by_label("CSV file").set_input_files(self.folder / f"{kind}.csv")
        page.get_by_role("button", name="Show what it would change").click()
        page.get_by_role("button", name=f"Import {kind}.csv").click()
        page.get_by_role("heading", name="Imports", exact=True).wait_for()


def test_the_main_job(product: Product, browser: Browser, tmp_path: Path) -> None:
    story = Story(product, browser, tmp_path)
    write_files(tmp_path)
    for name, (full_name, role) in PEOPLE.items():
        where = ["--trust"] if name == "tara" else ["--school", "alder-primary"]
        product.manage("add_person", f"{name}@example.org", "--name", full_name, *where, "--role", role, told=PASSWORD)

    # Given the officer has imported the calendar, the pupils and this term's marks
    alma = story.signed_in("alma")
    for kind in ("calendar", "pupils", "marks"):
        story.import_file(alma, kind)
    product.manage("import_staff", "alder-primary", str(tmp_path / "staff.csv"))
    product.manage("add_person", "tess@example.org", "--name", "Tess Lindqvist", "--school", "alder-primary",
        "--role", "teacher", told=PASSWORD)  # fmt: skip

    # When the teacher takes this morning's register in three presses
    tess = story.signed_in("tess")
    tess.get_by_role("button", name="Take 4A").or_(tess.get_by_role("link", name="Take 4A")).first.click()
    tess.locator("tbody tr").first.get_by_role("radio", name="Absent").click()
    tess.get_by_role("button", name="Everyone else is present (5)").click()
    tess.get_by_text("0 left").wait_for()
    tess.get_by_role("button", name="Finish the register").click()
    tess.get_by_text("is finished").first.wait_for()

    # Then the officer sees who is missing and whom to ring
    alma.get_by_role("link", name="Today").click()
    missing = alma.get_by_role("row", name="Linnet1, Robin")
    missing.get_by_text("01632 960001").wait_for()

    # When a parent asks for leave and the head refuses it
    missing.get_by_role("link", name="Linnet1, Robin").click()
    alma.get_by_role("link", name="Enter a leave request").click()
    alma.get_by_label("First day of leave").fill("2026-12-07")
    alma.get_by_label("Last day of leave").fill("2026-12-11")
    alma.get_by_label("Who asked").select_option(index=1)
    alma.get_by_label("Received on").fill("2026-11-23")
    alma.get_by_label("Reason given").fill("A cheaper week for a holiday")
    alma.get_by_role("button", name="Record the request").click()
    ben = story.signed_in("ben")
    ben.get_by_role("link", name="Leave").click()
    ben.get_by_role("link", name="Linnet1").first.click()
    ben.get_by_label("Why it is refused").fill("A holiday in term is not an exceptional reason.")
    ben.get_by_role("button", name="Refuse").click()
    ben.get_by_text("refused").first.wait_for()

    # And the night's check runs in a real worker
    product.manage("check_thresholds", "alder-primary", "--queue")
    found = json.loads(product.manage("show_findings", "alder-primary", "--format", "json"))
    assert [(row["upn"], row["value"]) for row in found if row["rule"] == "ten_in_ten_weeks"] == [("A000000000001", 10)]

    # Then the officer has a case with its arithmetic, and sends the letter
    case = wait_for_case(alma)
    case.get_by_text("10 sessions").first.wait_for()
    case.get_by_role("link", name="Letter of").first.click()
    case.get_by_role("button", name="Approve and send").click()
    copy = case.get_by_role("link", name="The copy for").first
    copy.wait_for()
    words = text_of(case.request.get(copy.get_attribute("href")).body())
    assert "Linnet1" in words
    assert "Alder Primary School" in words
    assert "10" in words
    assert "Copy, not certified" in words

    # And the trust's manager sees the school's figures, and drills down with the one log-in
    tara = story.signed_in("tara")
    row = tara.get_by_role("row", name="Alder Primary School")
    row.get_by_text("%").first.wait_for()
    row.get_by_role("link", name="Alder Primary School", exact=True).click()
    tara.get_by_role("heading", name="Alder Primary School").or_(tara.get_by_text("4A")).first.wait_for()


def wait_for_case(page: Page) -> Page:
    """Open the cases, again until the worker has opened one, and go to it."""
    page.get_by_role("link", name="Cases").first.click()
    for _ in range(30):
        if page.get_by_role("link", name="Linnet1").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_role("link", name="Linnet1").first.click()
    return page


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF, with its line breaks as spaces."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())
