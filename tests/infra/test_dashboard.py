"""The dashboards: what they show, that AWS has the metrics, and what they cost."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from infra.application import NOT_BUNDLED, application
from infra.bill import FUNCTION_GB, decimal
from infra.log_queries import QUERIES
from local.assembly import whole
from shared.catalog import FROM_CSMS, FROM_STATION, STATE_MACHINES
from shared.cloud_meters import METERS
from shared.cloud_prices import prices
from tests.infra.known_metrics import KNOWN, SOURCES
from tests.infra.template import Resource, Template, as_text

FREE_DASHBOARDS, FREE_METRICS = 3, 50
"""An account has three dashboards for nothing, each of at most so many metrics."""
MOST_WIDGETS, MOST_METRICS_OF_A_WIDGET, MOST_METRICS = 500, 500, 2500
MOST_BYTES = 1_000_000
"""What CloudWatch takes."""
COLUMNS = 24
REFERENCE = re.compile(r"\b[a-z]\w*\b(?!\()")
MULTIPLIED = re.compile(r"^SUM\(\[(?P<metrics>[\w, ]+)\]\) \* (?P<usd>[\d.]+)$")


class Metric(NamedTuple):
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]

    @property
    def dimension_names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.dimensions)


class Widget(NamedTuple):
    type: str
    properties: dict[str, Any]
    place: tuple[int, int, int, int]

    def rows(self) -> Iterator[tuple[Metric | None, dict[str, Any]]]:
        """Each row's metric, or None for an expression, and its options."""
        for row in self.properties.get("metrics", ()):
            options = row[-1] if isinstance(row[-1], dict) else {}
            texts = [part for part in row if isinstance(part, str)]
            metric = Metric(texts[0], texts[1], tuple(zip(texts[2::2], texts[3::2], strict=True))) if texts else None
            yield metric, options


def widgets(dashboard: Resource) -> list[Widget]:
    body = json.loads(as_text(dashboard.properties["DashboardBody"]))
    return [
        Widget(one["type"], one["properties"], (one["x"], one["y"], one["width"], one["height"]))
        for one in body["widgets"]
    ]


def metrics(dashboard: Resource) -> set[Metric]:
    return {metric for widget in widgets(dashboard) for metric, _ in widget.rows() if metric}


@pytest.fixture(scope="module")
def dashboard(template: Template) -> Resource:
    return template.one("CloudWatch::Dashboard")


