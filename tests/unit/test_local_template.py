"""Reading a template: intrinsic functions, references, conditions."""

from typing import Any

import pytest

from local.identity import ACCOUNT_ID, REGION
from local.template import Builder, Physical, Resource, TemplateError, stack


class Makes:
    """Makes any resource and remembers the order."""

    def __init__(self) -> None:
        self.made: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, resource: Resource, properties: dict[str, Any]) -> Physical:
        self.made.append((resource.logical_id, properties))
        return Physical(f"ref-{resource.logical_id}", {"Arn": f"arn-{resource.logical_id}"})


def lookup(service: str, reference: str) -> str:
    return f"<{service} {reference}>"


def resolved(value: Any, **template: Any) -> Any:
    """What a value in a template comes to."""
    resources = {"Thing": {"Type": "T"}, "Other": {"Type": "T", "Properties": {"Value": value}}}
    makes = Makes()
    Builder(stack("Stack", {"Resources": resources, **template}), makes, lookup).build()
    return dict(makes.made)["Other"].get("Value")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        (7, 7),
        ({"a": [1, {"b": True}]}, {"a": [1, {"b": True}]}),
        ({"Ref": "Thing"}, "ref-Thing"),
        ({"Ref": "AWS::Region"}, REGION),
        ({"Ref": "AWS::AccountId"}, ACCOUNT_ID),
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
        ({"Ref": "AWS::StackName"}, "Stack"),
        ({"Fn::GetAtt": ["Thing", "Arn"]}, "arn-Thing"),
        ({"Fn::GetAtt": "Thing.Arn"}, "arn-Thing"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Thing"}, 3]]}, "a-ref-Thing-3"),
        ({"Fn::Sub": "${Thing}/${Thing.Arn}/${AWS::Region}/${!Literal}"}, f"ref-Thing/arn-Thing/{REGION}/${{Literal}}"),
        ({"Fn::Sub": ["${One}-${Thing}", {"One": {"Ref": "AWS::Partition"}}]}, "aws-ref-Thing"),
        ({"Fn::Select": ["1", ["a", "b"]]}, "b"),
        ({"Fn::Select": [2, {"Fn::Split": ["/", "a/b/c"]}]}, "c"),
        ({"Fn::Base64": "text"}, "dGV4dA=="),
        ({"Fn::If": ["Yes", "then", "else"]}, "then"),
        ({"Fn::If": ["No", "then", "else"]}, "else"),
        ({"Fn::If": ["Neither", "then", {"Ref": "AWS::NoValue"}]}, None),
        ({"Fn::FindInMap": ["Map", {"Ref": "AWS::Partition"}, "size"]}, 3),
        ({"Ref": "Parameter"}, "default"),
        ([{"Ref": "AWS::NoValue"}, 1], [1]),
        ({"kept": 1, "gone": {"Ref": "AWS::NoValue"}}, {"kept": 1}),
        (
            {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
            {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        ),
        (
            {"Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": "Thing"}, ":SecretString:::}}"]]},
            "<secretsmanager ref-Thing:SecretString:::>",
        ),
    ],
)
def test_intrinsic_functions_come_to_what_cloudformation_makes_of_them(value: Any, expected: Any) -> None:
    template = {
        "Parameters": {"Parameter": {"Type": "String", "Default": "default"}},
        "Mappings": {"Map": {"aws": {"size": 3}}},
        "Conditions": {
            "Yes": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws"]},
            "No": {"Fn::Not": [{"Condition": "Yes"}]},
            "Neither": {"Fn::And": [{"Condition": "Yes"}, {"Fn::Or": [{"Condition": "No"}, {"Condition": "No"}]}]},
        },
    }
    assert resolved(value, **template) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"Ref": "Nothing"}, "Ref to Nothing"),
        ({"Ref": "Needed"}, "parameter Needed has no default"),
        ({"Fn::GetAtt": ["Thing", "Colour"]}, r"T \(Thing\) has no attribute Colour"),
        ({"Fn::ImportValue": "x"}, "Fn::ImportValue is not known"),
    ],
)
def test_what_cannot_be_resolved_is_named(value: Any, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        resolved(value, Parameters={"Needed": {"Type": "String"}})


def test_a_resource_is_made_once_and_after_those_it_refers_to() -> None:
    resources = {
        "A": {"Type": "T", "Properties": {"B": {"Ref": "B"}, "C": {"Fn::GetAtt": ["C", "Arn"]}}},
        "B": {"Type": "T", "Properties": {"C": {"Fn::Sub": "${C}"}}},
        "C": {"Type": "T"},
    }
    makes = Makes()
    Builder(stack("Stack", {"Resources": resources}), makes, lookup).build()
    assert [name for name, _ in makes.made] == ["C", "B", "A"]


def test_a_resource_whose_condition_is_false_is_not_made() -> None:
    resources = {"A": {"Type": "T", "Condition": "No"}, "B": {"Type": "T", "Condition": "Yes"}}
    conditions = {"No": {"Fn::Equals": ["a", "b"]}, "Yes": {"Fn::Equals": ["a", "a"]}}
    makes = Makes()
    Builder(stack("Stack", {"Resources": resources, "Conditions": conditions}), makes, lookup).build()
    assert [name for name, _ in makes.made] == ["B"]


def test_a_circle_of_references_is_named() -> None:
    resources = {
        "A": {"Type": "T", "Properties": {"B": {"Ref": "B"}}},
        "B": {"Type": "T", "Properties": {"A": {"Ref": "A"}}},
    }
    with pytest.raises(TemplateError, match="A → B → A"):
        Builder(stack("Stack", {"Resources": resources}), Makes(), lookup).build()


def test_the_outputs_are_resolved() -> None:
    template = {
        "Resources": {"A": {"Type": "T"}},
        "Outputs": {"Url": {"Value": {"Fn::Join": ["", ["wss://", {"Ref": "A"}]]}}},
    }
    builder = Builder(stack("Stack", template), Makes(), lookup)
    builder.build()
    assert builder.outputs() == {"Url": "wss://ref-A"}
