"""People, the units and positions they belong to, the qualifications they hold, and their notices."""

import datetime
import hashlib
import json
from typing import Self

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.bilingual import Bilingual


class Audience(models.IntegerChoices):
    """Who something is for; whoever may read one kind may read the kinds before it."""

    PUBLIC = 0, _("Everyone")
    DEALER = 1, _("Dealers and staff")
    INTERNAL = 2, _("Own staff")


class OrgUnitQuerySet(models.QuerySet["OrgUnit"]):
    """Units and what is part of them."""

    def within(self, unit: "OrgUnit | None") -> Self:
        """This unit and everything that is part of it, however deep: one query a level."""
        found = layer = [unit.pk] if unit else []
        while layer:
            layer = list(OrgUnit.objects.filter(parent__in=layer).exclude(pk__in=found).values_list("pk", flat=True))
            found = [*found, *layer]
        return self.filter(pk__in=found)


class OrgUnit(models.Model):
    """A unit of the company (company, region, department) or an external party (dealer, customer)."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        REGION = "region", _("Region")
        DEPARTMENT = "department", _("Department")
        DEALER = "dealer", _("Dealer")
        CUSTOMER = "customer", _("Customer")

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("part of"), null=True, blank=True, related_name="parts"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.DEPARTMENT)
    label = Bilingual("name")

    objects = OrgUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Refuse a unit inside itself, and one of our own inside a dealer, whose people would read what is internal."""
        super().clean()
        above, external = self.parent, {self.Kind.DEALER, self.Kind.CUSTOMER}
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("A unit cannot be part of itself.")})
            if above.kind in external and self.kind != above.kind:
                raise ValidationError({"kind": _("A unit of an external party is of the same kind as that party.")})
            above = above.parent
        if self.pk and self.kind in external and self.parts.exclude(kind=self.kind).exists():
            raise ValidationError({"kind": _("This unit has parts of another kind.")})

    @property
    def audience(self) -> Audience:
        """What the people of this unit may read."""
        external = {self.Kind.DEALER: Audience.DEALER, self.Kind.CUSTOMER: Audience.PUBLIC}
        return external.get(self.kind, Audience.INTERNAL)


class Position(models.Model):
    """A post 岗位 that training plans are made for."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    label = Bilingual("name")

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label


class User(AbstractUser):
    """A person who can sign in."""

    name = models.CharField(_("name"), max_length=100, blank=True)
    employee_number = models.CharField(_("employee number"), max_length=32, blank=True)
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="people"
    )
    position = models.ForeignKey(
        Position, models.PROTECT, verbose_name=_("position"), null=True, blank=True, related_name="people"
    )
    position_since = models.DateField(_("in this position since"), null=True, blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        """Return the name as it is written here, family name first; Wagtail shows it."""
        return self.name or super().get_full_name()


Person = User | AnonymousUser


def audience_of(person: Person) -> Audience:
    """Return what this person belongs to: nobody in particular and people without a unit read what is public."""
    unit = person.unit if person.is_authenticated else None
    if unit is not None:
        return unit.audience
    return Audience.INTERNAL if person.is_superuser else Audience.PUBLIC


class Subject(models.Model):
    """A field of work or product family that people qualify in."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    label = Bilingual("name")

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label


class Qualification(models.Model):
    """岗位资格: a subject and a rank. Holding a rank satisfies the lower ranks of the same subject."""

    class Rank(models.IntegerChoices):
        JUNIOR = 1, _("Junior")
        INTERMEDIATE = 2, _("Intermediate")
        SENIOR = 3, _("Senior")
        EXPERT = 4, _("Expert")

    class Gate(models.TextChoices):
        CERTIFICATE = "certificate", _("certificate")
        TRAINING = "training", _("training passed")
        EITHER = "either", _("certificate or training passed")

    subject = models.ForeignKey(Subject, models.PROTECT, verbose_name=_("subject"), related_name="qualifications")
    rank = models.PositiveSmallIntegerField(_("rank"), choices=Rank)
    gate = models.CharField(
        _("what opens the gate to unsupervised work"), max_length=12, choices=Gate, default=Gate.CERTIFICATE
    )

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        ordering = ["subject__key", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "rank"], name="one_qualification_per_subject_and_rank")
        ]

    def __str__(self) -> str:
        return f"{self.subject.label} · {self.get_rank_display()}"

    @property
    def key(self) -> str:
        """How files and addresses name it: `server/1`. Reads the subject."""
        return f"{self.subject.key}/{self.rank}"


