"""The shapes of a station's configuration in the operator API."""

import datetime as dt

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.domain.configuration import Variable


class ConfigurationKey(View):
    """A key of a station's configuration: what the station has, as it said last, and what it should have."""

    key: str
    """As the station spells it; upper and lower case are the same."""
    value: str | None
    """Null: not known, or a secret."""
    readonly: bool | None
    """Whether the station lets nobody change it; null: it has not said."""
    known: bool | None
    """Whether the station has such a key; null: it has not been asked."""
    secret: bool
    """Whether the value is a secret, which is not kept."""
    reboot_required: bool
    """Whether the value counts from the station's next boot on."""
    read_at: dt.datetime | None
    """When the station said so, or accepted the value."""
    wished: str | None
    """The value that it should have: the last that was wished, or accepted by the station; null: any."""
    wished_at: dt.datetime | None
    differs: bool
    """Whether the station is known not to have the value that it should have."""


class ConfigurationKeyList(View):
    """A page of a station's configuration, in order of the keys."""

    items: list[ConfigurationKey]
    next_cursor: NextCursor


def configuration_key_view(variable: Variable, booted_at: dt.datetime | None) -> ConfigurationKey:
    """A key, given when the station booted last."""
    return ConfigurationKey(
        key=variable.key,
        value=variable.value,
        readonly=variable.readonly,
        known=variable.is_known,
        secret=variable.is_secret,
        reboot_required=variable.needs_reboot(booted_at),
        read_at=variable.read_at,
        wished=variable.wished,
        wished_at=variable.wished_at if variable.wished is not None else None,
        differs=variable.differs,
    )
