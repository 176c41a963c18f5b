"""A dashboard of every action by the metrics of its function: finer in time than the log's table on the stage's
dashboard, and with more metrics than are free: 3 USD a month (docs/adr/0034-dashboards.md)."""

from collections.abc import Iterator, Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import widgets
from infra.commands import command_name
from shared.catalog import FROM_CSMS

OF_STATIONS = "functions.actions."


class ActionsDashboard(Construct):
    """The dashboard of the stage's functions, but those of the operator API, whose own metrics say enough."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        names = functions_by_handler(Stack.of(self))
        stations = {handler: name for handler, name in names.items() if handler.startswith(OF_STATIONS)}
        commands = {action.name: command_name(self, action.name) for action in FROM_CSMS}
        others = {handler: name for handler, name in names.items() if handler not in stations}
        cloudwatch.Dashboard(
            self,
            "Actions",
            dashboard_name=f"{Stack.of(self).stack_name}-Actions",
            default_interval=Duration.hours(3),
            widgets=[
                [widgets.text(f"# {title}"), *_of_functions(functions)]
                for title, functions in (
                    ("What stations send", stations),
                    ("What workflows and scripts have us send", commands),
                    ("Everything else but the operator API", others),
                )
            ],
        )


def functions_by_handler(stack: Stack) -> dict[str, str]:
    """The names of the functions of a stack, without those of its parts, by the paths of their modules."""
    found = (one for one in stack.node.find_all() if isinstance(one, lambda_.Function) and Stack.of(one) is stack)
    by_handler = {}
    for function in found:
        resource = function.node.default_child
        if isinstance(resource, lambda_.CfnFunction) and resource.handler:
            by_handler[resource.handler.removesuffix(".handler")] = function.function_name
    return dict(sorted(by_handler.items()))


def _of_functions(functions: Mapping[str, str]) -> Iterator[cloudwatch.IWidget]:
    for title, metric, statistic in (
        ("Invocations", "Invocations", "Sum"),
        ("Errors", "Errors", "Sum"),
        ("p50, ms", "Duration", "p50"),
        ("p99, ms", "Duration", "p99"),
    ):
        yield widgets.graph(
            title,
            [
                cloudwatch.Metric(
                    namespace="AWS/Lambda",
                    metric_name=metric,
                    dimensions_map={"FunctionName": name},
                    statistic=statistic,
                    period=Duration.minutes(5),
                    label=handler.rpartition(".")[2],
                )
                for handler, name in functions.items()
            ],
            width=widgets.HALF,
            height=widgets.TALL,
        )
