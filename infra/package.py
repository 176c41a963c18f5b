"""What Lambda runs: our sources with the wheels they need, trimmed and compiled. Made without Docker."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_

from infra import trust_store

ROOT = Path(__file__).parent.parent
TASK_ROOT = "/var/task"
"""Where Lambda unpacks it."""
REQUIREMENTS = ROOT / "functions" / "requirements.txt"
CRYPTOGRAPHY = ROOT / "functions" / "requirements-cryptography.txt"

PREFERRED = ("python3.13", "python3.14", "python3.12")
RUNTIMES = range(11, 15)
"""The minor versions of Python 3 that are both ours (3.11 and later) and a Lambda runtime CDK knows."""

PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "requirements*.txt", "generate.py")
UNUSED = ("*.dist-info", "bin", "**/__pycache__", "**/*.pyi", "**/py.typed", "**/tests")


class Package:
    """The deployment package that functions share, and a second one for those that read certificates.

    One package is one upload, and how fast a function starts depends on what it imports, not on what lies beside it.
    Certificates need `cryptography`, which doubles the package. A layer would do too, for one resource more.
    """

    def __init__(self) -> None:
        self.runtime: lambda_.Runtime = getattr(lambda_.Runtime, f"PYTHON_3_{compiler()[1]}")
        self.code = _code(REQUIREMENTS)
        self.code_with_cryptography = _code(REQUIREMENTS, CRYPTOGRAPHY)


@cache
def compiler() -> tuple[str, int]:
    """The Python that compiles the package, and its minor version, which the runtime must share.

    Byte code is read by one minor version only; another would compile every module anew at each cold start.
    """
    for command in PREFERRED:
        found = shutil.which(command)
        # Version managers put commands on the path that fail as long as their version is not chosen.
        if found and _works(found):
            return found, int(command.removeprefix("python3."))
    if sys.version_info.minor not in RUNTIMES:
        raise RuntimeError(f"no Lambda runtime for Python 3.{sys.version_info.minor}; install Python 3.13 beside it")
    return sys.executable, sys.version_info.minor


def _works(python: str) -> bool:
    tried = subprocess.run([python, "-c", ""], capture_output=True, check=False)  # noqa: S603  # found on the path
    return tried.returncode == 0


def build(directory: Path, *requirements: Path) -> None:
    """Fill a directory with what Lambda unpacks. The same sources and requirements give the same bytes."""
    for sources in ("functions", "shared"):
        shutil.copytree(ROOT / sources, directory / sources, ignore=LEFT_OUT)
    (directory / trust_store.FILE).write_text(trust_store.amazon_roots(), "ascii")
    _install(directory, requirements)
    for unused in _unused(directory):
        shutil.rmtree(unused) if unused.is_dir() else unused.unlink()
    _compile(directory)


def _install(directory: Path, requirements: tuple[Path, ...]) -> None:
    """The wheels for Lambda's processor and Python, exactly those listed: pip resolves nothing here."""
    wheels = ["--platform", "manylinux2014_aarch64", "--only-binary", ":all:", "--implementation", "cp"]
    version = ["--python-version", f"3.{compiler()[1]}"]
    lists = [part for requirement in requirements for part in ("-r", str(requirement))]
    _run([sys.executable, *PIP, *wheels, *version, "--target", str(directory), *lists])


def _unused(directory: Path) -> Iterator[Path]:
    return (path for pattern in UNUSED for path in sorted(directory.glob(pattern)) if path.exists())


def _compile(directory: Path) -> None:
    """Byte code that Lambda takes unchecked: uploading resets file times, so the usual check against them fails."""
    options = ["-q", "-j", "1", "--invalidation-mode", "unchecked-hash"]
    where = ["-s", str(directory), "-p", TASK_ROOT]
    _run([compiler()[0], "-m", "compileall", *options, *where, str(directory)])


def _run(command: list[str]) -> None:
    # Standard output belongs to whoever synthesises; what goes wrong is on standard error.
    subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603  # only commands from above


def _code(*requirements: Path) -> lambda_.Code:
    return lambda_.Code.from_asset(
        str(ROOT),
        asset_hash_type=AssetHashType.OUTPUT,
        bundling=BundlingOptions(
            image=DockerImage.from_registry("unused"),
            # CDK tells bundles apart by these options and does not look into `local`.
            command=[requirement.name for requirement in requirements],
            local=_Bundling(requirements),
        ),
    )


@jsii.implements(ILocalBundling)
class _Bundling:
    """Lets CDK call `build` where it would otherwise start a container."""

    def __init__(self, requirements: tuple[Path, ...]) -> None:
        self._requirements = requirements

    def try_bundle(self, output_dir: str, _options: Any = None, **_more: Any) -> bool:
        build(Path(output_dir), *self._requirements)
        return True
