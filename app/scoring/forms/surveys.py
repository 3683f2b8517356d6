"""A filled survey form, read the same way inside the application and on the public page."""

from collections.abc import Mapping

from app.scoring.models import SurveyForm


def read_answers(form: SurveyForm, typed: Mapping[str, str]) -> dict[int, int | str]:
    """Question id → option index, or words for a text question; what was not answered is left out.

    The fields are called ``q<question id>``; which answers are owed is decided by ``operations.surveys.respond``.
    """
    answers: dict[int, int | str] = {}
    for question in form.questions:
        value = typed.get(f"q{question.id}", "").strip()
        if question.kind == "text":
            answers |= {question.id: value} if value else {}
        elif value.isascii() and value.isdigit():
            answers[question.id] = int(value[:4])
    return answers
