"""One stage of the system as one CloudFormation stack."""

from aws_cdk import Aws, CfnOutput, Stack
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from constructs import Construct

from infra import dead_letters, rights, trust_store
from infra.action_function import Functions
from infra.actions_dashboard import ActionsDashboard
from infra.alarms import Alarms
from infra.api import OperatorApi
from infra.background import Background
from infra.bill import Stage
from infra.certificates import Authority, Certificates
from infra.commands import Commands, command_name
from infra.console import Console
from infra.dashboard import Dashboard
from infra.data import Data
from infra.edge import Edge, OriginSecret
from infra.files import Files
from infra.gateway import Invoker
from infra.jobs import Jobs
from infra.live import Live
from infra.ocpp import Ocpp
from infra.package import TASK_ROOT, Package
from infra.settings import Settings
from infra.users import Users, sign_in_url
from infra.workflows import Workflows, machine_arn
from shared.catalog import LIVE_ROUTE_SELECTION, ROUTE_SELECTION
from shared.fleet import HEARTBEAT_INTERVAL_S
from shared.resources import API_ROOT

COST_NOTE = (
    "Idle, the stack costs about 0.95 USD a month (a secret and two queues). A station costs about 0.03 USD a month"
    " idle and 0.07 charging daily at home: us-east-1 list prices, free tiers not counted."
    " docs/deploy.md says where it goes."
)


