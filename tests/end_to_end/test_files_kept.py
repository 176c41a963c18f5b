"""Files survive a restart of the local system, as items do."""

from pathlib import Path

import requests

from local.system import LocalSystem
from tests.end_to_end.clients import WAIT_S, Api
from tests.end_to_end.test_firmware_files import IMAGE, bring, create, looked_at


def test_files_survive_a_restart_and_are_forgotten_once_deleted(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    contents = tmp_path / "state.json.files"
    with LocalSystem.of_project(state_file=state) as first:
        api = Api(first)
        made = create(api)
        assert bring(made["upload_url"], IMAGE).ok
        found = looked_at(api, made["firmware_id"])
    assert [file.read_bytes() for file in contents.iterdir()] == [IMAGE]
    with LocalSystem.of_project(state_file=state) as second:
        api = Api(second)
        again = api.get("firmware", made["firmware_id"])
        assert requests.get(again["download_url"], timeout=WAIT_S).content == IMAGE
        assert {**again, "download_url": ""} == {**found, "download_url": ""}
        assert api.ask("DELETE", "firmware", made["firmware_id"]).status_code == 204
    assert not list(contents.iterdir())
