"""EventBridge on one machine: what a rule or a schedule sends to functions, state machines and queues."""

import copy
import json
import logging
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.events.models import Rule
from moto.events.utils import EventTemplateParser

from local import patterns
from local.functions import Functions
from local.identity import ACCOUNT_ID, REGION, client

Event = Any
"""An event as moto passes it around: a dictionary in the shape that EventBridge sends."""

log = logging.getLogger(__name__)

_motos_send_to_targets = Rule.send_to_targets
_OURS = (":lambda:", ":states:")


class Dispatcher:
    """Brings events to their targets. What cannot be delivered is logged; the sender never hears of it, as in AWS."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    def send(self, target: Mapping[str, Any], event: Event) -> None:
        """Deliver an event to a target of a rule or of a schedule, as its `Input` says."""
        arn = str(target["Arn"])
        text = json.dumps(_input(target, event))
        try:
            if ":lambda:" in arn:
                self._functions.start(self._functions.find(arn), json.loads(text))
            elif ":states:" in arn:
                client("stepfunctions").start_execution(stateMachineArn=arn, name=str(uuid.uuid4()), input=text)
            elif ":sqs:" in arn:
                send_message(arn, text)
            else:
                log.error("nothing on this machine delivers to %s", arn)
        except Exception:  # one target that fails must keep neither the others nor the sender from going on
            log.exception("delivery to %s failed", arn)

    def send_to_rule(self, rule: Rule, event: Event, transform_input: bool = True) -> None:
        """What a rule does with an event of its bus. moto knows the targets that are neither functions nor machines."""
        pattern = rule.event_pattern.get_pattern()
        # A rule without a pattern runs on a schedule.
        if rule.state != "ENABLED" or not pattern or not patterns.matches(pattern, event):
            return
        ours = [target for target in rule.targets if any(service in target["Arn"] for service in _OURS)]
        for target in ours:
            self.send(target, event)
        theirs = [target for target in rule.targets if target not in ours]
        if theirs:
            rest = copy.copy(rule)
            rest.targets = theirs
            _motos_send_to_targets(rest, event, transform_input)


def send_message(queue_arn: str, text: str) -> None:
    """Put a message into a queue."""
    sqs = client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=queue_arn.rsplit(":", 1)[1])["QueueUrl"], MessageBody=text)


def scheduled_event(resource_arn: str, at: datetime) -> Event:
    """The event of a rule that runs on a schedule."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT_ID,
        "time": _iso(at),
        "region": REGION,
        "resources": [resource_arn],
        "detail": {},
    }


def _input(target: Mapping[str, Any], event: Event) -> Any:
    """What reaches a target: the event, a part of it, a text made from it, or something else altogether."""
    if "Input" in target:
        return json.loads(target["Input"])
    if "InputTransformer" in target:
        transformer = target["InputTransformer"]
        return EventTemplateParser.parse(transformer["InputTemplate"], transformer.get("InputPathsMap", {}), event)
    part: Any = {name: value for name, value in event.items() if name != "ingestion-time"}
    if not isinstance(part.get("time"), str):
        part["time"] = _iso(datetime.fromtimestamp(float(part["time"]), UTC))
    for name in target.get("InputPath", "$").split(".")[1:]:
        part = part[name]
    return part


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
