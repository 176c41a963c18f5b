"""Bulk jobs: the function that works on them, page by page from their queue."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import rights
from infra.action_function import Functions
from infra.data import JOBS_TIMEOUT_S
from shared.catalog import COMMANDS_READ, COMMANDS_WRITE

AT_ONCE = 10
"""How many pages are worked on at a time, of all jobs together: what one partition of the table takes, and little
enough for stations to be reached one by one beside it."""


class Jobs(Construct):
    """The function behind the queue of jobs."""

    def __init__(self, scope: Construct, id: str, *, functions: Functions) -> None:
        super().__init__(scope, id)
        data = functions.data
        function = functions.make(
            self,
            "RunJobs",
            "functions.queue.run_jobs.handler",
            reads=(*COMMANDS_READ, "JOB"),
            writes=(*COMMANDS_WRITE, "JOB"),
            sends=True,
            more=[rights.give_jobs(data), rights.take_from(data.jobs)],
            timeout_s=JOBS_TIMEOUT_S,
        )
        lambda_.EventSourceMapping(
            function,
            "Queue",
            target=function,
            event_source_arn=data.jobs.queue_arn,
            batch_size=1,
            max_concurrency=AT_ONCE,
            report_batch_item_failures=True,
        )
