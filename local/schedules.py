"""What happens with time: rules and schedules that are due, and items whose time to live is over."""

import logging
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from moto.events.models import events_backends
from moto.scheduler.models import Schedule, scheduler_backends

from local import dynamodb
from local.events import Dispatcher, scheduled_event
from local.identity import ACCOUNT_ID, REGION

log = logging.getLogger(__name__)

TICK_S = 1.0
OFTEN, SOON = timedelta(minutes=1), timedelta(seconds=10)
EXPIRY_EVERY = timedelta(minutes=10)
"""AWS removes expired items within days; often enough here to be seen, seldom enough to cost nothing."""

_UNITS = {"minute": "minutes", "hour": "hours", "day": "days"}


class ScheduleError(ValueError):
    """A schedule expression that this machine does not run."""


class Every(NamedTuple):
    """`rate(5 minutes)`"""

    period: timedelta


class Once(NamedTuple):
    """`at(2030-01-01T12:00:00)`, in UTC"""

    at: datetime


def parse(expression: str) -> Every | Once:
    """A schedule expression of EventBridge."""
    if match := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression):
        return Every(timedelta(**{_UNITS[match[2]]: int(match[1])}))
    if match := re.fullmatch(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)", expression):
        return Once(datetime.fromisoformat(match[1]).replace(tzinfo=UTC))
    raise ScheduleError(f"this machine runs rate(…) and at(…), not {expression!r}")


class Ticker:
    """Looks at the clock every second. Rules and schedules may come and go while it runs."""

    def __init__(self, dispatcher: Dispatcher, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._dispatcher = dispatcher
        self._now = now
        self._last: dict[str, datetime] = {}
        self._expired_at = now()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="ticker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(TICK_S * 5)

    def _work(self) -> None:
        while not self._stopping.wait(TICK_S):
            try:
                self.tick()
            except Exception:  # a schedule that cannot be run must not stop the clock of the others
                log.exception("a tick failed")

    def tick(self) -> None:
        """Run whatever is due."""
        now = self._now()
        for rule in _scheduled_rules():
            if self._is_due(rule.arn, rule.scheduled_expression, now):
                for target in rule.targets:
                    self._dispatcher.send(target, scheduled_event(rule.arn, now))
        for schedule in _schedules():
            self._run(schedule, now)
        if now - self._expired_at >= EXPIRY_EVERY:
            self._expired_at = now
            remove_expired(now)

    def _run(self, schedule: Schedule, now: datetime) -> None:
        if not self._is_due(schedule.arn, schedule.schedule_expression, now):
            return
        self._dispatcher.send(schedule.target, scheduled_event(schedule.arn, now))
        if schedule.action_after_completion == "DELETE" and isinstance(parse(schedule.schedule_expression), Once):
            scheduler_backends[ACCOUNT_ID][REGION].delete_schedule(schedule.group_name, schedule.name)

    def _is_due(self, arn: str, expression: str, now: datetime) -> bool:
        """Whether it is time; a rate counts from when it was first seen, a point in time comes once.

        What runs each minute does so first after some seconds: who starts a system waits for what it shows.
        """
        when = parse(expression)
        last = self._last.get(arn)
        if isinstance(when, Every):
            due = last is not None and now - last >= when.period
            if last is None and when.period <= OFTEN:
                self._last[arn] = now - when.period + SOON
            elif last is None or due:
                self._last[arn] = now
            return due
        if last is not None or now < when.at:
            return False
        self._last[arn] = now
        return True


def remove_expired(now: datetime) -> int:
    """Remove the items of every table whose time to live is over; returns how many."""
    with dynamodb.operations().lock:
        return sum(table.remove_expired(now.timestamp()) for table in dynamodb.tables())


def _scheduled_rules() -> list[Any]:
    buses = events_backends[ACCOUNT_ID][REGION].event_buses.values()
    rules = [rule for bus in list(buses) for rule in list(bus.rules.values())]
    return [rule for rule in rules if rule.scheduled_expression and rule.state == "ENABLED"]


def _schedules() -> list[Schedule]:
    groups = scheduler_backends[ACCOUNT_ID][REGION].schedule_groups.values()
    schedules = [schedule for group in list(groups) for schedule in list(group.schedules.values())]
    return [schedule for schedule in schedules if schedule.state == "ENABLED"]
