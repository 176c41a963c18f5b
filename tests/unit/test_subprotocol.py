import pytest

from shared.ocpp.subprotocol import choose


@pytest.mark.parametrize(
    ("offered", "token", "version"),
    [
        ("ocpp1.6", "ocpp1.6", "1.6"),
        ("ocpp9.9, ocpp1.6", "ocpp1.6", "1.6"),
        (" ocpp2.0 ,OCPP1.6", "OCPP1.6", "1.6"),
        ("ocpp9.9", "", ""),
        ("ocpp2.0", "", ""),
        ("", "", "1.6"),
        (",,", "", "1.6"),
    ],
)
def test_the_first_known_name_is_echoed_as_offered(offered: str, token: str, version: str) -> None:
    assert choose(offered, assumed="1.6", pinned="") == (token, version)


def test_a_station_that_offers_nothing_is_refused_where_nothing_is_assumed() -> None:
    assert choose("", assumed="", pinned="") == ("", "")


def test_a_pinned_version_is_the_only_one() -> None:
    assert choose("ocpp1.6", assumed="1.6", pinned="1.6").version == "1.6"
    assert choose("ocpp1.6", assumed="1.6", pinned="2.0.1").version == ""
