"""What the local system reads of the descriptions of services: the same as botocore, but for the documentation."""

import gzip
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.loaders import JSONFileLoader
from botocore.session import Session

from local import service_models


def _without_documentation(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: "" if name == "documentation" and isinstance(inner, str) else _without_documentation(inner)
            for name, inner in value.items()
        }
    return [_without_documentation(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("service", ["sqs/2012-11-05", "events/2015-10-07"])
def test_a_description_is_botocores_without_documentation(service: str) -> None:
    path = str(Path(botocore.__file__).parent / "data" / service / "service-2.json.gz")
    botocores = JSONFileLoader()._load_file(path, gzip.open)
    assert service_models._load_file(JSONFileLoader(), path, gzip.open) == _without_documentation(botocores)


def test_there_is_no_description_in_a_file_that_is_missing(tmp_path: Path) -> None:
    assert service_models._load_file(JSONFileLoader(), str(tmp_path / "none.json"), gzip.open) is None


def test_regions_are_botocores_and_the_list_of_all_endpoints_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    services = ("lambda", "sqs", "apigatewayv2")
    expected = {service: Session().get_available_regions(service) for service in services}
    load_file = JSONFileLoader.load_file
    read: list[str] = []

    def noted(loader: JSONFileLoader, path: str) -> Any:
        read.append(Path(path).name)
        return load_file(loader, path)

    monkeypatch.setattr(JSONFileLoader, "load_file", noted)
    service_models._session.cache_clear()
    service_models._known_regions.cache_clear()
    assert {service: service_models._regions(Session(), service) for service in services} == expected
    assert read.count("endpoints") == 1
