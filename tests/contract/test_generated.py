"""The generated modules are the ones that the schemas make, and `--check` says so."""

from pathlib import Path

import pytest

from shared.ocpp.generate import Module, contents, main, plain


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("ocpp")
    main([], home)
    return home


def test_checked_in_models_are_up_to_date() -> None:
    assert main(["--check"]) == 0


def test_check_names_what_is_missing_changed_and_stale(generated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = contents(generated)
    (generated / "v16/reset.py").unlink()
    (generated / "v201/reset.py").write_text("changed")
    (generated / "v21/teapot.py").write_text("stale")

    assert main(["--check"], generated) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(";")[0] for line in lines] == [
        "v16/reset.py is missing",
        "v201/reset.py is not what the schemas say",
        "v21/teapot.py belongs to no schema",
    ]

    assert main([], generated) == 0
    assert contents(generated) == wanted


def test_keyword_nobody_has_thought_about_is_an_error() -> None:
    with pytest.raises(ValueError, match="pattern"):
        plain({"type": "object", "properties": {"a": {"type": "string", "pattern": "x"}}})


@pytest.mark.parametrize(
    ("schema", "complaint"),
    [
        ({"type": "object", "properties": {}}, "open"),
        ({"type": "object", "additionalProperties": False, "properties": {"a": {"type": "null"}}}, "unknown type"),
    ],
)
def test_schema_that_no_model_can_stand_for_is_an_error(schema: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Module().source("Teapot", {"TeapotRequest": schema})


def test_two_types_of_one_name_are_an_error() -> None:
    def message(value: str) -> dict[str, object]:
        status = {"$ref": "#/definitions/Status"}
        definitions = {"Status": {"type": "string", "enum": [value]}}
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {"a": status},
            "definitions": definitions,
        }

    with pytest.raises(ValueError, match="Status"):
        Module().source("Teapot", {"TeapotRequest": message("on"), "TeapotResponse": message("off")})