@pytest.fixture(scope="module")
def with_actions(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A stage that wants the dashboard of actions as well."""
    directory = tmp_path_factory.mktemp("with_actions")
    application(outdir=str(directory), context={**NOT_BUNDLED, "actions_dashboard": "true"}).synth()
    return Template(whole(directory, "Idlewatt-dev.template.json"))


@pytest.fixture(scope="module")
def actions(with_actions: Template) -> Resource:
    (found,) = (one for one in with_actions.of_type("CloudWatch::Dashboard") if "Actions" in one.logical_id)
    return found


def test_the_dashboard_of_a_stage_is_free(template: Template) -> None:
    dashboards = template.of_type("CloudWatch::Dashboard")
    assert len(dashboards) < FREE_DASHBOARDS, "two stages in an account have room"
    assert all(len(metrics(one)) <= FREE_METRICS for one in dashboards)


def test_both_are_as_large_as_cloudwatch_takes(dashboard: Resource, actions: Resource) -> None:
    for one in (dashboard, actions):
        assert len(as_text(one.properties["DashboardBody"])) < MOST_BYTES
        assert len(widgets(one)) <= MOST_WIDGETS
        assert max(len(list(widget.rows())) for widget in widgets(one)) <= MOST_METRICS_OF_A_WIDGET
        assert sum(len(list(widget.rows())) for widget in widgets(one)) <= MOST_METRICS


def test_no_widget_lies_on_another(dashboard: Resource, actions: Resource) -> None:
    for one in (dashboard, actions):
        cells = [
            (column, row)
            for x, y, width, height in (widget.place for widget in widgets(one))
            for column in range(x, x + width)
            for row in range(y, y + height)
        ]
        assert len(cells) == len(set(cells))
        assert max(column for column, _ in cells) < COLUMNS


def test_aws_has_every_metric_in_these_dimensions(dashboard: Resource, actions: Resource) -> None:
    named = metrics(dashboard) | metrics(actions)
    assert {one.namespace for one in named} == {*SOURCES, "Idlewatt"}
    wrong = [one for one in named if one.dimension_names not in KNOWN[one.namespace].get(one.name, ())]
    assert wrong == []


def test_alarms_name_metrics_that_aws_has(template: Template) -> None:
    for alarm in template.of_type("CloudWatch::Alarm"):
        stated = [one["MetricStat"]["Metric"] for one in alarm.properties.get("Metrics", ()) if "MetricStat" in one]
        for metric in stated or [alarm.properties]:
            if str(metric["MetricName"]).startswith("Faults of"):  # the metric filter's
                continue
            dimensions = frozenset(one["Name"] for one in metric.get("Dimensions", ()))
            assert dimensions in KNOWN[metric["Namespace"]][metric["MetricName"]], alarm.logical_id


def test_expressions_name_only_what_is_in_their_widget(dashboard: Resource) -> None:
    for widget in widgets(dashboard):
        ids = {options["id"] for _, options in widget.rows() if "id" in options}
        for _, options in widget.rows():
            assert set(REFERENCE.findall(options.get("expression", ""))) <= ids, options


def test_every_workflow_and_the_table_with_its_indexes_are_on_the_dashboard(
    dashboard: Resource, template: Template
) -> None:
    values = {value for metric in metrics(dashboard) for _, value in metric.dimensions}
    for machine in STATE_MACHINES:
        assert any(value.endswith(f":stateMachine:Idlewatt-dev-{machine}") for value in values), machine
    table = template.one("DynamoDB::Table")
    assert f"<{table.logical_id}>" in values
    assert {one["IndexName"] for one in table.properties["GlobalSecondaryIndexes"]} <= values


def test_every_alarm_and_every_query_is_on_the_dashboard(dashboard: Resource, template: Template) -> None:
    (status,) = (widget for widget in widgets(dashboard) if widget.type == "alarm")
    alarms = {f"<{one.logical_id}.Arn>" for one in template.of_type("CloudWatch::Alarm")}
    assert set(status.properties["alarms"]) == alarms
    queries = [widget.properties for widget in widgets(dashboard) if widget.type == "log"]
    log = template.one("Logs::LogGroup").logical_id
    assert [one["query"] for one in sorted(queries, key=lambda one: str(one["title"]))] == [
        f"SOURCE '<{log}>' | " + "\n| ".join(query.lines) for query in sorted(QUERIES, key=lambda one: one.title)
    ]
    assert all("0.005 USD per GB" in one["title"] for one in queries)


def test_no_graph_adapts_its_periods_so_that_a_day_of_the_bill_is_a_day(dashboard: Resource) -> None:
    assert json.loads(as_text(dashboard.properties["DashboardBody"]))["periodOverride"] == "inherit"


def test_the_bill_has_every_meter_at_its_price(dashboard: Resource) -> None:
    (bill,) = (widget for widget in widgets(dashboard) if "USD a day" in widget.properties.get("title", ""))
    rows = {options["id"]: (metric, options) for metric, options in bill.rows() if "id" in options}
    for meter in METERS:
        _, options = rows[f"usd_{meter.id}"]
        product = MULTIPLIED.match(options["expression"])
        assert product is not None
        price = prices()[meter.price_id]
        expected = price.usd / price.per * meter.factor * (FUNCTION_GB if meter.per_gb else 1)
        assert float(product["usd"]) == pytest.approx(expected, rel=1e-6)
        for id in product["metrics"].split(", "):
            metric, options = rows[id]
            assert metric is not None
            assert (metric.namespace, metric.name, options["stat"]) == (meter.namespace, meter.metric, meter.statistic)
            assert options["period"] == 24 * 3600
    services = {prices()[meter.price_id].service for meter in METERS}
    shown = [options["label"] for _, options in bill.rows() if options.get("visible") is not False]
    assert {*shown} == {*services, "Per connected station and 30 days"}


def test_functions_of_the_bill_have_the_memory_that_it_counts_with(template: Template) -> None:
    functions = template.of_type("Lambda::Function")
    usual = [one for one in functions if one.properties["MemorySize"] == FUNCTION_GB * 1024]
    assert len(usual) / len(functions) > 0.7
    actions = [one for name, one in template.functions().items() if name.startswith("actions.")]
    assert all(one in usual for one in actions)


@pytest.mark.parametrize(("number", "text"), [(1e-6, "0.000001"), (2.5e-7, "0.00000025"), (0.5, "0.5")])
def test_prices_are_written_without_exponents(number: float, text: str) -> None:
    assert decimal(number) == text


def test_the_dashboard_of_actions_has_every_function_but_those_of_the_operator_api(
    with_actions: Template, actions: Resource
) -> None:
    values = {value for metric in metrics(actions) for _, value in metric.dimensions}
    functions = with_actions.functions()
    expected = {
        f"<{one.logical_id}>"
        for name, one in functions.items()
        if not name.startswith(("api.", "commands.", "queue.watch_calls"))
    }
    assert expected == {value for value in values if value.startswith("<")}
    assert {value for value in values if not value.startswith("<")} == {
        f"Idlewatt-dev-{action.name}" for action in FROM_CSMS
    }
    labels = [options["label"] for widget in widgets(actions)[1:2] for _, options in widget.rows()]
    assert labels == sorted(action.module for action in FROM_STATION)
    assert {metric.name for metric in metrics(actions)} == {"Invocations", "Errors", "Duration"}
