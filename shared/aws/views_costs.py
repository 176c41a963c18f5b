"""How the operator API shows what a transaction costs."""

from typing import Literal

from shared.aws.views import View
from shared.domain.costs import CostKind, CostType, cost
from shared.domain.tariffs import AssignedBy
from shared.domain.transactions import Transaction
from shared.store import tariffs


class CostPart(View):
    """What one price comes to."""

    kind: CostKind
    tariff_id: str
    tariff_revision: int
    price: float
    """Without tax, for a unit."""
    volume: float
    unit: Literal["kWh", "min", "once"]
    excl_tax: float
    """Not rounded, as the next."""
    incl_tax: float


class Cost(View):
    """The cost of a transaction; of an active one so far."""

    currency: str
    tariff_id: str
    """By which it is billed now."""
    tariff_revision: int
    assigned_by: AssignedBy
    """By what it has that tariff; `operator`: it was changed while it ran."""
    excl_tax: float
    incl_tax: float
    """In the currency's smallest unit, as the amount without tax."""
    type_of_cost: CostType
    """Whether the tariff's least or highest cost counts instead of what was used."""
    energy_wh: int
    charging_time_s: int
    idle_time_s: int
    parts: list[CostPart]


UNITS: dict[CostKind, Literal["kWh", "min", "once"]] = {
    "energy": "kWh",
    "charging_time": "min",
    "idle_time": "min",
    "fixed_fee": "once",
}


def cost_view(transaction: Transaction) -> Cost | None:
    """The cost of a transaction in its parts; None if no tariff applies, or nothing is known of its usage."""
    bill = transaction.bill
    plan = tariffs.plan(bill) if bill and bill.usage else None
    if bill is None or bill.usage is None or plan is None:
        return None
    found = cost(plan, bill.usage)
    return Cost(
        currency=found.currency,
        tariff_id=bill.legs[-1].tariff_id,
        tariff_revision=bill.legs[-1].revision,
        assigned_by=bill.assigned_by,
        excl_tax=float(found.excl_tax),
        incl_tax=float(found.incl_tax),
        type_of_cost=found.type_of_cost,
        energy_wh=found.energy_wh,
        charging_time_s=found.charging_time_s,
        idle_time_s=found.idle_time_s,
        parts=[
            CostPart(
                kind=one.kind,
                tariff_id=one.tariff_id,
                tariff_revision=one.tariff_revision,
                price=float(one.price),
                volume=float(one.volume),
                unit=UNITS[one.kind],
                excl_tax=float(one.excl_tax),
                incl_tax=float(one.incl_tax),
            )
            for one in found.parts
        ],
    )
