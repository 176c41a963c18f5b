"""The shapes of the tariffs that stations have, and of what is asked of them, in the operator API."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from shared.aws.paging import NextCursor
from shared.aws.parameters import MAX_INTEGER
from shared.aws.views import View
from shared.aws.views_calls import Call
from shared.aws.views_tariffs import TariffIdText
from shared.domain.tariffs import StationTariff, of_wire_id


class TariffChoice(View):
    """A tariff, by its id."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    tariff_id: TariffIdText


class TariffRefresh(View):
    """What a station is asked for."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    evse_id: Annotated[int, Field(ge=0, le=MAX_INTEGER)] = 0
    """0: the tariffs of the whole station."""


class CostUpdate(View):
    """An order to tell a station the cost; there is nothing to say of it."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)


class TariffAtStation(View):
    """A tariff that a station has, by which it calculates costs itself."""

    tariff_id: str
    tariff_revision: int
    """Of a tariff of ours."""
    wire_id: str
    """What the station calls it."""
    kind: Literal["DefaultTariff", "DriverTariff"]
    evse_id: int
    """0: of the whole station."""
    valid_from: dt.datetime | None
    id_tokens: list[str]
    """Of a driver's tariff, whose."""
    noted_at: dt.datetime
    """When the station has accepted or reported it."""
    call_id: str | None
    """The call by which it is known."""


class TariffAtStationList(View):
    """The tariffs that a station has."""

    items: list[TariffAtStation]
    next_cursor: NextCursor


class TariffChange(View):
    """A transaction's change to another tariff."""

    transaction_id: str
    tariff_id: str
    tariff_revision: int
    call: Call | None
    """The call that asks the station, which changes the tariff once it has accepted; null: the station calculates no
    cost, and the transaction is billed by the tariff from now on."""


def station_tariff_view(one: StationTariff) -> TariffAtStation:
    tariff_id, revision = of_wire_id(one.wire_id)
    return TariffAtStation(
        tariff_id=tariff_id,
        tariff_revision=revision,
        wire_id=one.wire_id,
        kind=one.kind,
        evse_id=one.evse_id,
        valid_from=one.valid_from,
        id_tokens=list(one.id_tokens),
        noted_at=one.noted_at,
        call_id=one.call_id,
    )
