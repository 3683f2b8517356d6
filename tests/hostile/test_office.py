"""Office files: what acts on whoever opens them is refused with its reason, what offices really write is taken."""

import io

import pytest

from app.errors import Refused
from app.files import FileStore
from tests.hostile.genuine_files import genuine
from tests.hostile.office import harmful


@pytest.fixture
def store(tmp_path) -> FileStore:
    return FileStore(tmp_path, 1024 * 1024)


def said(store: FileStore, name: str, content: bytes) -> str:
    """The refusal, or nothing."""
    try:
        store.put(io.BytesIO(content), name)
    except Refused as refusal:
        return str(refusal)
    return ""


def test_every_harmful_office_file_is_refused_with_its_reason_and_leaves_nothing(store):
    files, wrong = list(harmful()), {}
    for file in files:
        words = said(store, file.name, file.content)
        if not words or file.words not in words or file.name not in words:
            wrong[file.about] = words
    assert (len(files) >= 120, wrong) == (True, {})
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


def test_every_document_of_word_excel_libreoffice_google_and_wps_shape_is_taken(store):
    files = genuine()
    refused = {file.about: words for file in files if (words := said(store, file.name, file.content))}
    assert (len(files) >= 40, refused) == (True, {})
