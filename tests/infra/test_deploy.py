"""What the deploy command asks of CDK's command line."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from infra import deploy


class Commands:
    """Stands where commands are run: keeps them and answers with a status."""

    def __init__(self) -> None:
        self.run: list[tuple[str, ...]] = []
        self.context: dict[str, Any] = {}
        self.status = 0

    def application(self, *, outdir: str, context: dict[str, Any]) -> "Commands":
        self.outdir, self.context = Path(outdir), context
        return self

    def synth(self) -> None:
        pass

    def cdk(self, _directory: Path, *arguments: str) -> int:
        self.run.append(arguments)
        if "--outputs-file" in arguments:
            outputs = {"Idlewatt-dev": {"CostNote": "0.40 USD", "WebSocketUrl": "wss://example.org/ocpp/"}}
            Path(arguments[-1]).write_text(json.dumps(outputs))
        return self.status


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Commands:
    commands = Commands()
    monkeypatch.setattr(deploy, "ROOT", tmp_path)
    monkeypatch.setattr(deploy, "application", commands.application)
    monkeypatch.setattr(deploy, "_cdk", commands.cdk)
    return commands


def ran(commands: Commands) -> Sequence[str]:
    return [arguments[0] for arguments in commands.run]


def test_deploying_prepares_the_account_and_prints_where_the_system_is(
    commands: Commands, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cdk.out" / "dev").mkdir(parents=True)
    assert deploy.main(["deploy", "dev", "-c", "cpo_name=Example"]) == 0
    assert ran(commands) == ["bootstrap", "deploy"]
    assert commands.context == {"stage": "dev", "cpo_name": "Example"}
    printed = capsys.readouterr().out
    assert printed.index("wss://example.org/ocpp/") < printed.index("0.40 USD")


def test_an_account_that_cannot_be_prepared_is_not_deployed_to(commands: Commands) -> None:
    commands.status = 1
    assert deploy.main(["deploy", "prod"]) == 1
    assert ran(commands) == ["bootstrap"]


def test_destroying_packs_nothing(commands: Commands) -> None:
    assert deploy.main(["destroy"]) == 0
    assert ran(commands) == ["destroy"]
    assert commands.context["aws:cdk:bundling-stacks"] == []


def test_a_stage_that_does_not_exist_is_refused(commands: Commands) -> None:
    with pytest.raises(SystemExit):
        deploy.main(["deploy", "staging"])
    assert commands.run == []
