"""The editor of a question in the admin: the form, help for each kind, the passages of a document, a look at it."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from wagtail.admin.views.generic import CreateView

from exams.bank.usage import usage
from exams.forms import passages
from exams.kinds import KINDS
from people.viewsets import EditUsed

LIST_PASSAGES = "list_passages"  # the button that asks for the passages of another document


class _Editor:
    """What both screens have in common."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Save; or show the form again as it was typed, with the passages of the document that was chosen."""
        if LIST_PASSAGES not in request.POST:
            return super().post(request, *args, **kwargs)
        self.form = self.get_form_class()(
            initial=request.POST.dict(), instance=self.object or None, for_user=request.user
        )
        return self.render_to_response(self.get_context_data(form=self.form))

    def get_context_data(self, **kwargs: object) -> dict:
        """Add the kinds, whose help is shown."""
        kinds = [(key, kind.label, f"exams/admin/kinds/{key}.html") for key, kind in KINDS.items()]
        return super().get_context_data(**kwargs) | {"kinds": kinds, "list_passages": LIST_PASSAGES}


class AddQuestion(_Editor, CreateView):
    """A question to be written."""

    template_name = "exams/admin/question_add.html"

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """There is no question yet."""
        self.object = None
        return super().post(request, *args, **kwargs)


class EditQuestion(_Editor, EditUsed):
    """A question to be changed, with where it is used."""

    template_name = "exams/admin/question_edit.html"

    def get_context_data(self, **kwargs: object) -> dict:
        """Add where it is used, and its own page."""
        said = {"used": usage(self.object), "question_url": reverse("question", args=[self.object.pk])}
        return super().get_context_data(**kwargs) | said


@permission_required("exams.change_question", raise_exception=True)
def list_passages(request: HttpRequest) -> JsonResponse:
    """Return the passages of ?page=<id> as [[block id, words], …], for the editor's script."""
    return JsonResponse({"passages": passages(request.GET.get("page"))})
