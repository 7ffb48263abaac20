"""What every page's frame needs to know."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

SECTIONS = {
    name: section
    for section, names in {
        "home": "home",
        "knowledge": "library document walk record_run editions edition compare_editions printed symptoms guide_table "
        "guide_chart evidence",
        "products": "products product fault_code fault_codes",
        "service": "cases case case_act report_fault devices device labels look_up solutions solution new_solution "
        "runs run maintenance inspect inspection due_notice gates gate statistics",
        "learning": "courses course lesson complete_lesson plan practice practise practice_due practice_answer",
        "exams": "exams exam check_in sitting result result_answers desk sessions new_session exam_session "
        "edit_session tickets session_board session_act booking_act exam_board sitting_log sitting_act "
        "stuck marking mark_item releases exam_results sitting_grades late_answers decide_late appeals "
        "decide_appeal regrade statistics_of_exams exam_statistics question_statistics practice_figures "
        "import_questions export_questions question_template question review_question bring_question "
        "preview_question paper_check check_rows paper_form paper_forms paper_exposure",
        "certification": "certification decisions decide certificate verify verify_number",
        "me": "profile tokens",
    }.items()
    for name in names.split()
}


def shell(request: HttpRequest) -> dict:
    """Return what the frame shows: the section, the page's address in each language, and how many notices wait.

    The notices are counted only where they are shown.
    """
    match = request.resolver_match
    return {
        "section": SECTIONS.get(match.url_name, "") if match else "",
        "languages": [(code, name, _address(request, code)) for code, name in settings.LANGUAGES],
        "notice_count": _notice_count(request),
    }


def _address(request: HttpRequest, language: str) -> str:
    """Return the page's address in a language; django's translate_url would resolve the path once more for each."""
    path, match = request.get_full_path(), request.resolver_match
    if match is None:
        return path
    try:
        with override(language):
            there = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
    except NoReverseMatch:
        return path
    _path, mark, query = path.partition("?")
    return there + mark + query


def _notice_count(request: HttpRequest):  # noqa: ANN202 (a callable the template calls, if at all)
    def count() -> int:
        user = getattr(request, "user", None)
        return user.notices.open_for(user).count() if user and user.is_authenticated else 0

    return count
