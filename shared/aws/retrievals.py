"""What follows in the table's stream for the retrieval of logs: its state machine begins, and goes on.

A retrieval's item is all that its workflow waits for. Whatever else concerns it (the station coming online, a status
that it reports, a newer request) is written into the item, and that write again comes by the stream.
"""

import datetime as dt
import secrets
import time

from shared.aws import files, outbox, workflow
from shared.domain import iso_times, log_retrievals
from shared.domain.calls import Json
from shared.domain.events import Event
from shared.domain.log_retrievals import CALL_LASTS_S, SUPERSEDES, LogOrder, Retrieval
from shared.ocpp.messages import V2X
from shared.ocpp.words_security import log_answer
from shared.store import calls, connections, diagnostics, events, keys, retrievals
from shared.store.changes import Change
from shared.store.dynamodb import Item, encode_item

REF_BYTES = 12
"""Of chance in a link: 16 letters."""
NOT_YET_MADE_S = (0.1, 0.3, 0.8)
"""A request whose turn has come is made by then."""
PAGE = 50
SHOWN = ("state", "awaits", "attempt", "status", "reason")
"""What of a retrieval that goes on is news."""


def follow(change: Change) -> None:
    """A change of a retrieval: its workflow begins with it, and each wait ends once the item says so."""
    if change.new is None:
        return
    retrieval = retrievals.from_item(change.new)
    if change.old is None:
        if retrieval.is_open:
            workflow.start("RetrieveDiagnostics", retrieval.retrieval_id, _given(retrieval))
        return
    before = retrievals.from_item(change.old)
    if before.state == "failed" and retrieval.state == "succeeded":
        diagnostics.recount(retrieval.diagnostics_id)
    if retrieval.cancelled_at and not before.cancelled_at:
        _take_back(retrieval)
    if retrieval.answer is not None:
        _note_answer(retrieval, retrieval.answer)
        return
    if log_retrievals.waits_for_turn(retrieval) and _is_online(retrieval.station_id):
        _give_turn(retrieval)
        return
    outcome = log_retrievals.verdict(retrieval)
    if outcome is not None and retrieval.task_token is not None:
        workflow.wake(retrieval.task_token, {"outcome": outcome, **(_request(retrieval) if outcome == "turn" else {})})


def follow_collection(change: Change) -> None:
    """A collection that is cancelled is cancelled at each of its stations."""
    if not (change.new and "cancelled_at" in change.new and "ended_at" not in change.new):
        return
    at = keys.time(change.new["cancelled_at"])
    for one in retrievals.of_collection(change.id):
        if one.is_open and not one.cancelled_at:
            retrievals.change(
                one.station_id, one.retrieval_id, lambda standing: log_retrievals.ask_to_cancel(standing, at)
            )


def follow_online(station_id: str) -> None:
    """A station has come online: what waits for it has its turn."""
    for one in _of_station(station_id):
        if log_retrievals.waits_for_turn(one):
            _give_turn(one)


def follow_status(station_id: str, new: Item) -> None:
    """What a station says of its upload: diagnostics.status and log.status."""
    event = events.from_item(new)
    status, request_id = str(event.data["status"]), event.data.get("request_id")
    for one in _of_station(station_id):
        if log_retrievals.take_status(one, status, event.at, request_id):
            retrievals.change(
                station_id,
                one.retrieval_id,
                lambda standing: log_retrievals.take_status(standing, status, event.at, request_id),
            )
            return  # without a request id it is of the latest


def events_of(old: Item, new: Item) -> list[Event]:
    """The domain events that a change of a retrieval amounts to. `old` is empty if it is new."""
    now = retrievals.from_item(new)
    if now.is_open:
        is_news = bool(old) and any(getattr(retrievals.from_item(old), name) != getattr(now, name) for name in SHOWN)
        at = now.history[-1].at if now.history else now.created_at
        return [Event("diagnostics.changed", now.station_id, at, _open_shape(now))] if is_news else []
    if now.ended_at is None or old.get("state") == now.state:
        return []
    return [Event("diagnostics.ended", now.station_id, now.history[-1].at, _ended_shape(now))]


def _shape(retrieval: Retrieval) -> Json:
    return {
        "diagnostics_id": retrieval.diagnostics_id,
        "log_type": retrieval.log_type,
        "state": retrieval.state,
        "reason": retrieval.reason,
        "attempts": retrieval.attempt,
    }


def _open_shape(retrieval: Retrieval) -> Json:
    """A retrieval that goes on, as events tell of it."""
    return {**_shape(retrieval), "awaits": retrieval.awaits, "status": retrieval.status}


