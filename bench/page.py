"""docs/performance.md: what was measured, on which machine, and which targets are reached. README.md tells the most
of it, between two marks."""

from collections.abc import Iterable, Mapping, Sequence

from bench.report import Json

HEAD = """# Performance

Made by `make bench`; do not edit. [bench.md](bench.md) says how each figure is measured, and what it does not say.
"""

MARK = "<!-- measured -->\n"
TOLD_AT_FIRST = ("imports", "cost", "load", "faults")
"""The instruments whose targets README.md has."""


def with_measured(readme: str, latest: Json) -> str:
    """README.md with the targets of a run in the place of those before. Raises ValueError if it has not two marks."""
    before, _old, after = readme.split(MARK)
    targets = [target for name in TOLD_AT_FIRST for target in latest["results"].get(name, {"targets": []})["targets"]]
    return MARK.join([before, "\n".join([_machine(latest), _targets(targets), ""]), after])


def performance_page(latest: Json, sections: Mapping[str, str]) -> str:
    """The whole page; `sections` are the instruments' own, by name."""
    targets = [target for results in latest["results"].values() for target in results["targets"]]
    missed = [target for target in targets if not target["reached"]]
    parts = [HEAD, _machine(latest), "## Targets\n", _targets(targets)]
    if missed:
        parts += ["### What is not reached, and why\n", "\n".join(map(_missed, missed)) + "\n"]
    return "\n".join([*parts, *sections.values()]).rstrip() + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown; columns after the first are aligned to the right."""
    lines = [
        "| " + " | ".join(headings) + " |",
        "|---|" + "---:|" * (len(headings) - 1),
        *("| " + " | ".join(map(str, row)) + " |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _machine(latest: Json) -> str:
    machine = latest["machine"]
    return (
        f"{machine['measured_at'][:10]}, {machine['cores']} cores of {machine['processor'] or machine['system']},"
        f" {machine['memory_gb']} GB, {machine['system']}, Python {machine['python']};"
        f" all of it took {latest['took_s'] / 60:.0f} min. Compare ratios, and figures of one run.\n"
    )


def _targets(targets: Sequence[Json]) -> str:
    rows = (
        (
            target["what"],
            _figure(target["measured"], target["unit"]),
            ("≤ " if target["kind"] == "at most" else "≥ ") + _figure(target["target"], target["unit"]),
            "yes" if target["reached"] else "**no**",
        )
        for target in targets
    )
    return table(("what", "measured", "target", "reached"), rows)


def _missed(target: Json) -> str:
    over = target["measured"] / target["target"] - 1 if target["target"] else float("inf")
    return f"* {target['what']}: {over:+.0%}. {target['why']}".rstrip()


def _figure(value: float, unit: str) -> str:
    return f"{value:.4g} {unit}".rstrip()
