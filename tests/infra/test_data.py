"""The table, the bus, the queue of dead letters and the log."""

import pytest

from infra.application import NOT_BUNDLED, application
from shared.store.keys import INDEX_KEYS
from tests.infra.template import Template


def test_the_table_has_the_keys_and_indexes_that_the_store_uses(template: Template) -> None:
    table = template.one("DynamoDB::Table").properties
    indexes = {index["IndexName"]: index for index in table["GlobalSecondaryIndexes"]}
    schemas = {None: table["KeySchema"], **{name: index["KeySchema"] for name, index in indexes.items()}}
    assert {
        name: tuple(key["AttributeName"] for key in sorted(schema, key=lambda key: str(key["KeyType"])))
        for name, schema in schemas.items()
    } == INDEX_KEYS
    assert all(index["Projection"] == {"ProjectionType": "KEYS_ONLY"} for index in indexes.values())


def test_the_table_costs_nothing_idle_forgets_and_tells_what_changed(template: Template) -> None:
    table = template.one("DynamoDB::Table").properties
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at_s", "Enabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_every_function_logs_json_to_the_one_group(template: Template) -> None:
    group = template.one("Logs::LogGroup")
    assert group.properties["RetentionInDays"] == 7
    for function in template.of_type("Lambda::Function"):
        assert function.properties["LoggingConfig"] == {
            "LogFormat": "JSON",
            "LogGroup": {"Ref": group.logical_id},
            "ApplicationLogLevel": "INFO",
            "SystemLogLevel": "WARN",
        }


def test_dead_letters_wait_two_weeks(template: Template) -> None:
    dead_letters = template.dead_letters()
    assert dead_letters.properties["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_a_trial_stage_leaves_nothing_behind(template: Template) -> None:
    for kind in ("DynamoDB::Table", "Logs::LogGroup", "Cognito::UserPool"):
        assert template.one(kind).whole["DeletionPolicy"] == "Delete"


@pytest.fixture(scope="module")
def production() -> Template:
    app = application(context={**NOT_BUNDLED, "stage": "prod"})
    return Template(app.synth().get_stack_by_name("Idlewatt-prod").template)


def test_what_production_keeps_outlives_its_stack(production: Template) -> None:
    table = production.one("DynamoDB::Table")
    assert table.properties["DeletionProtectionEnabled"] is True
    assert table.properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    for kind in ("DynamoDB::Table", "Logs::LogGroup", "Cognito::UserPool"):
        assert production.one(kind).whole["DeletionPolicy"] == "Retain"


def test_stages_can_stand_beside_each_other(template: Template, production: Template) -> None:
    for kind in ("Events::EventBus", "ApiGatewayV2::Api"):
        names = {one.properties["Name"] for one in template.of_type(kind)}
        assert names.isdisjoint(one.properties["Name"] for one in production.of_type(kind))


def test_what_no_function_can_take_from_a_queue_is_set_aside(template: Template) -> None:
    dead_letters = template.dead_letters()
    for queue in (one for one in template.of_type("SQS::Queue") if one != dead_letters):
        redrive = queue.properties["RedrivePolicy"]
        assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": [dead_letters.logical_id, "Arn"]}
        assert 3 <= redrive["maxReceiveCount"] <= 10
        (mapping,) = (
            one
            for one in template.of_type("Lambda::EventSourceMapping")
            if one.properties["EventSourceArn"] == {"Fn::GetAtt": [queue.logical_id, "Arn"]}
        )
        function = template.get(mapping.properties["FunctionName"]["Ref"])
        assert queue.properties["VisibilityTimeout"] >= 6 * function.properties["Timeout"]
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
