"""Reading a synthesised application: its stack is found, and what is nested in it is as if it stood in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.assembly import read, whole
from local.template import Resource, TemplateError

Body = dict[str, Any]


def written(directory: Path, **templates: Body) -> Path:
    for name, template in templates.items():
        (directory / f"{name}.json").write_text(json.dumps(template))
    return directory


def nested(file: str, *waits_for: str, **parameters: Any) -> Body:
    """A nested stack as CDK writes it."""
    return {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "https://example.org", "Parameters": parameters},
        "Metadata": {"aws:asset:path": f"{file}.json", "aws:asset:property": "TemplateURL"},
        **({"DependsOn": list(waits_for)} if waits_for else {}),
    }


def thing(value: Any = None, *waits_for: str) -> Body:
    return {"Type": "T", "Properties": {"Value": value}, **({"DependsOn": list(waits_for)} if waits_for else {})}


def of_part(directory: Path, value: Any) -> Any:
    """What a value in a nested stack comes to, which is told of a thing of its parent and has one of its own."""
    written(
        directory,
        Stack={
            "Resources": {
                "Outer": thing(),
                "Part": nested("Part", Given={"Fn::GetAtt": ["Outer", "Arn"]}, Plain="text"),
            }
        },
        Part={
            "Parameters": {"Given": {"Type": "String"}, "Plain": {}, "Usual": {"Default": "usual"}},
            "Resources": {"Own": thing(), "Other": thing(value)},
        },
    )
    return whole(directory, "Stack.json")["Resources"]["PartOther"]["Properties"]["Value"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        ({"Ref": "Own"}, {"Ref": "PartOwn"}),
        ({"Ref": "AWS::Region"}, {"Ref": "AWS::Region"}),
        ({"Ref": "Given"}, {"Fn::GetAtt": ["Outer", "Arn"]}),
        ({"Ref": "Plain"}, "text"),
        ({"Ref": "Usual"}, "usual"),
        ({"Fn::GetAtt": ["Own", "Arn"]}, {"Fn::GetAtt": ["PartOwn", "Arn"]}),
        ({"Fn::GetAtt": "Own.Arn"}, {"Fn::GetAtt": ["PartOwn", "Arn"]}),
        (
            {"Fn::Join": ["/", [{"Ref": "Given"}, {"Ref": "Own"}]]},
            {"Fn::Join": ["/", [{"Fn::GetAtt": ["Outer", "Arn"]}, {"Ref": "PartOwn"}]]},
        ),
        (
            {"Fn::Sub": "${Given}/${Own.Arn}/${!Literal}"},
            {
                "Fn::Sub": [
                    "${Given}/${Own.Arn}/${!Literal}",
                    {"Given": {"Fn::GetAtt": ["Outer", "Arn"]}, "Own.Arn": {"Fn::GetAtt": ["PartOwn", "Arn"]}},
                ]
            },
        ),
        ({"Fn::Sub": ["${X}", {"X": {"Ref": "Own"}}]}, {"Fn::Sub": ["${X}", {"X": {"Ref": "PartOwn"}}]}),
    ],
)
def test_what_a_nested_stack_refers_to_is_named_as_in_the_whole(tmp_path: Path, value: Any, expected: Any) -> None:
    assert of_part(tmp_path, value) == expected


@pytest.mark.parametrize("name", ["AWS::StackName", "AWS::StackId"])
def test_what_cloudformation_makes_up_for_a_nested_stack_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TemplateError, match=f"Ref to {name}"):
        of_part(tmp_path, {"Fn::Sub": "x-${" + name + "}"})


def test_outputs_of_a_nested_stack_reach_its_parent_and_its_siblings(tmp_path: Path) -> None:
    written(
        tmp_path,
        Stack={
            "Resources": {
                "Outer": thing({"Fn::GetAtt": ["One", "Outputs.Arn"]}),
                "Two": nested("Two", Arn={"Fn::GetAtt": ["One", "Outputs.Arn"]}),
                "One": nested("One"),
            },
            "Outputs": {"Url": {"Description": "where", "Value": {"Fn::Sub": "at ${One.Outputs.Arn}"}}},
        },
        One={"Resources": {"Own": thing()}, "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Own", "Arn"]}}}},
        Two={"Parameters": {"Arn": {}}, "Resources": {"Own": thing({"Ref": "Arn"})}},
    )
    read_as_one = whole(tmp_path, "Stack.json")
    arn = {"Fn::GetAtt": ["OneOwn", "Arn"]}
    assert set(read_as_one["Resources"]) == {"Outer", "TwoOwn", "OneOwn"}
    assert read_as_one["Resources"]["Outer"]["Properties"] == {"Value": arn}
    assert read_as_one["Resources"]["TwoOwn"]["Properties"] == {"Value": arn}
    assert read_as_one["Outputs"]["Url"] == {
        "Description": "where",
        "Value": {"Fn::Sub": ["at ${One.Outputs.Arn}", {"One.Outputs.Arn": arn}]},
    }


def test_a_stack_within_a_nested_stack_is_taken_apart_too(tmp_path: Path) -> None:
    written(
        tmp_path,
        Stack={"Resources": {"A": nested("A", Word="text")}},
        A={"Parameters": {"Word": {}}, "Resources": {"B": nested("B", Word={"Ref": "Word"})}},
        B={"Parameters": {"Word": {}}, "Resources": {"Own": thing({"Ref": "Word"})}},
    )
    assert whole(tmp_path, "Stack.json")["Resources"] == {"ABOwn": thing("text")}


def test_what_is_nested_waits_for_what_its_stack_waits_for_and_is_waited_for_with_it(tmp_path: Path) -> None:
    written(
        tmp_path,
        Stack={
            "Resources": {"First": thing(), "Part": nested("Part", "First"), "Last": {**thing(), "DependsOn": "Part"}}
        },
        Part={"Resources": {"A": thing(), "B": thing(None, "A")}},
    )
    resources = whole(tmp_path, "Stack.json")["Resources"]
    assert {name: set(one.get("DependsOn", [])) for name, one in resources.items()} == {
        "First": set(),
        "PartA": {"First"},
        "PartB": {"PartA", "First"},
        "Last": {"PartA", "PartB"},
    }


@pytest.mark.parametrize(
    ("resources", "part", "message"),
    [
        ({"Part": {"Type": "AWS::CloudFormation::Stack"}}, {}, "Part: a nested stack needs a file"),
        ({"Part": {**nested("Part"), "Condition": "C"}}, {}, "and no condition"),
        ({"Part": nested("Part")}, {"Conditions": {}, "Mappings": {}}, "Part: nested stacks have no Conditions, Mapp"),
        ({"Part": nested("Part")}, {"Parameters": {"Needed": {}}}, "Part is not told Needed"),
        ({"Part": nested("Part"), "X": thing({"Ref": "Part"})}, {}, "Ref to Part: nested stacks have no name or id"),
        ({"Part": nested("Part"), "X": thing({"Fn::GetAtt": ["Part", "Outputs.Y"]})}, {}, "Part puts out no Y"),
        ({"Part": nested("Part"), "PartA": thing()}, {"Resources": {"A": thing()}}, "would be called PartA"),
    ],
)
def test_what_cannot_be_read_as_one_is_named(tmp_path: Path, resources: Body, part: Body, message: str) -> None:
    written(tmp_path, Stack={"Resources": resources}, Part=part)
    with pytest.raises(TemplateError, match=message):
        whole(tmp_path, "Stack.json")


def assembly(directory: Path, *stacks: str) -> None:
    artifacts: Body = {
        name: {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": f"{name}.json", "stackName": f"{name}-name"},
        }
        for name in stacks
    }
    artifacts["Tree"] = {"type": "cdk:tree", "properties": {}}
    written(directory, manifest={"artifacts": artifacts}, **{name: {"Resources": {name: thing()}} for name in stacks})


def test_the_stack_of_an_assembly_is_found_by_its_manifest(tmp_path: Path) -> None:
    assembly(tmp_path, "Only")
    found = read(tmp_path)
    assert found.name == "Only-name"
    assert found.resources == {"Only": Resource("Only", "T", {"Value": None})}


@pytest.mark.parametrize("stacks", [(), ("One", "Two")])
def test_an_assembly_of_none_or_several_stacks_is_refused(tmp_path: Path, stacks: tuple[str, ...]) -> None:
    assembly(tmp_path, *stacks)
    with pytest.raises(TemplateError, match=f"holds {len(stacks)} stacks"):
        read(tmp_path)
