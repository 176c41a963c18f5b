"""How a name of OCPP is written in Python. Beside the catalog, which functions that only want this need not load."""

import re

_WORD_BOUNDARY = re.compile(
    r"(?<=[a-z])(?=[A-Z])"  # id|Tag
    r"|(?<=[A-Z])(?=[A-Z](?!s$)[a-z])"  # EV|Charging, but EMAIDs
    r"|(?<=[a-z])(?=\d\d)"  # Get|15118, but language1
    r"|(?<=[a-z\d]\d)(?=[A-Z])"  # 15118|EV, level1|DC, but V2X
)


def snake(name: str) -> str:
    """The name of OCPP as Python writes it: `StartTransaction` -> `start_transaction`, `idTag` -> `id_tag`,
    `Get15118EVCertificate` -> `get_15118_ev_certificate`, `limit_L2` -> `limit_l2`."""
    return _WORD_BOUNDARY.sub("_", name).lower()
