"""The text of a PDF, page by page; a page that is a picture has none."""

import logging
from typing import BinaryIO

from pypdf import PdfReader

log = logging.getLogger(__name__)
MOST_PAGES = 300
MOST_LETTERS = 2_000_000


def page_texts(file: BinaryIO) -> list[str] | None:
    """None for a file that cannot be read, or that is too long to be a report."""
    found, letters = [], 0
    try:
        file.seek(0)
        pages = PdfReader(file).pages
        if len(pages) > MOST_PAGES:
            return None
        for page in pages:
            found.append(page.extract_text())
            letters += len(found[-1])
            if letters > MOST_LETTERS:
                return None
    except Exception:  # a malformed file raises whatever its damage leads to
        log.info("text of a PDF not read", exc_info=True)
        return None
    return found
