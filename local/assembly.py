"""A synthesised CDK application as one stack: what is nested in its stack is put beside the rest of it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
"""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from local.template import Stack, TemplateError, stack

NESTED = "AWS::CloudFormation::Stack"
_FILE = "aws:asset:path"
"""Where CDK says, in the metadata of a nested stack, which file its template is in."""
_KNOWN = {"Description", "Outputs", "Parameters", "Resources"}
"""What the template of a nested stack may have."""
_MADE_UP = {"AWS::StackId", "AWS::StackName"}
"""What CloudFormation makes up for a nested stack."""
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")

Template = dict[str, Any]


def read(directory: Path) -> Stack:
    """The stack of an assembly, such as `cdk.out`."""
    manifest = json.loads((directory / "manifest.json").read_text("utf-8"))
    stacks = [
        artifact
        for artifact in manifest.get("artifacts", {}).values()
        if artifact["type"] == "aws:cloudformation:stack"
    ]
    if len(stacks) != 1:
        raise TemplateError(f"{directory} holds {len(stacks)} stacks; this machine runs an application of one stack")
    file = str(stacks[0]["properties"]["templateFile"])
    name = stacks[0]["properties"].get("stackName") or file.removesuffix(".template.json")
    return stack(name, whole(directory, file))


def whole(directory: Path, file: str) -> Template:
    """The template in a file of an assembly, with the resources of the stacks nested in it in the place of these.

    Logical ids of nested stacks begin with that of their stack. Their parameters and outputs are gone: whatever refers
    to one has what is passed in it.
    """
    template = _json(directory, file)
    part = _Part(directory, template)
    outputs = {name: {**template["Outputs"][name], "Value": value} for name, value in part.outputs.items()}
    return {**template, "Resources": part.resources(), "Outputs": outputs}


def _json(directory: Path, file: str) -> Template:
    found: Template = json.loads((directory / file).read_text("utf-8"))
    return found


class _Part:
    """A template, in the words of the whole: nested in it if it has a `prefix`, with `arguments` for parameters."""

    def __init__(
        self, directory: Path, template: Template, *, prefix: str = "", arguments: Mapping[str, Any] | None = None
    ) -> None:
        self._directory = directory
        self._template = template
        self._prefix = prefix
        self._arguments = arguments or {}
        self._parts: dict[str, _Part] = {}

    def resources(self) -> dict[str, Any]:
        """All resources by their logical ids in the whole."""
        made: dict[str, Any] = {}
        for logical_id, resource in self._own().items():
            more = (
                self._nested_resources(logical_id, resource) if self._is_nested(logical_id) else self._one(logical_id)
            )
            if clash := sorted(made.keys() & more.keys()):
                raise TemplateError(f"several resources would be called {', '.join(clash)}")
            made |= more
        return made

    def value(self, value: Any) -> Any:
        """A value, with references to what is so called in the whole."""
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if not isinstance(value, dict):
            return value
        match value:
            case {"Ref": str(name)} if len(value) == 1:
                return self._ref(name)
            case {"Fn::GetAtt": argument} if len(value) == 1:
                return self._attribute(*(argument.split(".", 1) if isinstance(argument, str) else argument))
            case {"Fn::Sub": argument} if len(value) == 1:
                return self._substitution(argument)
        return {name: self.value(inner) for name, inner in value.items()}

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """What is put out, by name."""
        return {name: self.value(output["Value"]) for name, output in self._template.get("Outputs", {}).items()}

    # ------------------------------------------------------------------ resources

    def _own(self) -> dict[str, Any]:
        resources: dict[str, Any] = self._template.get("Resources", {})
        return resources

    def _is_nested(self, logical_id: str) -> bool:
        return bool(self._own().get(logical_id, {}).get("Type") == NESTED)

    def _one(self, logical_id: str) -> dict[str, Any]:
        body = self._own()[logical_id]
        properties = {"Properties": self.value(body["Properties"])} if "Properties" in body else {}
        return {self._prefix + logical_id: {**body, **properties, **_waiting(self._awaited(body))}}

    def _nested_resources(self, logical_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What is in a nested stack; all of it waits for what the stack waits for."""
        resources = self._part(logical_id).resources()
        awaited = self._awaited(body)
        return {name: one | _waiting([*one.get("DependsOn", []), *awaited]) for name, one in resources.items()}

    def _awaited(self, body: Mapping[str, Any]) -> list[str]:
        """What a resource waits for without referring to it; for a nested stack, all that is in it."""
        named = body.get("DependsOn", [])
        return [
            name
            for logical_id in ([named] if isinstance(named, str) else named)
            for name in (
                self._part(logical_id).resources() if self._is_nested(logical_id) else [self._prefix + logical_id]
            )
        ]

    def _part(self, logical_id: str) -> "_Part":
        if logical_id not in self._parts:
            self._parts[logical_id] = self._read(logical_id, self._own()[logical_id])
        return self._parts[logical_id]

    def _read(self, logical_id: str, body: Mapping[str, Any]) -> "_Part":
        if "Condition" in body or _FILE not in body.get("Metadata", {}):
            raise TemplateError(f"{logical_id}: a nested stack needs a file named by {_FILE}, and no condition")
        template = _json(self._directory, body["Metadata"][_FILE])
        if others := sorted(template.keys() - _KNOWN):
            raise TemplateError(f"{logical_id}: nested stacks have no {', '.join(others)} on this machine")
        passed = self.value(body.get("Properties", {}).get("Parameters", {}))
        parameters = template.get("Parameters", {}).items()
        defaults = {name: parameter["Default"] for name, parameter in parameters if "Default" in parameter}
        if missing := sorted(template.get("Parameters", {}).keys() - passed.keys() - defaults.keys()):
            raise TemplateError(f"{logical_id} is not told {', '.join(missing)}")
        return _Part(self._directory, template, prefix=self._prefix + logical_id, arguments={**defaults, **passed})

    # ------------------------------------------------------------------ references

    def _ref(self, name: str) -> Any:
        if name in self._arguments:
            return self._arguments[name]
        if (self._prefix and name in _MADE_UP) or self._is_nested(name):
            raise TemplateError(f"{self._prefix}: Ref to {name}: nested stacks have no name or id on this machine")
        known = name.startswith("AWS::") or name in self._template.get("Parameters", {})
        return {"Ref": name if known else self._prefix + name}

    def _attribute(self, logical_id: str, name: str) -> Any:
        if not self._is_nested(logical_id):
            return {"Fn::GetAtt": [self._prefix + logical_id, name]}
        output = name.removeprefix("Outputs.")
        part = self._part(logical_id)
        if output not in part.outputs:
            raise TemplateError(f"{logical_id} puts out no {output}")
        return part.outputs[output]

    def _substitution(self, argument: str | list[Any]) -> dict[str, Any]:
        """Fn::Sub, with what its text refers to as variables of it."""
        text, given = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])
        variables = {name: self.value(value) for name, value in given.items()}
        for name in set(_VARIABLE.findall(text)) - variables.keys():
            variables[name] = self._attribute(*name.split(".", 1)) if "." in name else self._ref(name)
        return {"Fn::Sub": [text, variables] if variables else text}


def _waiting(awaited: list[str]) -> dict[str, list[str]]:
    return {"DependsOn": awaited} if awaited else {}
