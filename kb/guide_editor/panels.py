"""The panel of the edit form that shows a guide's chart and findings while its nodes are written."""

from typing import ClassVar

from django.urls import reverse
from wagtail.admin.panels import Panel

from kb.guide_editor.findings import Findings
from kb.guide_editor.names import names


class ChartPanel(Panel):
    """The chart, the findings, and the names that nodes may choose from."""

    class BoundPanel(Panel.BoundPanel):
        """The same for one guide as it was saved last; the script asks again as it is typed."""

        template_name = "kb/guide_editor/panel.html"

        class Media:
            css: ClassVar = {"all": ["kb/guide.css"]}
            js: ClassVar = ["kb/guide.js"]

        def get_context_data(self, parent_context: dict | None = None) -> dict:
            """Add what is shown."""
            page = self.instance
            found = Findings(page.graph, page.problems())
            return super().get_context_data(parent_context) | {
                "found": found,
                "address": self._address(),
                "is_stale": self.form.is_bound,
                "names": names(page.language or self.form.parent_page.locale.language_code),
            }

        def _address(self) -> str:
            if self.instance.pk:
                return reverse("guide_draft_chart", args=[self.instance.pk])
            return reverse("new_guide_chart", args=[self.form.parent_page.pk])
