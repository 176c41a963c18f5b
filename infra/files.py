"""What becomes of files: the function that looks at what has arrived, and the one that takes what stations POST."""

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import dead_letters, rights
from infra.acknowledged import acknowledge
from infra.action_function import Functions
from infra.gateway import Invoker

NOTING_S = 600
"""Time enough to read 4 GB, at the 80 MB/s that one stream from S3 has in a function of this size."""


class Files(Construct):
    """The functions beside the bucket of files (infra/data.py) and the links to it (infra/edge.py)."""

    def __init__(
        self, scope: Construct, id: str, *, api: apigatewayv2.HttpApi, functions: Functions, invoker: Invoker
    ) -> None:
        super().__init__(scope, id)
        self._functions = functions
        rights.acknowledge_files(Stack.of(self), functions.data.files)
        self._note_upload()
        self.route = self._receive_upload(api, invoker)

    def _note_upload(self) -> None:
        files = self._functions.data.files
        function = self.note_upload = self._functions.make(
            self,
            "NoteUpload",
            "functions.files.note_upload.handler",
            reads=("FIRMWARE", "RETRIEVAL", "UPLOAD"),
            writes=("FIRMWARE", "RETRIEVAL"),
            more=[
                *(
                    right(files, folder)
                    for right in (rights.read_files, rights.remove_files)
                    for folder in rights.FOLDERS
                ),
                dead_letters.leave(self._functions.data),
            ],
            memory_mb=1024,  # it reads piece by piece, and a larger function has more of a processor and of the network
            timeout_s=NOTING_S,
        )
        events.Rule(
            function,
            "Arrived",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [files.bucket_name]},
                    "object": {"key": [{"prefix": f"{folder}/"} for folder in rights.FOLDERS]},
                },
            ),
            targets=[dead_letters.attended(function, self._functions.data)],
        )

    def _receive_upload(self, api: apigatewayv2.HttpApi, invoker: Invoker) -> apigatewayv2.CfnRoute:
        function: lambda_.Function = self._functions.make(
            self,
            "ReceiveUpload",
            "functions.files.receive_upload.handler",
            more=[rights.bring_files(self._functions.data.files, "uploads")],
            memory_mb=512,
            timeout_s=29,
        )
        integration = invoker.integration("Integration", api.api_id, function, payload_format="2.0")
        route = apigatewayv2.CfnRoute(
            function,
            "Route",
            api_id=api.api_id,
            route_key="POST /u/{link+}",
            target=f"integrations/{integration.ref}",
            authorization_type="NONE",
        )
        acknowledge(route, {"AwsSolutions-APIG4": "A link is what authorizes: the function checks its mac."})
        return route
