"""Wigston's register tells the original entry from its correction."""

import datetime as dt
import re

from attendance_mat.clock import LONDON
from tests.clauses import proves
from tests.clauses.amending import amend_by_page, make_unexplained
from tests.letters.paper import text_of


@proves("WAT-4.05")
def test_both_the_original_and_the_correction_are_on_the_page_and_on_paper(adopt, people, it_is, browse) -> None:
    # Given N of Monday, changed to I on Wednesday 5 November 2025
    adopt("wigston")
    mark = make_unexplained(people, it_is)
    it_is(dt.datetime(2025, 11, 5, 9, 30, tzinfo=LONDON))
    assert amend_by_page(mark, browse, code="I", reason="The reason was accepted.")[0] == 200
    # When the register is read and a copy printed
    register = f"/s/alder-primary/sessions/2025-11-03/am/groups/{mark.register.group_id}/register/as-at/"
    asked = {
        "what": "attendance certificate", "from_date": "2025-11-03", "last_date": "2025-11-03", "contact": "",
        "recipient": "The governors", "purpose": "Review.", "as_at": "", "do": "give",
    }  # fmt: skip
    paper = browse("alma").post(f"/s/alder-primary/pupils/{mark.pupil_id}/copies/", asked)
    # Then both codes are told apart in each, and the rest of what the law asks for stands beside them
    page = browse("alma").get(register).text
    assert page.index("Original</th>") < page.index("Amended</th>")
    assert "The reason was accepted." in page
    assert re.search(r"Mon 3 Nov 2025,? am N I The reason was", text_of(paper.content)), text_of(paper.content)
    assert "Alma Reyes, attendance officer" in text_of(paper.content)
