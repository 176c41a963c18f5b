"""A Lambda function as every part of the system makes it: one package, one environment, one log group, few roles."""

from collections.abc import Iterable, Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import operations, rights
from infra.acknowledged import acknowledge
from infra.data import Data
from infra.operations import Access
from infra.package import Package


class Functions(Construct):
    """Makes functions; also the roles they share, one for each distinct set of rights, which has the name of the first
    function that has them."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        data: Data,
        package: Package,
        environment: Mapping[str, str],
        sending: Sequence[iam.PolicyStatement],
    ) -> None:
        """`sending` are the rights that sending calls to stations takes, beyond the table."""
        super().__init__(scope, id)
        self.data = data
        self.package = package
        self.environment = environment
        self._sending = sending
        self._roles: dict[tuple[tuple[Access, ...], bool], iam.Role] = {}

    def within(self, part: Construct) -> "Functions":
        """The same for another stack of the stage, with packages and roles of its own: no two stacks share them."""
        return Functions(
            part,
            "Rights",
            data=self.data,
            package=Package(),
            environment=self.environment,
            sending=self._sending,
        )

    def make(
        self,
        scope: Construct,
        id: str,
        handler: str,
        *,
        reads: Iterable[str] = (),
        writes: Iterable[str] = (),
        sends: bool = False,
        more: Sequence[iam.PolicyStatement] = (),
        memory_mb: int = 256,
        timeout_s: int = 15,
        code: lambda_.Code | None = None,
        name: str | None = None,
    ) -> lambda_.Function:
        """A function that may do to these entities what it is known to do (infra/operations.json), and send calls to
        stations if it `sends`; `more` are rights of its own, beyond the table. `name` is for those that people call by
        it.

        15 seconds are below API Gateway's 29 and below the 30 that stations usually wait for an answer.
        """
        own_name = handler.removeprefix("functions.").removesuffix(".handler")
        accesses = operations.accesses(own_name, set(reads), set(writes))
        function = lambda_.Function(
            scope,
            id,
            function_name=name,
            handler=handler,
            # Some calls carry certificates, which are read before they are sent.
            code=code or (self.package.code_with_cryptography if sends else self.package.code),
            runtime=self.package.runtime,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=memory_mb,
            timeout=Duration.seconds(timeout_s),
            # What CDK would grant by itself is left out: a function may do what is said here and nothing else.
            role=self._role_for(scope, id, accesses, more, sends=sends).without_policy_updates(),
            environment=dict(self.environment),
            log_group=self.data.log,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            # Lambda's own START, END and REPORT lines would cost more than ours; WARN keeps what went wrong.
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
        )
        acknowledge(
            function, {"AwsSolutions-L1": "The runtime is the Python that compiled the package; no other reads it."}
        )
        return function

    def _role_for(
        self,
        scope: Construct,
        id: str,
        accesses: Sequence[Access],
        more: Sequence[iam.PolicyStatement],
        *,
        sends: bool,
    ) -> iam.Role:
        sending = self._sending if sends else ()
        if more:
            return self._role(scope, f"{id}Role", accesses, [*sending, *more])
        same = (tuple(accesses), sends)
        if same not in self._roles:
            self._roles[same] = self._role(self, id, accesses, sending)
        return self._roles[same]

    def _role(
        self, scope: Construct, id: str, accesses: Sequence[Access], more: Sequence[iam.PolicyStatement]
    ) -> iam.Role:
        statements = [rights.log(self.data), *rights.on_items(self.data, accesses), *more]
        # Inline, since a policy of its own would be one more resource per role.
        return iam.Role(
            scope,
            id,
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"Rights": iam.PolicyDocument(statements=statements)},
        )
