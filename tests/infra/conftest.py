"""The template of the dev stage with a client for machines, synthesised once per test process, and what cdk-nag found
in doing so."""

from pathlib import Path
from typing import NamedTuple

import pytest

from infra.application import NOT_BUNDLED
from infra.check import of_nag
from local.assembly import whole
from tests.infra.template import Template
from tests.proof.roles import Roles


class Synthesis(NamedTuple):
    directory: Path
    findings: list[str]


@pytest.fixture(scope="session")
def synthesis(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    directory = tmp_path_factory.mktemp("synthesis")
    context = {**NOT_BUNDLED, "machine_role": "operator"}
    return Synthesis(directory, list(of_nag("dev", directory, context=context)))


@pytest.fixture(scope="session")
def template(synthesis: Synthesis) -> Template:
    return Template(whole(synthesis.directory, "Idlewatt-dev.template.json"))


@pytest.fixture(scope="session")
def roles(synthesis: Synthesis) -> Roles:
    return Roles.of_assembly(synthesis.directory)