class CredentialQuerySet(models.QuerySet["Credential"]):
    """What credentials say about a date."""

    def with_status(self, at: datetime.datetime) -> Self:
        """Annotate `last_event`: the kind of the last event up to that instant."""
        events = CredentialEvent.objects.filter(credential=OuterRef("pk"), at__lte=at).order_by("-sequence")
        return self.annotate(last_event=Subquery(events.values("kind")[:1]))

    def valid(self, at: datetime.datetime) -> Self:
        """Those in force at that instant; days are counted, to their end, in the site's time zone."""
        day = timezone.localdate(at)
        in_force = [CredentialEvent.Kind.ISSUED, CredentialEvent.Kind.RESTORED]
        return self.with_status(at).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day),
            valid_from__lte=day,
            last_event__in=in_force,
        )

    def satisfying(self, qualification: Qualification) -> Self:
        """Those of its subject and of its rank or a higher one."""
        return self.filter(qualification__subject=qualification.subject_id, qualification__rank__gte=qualification.rank)


class Credential(models.Model):
    """A person holds a qualification from..until, both days included; its status then is a fold over its events."""

    class EarnedBy(models.TextChoices):
        CERTIFICATE = "certificate", _("certificate")
        TRAINING = "training", _("training passed")
        EXTERNAL = "external", _("external proof")

    number = models.CharField(_("certificate number"), max_length=24, unique=True)
    person = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="credentials")
    qualification = models.ForeignKey(
        Qualification, models.PROTECT, verbose_name=_("qualification"), related_name="credentials"
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    earned_by = models.CharField(_("earned by"), max_length=12, choices=EarnedBy)
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)
    is_public = models.BooleanField(_("the holder's name is shown to whoever verifies it"), default=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        permissions = [("grant_credential", "Can enter credentials that were earned elsewhere")]
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="credential_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.person}"

    def status(self, at: datetime.datetime) -> str:
        """Return `valid`, `expired`, `future` or the kind of its last event; it must come from `with_status`."""
        day, events = timezone.localdate(at), CredentialEvent.Kind
        if self.last_event not in (events.ISSUED, events.RESTORED):
            return self.last_event
        if self.valid_from > day:
            return "future"
        return "expired" if self.valid_until and self.valid_until < day else "valid"


def holds(*, person: Person, qualification: Qualification, at: datetime.datetime) -> bool:
    """Answer the one question everybody asks: did this person hold the qualification, or a higher rank of it, then?"""
    if not person.is_authenticated:
        return False
    return Credential.objects.filter(person=person).satisfying(qualification).valid(at).exists()


class CredentialEvent(models.Model):
    """What happened to a credential; append-only, each chained to the one before by its hash."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("issued")
        SUSPENDED = "suspended", _("suspended")
        RESTORED = "restored", _("restored")
        WITHDRAWN = "withdrawn", _("withdrawn")
        SUPERSEDED = "superseded", _("superseded")

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["credential", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "sequence"], name="one_event_per_place_in_the_chain")
        ]

    def __str__(self) -> str:
        return f"{self.credential.number} {self.sequence} {self.kind}"

    def expected_hash(self) -> str:
        """SHA-256 (hex) over this event's fields, its credential's number and the hash before it."""
        at = self.at.astimezone(datetime.UTC).isoformat()
        fields = [self.previous_hash, self.credential.number, self.sequence, self.kind, at, self.by_id, self.reason]
        return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


class NoticeQuerySet(models.QuerySet["Notice"]):
    """A person's inbox."""

    def open_for(self, person: User) -> Self:
        """Those this person has not put away."""
        return self.filter(person=person, read_at__isnull=True)


class Notice(models.Model):
    """A line in a person's inbox, in both languages; the key makes writing it twice harmless."""

    person = models.ForeignKey(User, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    text = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    label = Bilingual("text")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_notice_per_person_and_key")]

    def __str__(self) -> str:
        return self.label


class TokenQuerySet(models.QuerySet["Token"]):
    """Keys of devices and programs."""

    def open(self) -> Self:
        """Those not taken back, of people who may still sign in."""
        return self.filter(revoked_at__isnull=True, person__is_active=True)


class Token(models.Model):
    """A key with which a program acts as a person; only its digest is kept, so nobody can read it back."""

    person = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(_("what it is for"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    last_used_on = models.DateField(_("last used on"), null=True)
    revoked_at = models.DateTimeField(_("taken back at"), null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.person} · {self.name}"
