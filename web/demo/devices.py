"""The devices of the demonstration: at a hospital and at a dealer's."""

import datetime
from dataclasses import dataclass

from django.db import transaction

from kb.models import Area, Device, ProductModel
from people.dates import add_months
from people.models import OrgUnit


@dataclass(frozen=True)
class Machine:
    """One of the demonstration's devices; the code is fixed, so that a label printed once stays good."""

    code: str
    model: str
    serial: str
    owner: str
    site: str
    area: str
    months: int  # how long ago it was bought
    software: str = ""
    is_retired: bool = False


HOSPITAL, DEALER = "customer-hospital", "dealer-linan"
MACHINES = (
    Machine("7hk2m9q4wx3d", "rs2200", "RS22-260302-0147", HOSPITAL, "门诊楼 B1 机房 A03 柜", "main-urban", 8, "2.5"),
    Machine("b5t8z1n6yc0f", "rs2200", "RS22-230611-0062", HOSPITAL, "门诊楼 B1 机房 A04 柜", "main-urban", 41, "2.2"),
    Machine("q3v7k0r2hm8s", "ts1100", "TS11-250902-0019", HOSPITAL, "住院部三楼护士站", "main-urban", 14, "1.7"),
    Machine("e9w4d6x1pj5n", "ns5024", "NS50-250120-0388", HOSPITAL, "门诊楼二层弱电间", "main-urban", 22, "3.2.4"),
    Machine("2ycf8g7t3v0a", "ns5024", "NS50-260504-0415", HOSPITAL, "住院部一层弱电间", "main-urban", 6, "3.2.5"),
    Machine("m1s6b4z9rq7k", "nr3000", "NR30-241115-0090", HOSPITAL, "江北社区门诊", "suburb", 30, "5.0"),
    Machine("x8n0j5h2wd6e", "sa4000", "SA40-250707-0011", HOSPITAL, "门诊楼 B1 机房 A06 柜", "main-urban", 16, "4.2"),
    Machine("4ptv3y9c1k8m", "kt300", "KT30-260210-0231", HOSPITAL, "门诊大厅 1 号自助机", "main-urban", 9, "1.8"),
    Machine("g6r2q0a7zx5b", "kt300", "KT30-240830-0178", HOSPITAL, "门诊大厅 2 号自助机", "main-urban", 26, "1.7"),
    Machine("d7f9w1e4ns3h", "dt700", "DT70-260316-0504", DEALER, "临安门店收银台", "urban", 8, "1.4"),
    Machine("0kz5m8j6tc2y", "nr3000", "NR30-260125-0133", DEALER, "临安门店后间", "urban", 10, "5.1.2"),
    Machine("s5c0r9e2ha6t", "rs2200", "RS22-250418-0093", DEALER, "临安门店机房", "urban", 19, "2.4"),
    Machine("v4b1x7p3gh9q", "rs2200", "RS22-210405-0008", DEALER, "临安仓库", "suburb", 66, "2.2", is_retired=True),
)  # fmt: skip


@transaction.atomic
def make_devices(*, on: datetime.date) -> list[Device]:
    """Make those of MACHINES whose codes do not exist yet, and return these; none that exists is changed."""
    there = set(Device.objects.filter(code__in=[each.code for each in MACHINES]).values_list("code", flat=True))
    missing = [each for each in MACHINES if each.code not in there]
    return [_device(each, on) for each in missing]


def _device(machine: Machine, on: datetime.date) -> Device:
    device = Device(
        code=machine.code,
        model=ProductModel.objects.get(key=machine.model),
        serial=machine.serial,
        owner=OrgUnit.objects.get(key=machine.owner),
        unit=OrgUnit.objects.get(key="repair"),
        site=machine.site,
        area=Area.objects.get(key=machine.area),
        software=machine.software,
        bought_on=add_months(on, -machine.months),
        retired_on=add_months(on, -2) if machine.is_retired else None,
    )
    device.clean()
    device.save()
    return device
