"""What the objects of OCPP 2.0.1 and 2.1 are in our words, which are mostly theirs, and the other way round.

The generated classes of the two versions differ by name only, so what is read here is whatever has the fields.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from shared.domain.authorization import IdToken, TransactionLimit, Verdict
from shared.domain.metering import ENERGY_REGISTER, MeterValue, SampledValue

GROUP_TYPE = "Central"
"""The type of every group's id: it is ours, and all members of a group must be told the same (C09.FR.09 to 12)."""


class Place2x(NamedTuple):
    """Where something happens at a station; EVSE 0 is the station itself, a connector may not be named."""

    evse_id: int
    connector_id: int | None


def place_2x(evse: Any) -> Place2x | None:
    """The place that an EVSEType names."""
    return None if evse is None else Place2x(evse.id, evse.connector_id)


def evse_2x(evse_id: int | None, connector_id: int | None = None) -> dict[str, Any] | None:
    """An EVSEType on the wire; None for the station as a whole."""
    if not evse_id:
        return None
    return {"id": evse_id} | ({"connectorId": connector_id} if connector_id else {})


def id_token_2x(id_token: str, token_type: str | None) -> dict[str, Any]:
    """An IdTokenType on the wire. Where nobody said what kind of token it is, it is one of the central system."""
    return {"idToken": id_token, "type": token_type or GROUP_TYPE}


def id_token_info(
    verdict: Verdict,
    token: IdToken | None = None,
    *,
    at: dt.datetime | None = None,
    group_id: str | None = None,
    cache_expires_at: dt.datetime | None = None,
    evse_ids: Iterable[int] = (),
) -> dict[str, Any]:
    """An IdTokenInfoType on the wire, which differs between versions in nothing that we say.

    Of a `token` the group and, `at` the moment of the answer, the time for which it may be remembered; or both as they
    are given. `evse_ids` are those that it is restricted to.
    """
    if token is not None:
        group_id = group_id or token.group_id
        cache_expires_at = cache_expires_at or (token.cache_expires_at(at) if at else token.expires_at)
    info: dict[str, Any] = {"status": verdict}
    if cache_expires_at is not None:
        info["cacheExpiryDateTime"] = cache_expires_at
    if group_id is not None:
        info["groupIdToken"] = id_token_2x(group_id, GROUP_TYPE)
    if restricted := sorted(set(evse_ids)):
        info["evseId"] = restricted
    return info


def uncut(text: str, payload: Any, *path: str | int) -> str:
    """A text as it came, where it had to be cut to the length that the schema allows: who someone is, and what a meter
    has signed, must not lose a character. `payload` is the request as it came, `path` where the text stands in it."""
    came = payload
    for step in path:
        try:
            came = came[step]
        except (IndexError, KeyError, TypeError):
            return text
    return came if isinstance(came, str) and came.startswith(text) else text


def meter_values_2x(values: Iterable[Any] | None, payload: Any = None) -> list[MeterValue]:
    """MeterValueTypes in our words. What is left out means the standard's default; signed data stay byte for byte,
    for which the request as it came is needed, of which they are the `meterValue`."""
    return [
        MeterValue(
            value.timestamp,
            tuple(
                _sample(one, payload, ("meterValue", index, "sampledValue", number, "signedMeterValue"))
                for number, one in enumerate(value.sampled_value)
            ),
        )
        for index, value in enumerate(values or ())
    ]


def _sample(sample: Any, payload: Any, path: tuple[str | int, ...]) -> SampledValue:
    unit, signed = sample.unit_of_measure, sample.signed_meter_value
    return SampledValue(
        value=number_text(sample.value),
        measurand=sample.measurand or ENERGY_REGISTER,
        unit=unit.unit if unit else None,
        context=sample.context or "Sample.Periodic",
        location=sample.location or "Outlet",
        phase=sample.phase,
        multiplier=(unit.multiplier or None) if unit else None,
        signed_data=uncut(signed.signed_meter_data, payload, *path, "signedMeterData") if signed else None,
        signing_method=signed.signing_method if signed else None,
        encoding_method=signed.encoding_method if signed else None,
        public_key=uncut(signed.public_key, payload, *path, "publicKey") if signed and signed.public_key else None,
    )


def number_text(number: float) -> str:
    """A JSON number as a text without an exponent: `1234.5`."""
    text = repr(number)
    return format(Decimal(text), "f") if "e" in text else text.removesuffix(".0")


def limit_2x(limit: TransactionLimit | None) -> dict[str, Any] | None:
    """A TransactionLimitType of 2.1 on the wire; None where nothing is limited."""
    if limit is None:
        return None
    given = {
        "maxCost": float(limit.max_cost) if limit.max_cost is not None else None,
        "maxEnergy": limit.max_energy_wh,
        "maxTime": limit.max_time_s,
        "maxSoC": limit.max_soc_percent,
    }
    return {name: value for name, value in given.items() if value is not None} or None


def limit_of(limit: Any) -> TransactionLimit | None:
    """The limit that a TransactionLimitType of 2.1 is."""
    if limit is None:
        return None
    return TransactionLimit(
        Decimal(number_text(limit.max_cost)) if limit.max_cost is not None else None,
        round(limit.max_energy) if limit.max_energy is not None else None,
        limit.max_time,
        limit.max_so_c,
    )
