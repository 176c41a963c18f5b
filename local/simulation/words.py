"""How what happens at a simulated station is told: an interface that a version of OCPP fills with its words."""

from collections.abc import Sequence
from typing import Any, Protocol

from local.simulation.device import Model
from local.simulation.line import Json, Request
from local.simulation.session import Card, Condition, Sample, Session, StopReason


class Words(Protocol):
    """What a station says. Times are OCPP's text of them."""

    def booted(self, model: Model, serial_number: str, firmware_version: str, reason: str) -> Request:
        """`reason` is 2.x's."""

    def whole_station(self, *, is_operative: bool, at: str) -> list[Request]:
        """What is told of the station as a whole, if anything."""

    def condition(self, now: Condition) -> list[Request]:
        """How a connector is."""

    def changed(self, before: Condition, now: Condition, session: Session | None) -> list[Request]:
        """What is told when it is no longer as before; `session` is the transaction that runs there."""

    def held(self, card: Card) -> Request:
        """A card is held to the reader."""

    def began(self, session: Session, at: str) -> Request: ...

    def measured(self, session: Session, samples: Sequence[Sample], at: str, *, is_asked_for: bool) -> Request:
        """`is_asked_for`: by a TriggerMessage."""

    def ended(self, session: Session, reason: StopReason, card: Card | None, register_wh: float, at: str) -> Request:
        """`card`: the one that it was stopped with."""

    def is_accepted(self, answer: Json | None) -> bool:
        """Whether the answer to `held` or `began` lets the driver charge; None: it was refused."""

    def reservation_over(self, reservation_id: int, status: str) -> list[Request]:
        """A reservation has come to its end by itself: Expired, or Removed since its connector cannot be used."""

    def log_status(self, status: str, request_id: int | None) -> Request:
        """How far a log has come, in 2.x's words; without a request id it was wanted by 1.6's GetDiagnostics."""

    def firmware_status(self, status: str, request_id: int | None) -> list[Request]:
        """How far an update has come, in 2.x's words; without a request id it was wanted by 1.6's UpdateFirmware."""


def given(**fields: Any) -> Json:
    """The fields that have a value: what is empty is left out."""
    return {name: value for name, value in fields.items() if value is not None}
