"""Where the functions' log lines go on this machine."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT

PROGRAM = """
import sys
from pathlib import Path
from local import logs
terminal = logs.to_file(Path(sys.argv[1]))
from shared.aws.telemetry import logger
logger.info("from a function")
print("printed")
print("ready", file=terminal)
"""


def test_what_functions_log_and_print_goes_to_the_file_and_not_to_the_terminal(tmp_path: Path) -> None:
    """In a process of its own, since it takes standard output away."""
    file = tmp_path / "functions.log"
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(file)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (run.stdout, run.stderr) == ("ready\n", "")
    logged, printed = file.read_text().splitlines()
    assert "from a function" in logged
    assert printed == "printed"
