"""`python -m infra.check`: what the infrastructure must pass before it is deployed.

Every stage is synthesised and held against cdk-nag's AWS solutions and cfn-lint, and its state machines against
statelint. The package that CDK made for one of them is made again: it must come out the same to the byte, and hold byte
code that Lambda takes without looking at the times of the sources.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks
from statelint.config import Config
from statelint.linter import Linter
from statelint.problem import ProblemType

from infra.application import NOT_BUNDLED, application
from infra.console import FILES, INDEX
from infra.package import CRYPTOGRAPHY, REQUIREMENTS, ROOT, build, compiler
from infra.settings import STAGES

PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
UNCHECKED_HASH = b"\x01\x00\x00\x00"
"""The second word of a .pyc file that holds a hash of its source and asks nobody to check it (PEP 552)."""


def main() -> int:
    """Says what is wrong; returns how much."""
    # cfn-lint takes longer than all else; CDK can synthesise one stage at a time.
    with TemporaryDirectory() as name, ThreadPoolExecutor() as beside:
        packed, *others = STAGES
        directory = Path(name)
        # Of the console only its deployment is looked at, which needs no built one.
        console = stand_in(directory / "console")
        problems = list(of_nag(packed, directory / packed, context={FILES: str(console)}))
        linted = [beside.submit(of_lint, packed, directory / packed)]
        for stage in others:
            problems += of_nag(stage, directory / stage)
            linted.append(beside.submit(of_lint, stage, directory / stage))
        problems += of_package(directory / packed, directory / "again")
        problems += [problem for stage in STAGES for problem in of_machines(stage, directory / stage)]
        problems += [problem for one in linted for problem in one.result()]
    for problem in problems:
        print(problem)
    if not problems:
        print(f"infrastructure: {', '.join(STAGES)} pass; the package is reproducible, for Python 3.{compiler()[1]}")
    return len(problems)


def of_lint(stage: str, directory: Path) -> list[str]:
    """What cfn-lint has against the templates of a stage."""
    command = [str(Path(sys.executable).with_name("cfn-lint")), *map(str, directory.glob("*.template.json"))]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own
    return [f"{stage}: cfn-lint\n{linted.stdout}{linted.stderr}"] if linted.returncode else []


def of_machines(stage: str, directory: Path) -> Iterator[str]:
    """What is wrong with the state machines of a stage."""
    for path in directory.glob("*.template.json"):
        for name, definition, values in machines(json.loads(path.read_text("utf-8"))):
            yield from (f"{stage}: {name}: {problem}" for problem in of_machine(definition, values))


def machines(template: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """The state machines of a template: the name, the definition, and what its placeholders stand for."""
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            properties = resource["Properties"]
            yield name, properties["DefinitionString"], properties.get("DefinitionSubstitutions", {})


def of_machine(definition: str, values: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a definition in Amazon States Language once its placeholders are filled in."""
    named = set(PLACEHOLDER.findall(definition))
    yield from (f"${{{name}}} stands for nothing" for name in sorted(named - values.keys()))
    yield from (f"{name} stands nowhere" for name in sorted(values.keys() - named))
    filled = PLACEHOLDER.sub(r"arn:aws:lambda:eu-central-1:123456789012:function:\1", definition)
    # It wants 2.0 where everybody else takes 2.
    yield from Linter.validate(filled, Config({ProblemType.FLOAT}))


def of_nag(stage: str, directory: Path, *, context: Mapping[str, Any] = NOT_BUNDLED) -> Iterator[str]:
    """What cdk-nag finds and nobody acknowledged, warnings included; synthesises the stage into the directory."""
    app = application(outdir=str(directory), context={**context, "stage": stage})
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    report = directory / "validation-report.json"
    try:
        app.synth()
    except RuntimeError:
        if not report.exists():  # then it is not findings that stopped it
            raise
    for plugin in json.loads(report.read_text("utf-8"))["pluginReports"]:
        for violation in plugin["violations"]:
            for construct in violation["violatingConstructs"]:
                yield f"{violation['ruleName']} at {construct['constructPath']}: {violation['description']}"


def of_package(assembly: Path, second: Path) -> Iterator[str]:
    """What keeps the larger package of an assembly from coming out the same again, or from starting fast."""
    first = next(asset for asset in assembly.glob("asset.*") if (asset / "cryptography").exists())
    second.mkdir()
    build(second, REQUIREMENTS, CRYPTOGRAPHY)
    if digests(first) != digests(second):
        differing = sorted(name for name, _ in digests(first).items() ^ digests(second).items())
        yield f"the package differs between two builds: {', '.join(differing[:5])}"
    for source in sorted(first.rglob("*.py")):
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-3{compiler()[1]}.pyc"
        if not compiled.exists() or compiled.read_bytes()[4:8] != UNCHECKED_HASH:
            yield f"{source.relative_to(first)} has no byte code with an unchecked hash"


def stand_in(directory: Path) -> Path:
    """The least that can be deployed as the console."""
    (directory / "assets").mkdir(parents=True)
    (directory / INDEX).write_text("<!doctype html><title>Idlewatt</title>", "utf-8")
    (directory / "assets" / "main-1a2b.js").write_text("", "utf-8")
    return directory


def digests(directory: Path) -> dict[str, str]:
    """A hash of every file below a directory, by its path there."""
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


if __name__ == "__main__":
    sys.exit(main())
