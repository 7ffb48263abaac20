"""Every address of the site: Chinese without a prefix, English below /en/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.static import serve
from wagtail.admin import urls as admin_urls
from wagtail.documents import urls as file_urls

from courses import views as courses
from exams.views import certificates, sittings
from kb import views as kb
from web import views as web

urlpatterns = [
    path("admin/login/", web.admin_login, name="admin_login"),
    path("admin/", include(admin_urls)),
    path("files/", include(file_urls)),
    path("q/<str:number>/", kb.scan, name="scan"),
]
if not settings.PRODUCTION:  # in production the web server in front serves uploads
    urlpatterns += [path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT})]

urlpatterns += i18n_patterns(
    path("", web.home, name="home"),
    path("search/", web.search, name="search"),
    path("me/", web.profile, name="profile"),
    path("notices/<int:pk>/read/", web.read_notice, name="read_notice"),
    # What we know
    path("library/", kb.library, name="library"),
    path("doc/<str:number>/", kb.document, name="document"),
    path("doc/<str:number>/walk/", kb.walk, name="walk"),
    path("doc/<str:number>/walk/record/", kb.record_run, name="record_run"),
    path("products/", kb.products, name="products"),
    path("products/<slug:key>/", kb.product, name="product"),
    path("codes/<str:code>/", kb.fault_code, name="fault_code"),
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
    path("exams/<slug:key>/start/", sittings.start, name="start_exam"),
    path("sittings/<uuid:public_id>/", sittings.sitting, name="sitting"),
    path("sittings/<uuid:public_id>/save/", sittings.save, name="save_answer"),
    path("sittings/<uuid:public_id>/finish/", sittings.finish, name="finish_sitting"),
    path("sittings/<uuid:public_id>/result/", sittings.result, name="result"),
    path("certification/", certificates.certification, name="certification"),
    path("certification/decisions/", certificates.decisions, name="decisions"),
    path("certification/decisions/<int:level>/<int:person>/", certificates.decide, name="decide"),
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
