"""`campaigns`: the firmware of many stations, updated in waves."""

from typing import Annotated, Any

import typer

from local.cli import formats
from local.cli.arguments import CALLS, All, Limit, WithDefault, add, add_group
from local.cli.errors import NO_ANSWER, REFUSED, UsageError
from local.cli.follow import Watcher
from local.cli.payloads import Json
from local.cli.session import Session, session_of
from local.cli.times import span_s

HEAD = ("campaign", "version", "state", "wave", "stations", "succeeded", "failed", "open", "created")
STATIONS_HEAD = ("station", "state", "wave", "version", "status", "attempt", "reason")
NUMBERS = frozenset({"wave", "stations", "succeeded", "failed", "open"})
OVER = ("succeeded", "failed", "cancelled", "halted")
POLL_S = 1.0

CampaignId = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The id of the campaign.")]
HaltAfter = Annotated[
    str | None,
    typer.Option(metavar="LIMIT", help="Halt when more than so many fail, or more than a share: 3, 0.1, 10%, never."),
]
Concurrency = Annotated[int | None, typer.Option(help="How many stations are updated at once, at most.")]
campaigns = typer.Typer(
    cls=WithDefault,
    no_args_is_help=True,
    help="Firmware campaigns: `campaigns CAMPAIGN` shows one.",
)


def register(app: typer.Typer) -> None:
    add_group(app, "campaigns", campaigns, CALLS)
    add(campaigns, "show", show_campaign)
    add(campaigns, "start", start_campaign)
    add(campaigns, "list", list_campaigns)
    add(campaigns, "watch", watch_campaign)
    add(campaigns, "pause", pause_campaign)
    add(campaigns, "resume", resume_campaign)
    add(campaigns, "cancel", cancel_campaign)


def start_campaign(
    context: typer.Context,
    *,
    firmware: Annotated[str | None, typer.Option(metavar="FIRMWARE", help="Firmware of ours, by its id.")] = None,
    location: Annotated[str | None, typer.Option(metavar="URL", help="Or where stations download it.")] = None,
    version: Annotated[
        str | None, typer.Option(metavar="VERSION", help="What stations report then; without it the firmware's own.")
    ] = None,
    station: Annotated[
        list[str] | None, typer.Option(metavar="STATION", help="This station; may be given many times.")
    ] = None,
    online: Annotated[
        bool | None, typer.Option("--online/--offline", help="Stations that are connected, or not.")
    ] = None,
    vendor: Annotated[str | None, typer.Option(metavar="VENDOR", help="Stations of this vendor.")] = None,
    model: Annotated[str | None, typer.Option(metavar="MODEL", help="Stations of this model.")] = None,
    from_version: Annotated[
        str | None, typer.Option(metavar="VERSION", help="Stations that run this firmware version.")
    ] = None,
    prefix: Annotated[str | None, typer.Option(metavar="TEXT", help="Stations whose ids begin so.")] = None,
    wave: Annotated[
        list[str] | None,
        typer.Option(metavar="WAVE", help="So many further stations, or up to a share: --wave 5 --wave 25%."),
    ] = None,
    pause: Annotated[str | None, typer.Option(metavar="SPAN", help="Between waves: 30m, 2h.")] = None,
    concurrency: Concurrency = None,
    window: Annotated[
        str | None, typer.Option(metavar="WINDOW", help="Only between these times: 22:00-05:00@Europe/Berlin.")
    ] = None,
    halt_after: HaltAfter = None,
    when_idle: Annotated[bool, typer.Option("--when-idle", help="Wait until no transaction runs.")] = False,
    attempts: Annotated[int | None, typer.Option(help="How many times a station is asked.")] = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Wait for its end and tell how far it is.")] = False,
) -> int:
    """Update stations: `campaigns start --firmware ID --vendor ACME --wave 5 --wave 25%`."""
    session = session_of(context)
    selection = {
        "online": online,
        "vendor": vendor,
        "model": model,
        "firmware_version": from_version,
        "station_id_prefix": prefix,
    }
    chosen = {name: value for name, value in selection.items() if value is not None}
    if bool(station) == bool(chosen):
        raise UsageError("Say which stations: name them with --station, or choose them by the other options")
    order = {
        "stations": station,
        "selection": chosen or None,
        "firmware_id": firmware,
        "location": location,
        "version": version,
        "waves": [int(one) if one.isdecimal() else one for one in wave] if wave else None,
        "pause_between_waves_s": span_s(pause) if pause is not None else None,
        "concurrency": concurrency,
        "window": _window(window) if window is not None else None,
        "halt_after": _limits(halt_after),
        "when_idle": when_idle or None,
        "attempts": attempts,
    }
    given = {name: value for name, value in order.items() if value not in (None, [])}
    started = session.client.ask("POST", "firmware-campaigns", body=given)
    return _watch(session, started) if watch else _show(session, started)


def list_campaigns(context: typer.Context, limit: Limit = None, is_all: All = False) -> None:
    """List the campaigns, newest first."""
    session = session_of(context)

    def show(found: list[Json]) -> None:
        session.output.table(HEAD, map(_row, found), right=NUMBERS)

    session.listing(show, "firmware-campaigns", limit=session.limit(limit, is_all))


