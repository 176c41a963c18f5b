"""`python -m bench`, as `make bench` runs it: every instrument, one after the other, and what they found.

Writes bench/results/latest.json and, made of that, docs/performance.md with its plots and the table in README.md. With
`--page` nothing is measured: they are made anew of the results that there are.
"""

import argparse
import importlib
import json
import subprocess
import sys
import time

from bench import report
from bench.page import performance_page, with_measured
from bench.report import ROOT, Json

INSTRUMENTS = ("imports", "invocations", "units", "cost", "load", "simulate", "faults", "lists", "console")
"""In the order of the page. Each is `python -m bench.{name}`; `page(results, plots)` of bench/{name}_page.py writes its
section."""
LATEST = ROOT / "bench" / "results" / "latest.json"
PAGE = ROOT / "docs" / "performance.md"
PLOTS = ROOT / "docs" / "plots"
README = ROOT / "README.md"


def main(arguments: list[str] | None = None) -> int:
    """0 if every instrument ran; a target that is missed is no failure of the measurement, the page says it."""
    options = _options(arguments)
    failed = list[str]()
    if not options.page:
        failed = [name for name in options.only or INSTRUMENTS if not _measured(name)]
        results = {name: _result(name) for name in INSTRUMENTS if (report.RESULTS / f"{name}.json").exists()}
        took_s = sum(result["ran_s"] for result in results.values())
        LATEST.parent.mkdir(parents=True, exist_ok=True)
        whole = {"machine": report.machine(), "took_s": took_s, "results": results}
        LATEST.write_text(json.dumps(whole, indent=2) + "\n", "utf-8")
    latest = json.loads(LATEST.read_text("utf-8"))
    sections = {
        name: importlib.import_module(f"bench.{name}_page").page(results, PLOTS)
        for name, results in latest["results"].items()
    }
    PAGE.write_text(performance_page(latest, sections), "utf-8")
    README.write_text(with_measured(README.read_text("utf-8"), latest), "utf-8")
    print(f"{PAGE.relative_to(ROOT)} is made of {LATEST.relative_to(ROOT)}")
    for name in failed:
        print(f"bench.{name} could not measure", file=sys.stderr)
    return 1 if failed else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("only", nargs="*", help=f"instruments to run anew: {', '.join(INSTRUMENTS)}; all by default")
    parser.add_argument("--page", action="store_true", help="measure nothing, only make the page")
    options = parser.parse_args(arguments)
    if unknown := set(options.only) - set(INSTRUMENTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(INSTRUMENTS)}")
    return options


def _measured(name: str) -> bool:
    """Run an instrument; whether it has written its results, be its targets reached or not."""
    file = report.RESULTS / f"{name}.json"
    file.unlink(missing_ok=True)
    print(f"bench.{name}", flush=True)
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=ROOT, check=False)
    if not file.exists():
        return False
    file.write_text(json.dumps(_result(name) | {"ran_s": round(time.monotonic() - began)}, indent=2) + "\n", "utf-8")
    return True


def _result(name: str) -> Json:
    result: Json = json.loads((report.RESULTS / f"{name}.json").read_text("utf-8"))
    return result


if __name__ == "__main__":
    sys.exit(main())