class IdlewattStack(Stack):
    """Everything of a stage. It looks nothing up, so it synthesises without an account."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(
            scope,
            f"Idlewatt-{settings.stage}",
            description="Idlewatt: a central system for EV charging without servers",
            termination_protection=settings.keep_data,
        )
        data = Data(self, "Data", settings)
        # All APIs stand before the functions, which are told where to reach connections, and before the front door.
        socket_api = apigatewayv2.WebSocketApi(
            self, "SocketApi", api_name=self.stack_name, route_selection_expression=ROUTE_SELECTION
        )
        live_api = apigatewayv2.WebSocketApi(
            self, "LiveApi", api_name=f"{self.stack_name}-live", route_selection_expression=LIVE_ROUTE_SELECTION
        )
        http_api = apigatewayv2.HttpApi(self, "HttpApi", api_name=self.stack_name, create_default_stage=False)
        origin = OriginSecret(self, "Origin")
        console = Console(self, "Console", sign_in_url=sign_in_url(settings), settings=settings)
        edge = Edge(
            self,
            "Edge",
            socket_api_id=socket_api.api_id,
            live_api_id=live_api.api_id,
            http_api_id=http_api.api_id,
            files=data.files,
            console=console,
            secret=origin.reference,
            settings=settings,
        )
        authority = Authority(self, "Authority", settings)
        functions = Functions(
            self,
            "Rights",
            data=data,
            package=Package(),
            environment=environment(
                data,
                socket_api,
                live_api,
                files_url=f"https://{edge.host}",
                origin_secret=origin.reference,
                settings=settings,
            )
            | dict(authority.environment),
            sending=[rights.manage_connections(socket_api, settings.stage, rights.SEND), rights.set_timers(data)],
        )
        for sockets in (socket_api, live_api):
            rights.acknowledge_connections(self, sockets, settings.stage)
        invoker = Invoker(self, "Invoker")
        Ocpp(self, "Ocpp", api=socket_api, functions=functions, invoker=invoker, settings=settings, authority=authority)
        live = Live(self, "Live", api=live_api, functions=functions, invoker=invoker, settings=settings)
        Commands(self, "Commands", functions=functions)
        Workflows(self, "Workflows", functions=functions)
        Jobs(self, "Jobs", functions=functions)
        certificates = Certificates(self, "Certificates", functions=functions, authority=authority)
        files = Files(self, "Files", api=http_api, functions=functions, invoker=invoker)
        background = Background(
            self,
            "Background",
            functions=functions,
            api=socket_api,
            stage=settings.stage,
            authority=authority,
            meter_value_events=settings.meter_value_events,
            sample_minutes=settings.sample_minutes,
        )
        users = Users(self, "Users", console_url=f"https://{edge.host}/", settings=settings)
        console.deploy(edge.distribution, users.sign_in)
        asynchronous = [
            *(background.publish_events, background.follow_up, background.close_transactions),
            *(background.sweep_connections, background.sample_fleet, certificates.function, files.note_upload),
            live.push_live,
        ]
        operator_api = OperatorApi(
            self,
            "Api",
            api=http_api,
            users=users,
            functions=functions,
            settings=settings,
            authority=authority,
            redrive=dead_letters.redrive(data, asynchronous),
        )
        operator_api.stage.node.add_dependency(files.route)
        stage = Stage(settings.stage, socket_api.api_id, http_api.api_id, data)
        on_stream = [background.publish_events, background.follow_up]
        alarms = Alarms(self, "Alarms", stage=stage, on_stream=on_stream, settings=settings)
        Dashboard(self, "Dashboard", stage=stage, alarms=alarms.all, on_stream=on_stream)
        if settings.actions_dashboard:
            ActionsDashboard(self, "ActionsDashboard")
        for name, value in {
            "ConsoleUrl": f"https://{edge.host}/",
            "WebSocketUrl": f"wss://{edge.host}/ocpp/",
            "ApiUrl": f"https://{edge.host}{API_ROOT}",
            "UserPoolId": users.pool.user_pool_id,
            "ClientId": users.people.user_pool_client_id,
            "TokenUrl": users.token_url,
            "AuthorizationUrl": users.sign_in["authorization_endpoint"],
            "LogoutUrl": users.sign_in["end_session_endpoint"],
            **({"MachineClientId": users.machine.user_pool_client_id} if users.machine else {}),
            "TableName": data.table.table_name,
            "LogGroupName": data.log.log_group_name,
            "SocketApiEndpoint": f"{socket_api.api_endpoint}/{settings.stage}",
            "CommandFunctions": command_name(self, "ACTION"),
            "CostNote": COST_NOTE,
        }.items():
            CfnOutput(self, name, value=value)


def environment(
    data: Data,
    socket_api: apigatewayv2.WebSocketApi,
    live_api: apigatewayv2.WebSocketApi,
    *,
    files_url: str,
    origin_secret: str,
    settings: Settings,
) -> dict[str, str]:
    """The environment variables of every function: one set, so that one process can be all of them."""
    return {
        "TABLE_NAME": data.table.table_name,
        "BUS_NAME": data.bus.event_bus_name,
        "STAGE": settings.stage,
        "ONBOARDING": settings.onboarding,
        "HEARTBEAT_INTERVAL_S": str(settings.heartbeat_interval_s or HEARTBEAT_INTERVAL_S),
        "EXPECTED_STATIONS": str(settings.expected_stations),
        "CONNECTIONS_URL": (f"https://{socket_api.api_id}.execute-api.{Aws.REGION}.{Aws.URL_SUFFIX}/{settings.stage}"),
        "LIVE_URL": f"https://{live_api.api_id}.execute-api.{Aws.REGION}.{Aws.URL_SUFFIX}/{settings.stage}",
        "TIMERS_URL": data.timers.queue_url,
        "JOBS_URL": data.jobs.queue_url,
        "DEAD_LETTERS_URL": data.dead_letters.queue_url,
        "MESSAGE_LOG": "on" if settings.message_log else "off",
        "LOG_GROUP_NAME": data.log.log_group_name,
        "CPO_NAME": settings.cpo_name,
        "FILES_BUCKET": data.files.bucket_name,
        "FILES_URL": files_url,
        "STATE_MACHINES": machine_arn(data, ""),
        "ORIGIN_SECRET": origin_secret,
        "TRUST_STORE": f"{TASK_ROOT}/{trust_store.FILE}",
        "POWERTOOLS_SERVICE_NAME": "idlewatt",
        "POWERTOOLS_METRICS_NAMESPACE": "Idlewatt",
    }
