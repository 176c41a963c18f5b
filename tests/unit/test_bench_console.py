"""What the benchmark of the console makes of Lighthouse's report, and of that a section."""

from pathlib import Path

from bench import console_page
from bench.console import figures

REPORT = {
    "categories": {
        "accessibility": {"score": 0.96, "auditRefs": [{"id": "color-contrast"}, {"id": "video-caption"}]},
        "best-practices": {"score": 1, "auditRefs": [{"id": "doctype"}]},
        "performance": {"score": 0.876, "auditRefs": [{"id": "speed-index"}]},
    },
    "audits": {
        "color-contrast": {"id": "color-contrast", "title": "Colours are hard to tell apart", "score": 0},
        "video-caption": {"id": "video-caption", "title": "There is no video", "score": None},
        "doctype": {"id": "doctype", "title": "The page has a doctype", "score": 1},
        "speed-index": {"id": "speed-index", "title": "It is slow", "score": 0.5},
        "first-contentful-paint": {"id": "first-contentful-paint", "title": "", "score": 1, "numericValue": 412.7},
        "network-requests": {
            "details": {
                "items": [
                    {"url": "http://127.0.0.1:9000/", "protocol": "http/1.1", "transferSize": 900},
                    {"url": "http://127.0.0.1:9000/assets/index-1a.js", "protocol": "http/1.1", "transferSize": 4000},
                    {"url": "http://127.0.0.1:9000/api/v1/overview", "protocol": "http/1.1", "transferSize": 70000},
                    {"url": "ws://127.0.0.1:9000/live", "protocol": "ws"},
                ]
            }
        },
    },
}


def test_the_consoles_own_files_are_counted_apart_from_the_apis_answers() -> None:
    found = figures(REPORT)
    assert (found["files"], found["files_bytes"], found["api_requests"]) == (2, 4900, 1)
    assert (found["accessibility"], found["best_practices"], found["performance"]) == (96, 100, 88)
    assert found["first_paint_ms"] == 413
    assert found["findings"] == ["color-contrast: Colours are hard to tell apart"]


def test_the_section_has_a_line_for_each_page_and_for_each_finding(tmp_path: Path) -> None:
    pages = [{"page": "Overview", **figures(REPORT)}]
    live = [{"page": "Stations", "changes": 24, "median_ms": 60.1, "p95_ms": 88.0}]
    section = console_page.page({"lighthouse": "13.5.0", "stations": 8, "pages": pages, "live": live}, tmp_path)
    assert "| Overview | 96 | 100 | 88 | 413 | 2 | 5 | 1 |" in section
    assert "* Overview: color-contrast: Colours are hard to tell apart\n" in section
    assert section.endswith("| Stations | 24 | 60.1 | 88.0 |\n")
