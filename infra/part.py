"""A stack within the stage's stack, since CloudFormation takes no more than 500 resources in one
(docs/adr/0024-nested-stacks.md)."""

from typing import cast

from aws_cdk import CfnElement, CfnStack, Names, NestedStack, Stack
from constructs import Construct


class Part(NestedStack):
    """A part of a stage with a template of its own. What it needs of the stage comes in as parameters; nothing of the
    stage may need anything of it, or the two would wait for each other."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        # CloudFormation makes the part's name of it: Idlewatt-dev-Commands-1ABCDEFGHIJKL.
        cast("CfnStack", self.nested_stack_resource).override_logical_id(id)


def stage_name(scope: Construct) -> str:
    """The name of the stage's stack, `Idlewatt-dev`, whichever of its parts asks: that of a part is made up only when
    it is deployed."""
    stack = Stack.of(scope)
    return (stack.nested_stack_parent or stack).stack_name


def parameter_name(element: CfnElement, attribute: str) -> str:
    """What CDK calls the parameter that tells a part an attribute of a resource of the stage; `Ref` is one too."""
    return f"referenceto{Names.node_unique_id(element.node)}{attribute}"
