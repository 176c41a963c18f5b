"""Who signs: nobody by default; a key in KMS that only what signs may use; or the operator's own function."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.application import NOT_BUNDLED
from infra.check import of_nag
from infra.settings import settings_of
from local.assembly import whole
from tests.infra.template import Resource, Template

SIGNER = "arn:aws:lambda:eu-west-1:123456789012:function:signer"
PROVIDER = "arn:aws:lambda:eu-west-1:123456789012:function:provider"
SIGNING = {
    "actions.get_certificate_chain_status",
    "actions.get_certificate_status",
    "api.certificate_authority",
    "bus.issue_certificates",
    "connection.default",
}


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Template:
    directory = tmp_path_factory.mktemp("embedded")
    context = {**NOT_BUNDLED, "certificate_authority": "embedded", "contract_certificates": PROVIDER}
    assert list(of_nag("dev", directory, context=context)) == []
    return Template(whole(directory, "Idlewatt-dev.template.json"))


def holders(template: Template, action: str) -> dict[str, list[Any]]:
    """The functions whose roles allow an action, with the resources on which they do."""
    found: dict[str, list[Any]] = {}
    for name, function in template.functions().items():
        for statement in _statements(template, function):
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            if action in actions:
                found.setdefault(name, []).append(statement["Resource"])
    return found


def _statements(template: Template, function: Resource) -> list[Any]:
    role = template.get(function.properties["Role"]["Fn::GetAtt"][0])
    statements: list[Any] = role.properties["Policies"][0]["PolicyDocument"]["Statement"]
    return statements


def told(template: Template, variable: str) -> set[str]:
    """What functions are told by a variable."""
    functions = template.functions().values()
    return {json.dumps(one.properties["Environment"]["Variables"][variable]) for one in functions}


def test_by_default_there_is_no_key_to_pay_for(template: Template) -> None:
    assert template.of_type("KMS::Key") == []
    assert told(template, "CERTIFICATE_AUTHORITY") == told(template, "CONTRACT_CERTIFICATES") == {'"none"'}
    assert told(template, "PRIVATE_HOSTS") == {'"off"'}
    assert holders(template, "kms:Sign") == {}


def test_only_what_signs_may_use_the_key(embedded: Template) -> None:
    key = embedded.one("KMS::Key")
    assert (key.properties["KeySpec"], key.properties["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")
    assert set(holders(embedded, "kms:Sign")) == SIGNING
    for variable in told(embedded, "CERTIFICATE_AUTHORITY"):
        assert key.logical_id in variable


def test_only_what_asks_for_contracts_may_invoke_their_provider(embedded: Template) -> None:
    invoking = holders(embedded, "lambda:InvokeFunction")
    with_provider = {name for name, resources in invoking.items() if PROVIDER in resources}
    assert with_provider == {"actions.get_15118_ev_certificate", "connection.default"}


def test_a_request_comes_from_the_bus_and_what_expires_is_looked_at_once_a_day(template: Template) -> None:
    function = template.functions()["bus.issue_certificates"]
    rules = [one.properties for one in template.of_type("Events::Rule") if one.refers_to(function.logical_id)]
    assert sorted(str(rule.get("ScheduleExpression")) for rule in rules) == ["None", "rate(1 day)"]
    (pattern,) = [rule["EventPattern"] for rule in rules if "EventPattern" in rule]
    assert pattern == {"source": ["idlewatt"], "detail-type": ["certificate.requested"]}


@pytest.mark.parametrize("name", ["certificate_authority", "contract_certificates"])
def test_a_provider_is_named_by_its_arn(tmp_path: Path, name: str) -> None:
    assert getattr(settings_of({name: SIGNER}.get), name) == SIGNER
    with pytest.raises(ValueError, match=name):
        settings_of({name: "arn:aws:s3:::bucket"}.get)
