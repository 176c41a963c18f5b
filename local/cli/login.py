"""Tokens for machines: the client credentials grant of OAuth 2.0 (RFC 6749, section 4.4), kept until they expire."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlencode

from local.cli.errors import CliError
from local.cli.profiles import Profile, cache_folder, write_privately
from local.cli.transport import Request, Response, Transport

SECRET = "IDLEWATT_CLIENT_SECRET"  # noqa: S105  # the name of the variable
MARGIN_S = 60
"""A token is not used in its last minute: it would expire on the way."""
USUAL_LIFE_S = 300
"""Of a token whose life nobody tells."""


class Login:
    """A profile's way to tokens. `prompt` asks the person at the terminal for the secret; None: nobody is there."""

    def __init__(
        self,
        profile: Profile,
        environment: Mapping[str, str],
        transport: Transport,
        prompt: Callable[[], str] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._profile = profile
        self._given = environment.get("IDLEWATT_TOKEN") or None
        self._secret = environment.get(SECRET) or None
        self._transport = transport
        self._prompt = prompt
        self._now = now
        self._file = cache_folder(environment) / f"token-{profile.name}.json"

    def token(self, is_new: bool = False) -> str | None:
        """A token; None: the system is asked without one. `is_new`: not the one of before, which was not taken."""
        if self._given or not self._profile.token_url:
            return self._given
        kept = None if is_new else self._kept()
        return kept or self.fetch()

    def fetch(self) -> str:
        """Get a token for the secret, and keep it."""
        profile = self._profile
        if not profile.token_url:
            raise CliError("There is no token to get: the profile has no token_url (`idlewatt configure`)")
        response = self._transport(self._request())
        token, life_s = _granted(response)
        kept = {**self._identity(), "access_token": token, "expires_at": self._now() + life_s}
        write_privately(self._file, json.dumps(kept))
        return token

    def forget(self) -> None:
        """Delete the token that is kept."""
        self._file.unlink(missing_ok=True)

    def expires_at(self) -> float | None:
        """When the token that is kept expires, in seconds since 1970; None: there is none."""
        kept = _read(self._file)
        expires_at = kept.get("expires_at")
        return float(expires_at) if self._is_good(kept) and isinstance(expires_at, int | float) else None

    def _kept(self) -> str | None:
        kept = _read(self._file)
        return str(kept["access_token"]) if self._is_good(kept) else None

    def _is_good(self, kept: Mapping[str, object]) -> bool:
        """Whether it is of this client and will not expire on the way."""
        expires_at = kept.get("expires_at")
        is_ours = all(kept.get(name) == value for name, value in self._identity().items())
        return is_ours and isinstance(expires_at, int | float) and expires_at > self._now() + MARGIN_S

    def _identity(self) -> dict[str, str]:
        return {name: getattr(self._profile, name) for name in ("token_url", "client_id", "scope")}

    def _request(self) -> Request:
        if self._secret is None:
            if self._prompt is None:
                raise CliError(f"There is no token: set {SECRET}, or `idlewatt login` once, which asks for the secret")
            self._secret = self._prompt()
        profile = self._profile
        form = {"grant_type": "client_credentials", **({"scope": profile.scope} if profile.scope else {})}
        credentials = base64.b64encode(f"{profile.client_id}:{self._secret}".encode()).decode()
        headers = {
            "Authorization": f"Basic {credentials}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        return Request("POST", profile.token_url, headers, urlencode(form).encode())


def _granted(response: Response) -> tuple[str, float]:
    """The token and how long it lives. Raises CliError with the reason of RFC 6749, section 5.2."""
    try:
        answer = json.loads(response.body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
        reason = answer.get("error_description") or answer.get("error") if isinstance(answer, dict) else None
        raise CliError(f"There is no token to be had: {reason or 'that was no token endpoint'} ({response.status})")
    life_s = answer.get("expires_in")
    return answer["access_token"], float(life_s) if isinstance(life_s, int | float) else USUAL_LIFE_S


def _read(file: Path) -> dict[str, object]:
    """What is kept; nothing, if that is not what we wrote."""
    try:
        kept = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
