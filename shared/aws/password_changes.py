"""A station's password on its way to the station, whichever call brings it (rule T-82, shared/domain/passwords.py).

The call keeps the id of the password in its notes, as `password_id`.
"""

import datetime as dt
import secrets

from shared.domain import passwords
from shared.domain.calls import Call, CallError
from shared.domain.credentials import hash_password
from shared.domain.passwords import Passwords, PendingPassword
from shared.store import stations

UNSUPPORTED = ("NotImplemented", "NotSupported")
"""Error codes that leave no doubt that nothing was changed."""


def propose(station_id: str, password: str) -> str:
    """Keep a password that is about to be sent, and return its id. Raises Conflict if too many are pending."""
    new = PendingPassword(secrets.token_hex(4), hash_password(password), dt.datetime.now(dt.UTC))
    stations.change_passwords(station_id, lambda known: passwords.propose(known, new))
    return new.password_id


def settle(call: Call, password_id: str, status: str | None) -> None:
    """The station has answered: `Accepted`, `RebootRequired` (it will use it later), or no. None: it said nothing of
    the password, so nobody knows."""
    now = dt.datetime.now(dt.UTC)

    def change(known: Passwords) -> Passwords:
        if status == "Accepted":
            return passwords.accept(known, password_id, now, in_time=call.is_open)
        if status == "RebootRequired":
            return passwords.await_boot(known, password_id)
        return passwords.give_up(known, password_id, now) if status is None else passwords.refuse(known, password_id)

    stations.change_passwords(call.station_id, change)


def give_up(call: Call, password_id: str, error: CallError) -> None:
    """A station that does not know the action has changed nothing; after another error nobody knows."""
    settle(call, password_id, "NotSupported" if error.code in UNSUPPORTED else None)
