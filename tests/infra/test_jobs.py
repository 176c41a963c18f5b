"""Bulk jobs: their queue, and the function that works on it."""

from functions.queue.run_jobs import LAST_ATTEMPT
from infra.jobs import AT_ONCE
from tests.infra.template import Resource, Template, listed


def queue(template: Template) -> Resource:
    mapping = mapping_of_jobs(template)
    return template.get(mapping.properties["EventSourceArn"]["Fn::GetAtt"][0])


def mapping_of_jobs(template: Template) -> Resource:
    function = template.functions()["queue.run_jobs"]
    (mapping,) = (one for one in template.of_type("Lambda::EventSourceMapping") if one.refers_to(function.logical_id))
    return mapping


def test_pages_of_jobs_are_worked_on_one_by_one_and_few_at_a_time(template: Template) -> None:
    mapping = mapping_of_jobs(template)
    assert mapping.properties["BatchSize"] == 1
    assert mapping.properties["ScalingConfig"] == {"MaximumConcurrency": AT_ONCE}
    assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_message_comes_again_only_once_the_function_has_surely_ended(template: Template) -> None:
    timeout_s = template.functions()["queue.run_jobs"].properties["Timeout"]
    assert queue(template).properties["VisibilityTimeout"] >= 6 * timeout_s


def test_a_message_is_set_aside_after_the_attempt_that_gives_up_on_stations(template: Template) -> None:
    assert queue(template).properties["RedrivePolicy"]["maxReceiveCount"] > LAST_ATTEMPT


def test_the_functions_that_give_work_may_and_know_where(template: Template) -> None:
    found = queue(template)
    for name in ("queue.run_jobs", "api.jobs"):
        function = template.functions()[name]
        assert function.properties["Environment"]["Variables"]["JOBS_URL"] == {"Ref": found.logical_id}
        allowed = [
            one
            for one in template.statements(function)
            if "sqs:SendMessage" in listed(one["Action"]) and found.logical_id in str(one["Resource"])
        ]
        assert allowed
