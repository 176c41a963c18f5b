"""How stations of OCPP 2.x reach a central system: their network profiles, and upgrades of their security profile."""

import datetime as dt
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from shared.aws import command, idempotency, orders
from shared.aws.command import Target, Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import NetworkSlot, StationId
from shared.aws.views_calls import Call, call_view
from shared.aws.views_network_profiles import (
    NetworkProfileList,
    NetworkProfileOrder,
    SecurityProfile,
    SecurityProfileOrder,
    network_profile_view,
    upgrade_view,
)
from shared.domain import calls as domain
from shared.domain.device_settings import ACTIVE_NETWORK_PROFILE, NETWORK_PRIORITY
from shared.domain.errors import Conflict, DomainError, Invalid
from shared.domain.network_profiles import SecurityUpgrade, ended, free_slot, slots
from shared.ocpp.messages import V2X
from shared.settings import settings
from shared.store import calls, network_profiles, stations, variables

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such station."}
NOT_NOW = {HTTPStatus.CONFLICT: "The station must not be sent this, or too many calls wait for it."}

api = handler = Api("network_profiles")


@api.route("GET /stations/{station_id}/network-profiles", {HTTPStatus.OK: NetworkProfileList}, UNKNOWN)
def list_network_profiles(
    station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> NetworkProfileList:
    """The network profiles that a station was given, and the slots that it says it has.

    A station tells nobody what is in its slots, so one that was filled otherwise is not listed.
    """
    stations.existing(station_id)
    there_are, priority, active = _slots(station_id)
    found, rest = network_profiles.page(station_id, cursor, limit)
    items = [network_profile_view(one, active) for one in found]
    return NetworkProfileList(items=items, next_cursor=rest, slots=there_are, priority=priority, active_slot=active)


@api.route("PUT /stations/{station_id}/network-profiles/{slot}", {HTTPStatus.ACCEPTED: Call}, UNKNOWN | NOT_NOW)
def put_network_profile(station_id: StationId, slot: NetworkSlot, profile: NetworkProfileOrder) -> Response[Call]:
    """Give a station a network profile for one of its slots.

    It uses it once the slot comes first in its variable NetworkConfigurationPriority and it has restarted.
    """
    terms = Terms(requested_by=api.caller.principal)
    made = orders.of("SetNetworkProfile").submit(command.target(station_id), (slot, profile.model_dump()), terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route("GET /stations/{station_id}/security-profile", {HTTPStatus.OK: SecurityProfile}, UNKNOWN)
def get_security_profile(station_id: StationId) -> SecurityProfile:
    """A station's security profile, and how far the latest change of it has come."""
    return _view(station_id)


@api.route("POST /stations/{station_id}/security-profile", {HTTPStatus.ACCEPTED: SecurityProfile}, UNKNOWN | NOT_NOW)
def change_security_profile(
    station_id: StationId, order: SecurityProfileOrder, idempotency_key: IdempotencyKey = None
) -> Response[SecurityProfile]:
    """Have a station go over to another security profile.

    It is given a network profile with it, then the order of its slots, then it restarts; each step follows from the
    station's answer to the one before. Once it has come back and says that it uses the new one, it is let in with no
    lower one any more. A profile gets lower only from 3 to 2, where a station of OCPP 2.1 says that it may.
    """
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        _start(command.target(station_id), order, promised.resource_id)
    return Response(HTTPStatus.ACCEPTED, JSON, _view(station_id))


def _start(target: Target, order: SecurityProfileOrder, call_id: str) -> domain.Call:
    station_id = target.station_id
    if target.ocpp_version not in V2X:
        reason = "A station of OCPP 1.6 is given its security profile by the configuration key SecurityProfile"
        raise Invalid(reason, place="path", path="station_id")
    known = network_profiles.find_upgrade(station_id)
    if known and not known.has_ended and _failure(station_id, known) is None and known.upgrade_id != call_id:
        raise Conflict("A change of the station's security profile is under way")
    there_are, priority, active = _slots(station_id)
    slot = free_slot(there_are, priority, active) if order.slot is None else order.slot
    fields = order.model_dump(exclude={"slot"}) | {"url": order.url or _own_address()}
    rest = [one for one in priority if one != slot]
    now = dt.datetime.now(dt.UTC)
    network_profiles.start_upgrade(
        station_id,
        SecurityUpgrade(
            upgrade_id=call_id,
            security_profile=order.security_profile,
            slot=slot,
            priority=",".join(map(str, [slot, *rest])),
            started_at=now,
            calls=(call_id,),
        ),
        known,
    )
    try:
        terms = Terms(call_id=call_id, requested_by=api.caller.principal)
        return orders.of("SetNetworkProfile").submit(target, (slot, fields), terms)
    except DomainError as error:
        reason = error.reason
        network_profiles.change_upgrade(station_id, call_id, lambda one: ended(one, now, reason))
        raise


def _slots(station_id: str) -> tuple[list[int], list[int], int | None]:
    """What a station has told: its slots, the order in which it tries them, and the one that it uses."""
    found = variables.find_many(station_id, [NETWORK_PRIORITY, ACTIVE_NETWORK_PROFILE])
    order, active = found.get(NETWORK_PRIORITY.normal), found.get(ACTIVE_NETWORK_PROFILE.normal)
    there_are = slots(order.characteristics.values_list) if order and order.characteristics else []
    used = slots(active.actual.value) if active else []
    return there_are, slots(order.actual.value) if order else [], used[0] if used else None


def _own_address() -> str:
    return f"ws{settings().files_url.removeprefix('http')}/ocpp"


def _view(station_id: str) -> SecurityProfile:
    station = stations.existing(station_id)
    upgrade = network_profiles.find_upgrade(station_id)
    if upgrade and not upgrade.has_ended:
        if reason := _failure(station_id, upgrade):
            upgrade = upgrade._replace(state="failed", reason=reason)
        elif upgrade.reset_at and station.booted_at and station.booted_at > upgrade.reset_at:
            upgrade = upgrade._replace(state="check")
    return SecurityProfile(
        security_profile=station.security_profile, upgrade=upgrade_view(upgrade) if upgrade else None
    )


def _failure(station_id: str, upgrade: SecurityUpgrade) -> str | None:
    """Why an upgrade goes on no more, though no answer has said so: a call of it has come to another end."""
    now = dt.datetime.now(dt.UTC)
    found = {
        one.call_id: domain.seen_at(one, now) for one in calls.find_many([(station_id, one) for one in upgrade.calls])
    }
    for call_id in upgrade.calls:
        call = found.get(call_id)
        if call is None:
            return f"The next call could not be made; the history of the call before {call_id} has the reason"
        if not call.is_open and call.state != "answered":
            return f"{call.action} is {call.state}"
        if call.action == "Reset" and (call.answer or {}).get("status") == "Rejected":
            return "The station will not restart"
    return None