def show_campaign(
    context: typer.Context,
    campaign_id: CampaignId,
    *,
    stations: Annotated[bool, typer.Option("--stations", help="Its stations instead.")] = False,
    state: Annotated[
        str | None, typer.Option(metavar="STATE", help="With --stations: only those in this state.")
    ] = None,
) -> int:
    """Show a campaign and how far it is. `show` may be left out."""
    session = session_of(context)
    if state is not None and not stations:
        raise UsageError("--state goes with --stations")
    if not stations:
        return _show(session, session.client.get("firmware-campaigns", campaign_id))

    def show(found: list[Json]) -> None:
        session.output.table(STATIONS_HEAD, map(_station_row, found))

    session.listing(show, "firmware-campaigns", campaign_id, "stations", limit=None, state=state)
    return 0


def watch_campaign(context: typer.Context, campaign_id: CampaignId) -> int:
    """Tell how far a campaign is until it has ended or halted."""
    session = session_of(context)
    return _watch(session, session.client.get("firmware-campaigns", campaign_id))


def pause_campaign(context: typer.Context, campaign_id: CampaignId) -> int:
    """Give no station a turn any more. Those that have had theirs come to their end."""
    return _change(context, campaign_id, {"state": "paused"})


def resume_campaign(
    context: typer.Context, campaign_id: CampaignId, *, halt_after: HaltAfter = None, concurrency: Concurrency = None
) -> int:
    """Let a campaign go on that was paused, or that halted: then with another limit."""
    limits = _limits(halt_after)
    change = {
        "state": "running",
        **({"halt_after": limits} if limits is not None else {}),
        **({"concurrency": concurrency} if concurrency is not None else {}),
    }
    return _change(context, campaign_id, change)


def cancel_campaign(context: typer.Context, campaign_id: CampaignId) -> int:
    """Send nothing of a campaign any more. Stations that are downloading or installing come to their end."""
    session = session_of(context)
    return _show(session, session.client.ask("DELETE", "firmware-campaigns", campaign_id))


def _change(context: typer.Context, campaign_id: str, change: Json) -> int:
    session = session_of(context)
    return _show(session, session.client.ask("PATCH", "firmware-campaigns", campaign_id, body=change))


def _watch(session: Session, standing: Json) -> int:
    """Show the campaign when it has ended or halted; the exit code."""
    watcher = Watcher("campaign_id", lambda one: (one["state"], one["wave"], one["counts"]))
    while standing["state"] not in OVER:
        for one in watcher.changed([standing]):
            session.output.note(_progress(one))
        session.sleep(POLL_S)
        standing = session.client.get("firmware-campaigns", standing["campaign_id"])
    _show(session, standing)
    if standing["state"] == "cancelled":
        return NO_ANSWER
    return 0 if standing["state"] == "succeeded" else REFUSED


def _show(session: Session, one: Json) -> int:
    if session.as_json:
        session.output.document(one)
        return 0
    times = {name.removesuffix("_at"): formats.time(one[name]) for name in ("created_at", "started_at", "ended_at")}
    selection = {name: value for name, value in (one["selection"] or {}).items() if value is not None}
    limits = {name: value for name, value in one["halt_after"].items() if value is not None}
    session.output.fields(
        {
            "campaign": one["campaign_id"],
            "version": one["version"],
            "firmware": one["firmware_id"] or one["location"],
            "selection": selection or "",
            "state": formats.state(one["state"]),
            "reason": one["reason"] or "",
            "progress": _progress(one),
            "waves": ", ".join(map(str, one["waves"])),
            "concurrency": one["concurrency"],
            "halt_after": limits or "never",
            **times,
            "requested_by": one["requested_by"],
        }
    )
    return 0


def _progress(one: Json) -> str:
    """`wave 1, 60 stations: 50 queued, 10 running`."""
    total = "being chosen" if one["total"] is None else f"{one['total']} stations"
    states = ", ".join(f"{count} {name}" for name, count in one["counts"].items() if count)
    return f"wave {one['wave']}, {total}{': ' if states else ''}{states}"


def _row(one: Json) -> tuple[Any, ...]:
    counts = one["counts"]
    ends = (counts["succeeded"], counts["failed"], counts["queued"] + counts["running"])
    state, created = formats.state(one["state"]), formats.time(one["created_at"])
    return one["campaign_id"], one["version"], state, one["wave"], one["total"], *ends, created


def _station_row(one: Json) -> tuple[Any, ...]:
    told = (one["wave"], one["version"], one["status"], one["attempt"], one["reason"])
    return one["station_id"], formats.state(one["state"]), *told


def _limits(text: str | None) -> Json | None:
    """`3` failures, a share as `0.1` or `10%`, or `never`."""
    if text is None:
        return None
    if text == "never":
        return {}
    if text.isdecimal():
        return {"failures": int(text)}
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise UsageError("--halt-after takes a number of stations, a share such as 10%, or never") from None
    return {"share": share}


def _window(text: str) -> Json:
    """`22:00-05:00@Europe/Berlin`; without a place by UTC."""
    times, _, zone = text.partition("@")
    opens, dash, closes = times.partition("-")
    if not dash:
        raise UsageError("--window takes times and a place: 22:00-05:00@Europe/Berlin")
    return {"from": opens, "to": closes, "time_zone": zone or "UTC"}
