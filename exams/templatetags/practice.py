"""What other screens say of practice."""

from django import template
from django.utils import timezone

from exams.models import PracticeCard, Sitting
from exams.practice import choose

register = template.Library()
_TOPICS = 5


@register.inclusion_tag("exams/practice/_after.html", takes_context=True)
def practise_after(context: template.Context, sitting: Sitting | None) -> dict[str, object]:
    """Lead the candidate to the practice of what went wrong in his released sitting; nothing where there is none."""
    person = context["request"].user
    return {"topics": choose.went_wrong(sitting=sitting, person=person)[:_TOPICS] if sitting else []}


@register.inclusion_tag("exams/practice/_due.html", takes_context=True)
def practice_due(context: template.Context) -> dict[str, object]:
    """Lead to what comes back today, if anything does."""
    person = context["request"].user
    due = PracticeCard.objects.of(person).due(timezone.now()).order_by()
    return {"due": due.filter(question__in=choose.practisable(person).order_by().values("pk")).count()}
