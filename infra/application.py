"""The CDK application: the stack of the stage that the context names."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import App

from infra.settings import settings_of
from infra.stack import IdlewattStack

FLAGS: Mapping[str, Any] = {
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "aws:cdk:enable-asset-metadata": True,  # says which file the template of a nested stack is in
}
"""How CDK synthesises; here, not in cdk.json, so that `python app.py` and CDK's command line give the same."""

NOT_BUNDLED: Mapping[str, Any] = {"aws:cdk:bundling-stacks": []}
"""Context of a synthesis that packs nothing: functions point at the sources. For the local system and for tests."""


def application(*, outdir: str | None = None, context: Mapping[str, Any] | None = None) -> App:
    """The application, ready to be synthesised: into `outdir`, else where CDK_OUTDIR says.

    `context` adds to what the CDK command line passes in: `stage` and any setting of infra/settings.py.
    """
    app = App(outdir=outdir, context={**FLAGS, **(context or {})}, analytics_reporting=False)
    IdlewattStack(app, settings_of(app.node.try_get_context))
    return app
