"""The state machines: a definition in infra/workflows for each, and a role that may do what its states do."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from infra import rights
from infra.acknowledged import acknowledge
from infra.action_function import Functions
from infra.commands import command_arn
from shared.naming import snake

DEFINITIONS = Path(__file__).parent / "workflows"


def machine_name(scope: Construct, machine: str) -> str:
    """What a state machine is called: `Idlewatt-dev-UpdateFirmware`."""
    return f"{Stack.of(scope).stack_name}-{machine}"


def machine_arn(scope: Construct, machine: str) -> str:
    """The ARN of a state machine, made from its name: functions know it, and it knows functions."""
    return f"arn:{Aws.PARTITION}:states:{Aws.REGION}:{Aws.ACCOUNT_ID}:stateMachine:{machine_name(scope, machine)}"


class Workflows(Construct):
    """The state machines and the functions that only they call."""

    def __init__(self, scope: Construct, id: str, *, functions: Functions) -> None:
        super().__init__(scope, id)
        self._functions = functions
        self._update_firmware()
        self._retrieve_diagnostics()
        self._firmware_campaign()

    def _update_firmware(self) -> None:
        """One station's firmware update, and the function that decides what comes after an attempt."""
        conclude = self._functions.make(
            self,
            "ConcludeUpdate",
            "functions.workflows.conclude_update.handler",
            reads=("CAMPAIGN", "CAPABILITY", "FIRMWARE", "STATION", "UPDATE"),
            writes=("CAMPAIGN", "UPDATE"),
        )
        calls = {name: command_arn(self, name) for name in ("UpdateFirmware", "SignedUpdateFirmware")}
        self._machine("UpdateFirmware", {**calls, "ConcludeUpdate": conclude.function_arn}, writes=("UPDATE",))

    def _retrieve_diagnostics(self) -> None:
        """One station's log, and the function that ends its retrieval."""
        end = self._functions.make(
            self,
            "EndRetrieval",
            "functions.workflows.end_retrieval.handler",
            reads=("RETRIEVAL",),
            writes=("RETRIEVAL",),
        )
        calls = {name: command_arn(self, name) for name in ("GetLog", "GetDiagnostics")}
        self._machine("RetrieveDiagnostics", {**calls, "EndRetrieval": end.function_arn}, writes=("RETRIEVAL",))

    def _firmware_campaign(self) -> None:
        """A campaign of many updates, and the function that looks what is next for it."""
        look = self._functions.make(
            self,
            "LookAtCampaign",
            "functions.workflows.look_at_campaign.handler",
            reads=("CALL", "CAMPAIGN", "CONNECTION", "STATION", "TRANSACTION", "UPDATE"),
            writes=("CALL", "CAMPAIGN", "CONNECTION", "UPDATE"),
            timeout_s=60,
        )
        self._machine("FirmwareCampaign", {"LookAtCampaign": look.function_arn}, writes=("CAMPAIGN",))

    def _machine(self, name: str, calls: Mapping[str, str], writes: Sequence[str]) -> stepfunctions.StateMachine:
        """A state machine. Its definition names the functions that it `calls` as `${Name}`, by their ARNs, and the
        table as `${Table}`; its waiting states write task tokens into items of the entities it `writes`."""
        data = self._functions.data
        statements = [*rights.wait_in_items(data, writes)]
        if calls:
            statements.append(
                iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=sorted(set(calls.values())))
            )
        role = iam.Role(
            self,
            f"{name}Role",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
            inline_policies={"Rights": iam.PolicyDocument(statements=statements)},
        )
        machine = stepfunctions.StateMachine(
            self,
            name,
            state_machine_name=machine_name(self, name),
            definition_body=stepfunctions.DefinitionBody.from_string(
                (DEFINITIONS / f"{snake(name)}.asl.json").read_text("utf-8")
            ),
            definition_substitutions={"Table": data.table.table_name, **calls},
            role=role.without_policy_updates(),
        )
        acknowledge(
            machine,
            {
                "AwsSolutions-SF1": "An execution's own history, kept for 90 days, says what a log would.",
                "AwsSolutions-SF2": "Traces would cost more than the executions; each has its history.",
            },
        )
        return machine
