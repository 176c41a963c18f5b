"""Whatever can fail with nobody waiting for it leaves what it failed at, in one queue that rings."""

from tests.infra.template import Resource, Template

DAYS_14 = 14 * 24 * 3600


def of_functions(template: Template) -> list[Resource]:
    """The rules that have functions invoked."""
    functions = [one.logical_id for one in template.of_type("Lambda::Function")]
    return [rule for rule in template.of_type("Events::Rule") if any(rule.refers_to(one) for one in functions)]


def test_every_queue_is_encrypted_and_keeps_what_it_cannot_deliver(template: Template) -> None:
    for queue in template.of_type("SQS::Queue"):
        assert queue.properties["SqsManagedSseEnabled"] is True
    assert template.dead_letters().properties["MessageRetentionPeriod"] == DAYS_14


def test_what_a_rule_cannot_deliver_is_left(template: Template) -> None:
    rules = of_functions(template)
    assert len(rules) == 7
    arn = {"Fn::GetAtt": [template.dead_letters().logical_id, "Arn"]}
    for rule in rules:
        assert [target["DeadLetterConfig"] for target in rule.properties["Targets"]] == [{"Arn": arn}]


def test_an_event_that_a_function_fails_at_is_left(template: Template) -> None:
    attended = template.of_type("Lambda::EventInvokeConfig")
    arn = {"Fn::GetAtt": [template.dead_letters().logical_id, "Arn"]}
    for rule in of_functions(template):
        (config,) = (one for one in attended if rule.refers_to(one.properties["FunctionName"]["Ref"]))
        assert config.properties["DestinationConfig"]["OnFailure"]["Destination"] == arn
        assert config.properties["MaximumRetryAttempts"] == 2


def test_records_that_are_set_aside_come_to_the_queue_and_are_kept_as_long(template: Template) -> None:
    queue = template.dead_letters()
    (rule,) = (one for one in template.of_type("Events::Rule") if one.refers_to(queue.logical_id) and _is_of_s3(one))
    detail = rule.properties["EventPattern"]["detail"]
    assert detail["object"]["key"] == [{"prefix": "aws/lambda/"}]
    rules = template.files_bucket().properties["LifecycleConfiguration"]["Rules"]
    assert {"aws/lambda/": 14}.items() <= {one.get("Prefix"): one.get("ExpirationInDays") for one in rules}.items()


def test_files_that_stations_bring_are_told_apart_from_records(template: Template) -> None:
    function = template.functions()["files.note_upload"]
    (rule,) = (one for one in template.of_type("Events::Rule") if one.refers_to(function.logical_id))
    prefixes = [one["prefix"] for one in rule.properties["EventPattern"]["detail"]["object"]["key"]]
    assert prefixes == ["firmware/", "uploads/"]


def _is_of_s3(rule: Resource) -> bool:
    pattern = rule.properties.get("EventPattern", {})
    return pattern.get("source") == ["aws.s3"] and "Targets" in rule.properties and len(of_queue(rule)) == 1


def of_queue(rule: Resource) -> list[object]:
    return [target for target in rule.properties["Targets"] if "DeadLetterConfig" not in target]
