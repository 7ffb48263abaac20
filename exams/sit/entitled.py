"""Whether a candidate is still entitled to sit his exam, as a condition of the query that reads his sitting.

It is asked at check-in, at the start, at every save, when he hands in and when a certificate is issued (ISO/IEC 17024).
"""

import datetime

from django.db.models import Case, Exists, OuterRef, Q, Value, When

from exams.models import Prerequisite


def entitled(at: datetime.datetime, sitting: str = "") -> Q:
    """Return the condition that the person's account is open and all prerequisites of the exam are met.

    `sitting` is the way to the sitting from the model asked, such as `sitting__`.
    """
    person = OuterRef(OuterRef(f"{sitting}person"))
    unmet = Prerequisite.objects.filter(exam=OuterRef(f"{sitting}exam")).unmet(person, at)
    return Q(**{f"{sitting}person__is_active": True}) & ~Exists(unmet)


def truth(condition: Q) -> Case:
    """Return the condition as a value to read: True or False."""
    return Case(When(condition, then=Value(True)), default=Value(False))


def end_of_minute(at: datetime.datetime) -> datetime.datetime:
    """Return the moment as of which conditions on time are compiled, once for all that is asked in the same minute."""
    return at.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
