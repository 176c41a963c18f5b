"""Ctrl-C ends a command whatever the program is about."""

import subprocess
import sys
import textwrap

LOST = """
    import os, signal
    from local.cli import interrupts

    class Closing:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000):
                pass

    interrupts.heed()
    Closing()
    print("goes on")
    try:
        interrupts.sleep(60)
    except KeyboardInterrupt:
        print("ends")
"""


def test_what_a_finalizer_swallowed_ends_the_next_wait() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(LOST)], capture_output=True, text=True, timeout=50, check=True
    )
    assert ran.stdout.split("\n")[:2] == ["goes on", "ends"]
    assert "Exception ignored in" in ran.stderr
