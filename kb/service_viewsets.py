"""The authoring screens of service: devices, maintenance, severity; and its records, to look at."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from kb.models import (
    Area,
    ArrivalTime,
    BusinessHours,
    CaseEvent,
    Device,
    DiagnosisRun,
    FaultReport,
    Holiday,
    Inspection,
    MaintenanceItem,
    MaintenancePlan,
    OpeningHours,
    Override,
    SeverityLevel,
    SeverityScheme,
    Tier,
)
from kb.viewsets import NAMED
from people.viewsets import Records, Rows


class DeviceViewSet(Rows):
    """Devices."""

    model = Device
    form_fields = [
        "model", "serial", "owner", "unit", "site", "area", "scheme", "software", "bought_on", "retired_on",
    ]  # fmt: skip
    list_display = ["serial", "model", "code", "owner", "bought_on", "retired_on"]
    list_filter = ["model", "owner"]
    search_fields = ["serial", "folded", "code", "site"]


class PlanViewSet(Rows):
    """Maintenance plans of models and of devices."""

    model = MaintenancePlan
    form_fields = [
        *NAMED, "model", "device", "instead_of", "interval_months", "notice_days", "minutes", "procedure", "is_active",
    ]  # fmt: skip
    list_display = ["name", "model", "device", "interval_months", "is_active"]
    list_filter = ["model", "is_active"]


class ItemViewSet(Rows):
    """Lines of the plans' checklists."""

    model = MaintenanceItem
    form_fields = ["plan", "position", "text", "text_en", "unit", "low", "high"]
    list_display = ["text", "plan", "position", "low", "high", "unit"]
    list_filter = ["plan"]
    search_fields = ["text", "text_en"]


class HoursViewSet(Rows):
    """Business hours."""

    model = BusinessHours
    form_fields = NAMED
    list_display = ["name", "key"]


class OpeningViewSet(Rows):
    """From when to when they run on which day."""

    model = OpeningHours
    form_fields = ["hours", "day", "opens", "closes"]
    list_display = ["__str__", "hours"]
    list_filter = ["hours"]


class HolidayViewSet(Rows):
    """Days on which they do not run."""

    model = Holiday
    form_fields = ["hours", "day", "name"]
    list_display = ["day", "name", "hours"]
    list_filter = ["hours"]


class AreaViewSet(Rows):
    """Areas."""

    model = Area
    form_fields = NAMED
    list_display = ["name", "key"]


class SchemeViewSet(Rows):
    """Severity schemes."""

    model = SeverityScheme
    form_fields = [*NAMED, "hours", "is_default"]
    list_display = ["name", "key", "hours", "is_default"]


class LevelViewSet(Rows):
    """Levels of the schemes."""

    model = SeverityLevel
    form_fields = [
        "scheme", "rank", "code", "code_en", "definition", "definition_en",
        "respond_minutes", "arrive_minutes", "report_minutes", "mode",
    ]  # fmt: skip
    list_display = ["code", "scheme", "rank", "respond_minutes", "arrive_minutes", "report_minutes"]
    list_filter = ["scheme"]


class ArrivalViewSet(Rows):
    """Arrival times by area."""

    model = ArrivalTime
    form_fields = ["level", "area", "minutes"]
    list_display = ["level", "area", "minutes"]


class TierViewSet(Rows):
    """Whom cases are handed to."""

    model = Tier
    form_fields = [*NAMED, "rank", "unit", "collect", "collect_en"]
    list_display = ["name", "rank", "unit"]


class ReportViewSet(Records):
    """Fault reports, to look at; the customer's contact is not among their fields."""

    model = FaultReport
    icon = "warning"
    form_fields = ["outcome"]
    list_display = ["number", "model", "level", "unit", "reported_at", "closed_at", "outcome"]
    inspect_view_fields_exclude = ["digest"]


class EventViewSet(Records):
    """What happened to cases, to look at."""

    model = CaseEvent
    form_fields = ["text"]
    list_display = ["report", "kind", "at", "by", "person"]


class RunViewSet(Records):
    """Records of fault guides followed, to look at, without the name of the customer who consented."""

    model = DiagnosisRun
    form_fields = ["note"]
    list_display = ["guide", "version", "person", "result", "recorded_at"]
    inspect_view_fields_exclude = ["digest", "consent_by"]


class InspectionViewSet(Records):
    """Records of maintenance, to look at."""

    model = Inspection
    form_fields = ["note"]
    list_display = ["device", "plan", "person", "done_on", "is_complete"]
    inspect_view_fields_exclude = ["digest"]


class OverrideViewSet(Records):
    """Who did a step without the qualification, by whose leave, to look at."""

    model = Override
    form_fields = ["reason"]
    list_display = ["person", "qualification", "guide", "supervisor", "is_granted", "decided_at"]


class ServiceGroup(ModelViewSetGroup):
    """The menu of service."""

    menu_label = _("Service")
    menu_icon = "cogs"
    menu_order = 215
    items = (
        DeviceViewSet("devices"),
        PlanViewSet("maintenance-plans"),
        ItemViewSet("checklist-lines"),
        SchemeViewSet("severity-schemes"),
        LevelViewSet("severity-levels"),
        ArrivalViewSet("arrival-times"),
        AreaViewSet("areas"),
        HoursViewSet("business-hours"),
        OpeningViewSet("opening-hours"),
        HolidayViewSet("holidays"),
        TierViewSet("tiers"),
        ReportViewSet("fault-reports"),
        EventViewSet("case-events"),
        RunViewSet("runs"),
        InspectionViewSet("inspections"),
        OverrideViewSet("overrides"),
    )