def _ended_shape(retrieval: Retrieval) -> Json:
    """A retrieval that has ended, as events tell of it."""
    file = retrieval.file
    return {
        **_shape(retrieval),
        "file_name": retrieval.shown_name if file else None,
        "size_bytes": file.size_bytes if file else None,
        "sha256": file.sha256 if file else None,
        "created_at": iso_times.time(retrieval.created_at),
        "ended_at": iso_times.time(retrieval.ended_at),
    }


# ---------------------------------------------------------------------- steps


def _given(retrieval: Retrieval) -> Json:
    """The input of the state machine."""
    terms = retrieval.terms
    return {
        "key": encode_item(keys.retrieval(retrieval.station_id, retrieval.retrieval_id)._asdict()),
        "station_id": retrieval.station_id,
        "retrieval_id": retrieval.retrieval_id,
        "within_s": {
            "station": terms.online_within_s,
            "call": terms.online_within_s,
            "answer": terms.online_within_s + CALL_LASTS_S,
            "upload": terms.upload_within_s,
            "file": terms.file_within_s,
            "retry": terms.retry_after_s,
        },
    }


def _request(retrieval: Retrieval) -> Json:
    """What a retrieval whose turn has come is to send: `{"order", "call_id", "plain_call_id", "requested_by"}`; without
    the id of a plain call where OCPP has no plainer request, from 2.0.1 on."""
    assert retrieval.ref is not None  # noqa: S101  # its turn has come
    assert retrieval.link_expires_at is not None  # noqa: S101  # with its link
    terms = retrieval.terms
    link = files.upload_link(retrieval.ref, expires_at=retrieval.link_expires_at, most_mib=terms.most_mib)
    order = LogOrder(
        link,
        retrieval.log_type,
        retrieval.oldest_at,
        retrieval.latest_at,
        terms.retries,
        terms.retry_interval_s,
    )._asdict()
    order |= {name: iso_times.time(order[name]) for name in ("oldest_at", "latest_at")}
    return {
        "order": order,
        "call_id": retrieval.call_id,
        **({"plain_call_id": log_retrievals.plain_call_id(retrieval)} if _has_plain_call(retrieval.station_id) else {}),
        "requested_by": retrieval.requested_by or "diagnostics",
    }


def _has_plain_call(station_id: str) -> bool:
    connection = connections.find(station_id)
    return connection is None or connection.ocpp_version not in V2X


def _give_turn(retrieval: Retrieval) -> None:
    """The link stands before anybody can learn of it; the change that it makes here goes on to wake the workflow."""
    ref, now = secrets.token_urlsafe(REF_BYTES), dt.datetime.now(dt.UTC)
    turned = log_retrievals.give_turn(retrieval, ref, now)
    if turned is None or turned.link_expires_at is None:
        return
    files.keep_purpose(ref, turned.station_id, turned.retrieval_id, turned.link_expires_at, turned.terms.most_mib)
    retrievals.change(
        turned.station_id, turned.retrieval_id, lambda standing: log_retrievals.give_turn(standing, ref, now)
    )


def _note_answer(retrieval: Retrieval, answer: Json) -> None:
    """The file's name into the item; a request that took the place of others has ended those."""
    now = dt.datetime.now(dt.UTC)
    status, file_name = log_answer(answer["answer"])
    if status == SUPERSEDES:
        for one in _of_station(retrieval.station_id):
            if one.retrieval_id != retrieval.retrieval_id and one.answered_at is not None:
                retrievals.change(
                    one.station_id, one.retrieval_id, lambda standing: log_retrievals.supersede(standing, now)
                )
    retrievals.change(
        retrieval.station_id,
        retrieval.retrieval_id,
        lambda standing: (
            log_retrievals.take_answer(standing, answer["call_id"], status, file_name, now) if standing.answer else None
        ),
    )


def _take_back(retrieval: Retrieval) -> None:
    """Cancel the request of a retrieval if it has not been sent. Its workflow may be making it at this moment."""
    if retrieval.call_id is None or retrieval.answered_at is not None:
        return
    for pause_s in (0.0, *NOT_YET_MADE_S):
        time.sleep(pause_s)
        call = calls.find(retrieval.station_id, retrieval.call_id)
        if call and call.fallback_id:
            call = calls.find(retrieval.station_id, call.fallback_id)
        if call:
            if call.state == "queued":
                outbox.cancel(call)
            return


def _of_station(station_id: str) -> list[Retrieval]:
    """The latest retrievals of a station, newest first: what waits for it is among them."""
    return retrievals.latest_of_station(station_id, PAGE)[0]


def _is_online(station_id: str) -> bool:
    connection = connections.find(station_id)
    return connection is not None and connection.is_online(dt.datetime.now(dt.UTC))
