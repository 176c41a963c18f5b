"""The catalog: names as Python writes them, and rows that infra can build on."""

import pytest

from shared.catalog import ACTIONS, ENTITIES
from shared.naming import snake


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Authorize", "authorize"),
        ("StartTransaction", "start_transaction"),
        ("Get15118EVCertificate", "get_15118_ev_certificate"),
        ("NotifyEVChargingNeeds", "notify_ev_charging_needs"),
        ("AFRRSignal", "afrr_signal"),
        ("NotifyDERStartStop", "notify_der_start_stop"),
        ("idTag", "id_tag"),
        ("chargingSchedulePeriod", "charging_schedule_period"),
        ("iso15118SchemaVersion", "iso_15118_schema_version"),
        ("evMaxV2XEnergyRequest", "ev_max_v2x_energy_request"),
        ("evDurationLevel1DCInjection", "ev_duration_level1_dc_injection"),
        ("v2xBaseline", "v2x_baseline"),
        ("language1", "language1"),
        ("limit_L2", "limit_l2"),
        ("responderURL", "responder_url"),
        ("prioritizedEMAIDs", "prioritized_emaids"),
        ("authorize", "authorize"),
    ],
)
def test_name_of_ocpp_is_written_as_python_writes_it(name: str, expected: str) -> None:
    assert snake(name) == expected


def test_every_action_has_its_own_module() -> None:
    assert len({action.module for action in ACTIONS}) == len(ACTIONS)


def test_rights_name_entities_of_the_table() -> None:
    assert {entity for action in ACTIONS for entity in (*action.reads, *action.writes)} <= set(ENTITIES)
