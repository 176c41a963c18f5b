"""The stack as a whole: its size, what all functions share, its alarms and outputs."""

import json
import re
from pathlib import Path

from infra.package import ROOT
from infra.stack import COST_NOTE
from shared.catalog import FROM_CSMS, FROM_STATION
from shared.fleet import HEARTBEAT_INTERVAL_S
from tests.conftest import ENVIRONMENT
from tests.infra.conftest import Synthesis
from tests.infra.template import Template, references
from tests.infra.test_ocpp import PER_ACTION

FREE_ALARM_METRICS = 10
FROM_STATIONS, OF_OURS = 41, 62
"""How many actions of OCPP 1.6, 2.0.1 and 2.1 together stations send, and how many we."""
PER_COMMAND = 2
"""The resources of an action of ours: its function and at most a role."""
MOST_RESOURCES = 450
"""CloudFormation takes 500; what comes later needs some."""
MOST_BYTES = 900_000
"""CloudFormation takes 1 MB."""


def test_every_template_has_room_for_all_actions_of_all_versions(synthesis: Synthesis) -> None:
    messages = {path.stem for path in (ROOT / "shared" / "ocpp").glob("v*/*.py")} - {"__init__"}
    assert len(messages) == FROM_STATIONS + OF_OURS - len(["DataTransfer"])
    to_come = {
        "Idlewatt-dev": PER_ACTION * (FROM_STATIONS - len(FROM_STATION)),
        "IdlewattdevCommands": PER_COMMAND * (OF_OURS - len(FROM_CSMS)),
        "IdlewattdevApi": 0,
    }
    sizes = {path.name: len(json.loads(path.read_text("utf-8"))["Resources"]) for path in templates(synthesis)}
    for name, more in to_come.items():
        (file,) = (file for file in sizes if re.fullmatch(rf"{name}([0-9A-F]{{8}}\.nested)?\.template\.json", file))
        assert sizes.pop(file) + more < MOST_RESOURCES
    assert not sizes


def test_no_template_is_larger_than_cloudformation_takes(synthesis: Synthesis) -> None:
    assert all(path.stat().st_size < MOST_BYTES for path in templates(synthesis))


def test_nothing_of_the_stage_waits_for_one_of_its_parts(synthesis: Synthesis) -> None:
    resources = json.loads((synthesis.directory / "Idlewatt-dev.template.json").read_text("utf-8"))["Resources"]
    parts = {name for name, one in resources.items() if one["Type"] == "AWS::CloudFormation::Stack"}
    assert parts == {"Api", "Commands"}
    for name, one in resources.items():
        assert not parts & {*references(one), *one.get("DependsOn", [])}, name


def templates(synthesis: Synthesis) -> list[Path]:
    return list(synthesis.directory.glob("*.template.json"))


def test_cdk_nag_finds_nothing_that_is_not_explained(synthesis: Synthesis) -> None:
    assert synthesis.findings == []


def test_the_template_needs_no_account_to_be_made(template: Template, synthesis: Synthesis) -> None:
    assert not (synthesis.directory / "cdk.context.json").exists()
    assert "Mappings" not in template.body


def test_all_functions_have_the_same_environment_and_all_of_it(template: Template) -> None:
    environments = [one.properties["Environment"]["Variables"] for one in template.of_type("Lambda::Function")]
    assert all(environment == environments[0] for environment in environments)
    assert set(environments[0]) == set(ENVIRONMENT)
    assert environments[0]["STAGE"] == "dev"
    assert environments[0]["ONBOARDING"] == "closed"
    assert environments[0]["HEARTBEAT_INTERVAL_S"] == str(HEARTBEAT_INTERVAL_S)


def test_all_functions_run_on_arm_in_the_same_python(template: Template) -> None:
    functions = template.of_type("Lambda::Function")
    assert {tuple(one.properties["Architectures"]) for one in functions} == {("arm64",)}
    assert len({one.properties["Runtime"] for one in functions}) == 1


def test_hashing_and_the_api_get_more_memory_than_actions(template: Template) -> None:
    more = {"connection.authorizer": 512, "files.receive_upload": 512, "files.note_upload": 1024}
    for name, function in template.functions().items():
        expected = more.get(name, 512 if name.startswith("api.") else 256)
        assert function.properties["MemorySize"] == expected


def test_alarms_look_at_no_more_metrics_than_are_free(template: Template) -> None:
    alarms = [one.properties for one in template.of_type("CloudWatch::Alarm")]
    looked_at = sum(sum("MetricStat" in one for one in alarm.get("Metrics", [])) or 1 for alarm in alarms)
    assert looked_at <= FREE_ALARM_METRICS
    assert all(alarm["TreatMissingData"] == "notBreaching" for alarm in alarms)


def test_there_is_an_alarm_for_each_way_to_fail(template: Template) -> None:
    alarms = [json.dumps(one.properties) for one in template.of_type("CloudWatch::Alarm")]
    for sign in (
        "ExecutionError",
        "5xx",
        "Throttles",
        "IteratorAge",
        "ApproximateNumberOfMessagesVisible",
        "Faults",
        '"p99"',
    ):
        assert any(sign in alarm for alarm in alarms), sign


def test_a_refused_password_is_no_fault(template: Template) -> None:
    pattern = template.one("Logs::MetricFilter").properties["FilterPattern"]
    assert '$.errorMessage != "Unauthorized"' in pattern
    assert "Unauthorized" not in " ".join(json.dumps(one.properties) for one in template.of_type("CloudWatch::Alarm"))


def test_the_stack_says_where_it_is_and_what_it_costs(template: Template) -> None:
    outputs = template.body["Outputs"]
    assert {"WebSocketUrl", "ApiUrl", "UserPoolId", "ClientId", "TableName", "CostNote"} <= set(outputs)
    assert outputs["CostNote"]["Value"] == COST_NOTE
