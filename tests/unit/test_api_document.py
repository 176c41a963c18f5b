"""The OpenAPI document: current, complete, and true to the catalog and to the domain."""

import importlib
import re
from typing import Any, get_args

import pytest

from functions.api.stations import StationSettings
from local import openapi
from shared.aws import views
from shared.domain import stations
from shared.ocpp.subprotocol import VERSIONS
from shared.resources import RESOURCES


@pytest.fixture(scope="module")
def document() -> Any:
    return openapi.written()


def operations(document: Any) -> list[tuple[str, Any]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_committed_document_is_the_one_that_the_code_makes(capsys: pytest.CaptureFixture[str]) -> None:
    assert openapi.main(["--check"]) == 0, capsys.readouterr().err


def test_it_has_every_route_of_the_catalog_and_no_other(document: Any) -> None:
    assert {route for route, _ in operations(document)} == {route for one in RESOURCES for route in one.routes}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_resource_serves_its_routes(resource: Any) -> None:
    paths = importlib.import_module(f"functions.api.{resource.name}").handler.openapi()["paths"]
    served = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert served == set(resource.routes)


def test_what_touches_data_needs_a_token(document: Any) -> None:
    open_routes = {route for one in RESOURCES for route in one.anyone}
    for route, operation in operations(document):
        assert ("security" in operation) == (route not in open_routes)
        assert ("401" in operation["responses"]) == (route not in open_routes)


def test_every_path_variable_is_a_parameter(document: Any) -> None:
    for route, operation in operations(document):
        named = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", route))


def test_every_list_has_pages(document: Any) -> None:
    for _, operation in operations(document):
        if operation["operationId"].startswith("list_"):
            assert {"limit", "cursor"} <= {one["name"] for one in operation["parameters"]}


OF_NO_CONSEQUENCE = ("POST /live-tickets",)
"""Each answer is a secret of its own, which nobody can be told a second time, and which ends by itself."""


def test_every_post_may_be_sent_again(document: Any) -> None:
    for route, operation in operations(document):
        if route in OF_NO_CONSEQUENCE:
            continue
        names = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
        assert ("idempotency-key" in names) == route.startswith("POST ")


def test_everything_is_described(document: Any) -> None:
    for _, operation in operations(document):
        assert operation["summary"]
        assert all(one["description"] for one in operation.get("parameters", []))
        assert all(one["description"] for one in operation["responses"].values())


def test_every_no_is_a_problem(document: Any) -> None:
    for _, operation in operations(document):
        for status, answer in operation["responses"].items():
            if int(status) >= 400 and status not in ("401", "429"):
                assert list(answer["content"]) == ["application/problem+json"]


def test_operations_have_names_of_their_own(document: Any) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names))


def test_a_parameter_can_have_any_of_its_values(document: Any) -> None:
    for name, operation in operations(document):
        for parameter in operation.get("parameters", []):
            assert not {"const", "enum"} <= parameter["schema"].keys(), (name, parameter["name"])


def test_a_station_can_be_given_every_option_of_the_domain_with_its_default() -> None:
    defaults = {name: field.default for name, field in views.Options.model_fields.items()}
    assert defaults == stations.Options._field_defaults
    assert defaults.keys() <= StationSettings.model_fields.keys()


@pytest.mark.parametrize("option", ["assume_version", "pinned_version"])
def test_the_versions_that_can_be_set_are_those_we_speak(option: str) -> None:
    assert set(get_args(views.Options.model_fields[option].annotation)) == {"", *VERSIONS.values()}


def test_changes_have_no_defaults_since_what_is_left_out_stays(document: Any) -> None:
    fields = document["components"]["schemas"]["StationChanges"]["properties"]
    assert fields.keys() == StationSettings.model_fields.keys()
    assert not [name for name, field in fields.items() if "default" in field]


def test_a_password_goes_in_and_never_out(document: Any) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["StationSettings"]["properties"]["password"]["writeOnly"] is True
    assert "password" not in schemas["Station"]["properties"]
