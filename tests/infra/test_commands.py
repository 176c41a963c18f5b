"""The functions of the actions that we send: named, so that people can call them, and able to send any call."""

from shared.catalog import FROM_CSMS
from tests.infra.template import Resource, Template


def commands(template: Template) -> dict[str, Resource]:
    return {name: one for name, one in template.functions().items() if name.startswith("commands.")}


def test_every_command_has_a_function_that_the_stack_tells_how_to_find(template: Template) -> None:
    pattern = template.body["Outputs"]["CommandFunctions"]["Value"]
    assert pattern == "Idlewatt-dev-ACTION"
    names = {name: one.properties["FunctionName"] for name, one in commands(template).items()}
    assert names == {f"commands.{one.module}": pattern.replace("ACTION", one.name) for one in FROM_CSMS}


def test_a_name_is_no_longer_than_lambda_takes(template: Template) -> None:
    longest = max(len(one.properties["FunctionName"]) for one in commands(template).values())
    assert longest + len("production") - len("dev") <= 64


def test_nothing_else_has_a_name_that_would_keep_cloudformation_from_replacing_it(template: Template) -> None:
    named = {name for name, one in template.functions().items() if "FunctionName" in one.properties}
    assert named == set(commands(template))
