"""`python -m infra.deploy {synth,deploy,destroy} [stage] [-c setting=value]`: a stage in the account you have keys for.

The CDK command line comes from npm, run by the Node that pip installed.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from infra.application import NOT_BUNDLED, application
from infra.console import ConsoleNotBuiltError
from infra.node import BIN, NODE, NPX
from infra.package import ROOT
from infra.settings import STAGES

CDK = "aws-cdk@2.1148.1"
"""The newest command line that reads assemblies of the library in requirements.txt; aws-cdk@3 does not."""


def main(arguments: list[str]) -> int:
    """Runs what the arguments ask for; returns the exit status of the CDK command line."""
    asked = _parser().parse_args(arguments)
    context = dict(pair.partition("=")[::2] for pair in asked.context)
    directory = ROOT / "cdk.out" / asked.stage
    unbundled = NOT_BUNDLED if asked.what == "destroy" else {}
    try:
        application(outdir=str(directory), context={"stage": asked.stage, **context, **unbundled}).synth()
    except ConsoleNotBuiltError as error:
        print(error, file=sys.stderr)
        return 1
    if asked.what == "synth":
        for template in sorted(directory.glob("*.template.json")):
            print(template)
        return 0
    if asked.what == "destroy":
        return _cdk(directory, "destroy", "--all", "--force")
    return _deploy(directory)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=["synth", "deploy", "destroy"])
    parser.add_argument("stage", nargs="?", default="dev", choices=STAGES)
    parser.add_argument("-c", dest="context", action="append", default=[], metavar="setting=value")
    return parser


def _deploy(directory: Path) -> int:
    """Bootstraps the account, which does nothing if it is, deploys, and prints what the stack puts out."""
    outputs = directory / "outputs.json"
    status = _cdk(directory, "bootstrap") or _cdk(
        directory, "deploy", "--all", "--require-approval", "never", "--outputs-file", str(outputs)
    )
    if status == 0:
        for name, values in json.loads(outputs.read_text("utf-8")).items():
            print(f"\n{name}")
            for output, value in sorted(values.items(), key=lambda pair: (pair[0] == "CostNote", pair)):
                print(f"  {output:<18} {value}")
    return status


def _cdk(directory: Path, *arguments: str) -> int:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [str(NODE), str(NPX), "--yes", CDK, "--app", str(directory), *arguments]
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603  # our own


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
