"""Every address of the site: Chinese without a prefix, English below /en/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.static import serve
from wagtail.admin import urls as admin_urls
from wagtail.documents import urls as file_urls

from courses import views as courses
from exams.invigilation import booking_views, desk_views, session_views
from exams.invigilation import views as invigilation
from exams.views import (
    answers,
    bank,
    certificates,
    marking,
    papers,
    practice,
    regrading,
    releases,
    result,
    seated,
    sittings,
)
from exams.views import statistics as exam_figures
from exams.views import transfer as question_files
from kb import edition_views, guide_faces
from kb import feedback_views as feedback
from kb import product_views as products
from kb import reading_views as reading
from kb import views as kb
from kb.api.urls import api
from kb.api.views import manual as api_manual
from kb.attachments.views import attachment
from kb.cases import list_views as case_list
from kb.cases import report_views
from kb.cases import views as cases
from kb.catalogue import views as catalogue
from kb.control import health_views, register_views
from kb.control import views as control
from kb.control.recheck_views import to_recheck
from kb.devices import views as devices
from kb.devices.labels import labels
from kb.evidence import views as evidence
from kb.importing.views import import_document
from kb.maintenance import views as maintenance
from kb.notes import note_views
from kb.notes import views as notes
from kb.runs import list_views as run_list
from kb.runs import views as runs
from kb.walking import gate_views
from kb.walking import views as walking
from people import token_views
from people import views as people
from web import views as web
from web.search import views as search

urlpatterns = [
    path("admin/login/", web.admin_login, name="admin_login"),
    path("admin/", include(admin_urls)),
    path("files/", include(file_urls)),
    path("api/v1/", api.urls),
    path("q/", devices.look_up, name="look_up"),
    path("q/<str:number>/", devices.scan, name="scan"),
]
if not settings.PRODUCTION:  # in production the web server in front serves uploads
    urlpatterns += [path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT})]

urlpatterns += i18n_patterns(
    # Asked thousands of times an hour by a room full of candidates, so they are looked for first
    path("sittings/<uuid:public_id>/save/", seated.save, name="save_answer"),
    path("sittings/<uuid:public_id>/beat/", seated.beat, name="beat"),
    path("", web.home, name="home"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("search/clicked/", search.clicked, name="search_clicked"),
    path("search/recent/forget/", search.forget_recent, name="forget_recent"),
    path("search/saved/", search.save_search, name="save_search"),
    path("search/saved/<int:pk>/forget/", search.forget_search, name="forget_search"),
    path("me/", web.profile, name="profile"),
    path("me/tokens/", token_views.mine, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", token_views.take_back, name="take_back_token"),
    path("notices/<int:pk>/read/", web.read_notice, name="read_notice"),
    # What we know
    path("library/", kb.library, name="library"),
    path("doc/<str:number>/", kb.document, name="document"),
    path("doc/<str:number>/editions/", edition_views.editions_of, name="editions"),
    path("doc/<str:number>/compare/", edition_views.compare_editions, name="compare_editions"),
    path("doc/<str:number>/pdf/", edition_views.document_pdf, name="document_pdf"),
    path("doc/<str:number>/v/<path:version>/", edition_views.edition, name="edition"),
    path("d/<str:number>/<path:version>", edition_views.printed, name="printed"),
    path("doc/<str:number>/evidence/", evidence.evidence, name="evidence"),
    path("statistics/", evidence.statistics, name="statistics"),
    path("doc/<str:number>/walk/", walking.walk, name="walk"),
    path("doc/<str:number>/walk/anew/", walking.walk_anew, name="walk_anew"),
    path("doc/<str:number>/walk/gate/", gate_views.gate_ask, name="gate_ask"),
    path("doc/<str:number>/walk/discard/", walking.discard_walk, name="discard_walk"),
    path("gates/", gate_views.gates_asked, name="gates"),
    path("gates/<int:pk>/", gate_views.gate, name="gate"),
    path("doc/<str:number>/walk/record/", runs.record_run, name="record_run"),
    path("import/", import_document, name="import_document"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/import/", catalogue.import_catalogue, name="import_catalogue"),
    path("catalogue/<slug:table>.xlsx", catalogue.export_catalogue, name="export_catalogue"),
    path("catalogue/<slug:table>.csv", catalogue.export_catalogue, {"form": "csv"}, name="export_catalogue_csv"),
    # Documents under control
    path("control/", control.waiting, name="waiting"),
    path("control/deputies/", control.deputies, name="deputies"),
    path("control/submit/<int:pk>/", control.submit_document, name="submit"),
    path("control/sign/<int:pk>/", control.sign_document, name="sign"),
    path("control/sign/<int:pk>/text/", control.submitted_text, name="submitted_text"),
    path("control/sign/<int:pk>/recall/", control.recall_submission, name="recall"),
    path("control/recheck/", to_recheck, name="recheck"),
    path("control/documents/", register_views.controlled_list, name="controlled_list"),
    path("control/log/", register_views.signoff_log, name="signoff_log"),
    path("control/health/", health_views.health, name="health"),
    path("control/review/<str:number>/", health_views.confirm_review, name="confirm_review"),
    path("reading/", reading.mine, name="reading"),
    path("reading/<str:number>/", reading.confirm, name="confirm_reading"),
    path("control/reading/", reading.overview, name="reading_overview"),
    path("control/reading/<str:number>/", reading.report, name="reading_report"),
    path("doc/<str:number>/vote/", feedback.vote, name="vote"),
    path("doc/<str:number>/correction/", feedback.propose, name="propose_correction"),
    path("corrections/<int:pk>/", feedback.correction, name="correction"),
    path("corrections/<int:pk>/assign/", feedback.assign, name="assign_correction"),
    path("control/corrections/", feedback.corrections, name="corrections"),
    path("products/", products.products, name="products"),
    path("products/<slug:key>/", products.product, name="product"),
    path("codes/", products.fault_codes, name="fault_codes"),
    path("codes/<str:code>/", products.fault_code, name="fault_code"),
    path("symptoms/", guide_faces.symptoms, name="symptoms"),
    path("doc/<str:number>/table/", guide_faces.guide_table, name="guide_table"),
    path("doc/<str:number>/chart/", guide_faces.guide_chart, name="guide_chart"),
    path("devices/", devices.devices, name="devices"),
    path("devices/labels/", labels, name="labels"),
    path("devices/<str:code>/", devices.device, name="device"),
    path("maintenance/", maintenance.maintenance, name="maintenance"),
    path("maintenance/records/<uuid:key>/", maintenance.inspection, name="inspection"),
    path("maintenance/<slug:key>/<str:code>/", maintenance.inspect, name="inspect"),
    path("maintenance/<slug:key>/<str:code>/notice/", maintenance.due_notice, name="due_notice"),
    path("attachments/<uuid:key>/", attachment, name="attachment"),
    path("api/", api_manual, name="api"),
    path("runs/", run_list.runs, name="runs"),
    path("runs/<uuid:key>/", runs.run, name="run"),
    path("runs/<uuid:key>/photos/", runs.add_photos, name="add_run_photos"),
    path("notes/", notes.solutions, name="solutions"),
    path("notes/new/", notes.new_solution, name="new_solution"),
    path("notes/<uuid:key>/", note_views.solution, name="solution"),
    path("cases/", case_list.cases, name="cases"),
    path("cases/new/", report_views.report_fault, name="report_fault"),
    path("cases/<str:number>/", cases.case, name="case"),
    path("cases/<str:number>/do/<slug:name>/", cases.case_act, name="case_act"),
    # How we teach it
    path("courses/", courses.catalogue, name="courses"),
    path("courses/<slug:key>/", courses.course, name="course"),
    path("courses/<slug:key>/enrol/", courses.enrol, name="enrol"),
    path("courses/<slug:course_key>/<slug:key>/", courses.lesson, name="lesson"),
    path("courses/<slug:course_key>/<slug:key>/done/", courses.complete, name="complete_lesson"),
    path("plan/", courses.plan, name="plan"),
    # How we prove it
    path("exams/", sittings.lobbies, name="exams"),
    path("exams/<slug:key>/", sittings.lobby, name="exam"),
    path("exams/<slug:key>/check-in/", sittings.check_in, name="check_in"),
    path("sittings/<uuid:public_id>/", sittings.sitting, name="sitting"),
    path("sittings/<uuid:public_id>/start/", sittings.start, name="start_sitting"),
    path("sittings/<uuid:public_id>/seat/", seated.seat, name="seat"),
    path("sittings/<uuid:public_id>/finish/", sittings.finish, name="finish_sitting"),
    path("sittings/<uuid:public_id>/result/", result.result, name="result"),
    path("sittings/<uuid:public_id>/answers/", answers.result_answers, name="result_answers"),
    path("sittings/<uuid:public_id>/appeal/", answers.appeal_item, name="appeal_item"),
    path("practice/", practice.practice, name="practice"),
    path("practice/due/", practice.practice_due, name="practice_due"),
    path("practice/topics/<slug:key>/", practice.practise, name="practise"),
    path("practice/answers/<uuid:key>/", practice.practice_answer, name="practice_answer"),
    # The exam officer's desk
    path("desk/", desk_views.exam_desk, name="desk"),
    path("desk/sessions/", session_views.exam_sessions, name="sessions"),
    path("desk/sessions/new/", session_views.edit_session, name="new_session"),
    path("desk/sessions/<int:pk>/", session_views.exam_session, name="exam_session"),
    path("desk/sessions/<int:pk>/edit/", session_views.edit_session, name="edit_session"),
    path("desk/sessions/<int:pk>/tickets/", session_views.session_tickets, name="tickets"),
    path("desk/sessions/<int:pk>/board/", invigilation.session_board, name="session_board"),
    path("desk/sessions/<int:pk>/do/<slug:name>/", invigilation.session_act, name="session_act"),
    path("desk/sessions/<int:pk>/seats/<int:booking>/<slug:name>/", session_views.booking_act, name="booking_act"),
    path("desk/exams/<slug:key>/board/", invigilation.exam_board, name="exam_board"),
    path("desk/sittings/<uuid:public_id>/", invigilation.sitting_log, name="sitting_log"),
    path("desk/sittings/<uuid:public_id>/do/<slug:name>/", invigilation.sitting_act, name="sitting_act"),
    path("desk/stuck/", invigilation.stuck, name="stuck"),
    path("desk/marking/", marking.marking, name="marking"),
    path("desk/marking/<int:pk>/", marking.mark_item, name="mark_item"),
    path("desk/results/", releases.releases, name="releases"),
    path("desk/results/<slug:key>/", releases.exam_results, name="exam_results"),
    path("desk/sittings/<uuid:public_id>/grades/", releases.sitting_grades, name="sitting_grades"),
    path("desk/late-answers/", releases.late_answers, name="late_answers"),
    path("desk/late-answers/<int:pk>/", releases.decide_late, name="decide_late"),
    path("desk/appeals/", regrading.appeals, name="appeals"),
    path("desk/appeals/<int:pk>/", regrading.decide_appeal, name="decide_appeal"),
    path("desk/versions/<int:pk>/regrade/", regrading.regrade, name="regrade"),
    path("desk/statistics/", exam_figures.statistics_of_exams, name="statistics_of_exams"),
    path("desk/statistics/<slug:key>/", exam_figures.exam_statistics, name="exam_statistics"),
    path("desk/statistics/questions/<int:pk>/", exam_figures.question_statistics, name="question_statistics"),
    path("desk/practice/", practice.practice_figures, name="practice_figures"),
    path("desk/questions/import/", question_files.import_questions, name="import_questions"),
    path("desk/questions/export/", question_files.export_questions, name="export_questions"),
    path("desk/questions/template.<slug:ending>", question_files.question_template, name="question_template"),
    path("desk/questions/<int:pk>/", bank.question, name="question"),
    path("desk/questions/<int:pk>/review/", bank.review_question, name="review_question"),
    path("desk/questions/<int:pk>/bring/", bank.bring_question, name="bring_question"),
    path("desk/questions/preview/", bank.preview_question, name="preview_question"),
    path("desk/papers/", papers.paper_check, name="paper_check"),
    path("desk/papers/check/", papers.check_rows, name="check_rows"),
    path("desk/papers/<int:pk>/", papers.paper_form, name="paper_form"),
    path("desk/exams/<slug:key>/papers/", papers.paper_forms, name="paper_forms"),
    path("desk/exams/<slug:key>/exposure/", papers.paper_exposure, name="paper_exposure"),
    path("sessions/<int:pk>/book/", booking_views.book_session, name="book_session"),
    path("sessions/<int:pk>/give-back/", booking_views.give_seat_back, name="give_seat_back"),
    # Certification
    path("certification/", certificates.certification, name="certification"),
    path("certification/decisions/", certificates.decisions, name="decisions"),
    path("certification/decisions/<int:level>/<int:person>/", certificates.decide, name="decide"),
    path("credentials/", people.entered_credentials, name="entered_credentials"),
    path("credentials/<str:number>/withdraw/", people.withdraw_credential, name="withdraw_credential"),
    path("certificates/<str:number>/", certificates.certificate, name="certificate"),
    path("certificates/<str:number>/publicity/", certificates.publicity, name="publicity"),
    path("verify/", certificates.verify, name="verify"),
    path("verify/<str:number>/", certificates.verify, name="verify_number"),
    path("accounts/", include("allauth.account.urls")),
    prefix_default_language=False,
)

handler400 = "web.views.bad_request"
handler403 = "web.views.forbidden"
handler404 = "web.views.not_found"
handler500 = "web.views.broken"
