"""`firmware`: the files that stations fetch and install."""

import base64
import hashlib
import math
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from local.cli import formats
from local.cli.arguments import CALLS, All, Limit, WithDefault, Yes, add, add_group
from local.cli.errors import FAILED, CliError
from local.cli.payloads import Json
from local.cli.session import Session, session_of

MIB = 1024 * 1024
PART_BYTES = 64 * MIB
"""A larger file goes up in parts of this size."""
POLL_S = 1.0
READ_WITHIN_S = 120.0

HEAD = ("firmware", "state", "version", "file", "size", "vendor", "model", "created")
SHOWN = ("version", "file_name", "vendor", "model", "size_bytes", "sha256")

FirmwareId = Annotated[str, typer.Argument(metavar="FIRMWARE", help="The id of the firmware.")]
firmware = typer.Typer(cls=WithDefault, no_args_is_help=True, help="Firmware files: `firmware upload FILE`.")


def register(app: typer.Typer) -> None:
    add_group(app, "firmware", firmware, CALLS)
    add(firmware, "upload", upload_firmware)
    add(firmware, "list", list_firmware)
    add(firmware, "show", show_firmware)
    add(firmware, "delete", delete_firmware)


def upload_firmware(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)],
    *,
    version: Annotated[str, typer.Option(metavar="VERSION", help="What a station reports once it runs it.")],
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="What stations are to call it; the file's own name if not given.")
    ] = None,
    vendor: Annotated[str | None, typer.Option(metavar="VENDOR", help="For stations of this vendor.")] = None,
    model: Annotated[str | None, typer.Option(metavar="MODEL", help="For stations of this model.")] = None,
    signature: Annotated[
        Path | None,
        typer.Option(metavar="FILE", exists=True, dir_okay=False, help="The manufacturer's signature: binary, DER."),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(metavar="FILE", exists=True, dir_okay=False, help="The manufacturer's certificate: PEM."),
    ] = None,
) -> int:
    """Upload firmware: `firmware upload fw.bin --version 1.2.3`.

    Its size and SHA-256 are told beforehand, so it is rejected if it does not arrive as it was sent.
    """
    session = session_of(context)
    order = {
        "file_name": name or file.name,
        "version": version,
        "vendor": vendor,
        "model": model,
        "size_bytes": file.stat().st_size,
        "sha256": _sha256(file),
        "signature": base64.b64encode(signature.read_bytes()).decode() if signature else None,
        "signing_certificate": certificate.read_text("utf-8") if certificate else None,
    }
    given = {field: value for field, value in order.items() if value is not None}
    made = session.client.ask("POST", "firmware", body=given)
    with file.open("rb") as content:
        if made["declared_size_bytes"] > PART_BYTES:
            _bring_parts(session, made, content)
        else:
            _bring(session, made["upload_url"], content.read())
    found = _looked_at(session, made["firmware_id"])
    _show(session, found)
    return 0 if found["state"] == "ready" else FAILED


def list_firmware(context: typer.Context, limit: Limit = None, is_all: All = False) -> None:
    """List firmware, newest first."""
    session = session_of(context)

    def show(found: list[Json]) -> None:
        session.output.table(HEAD, map(_row, found), right=frozenset({"size"}))

    session.listing(show, "firmware", limit=session.limit(limit, is_all))


def show_firmware(context: typer.Context, firmware_id: FirmwareId) -> None:
    """Show firmware, and where its file can be downloaded. `show` may be left out."""
    session = session_of(context)
    _show(session, session.client.get("firmware", firmware_id))


def delete_firmware(context: typer.Context, firmware_id: FirmwareId, yes: Yes = False) -> None:
    """Remove firmware and its file. Stations that were told to fetch it, and have not, will fail to."""
    session = session_of(context)
    session.confirm(f"Remove the firmware {formats.plain(firmware_id)}?", is_certain=yes)
    session.client.ask("DELETE", "firmware", firmware_id)
    session.output.note(f"{firmware_id} is removed")


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _bring_parts(session: Session, made: Json, content: IO[bytes]) -> None:
    path = ("firmware", made["firmware_id"])
    count = math.ceil(made["declared_size_bytes"] / PART_BYTES)
    done = []
    for part in session.client.ask("POST", *path, "parts", body={"count": count})["parts"]:
        etag = _bring(session, part["url"], content.read(PART_BYTES))
        done.append({"number": part["number"], "etag": etag})
        session.output.note(f"part {part['number']} of {count} is there")
    session.client.ask("POST", *path, "complete", body={"parts": done})


def _bring(session: Session, url: str, content: bytes) -> str:
    """PUT a file, or a part of it, to a URL that needs no token; returns its ETag."""
    from local.cli.transport import Request  # noqa: PLC0415  # takes long, and `--help` has no use for it

    answer = session.transport(Request("PUT", url, {"Content-Type": "application/octet-stream"}, content))
    if not 200 <= answer.status < 300:
        raise CliError(f"The file is not taken ({answer.status}): {answer.body[:500].decode(errors='replace')}")
    return answer.headers.get("etag", "")


def _looked_at(session: Session, firmware_id: str) -> Json:
    """The firmware once its file has been read."""
    session.output.note("the file is there, and being read")
    waited_s = 0.0
    while True:
        found = session.client.get("firmware", firmware_id)
        if found["state"] != "uploading" or waited_s >= READ_WITHIN_S:
            return found
        session.sleep(POLL_S)
        waited_s += POLL_S


def _show(session: Session, one: Json) -> None:
    if session.as_json:
        session.output.document(one)
        return
    session.output.fields(
        {
            "firmware": one["firmware_id"],
            "state": formats.state(one["state"]),
            "reason": one["reason"],
            **{name: one[name] for name in SHOWN},
            "signed": one["signature"] is not None,
            "created": formats.time(one["created_at"]),
            "ready": formats.time(one["ready_at"]),
            "download_url": one.get("download_url"),
        }
    )


def _row(one: Json) -> tuple[Any, ...]:
    created = formats.time(one["created_at"])
    about = (one["version"], one["file_name"], one["size_bytes"], one["vendor"], one["model"])
    return one["firmware_id"], formats.state(one["state"]), *about, created
