"""What an operator says of a firmware campaign, checked and understood."""

import datetime as dt
import itertools
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from shared.aws import views_jobs
from shared.aws.parameters import FirmwareVersion, StationIdText
from shared.aws.signing import Signature, SigningCertificate
from shared.aws.views_firmware_campaigns import CampaignLimits, MaintenanceWindow, UpdateTerms, Wave
from shared.domain import firmware_campaigns as domain
from shared.domain import firmware_updates, maintenance_windows
from shared.domain.errors import Conflict, Invalid
from shared.domain.file_transfers import check_location
from shared.domain.firmware_campaigns import Campaign
from shared.domain.jobs import MOST_STATIONS, Selection
from shared.store import firmware


class CampaignOrder(UpdateTerms):
    """Stations whose firmware is to be updated: with what, and how."""

    stations: Annotated[list[StationIdText], Field(min_length=1, max_length=MOST_STATIONS)] | None = None
    """The stations by their ids, in the order in which they get their turn."""
    selection: views_jobs.Selection | None = None
    """The stations by what is known of them, of which something must be said."""
    firmware_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """Firmware of ours; or else a `location`."""
    location: Annotated[str, Field(min_length=1)] | None = None
    """Where stations download the firmware."""
    version: FirmwareVersion | None = None
    """What the stations are to report once they are updated. Without it the firmware's own."""
    signature: Signature | None = None
    """With a `location`: the firmware's signature, in base64."""
    signing_certificate: SigningCertificate | None = None
    """With a `signature`: the manufacturer's certificate, in PEM."""
    waves: Annotated[list[Wave], Field(min_length=1, max_length=domain.MOST_WAVES)] = Field(
        default_factory=lambda: [domain.EVERYTHING]
    )
    """Each so many further stations, or up to a share of all: `[5, "25%", "100%"]`. What they leave is one more."""
    pause_between_waves_s: Annotated[int, Field(ge=0, le=90 * 86_400)] = 0
    """How long the stations of a wave are left alone, to show that all is well, before the next begins."""
    concurrency: Annotated[int, Field(ge=1, le=domain.MOST_CONCURRENCY)] = domain.DEFAULT_CONCURRENCY
    """How many stations are updated at once, at most."""
    window: MaintenanceWindow | None = None
    halt_after: CampaignLimits | None = None
    """When it halts itself: a whole number of failures that may not be passed, a fraction of the stations of the waves
    that have begun, or both; without it a share of 0.2, with `{}` never."""
    terms: UpdateTerms | None = None
    """The terms may stand here as well as beside it."""


def campaign(order: CampaignOrder, now: dt.datetime, requested_by: str) -> Campaign:
    """The campaign that is ordered; its id is still to be given. Raises Invalid and Conflict."""
    stations = named(order)
    begun = Campaign(
        campaign_id="",
        version="",
        created_at=now,
        terms=_terms(order),
        selection=_selection(order),
        chosen=len(stations),
        total=len(stations) or None,
        waves=tuple(order.waves),
        pause_between_waves_s=order.pause_between_waves_s,
        concurrency=order.concurrency,
        window=_window(order.window) if order.window else None,
        halt_after=domain.DEFAULT_LIMITS if order.halt_after is None else limits(order.halt_after),
        requested_by=requested_by,
        history=(firmware_updates.Entry(now, "created", f"by {requested_by}"),),
    )
    _check_waves(order)
    return _with_firmware(begun, order)


def named(order: CampaignOrder) -> list[str]:
    """The stations that are named, each once."""
    return list(dict.fromkeys(order.stations or ()))


def limits(said: CampaignLimits) -> domain.Limits:
    """Limits as they are meant: a whole number is one of failures, a fraction a share."""
    if isinstance(said, int):
        return domain.Limits(failures=said)
    if isinstance(said, float):
        return domain.Limits(share=Decimal(str(said)))
    return domain.Limits(said.failures, None if said.share is None else Decimal(str(said.share)))


def _with_firmware(begun: Campaign, order: CampaignOrder) -> Campaign:
    if (order.firmware_id is None) == (order.location is None):
        raise Invalid("Either firmware_id or location says what the stations get", path="firmware_id")
    if order.firmware_id is not None:
        if order.signature or order.signing_certificate:
            raise Invalid("The firmware has its own signature", path="signature")
        found = firmware.find(order.firmware_id)
        if found is None:
            raise Invalid(f"There is no firmware {order.firmware_id}", path="firmware_id")
        if found.state != "ready":
            raise Conflict(f"The firmware is not ready: it is {found.state}")
        _check_signing(begun, bool(found.signature and found.signing_certificate))
        return begun._replace(firmware_id=order.firmware_id, version=order.version or found.version)
    check_location(order.location or "", None, "location")
    if (order.signature is None) != (order.signing_certificate is None):
        raise Invalid("A signature and the certificate that signed it go together", path="signature")
    _check_signing(begun, order.signature is not None)
    if order.version is None:
        raise Invalid("It must be said which version the stations are to report", path="version")
    return begun._replace(
        location=order.location,
        version=order.version,
        signature=order.signature,
        signing_certificate=order.signing_certificate,
    )


def _check_signing(begun: Campaign, is_signed: bool) -> None:
    if begun.terms.signing == "required" and not is_signed:
        raise Invalid("There is no signature that stations could check", path="signing")


def _check_waves(order: CampaignOrder) -> None:
    if any(isinstance(wave, str) and float(wave.removesuffix("%")) == 0 for wave in order.waves):
        raise Invalid("A wave has at least one station", path="waves")
    shares = [float(wave.removesuffix("%")) for wave in order.waves if isinstance(wave, str)]
    if any(share <= before for before, share in itertools.pairwise(shares)):
        raise Invalid("A share is one of all stations, so each is larger than the one before", path="waves")


def _selection(order: CampaignOrder) -> Selection | None:
    if (order.stations is None) == (order.selection is None):
        raise Invalid("Either stations or selection says which stations are updated", path="stations")
    if order.selection is None:
        return None
    selection = Selection(**order.selection.model_dump())
    if selection == Selection():
        raise Invalid("Nothing is said of the stations to be updated", path="selection")
    return selection


def _terms(order: CampaignOrder) -> firmware_updates.Terms:
    """The terms, wherever they stand."""
    beside = {name: getattr(order, name) for name in UpdateTerms.model_fields if name in order.model_fields_set}
    within = order.terms.model_dump(exclude_unset=True) if order.terms else {}
    for name in beside.keys() & within.keys():
        if beside[name] != within[name]:
            raise Invalid("It is said twice, and not the same", path=name)
    return firmware_updates.Terms(**{**within, **beside})


def _window(window: MaintenanceWindow) -> maintenance_windows.Window:
    try:
        ZoneInfo(window.time_zone)
    except (KeyError, ValueError, OSError):
        raise Invalid("There is no such time zone", path="window.time_zone") from None
    days = [day for day in maintenance_windows.DAYS if window.days is None or day in window.days]
    opens, closes = dt.time.fromisoformat(window.opens), dt.time.fromisoformat(window.closes)
    return maintenance_windows.Window(opens, closes, window.time_zone, tuple(days))
