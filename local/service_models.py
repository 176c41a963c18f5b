"""The descriptions of AWS's services that boto3 and moto read: of each as much as a machine needs.

moto reads the one of EC2 three times when it is imported, and that of each service it starts three times again, to
learn in which regions there is one. Both keep what they read of every service that is used, with its documentation and
in ordered dictionaries. What is left out here is a tenth of this process's memory when it starts.
"""

import json
import os
from collections.abc import Callable
from functools import cache
from typing import Any

from botocore.loaders import JSONFileLoader
from botocore.session import Session

from local.patching import MovedError

Json = dict[str, Any]
_botocores_regions = Session.get_available_regions


def keep_little() -> None:
    """From now on for as long as this process lives: what is read is no different, only smaller.

    To be called before moto is imported.
    """
    if not hasattr(JSONFileLoader, "_load_file"):
        raise MovedError("botocore reads its models in another way than requirements.txt says")
    JSONFileLoader._load_file = _load_file
    Session.get_available_regions = _regions


def _load_file(_loader: JSONFileLoader, path: str, opened: Callable[..., Any]) -> Json | None:
    if not os.path.isfile(path):
        return None
    with opened(path, "rb") as file:
        read: Json = json.loads(file.read(), object_pairs_hook=_undocumented)
    return read


def _undocumented(members: list[tuple[str, Any]]) -> Json:
    """The member must be there: botocore hands it on."""
    return {name: "" if name == "documentation" and isinstance(value, str) else value for name, value in members}


def _regions(
    _session: Session, service_name: str, partition_name: str = "aws", allow_non_regional: bool = False
) -> list[str]:
    return list(_known_regions(service_name, partition_name, allow_non_regional))


@cache
def _known_regions(service_name: str, partition_name: str, allow_non_regional: bool) -> tuple[str, ...]:
    """The same for every session, since none of ours has data of its own."""
    return tuple(_botocores_regions(_session(), service_name, partition_name, allow_non_regional))


@cache
def _session() -> Session:
    """One for all services: each reads the list of all endpoints anew, which takes most of a second."""
    return Session()
