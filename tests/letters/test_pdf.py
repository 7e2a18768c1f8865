"""Making a PDF of HTML."""

import logging

import pytest

from letters.gateways import pdf


def test_a_document_fetches_nothing_from_anywhere(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="weasyprint"):
        made = pdf.render(
            '<html lang="en-GB"><title>T</title><img alt="A mark" src="http://127.0.0.1:1/mark.png"><p>Words</p>'
        )
    assert made.startswith(b"%PDF")
    assert "disallowed protocol" in caplog.text
