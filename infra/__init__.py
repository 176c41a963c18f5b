"""What exists in AWS, as a CDK application.

CDK's kernel is a Node process that starts when `aws_cdk` is imported; importing any module of this package first
makes sure that it finds the Node that pip installed, so a machine without Node can synthesise.
"""

import os

from infra.node import NODE

os.environ.setdefault("JSII_NODE", str(NODE))
