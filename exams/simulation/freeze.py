"""Looking up the guide of a simulation in the database and freezing what is needed of it."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from exams.simulation.body import recipe_flaws
from exams.simulation.build import build, objections
from kb import diagnosis
from kb.models import FaultGuidePage, Hazard, ProcedurePage
from kb.walking.walks import names
from people.models import Person
from people.refusal import Refused


def freeze(
    *,
    number: str,
    end: str,
    costs: Mapping[str, int] | None = None,
    readings: Mapping[str, str] | None = None,
    device: str = "",
    symptom: str = "",
    language: str = "zh-hans",
    person: Person | None = None,
) -> dict[str, Any]:
    """Return the frozen body of this fault of the guide in force, with the guides it includes. Raises Refused.

    With a person, only of what he may read. `device` is what stands before the candidate; without one, the models that
    the guide is for.
    """
    guide = _guide(number, language, person)
    graph = guide.expanded_for(person) if person else diagnosis.expand(guide.graph, guide.included_graphs(), guide.pk)
    if reasons := objections(graph, end=end, costs=costs, readings=readings):
        raise Refused(*reasons)
    with translation.override(guide.language):
        return build(
            graph,
            end=end,
            number=guide.number,
            edition=guide.live_version or "",
            title=guide.title,
            costs=costs,
            readings=readings,
            device=device,
            symptom=symptom,
            models=[model.label for model in guide.product_models.all()],
            hazards=_hazards(graph),
            remedies=_remedies(graph),
        )


def resolve(recipe: Mapping[str, Any], *, language: str = "zh-hans", person: Person | None = None) -> dict[str, Any]:
    """Return the frozen body of a recipe (see body.recipe). Raises Refused."""
    if reasons := recipe_flaws(recipe):
        raise Refused(*reasons)
    return freeze(
        number=recipe["guide"],
        end=recipe["fault"],
        costs=recipe.get("minutes"),
        readings=recipe.get("readings"),
        device=recipe.get("device", ""),
        symptom=recipe.get("symptom", ""),
        language=language,
        person=person,
    )


def _guide(number: str, language: str, person: Person | None) -> FaultGuidePage:
    guides = FaultGuidePage.objects.visible_to(person) if person else FaultGuidePage.objects.live()
    found = guides.with_version().filter(number=number).preferring(language).first()
    if found is None:
        raise Refused(_("No fault guide “%s” is in force.") % number)
    return found


def _hazards(graph: diagnosis.Graph) -> dict[str, dict[str, Any]]:
    keys = {key for node in graph.nodes.values() for key in names(node.value.get("hazards"))}
    return {
        row.key: {
            "name": row.label,
            "level": row.level,
            "text": row.words,
            "protection": [tool.label for tool in row.protection.all()],
        }
        for row in Hazard.objects.filter(key__in=keys).prefetch_related("protection")
    }


def _remedies(graph: diagnosis.Graph) -> dict[str, str]:
    wanted = {node.id: node.value["remedy"] for node in graph.nodes.values() if node.value.get("remedy")}
    pages = ProcedurePage.objects.live().in_bulk(set(wanted.values()))
    return {id_: f"{pages[pk].number} {pages[pk].title}" for id_, pk in wanted.items() if pk in pages}
