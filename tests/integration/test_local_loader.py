"""Loading a template: what cannot run here is an error that names it, and nothing is skipped in silence."""

from typing import Any

import pytest

from local import assembly, synth, template
from local.functions import HandlerMissingError
from local.resources.nothing import MEANINGLESS
from local.system import LocalSystem
from local.template import TemplateError
from tests.integration import local_template


def system(*parts: dict[str, Any]) -> LocalSystem:
    message = {"Message": local_template.function("message")}
    return LocalSystem(local_template.of(message, local_template.route("$default", "Message"), *parts))


def refused(*parts: dict[str, Any]) -> str:
    """Why a system with these resources does not start."""
    with pytest.raises(TemplateError) as error:
        system(*parts).start()
    return str(error.value)


def with_properties(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Culprit": {"Type": type_, "Properties": properties}}


def test_a_type_that_is_not_known_is_named_with_its_logical_id() -> None:
    assert "AWS::Kinesis::Stream (Culprit) cannot run on this machine" in refused(
        with_properties("AWS::Kinesis::Stream")
    )


def test_a_start_that_fails_leaves_nothing_behind() -> None:
    refused(with_properties("AWS::Kinesis::Stream"))
    with system() as running:
        assert running.port


def test_functions_that_disagree_on_a_variable_are_refused() -> None:
    culprit = local_template.function("message")
    culprit["Properties"]["Environment"]["Variables"]["ONBOARDING"] = "quarantine"
    message = refused({"Culprit": culprit})
    assert "Culprit wants ONBOARDING='quarantine', but Message wants 'closed'" in message


@pytest.mark.parametrize(
    ("type_", "properties", "message"),
    [
        ("AWS::Lambda::Function", {"Runtime": "nodejs22.x", "Handler": "x.y"}, "runs Python, not nodejs22.x"),
        ("AWS::Events::Rule", {"ScheduleExpression": "cron(0 12 * * ? *)"}, "this machine runs rate"),
        ("AWS::Events::Rule", {"EventPattern": {"source": [{"like": "x"}]}}, "compares by like"),
        (
            "AWS::ApiGatewayV2::Integration",
            {"ApiId": {"Ref": "SocketApi"}, "IntegrationType": "MOCK"},
            "only functions answer here, not MOCK",
        ),
        (
            "AWS::ApiGatewayV2::Api",
            {"ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.header.x"},
            "does not select by the message's body",
        ),
        ("AWS::ApiGatewayV2::Api", {"ProtocolType": "HTTP"}, "has 2 HTTP APIs"),
        (
            "AWS::Lambda::EventSourceMapping",
            {"FunctionName": {"Ref": "Message"}, "EventSourceArn": "arn:aws:kinesis:us-east-1:1:stream/x"},
            "fed from streams and queues",
        ),
        (
            "AWS::Lambda::EventSourceMapping",
            {
                "FunctionName": {"Ref": "Message"},
                "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
                "FilterCriteria": {"Filters": [{"Pattern": '{"eventName": "INSERT"}'}]},
            },
            "eventName must be an object or an array",
        ),
        (
            "AWS::Lambda::EventSourceMapping",
            {
                "FunctionName": {"Ref": "Message"},
                "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
                "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sns:us-east-1:1:topic"}},
            },
            "failures go to a queue or a bucket here",
        ),
        ("AWS::SecretsManager::Secret", {"Name": {"Fn::Sub": "{{resolve:ssm:/x}}"}}, "dynamic references to ssm"),
    ],
)
def test_what_this_machine_does_not_do_is_an_error_at_start(
    type_: str, properties: dict[str, Any], message: str
) -> None:
    assert message in refused(with_properties(type_, **properties))


def test_a_handler_that_does_not_exist_is_named() -> None:
    with pytest.raises(HandlerMissingError, match="Culprit: no handler"):
        system({"Culprit": local_template.function("no_such_handler")}).start()


def test_a_template_without_a_websocket_api_is_refused() -> None:
    parts = local_template.basis()
    for name in ("FrontDoor", "SocketApi", "SocketStage"):
        del parts[name]
    with pytest.raises(TemplateError, match="has no WebSocket API"):
        LocalSystem(template.stack("Test", {"Resources": parts})).start()


def test_every_type_that_means_nothing_here_has_a_reason() -> None:
    assert all((reason and reason[0].islower()) or reason[0] == "`" for reason in MEANINGLESS.values())


def test_everything_that_the_project_deploys_can_run_here() -> None:
    stack = assembly.read(synth.assembly())
    started = LocalSystem(stack, environment={"ONBOARDING": "open"})
    with started:
        handlers = {function.handler for function in started.functions.by_name.values()}
        assert "functions.connection.authorizer.handler" in handlers
        assert len(handlers) == len(started.functions.by_name)
        assert started.outputs["TableName"]
