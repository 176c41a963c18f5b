"""What brings events to functions: buses, rules, schedules."""

import json

from local import patterns, schedules
from local.identity import arn, client
from local.resources.loading import Loading, Properties, accepted, makes
from local.template import Physical, Resource


@makes("AWS::Events::EventBus")
def event_bus(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    name = properties.get("Name") or loading.physical_name(resource, 256)
    made = client("events").create_event_bus(Name=name)
    return Physical(name, {"Arn": made["EventBusArn"], "Name": name})


@makes("AWS::Events::Rule")
def rule(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    name = properties.get("Name") or loading.physical_name(resource)
    given = accepted("events", "PutRule", properties) | {"Name": name}
    if "EventPattern" in given:
        patterns.check(given["EventPattern"])
        given["EventPattern"] = json.dumps(given["EventPattern"])
    if "ScheduleExpression" in given:
        schedules.parse(given["ScheduleExpression"])
    events = client("events")
    made = events.put_rule(**given)
    bus = {"EventBusName": given["EventBusName"]} if "EventBusName" in given else {}
    if targets := properties.get("Targets"):
        events.put_targets(Rule=name, Targets=targets, **bus)
    return Physical(name, {"Arn": made["RuleArn"]})


@makes("AWS::Scheduler::Schedule")
def schedule(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    name = properties.get("Name") or loading.physical_name(resource)
    schedules.parse(properties["ScheduleExpression"])
    client("scheduler").create_schedule(**accepted("scheduler", "CreateSchedule", properties) | {"Name": name})
    return Physical(name, {"Arn": arn("scheduler", f"schedule/{properties.get('GroupName', 'default')}/{name}")})
