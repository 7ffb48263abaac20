"""Cases: a fault report, what was done about it, who promised whom what, and how it ended."""

import datetime
import uuid
from functools import partial
from typing import Self

from django.core.files.storage import Storage, storages
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kb.models.devices import Device
from kb.models.products import ProductModel, Symptom
from kb.models.severity import Area, SeverityLevel, Tier
from people.dates import add_months
from people.models import OrgUnit, Person, User


class FaultReportQuerySet(models.QuerySet["FaultReport"]):
    """Fault reports, for those who may know of them."""

    def visible_to(self, person: Person) -> Self:
        """Those in charge of the person's unit and its parts, or handed over to them; his own, those given to him.

        A customer sees those about devices of his unit as well; with the permission to see cases one sees all.
        """
        if not person.is_authenticated:
            return self.none()
        if person.has_perm("kb.see_cases"):
            return self
        units = OrgUnit.objects.within(person.unit)
        return self.filter(
            Q(unit__in=units)
            | Q(tier__unit__in=units)
            | Q(reporter=person)
            | Q(assigned_to=person)
            | Q(device__owner__in=units)
        )

    def open(self) -> Self:
        """Those that have not ended."""
        return self.filter(closed_at__isnull=True)


class FaultReport(models.Model):
    """故障报告: what somebody says is wrong with a machine, and the case that begins with it.

    The sender makes the key, so a report that arrives twice is one. The moments are set once, by what happens
    (`CaseEvent`); the clocks run from `reported_at` to them.
    """

    class Frequency(models.TextChoices):
        ONCE = "once", _("It happened once")
        SOMETIMES = "sometimes", _("Now and then")
        OFTEN = "often", _("Often")
        ALWAYS = "always", _("All the time")

    class Outcome(models.TextChoices):
        REPAIRED = "repaired", _("Repaired")
        WORKAROUND = "workaround", _("Workaround, to be repaired later")
        SWAPPED = "swapped", _("Machine swapped")
        FACTORY = "factory", _("Returned to the factory")
        LOAN = "loan", _("A loan unit stays in its place")
        REMOTE = "remote", _("Solved by advice")
        NOT_FOUND = "not-found", _("Fault could not be reproduced")
        DECLINED = "declined", _("Customer declined the repair")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("case number"), max_length=20, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    device = models.ForeignKey(
        Device, models.PROTECT, verbose_name=_("device"), null=True, blank=True, related_name="reports"
    )
    model = models.ForeignKey(ProductModel, models.PROTECT, verbose_name=_("product model"), related_name="reports")
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    bought_on = models.DateField(_("bought on"), null=True, blank=True)
    symptom = models.ForeignKey(
        Symptom, models.PROTECT, verbose_name=_("symptom"), null=True, blank=True, related_name="reports"
    )
    code = models.CharField(_("fault code shown"), max_length=40, blank=True)
    description = models.TextField(_("what happens"), max_length=4000)
    occurred = models.CharField(_("since when"), max_length=120, blank=True)
    frequency = models.CharField(_("how often"), max_length=12, choices=Frequency, blank=True)
    level = models.ForeignKey(SeverityLevel, models.PROTECT, verbose_name=_("severity"), related_name="reports")
    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("area"), null=True, blank=True, related_name="+")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, verbose_name=_("unit in charge"), related_name="reports")
    reporter = models.ForeignKey(User, models.PROTECT, verbose_name=_("reported by"), related_name="reports")
    assigned_to = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("given to"), null=True, blank=True, related_name="cases"
    )
    tier = models.ForeignKey(Tier, models.PROTECT, verbose_name=_("tier"), null=True, blank=True, related_name="cases")
    reported_at = models.DateTimeField(_("reported at"))
    responded_at = models.DateTimeField(_("responded at"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    informed_at = models.DateTimeField(_("reported upwards at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)

    objects = FaultReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("fault report")
        verbose_name_plural = _("fault reports")
        ordering = ["-reported_at", "-pk"]
        permissions = [
            ("see_cases", "Can see the cases of all units, without the customers' contacts"),
            ("dispatch_case", "Can give cases to people"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="a_closed_case_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("reported_at")),
                name="a_case_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "closed_at"], name="report_of_unit"),
            models.Index(fields=["model", "reported_at"], name="report_of_model"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Return the address of its page in the language of the moment."""
        return reverse("case", args=[self.number])


class ContactQuerySet(models.QuerySet["Contact"]):
    """Customers' contacts, for those who need them."""

    def visible_to(self, person: Person) -> Self:
        """Those of cases that the person's unit, or one it is part of, is in charge of; of his own; of those given him.

        Nobody else's, whatever he may do: not even a superuser's.
        """
        if not person.is_authenticated:
            return self.none()
        units, unit = [], person.unit
        while unit is not None and unit.pk not in units:
            units.append(unit.pk)
            unit = unit.parent
        return self.filter(Q(report__unit__in=units) | Q(report__reporter=person) | Q(report__assigned_to=person))


class Contact(models.Model):
    """The customer's name and how to reach him: personal data, of one case, for its unit alone, erasable."""

    report = models.OneToOneField(FaultReport, models.CASCADE, related_name="contact")
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer contact")
        verbose_name_plural = _("customer contacts")

    def __str__(self) -> str:
        return self.report.number


class CaseEvent(models.Model):
    """Something that happened to a case; never changed, never taken out."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        RESPONDED = "responded", _("Responded to the customer")
        DISPATCHED = "dispatched", _("Given to")
        ARRIVED = "arrived", _("Arrived at the customer")
        INFORMED = "informed", _("Reported upwards")
        NOTE = "note", pgettext_lazy("case", "Note")
        RUN = "run", _("Fault search recorded")
        ESCALATED = "escalated", _("Handed over to")
        HANDED_BACK = "handed-back", _("Handed back to")
        LOANED = "loaned", _("Loan unit given")
        LOAN_BACK = "loan-back", _("Loan unit back")
        TO_FACTORY = "to-factory", _("Sent to the factory")
        FROM_FACTORY = "from-factory", _("Back from the factory")
        SWAPPED = "swapped", _("Machine swapped")
        LEVEL = "level", _("Severity changed")
        CLOSED = "closed", pgettext_lazy("case", "Closed")
        REOPENED = "reopened", _("Opened again")

    report = models.ForeignKey(FaultReport, models.PROTECT, related_name="events")
    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    run = models.ForeignKey("kb.DiagnosisRun", models.PROTECT, null=True, blank=True, related_name="+")
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    text = models.TextField(_("words"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("case event")
        verbose_name_plural = _("case events")
        ordering = ["report", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"


def records_storage() -> Storage:
    """Return where pictures of records lie: out of reach of the web server, which asks nobody who may see them."""
    return storages["files"]


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Pictures and signatures."""

    def erase(self, **also: object) -> None:
        """Take the pictures away, and set other fields; the files go once the transaction stands."""
        for each in self.exclude(file=""):
            transaction.on_commit(partial(each.file.storage.delete, each.file.name), robust=True)
        self.update(file="", **also)


class Attachment(models.Model):
    """A picture or a signature that belongs to a record; shown to whoever may see the record."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo")
        SIGNATURE = "signature", _("customer's signature")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PHOTO)
    report = models.ForeignKey(FaultReport, models.PROTECT, null=True, blank=True, related_name="attachments")
    run = models.ForeignKey("kb.DiagnosisRun", models.PROTECT, null=True, blank=True, related_name="attachments")
    solution = models.ForeignKey("kb.Solution", models.PROTECT, null=True, blank=True, related_name="attachments")
    inspection = models.ForeignKey("kb.Inspection", models.PROTECT, null=True, blank=True, related_name="attachments")
    file = models.FileField(storage=records_storage, upload_to="records/%Y/%m", blank=True)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class RetentionQuerySet(models.QuerySet["Retention"]):
    """How long records are kept, by kind."""

    def of(self, kind: str) -> "Retention":
        """That of a kind; where nobody has set one, what it is without."""
        return self.filter(kind=kind).first() or Retention(kind=kind)


class Retention(models.Model):
    """保存期限: how long records of a kind are in the lists, and how long customers' personal data stays in them."""

    class Kind(models.TextChoices):
        REPORT = "report", _("fault reports")
        RUN = "run", _("diagnosis runs")
        INSPECTION = "inspection", _("inspections")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, unique=True)
    archive_months = models.PositiveSmallIntegerField(_("to the archive after (months)"), default=24)
    personal_months = models.PositiveSmallIntegerField(_("personal data erased after (months)"), default=36)

    objects = RetentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.get_kind_display()

    def archive_line(self, on: datetime.date) -> datetime.datetime:
        """Return the instant before which records are in the archive on that day."""
        return _midnight(add_months(on, -self.archive_months))

    def erase_line(self, on: datetime.date) -> datetime.datetime:
        """Return the instant before which records name nobody any more on that day."""
        return _midnight(add_months(on, -self.personal_months))


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), timezone.get_default_timezone())
