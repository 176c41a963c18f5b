"""What Lighthouse says of the console, how much a first visit loads, and how soon a change is seen:
`python -m bench.console` (docs/bench.md).

A local system in a process of its own has a few stations of either version that are charging. Lighthouse opens each
page in Debian's Chromium, with nothing in the browser's cache, at the size and the network of a desktop.

The results, `.local/bench/console.json`:

    {"lighthouse": "13.5.0",
     "pages": [{"page": "Overview", "accessibility": 100, "best_practices": 100, "performance": 99,
                "first_paint_ms": 410, "files_bytes": 61234, "files": 24, "api_requests": 9,
                "findings": ["color-contrast: …"]}],
     "live": [{"page": "Stations", "changes": 24, "median_ms": 60.1, "p95_ms": 88.0}]}

`files_bytes` is what the console's own files weigh on the wire, without what the API answers.
"""

import argparse
import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from bench import console_live, report
from bench.load_sessions import VERSIONS
from bench.report import Json, Target
from bench.stations import Crowd, LoadStation
from infra.node import BIN, NODE, NPM
from local.process import System, started

LIGHTHOUSE = Path(__file__).parent / "lighthouse"
"""package.json with its lock file; npm installs beside them what they pin."""
CATEGORIES = ("accessibility", "best-practices", "performance")
LEAST_SCORE = 95.0
FIRST_LOAD_BYTES = 200_000.0
SEEN_WITHIN_MS = 1_000.0
STATIONS = 8
TRIES = 2
"""A page is tried again if Chromium has come to nothing, as it does now and then where cores are short."""
WITHIN_S = 60.0


def main(arguments: list[str] | None = None) -> int:
    """Look at every page; 1 if one misses its targets."""
    options = _options(arguments)
    install()
    with started({"IDLEWATT_ONBOARDING": "open"}) as system:
        pages, live = asyncio.run(_measured(system, options.stations))
    targets = list(_targets(pages, live))
    results = {"lighthouse": _version(), "stations": options.stations, "pages": pages, "live": live}
    report.write(options.json, results, targets)
    Console().print(_table(pages))
    Console().print(live)
    return 0 if all(target.is_reached for target in targets) else 1


def install() -> None:
    """Install what the lock file pins, unless that is there already."""
    mark = LIGHTHOUSE / "node_modules" / ".installed"
    wanted = hashlib.sha256((LIGHTHOUSE / "package-lock.json").read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return
    command = (str(NODE), str(NPM), "ci", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts")
    subprocess.run(command, cwd=LIGHTHOUSE, env=_environment(), check=True)
    mark.write_text(wanted)


async def _measured(system: System, stations: int) -> tuple[list[Json], list[Json]]:
    """Of every page what Lighthouse says, and of some how soon a change is seen."""
    crowd = Crowd(stations, system.ws_url, "SITE", VERSIONS)
    await crowd.connect()
    await crowd.begin(crowd.stations)
    root = system.api_url.removesuffix("/api/v1")
    wanted = {
        "Overview": "/",
        "Stations": "/stations",
        "Station": f"/stations/{crowd.stations[0].station_id}",
        "Transactions": "/transactions",
        "Firmware": "/firmware",
    }
    pages = [await asyncio.to_thread(_page, name, root + path) for name, path in wanted.items()]
    idle = LoadStation("SITE-IDLE", system.ws_url)
    await idle.connect()
    await idle.boot()
    live = await console_live.measured(root, idle)
    idle.close()
    await crowd.leave()
    return pages, live


def _page(name: str, url: str) -> Json:
    """What Lighthouse says of a page. Raises RuntimeError if it says nothing."""
    for _ in range(TRIES):
        said = _lighthouse(url)
        if "runtimeError" not in said and all(said["categories"][one]["score"] is not None for one in CATEGORIES):
            return {"page": name, **figures(said)}
    raise RuntimeError(f"{url}: {said.get('runtimeError', 'no score')}")


def _lighthouse(url: str) -> Json:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "report.json"
        command = (
            *(str(NODE), str(LIGHTHOUSE / "node_modules" / "lighthouse" / "cli" / "index.js"), url),
            *("--quiet", "--preset=desktop", f"--only-categories={','.join(CATEGORIES)}"),
            *("--output=json", f"--output-path={file}"),
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage",
        )
        ran = subprocess.run(command, env=_environment(), check=False, timeout=WITHIN_S, capture_output=True)
        if not file.exists():
            return {"runtimeError": ran.stderr.decode(errors="replace")}
        said: Json = json.loads(file.read_text("utf-8"))
        return said


def figures(said: Json) -> Json:
    """A page's figures, by Lighthouse's report."""
    requests = said["audits"]["network-requests"]["details"]["items"]
    http = [one for one in requests if urlsplit(one["url"]).scheme in ("http", "https")]
    own = [one for one in http if not urlsplit(one["url"]).path.startswith("/api/")]
    audits = [said["audits"][one["id"]] for name in CATEGORIES[:2] for one in said["categories"][name]["auditRefs"]]
    return {
        **{name.replace("-", "_"): round(said["categories"][name]["score"] * 100) for name in CATEGORIES},
        "first_paint_ms": round(said["audits"]["first-contentful-paint"]["numericValue"]),
        "files_bytes": sum(one.get("transferSize", 0) for one in own),
        "files": len(own),
        "api_requests": len(http) - len(own),
        "findings": [f"{one['id']}: {one['title']}" for one in audits if one["score"] is not None and one["score"] < 1],
    }


def _environment() -> dict[str, str]:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("Lighthouse needs Debian's package chromium; `make browser` installs it")
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "CHROME_PATH": chromium}


def _version() -> str:
    package: Json = json.loads((LIGHTHOUSE / "package.json").read_text("utf-8"))
    return str(package["dependencies"]["lighthouse"])


def _targets(pages: list[Json], live: list[Json]) -> list[Target]:
    scores = [
        Target(
            f"Lighthouse, {one['page']}: {name.replace('-', ' ')}", one[name.replace("-", "_")], LEAST_SCORE, "at least"
        )
        for one in pages
        for name in CATEGORIES[:2]
    ]
    seen = [
        Target(
            f"console, {one['page']}: p95 from a StatusNotification to the screen",
            one["p95_ms"],
            SEEN_WITHIN_MS,
            unit="ms",
        )
        for one in live
    ]
    weight = Target("the console's first load", pages[0]["files_bytes"], FIRST_LOAD_BYTES, unit="bytes")
    return [*scores, weight, *seen]


def _table(pages: list[Json]) -> Table:
    names = ("page", *(name.replace("-", "_") for name in CATEGORIES), "first_paint_ms", "files_bytes", "findings")
    table = Table(*(name.replace("_", " ") for name in names))
    for one in pages:
        table.add_row(*("\n".join(one[name]) if name == "findings" else str(one[name]) for name in names))
    return table


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.console", description=__doc__)
    parser.add_argument("--stations", type=int, default=STATIONS, metavar="N")
    parser.add_argument("--json", type=Path, default=report.RESULTS / "console.json", metavar="FILE")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
