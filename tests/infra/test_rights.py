"""What each function may do: exactly what the catalog says, and nothing to the rest of the account."""

import pytest

from shared.catalog import ENTITIES, FROM_STATION, leading_key
from tests.infra.template import Template, as_text, listed
from tests.rights import READS, RIGHTS, SENDERS, WRITES

OPERATIONS = [operation for operation in (*READS, *WRITES) if operation != "TransactWriteItems"]
"""What IAM knows by name: of a transaction it looks at the writes that it is made of."""
ON_ITEMS = {f"dynamodb:{operation}" for operation in OPERATIONS}
BEYOND_THE_TABLE = {
    "api.jobs": {"sqs:SendMessage"},
    "api.station_messages": {"logs:FilterLogEvents"},
    "api.firmware": {"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"},
    "api.diagnostics": {"s3:GetObject"},
    "files.note_upload": {"s3:DeleteObject", "s3:GetObject"},
    "files.receive_upload": {"s3:PutObject"},
    "stream.publish_events": {"events:PutEvents"},
    "stream.follow_up": {"execute-api:ManageConnections", "states:SendTaskSuccess", "states:StartExecution"},
    "schedule.sweep_connections": {"execute-api:ManageConnections"},
}
FILES_OF = {
    "api.firmware": {"/firmware/*"},
    "api.diagnostics": {"/uploads/*"},
    "files.note_upload": {"/firmware/*", "/uploads/*"},
    "files.receive_upload": {"/uploads/*"},
}
STREAM = {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"}
SENDING = {"execute-api:ManageConnections", "sqs:SendMessage"}
TAKING = {"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}
LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}


@pytest.mark.parametrize("name", RIGHTS)
def test_a_function_may_touch_its_entities_and_no_others(template: Template, name: str) -> None:
    function = template.functions()[name]
    for entity in ENTITIES:
        for operation in OPERATIONS:
            key = leading_key(entity).replace("*", "CP1")
            allowed = template.allows(function, f"dynamodb:{operation}", key)
            assert allowed == RIGHTS[name].allow(operation, key), (operation, entity)


def test_these_are_all_functions(template: Template) -> None:
    assert set(template.functions()) == set(RIGHTS)


@pytest.mark.parametrize("name", RIGHTS)
def test_beyond_the_table_a_function_has_its_log_and_little_else(template: Template, name: str) -> None:
    statements = template.statements(template.functions()[name])
    allowed = {action for statement in statements for action in listed(statement["Action"])}
    stream = STREAM | {"sqs:SendMessage"} if name.startswith("stream.") else set()
    sending = SENDING if name in SENDERS else set()
    taking = TAKING if name.startswith("queue.") else set()
    assert allowed - ON_ITEMS == LOG | stream | sending | taking | BEYOND_THE_TABLE.get(name, set())


@pytest.mark.parametrize("name", RIGHTS)
def test_rights_name_the_resources_they_are_for(template: Template, name: str) -> None:
    table, files = template.one("DynamoDB::Table").logical_id, template.one("S3::Bucket").logical_id
    for statement in template.statements(template.functions()[name]):
        actions = set(listed(statement["Action"]))
        for resource in map(as_text, listed(statement["Resource"])):
            if "dynamodb:ListStreams" in actions:
                assert resource == "*"
            elif "execute-api:ManageConnections" in actions:
                method = "POST" if name in SENDERS else "GET" if name.startswith("schedule.") else "DELETE"
                assert resource.endswith(f"/dev/{method}/@connections/*")
            elif any(action.startswith("s3:") for action in actions):
                assert resource.removeprefix(f"<{files}.Arn>") in FILES_OF[name]
            else:
                assert "*" not in resource
            if actions & ON_ITEMS:
                assert resource.startswith(f"<{table}.Arn>")
                assert statement["Condition"]


def test_functions_with_the_same_rights_share_a_role(template: Template) -> None:
    names = [f"actions.{action.module}" for action in FROM_STATION]
    roles = {template.functions()[name].properties["Role"]["Fn::GetAtt"][0] for name in names}
    assert len(roles) == len({RIGHTS[name] for name in names})
