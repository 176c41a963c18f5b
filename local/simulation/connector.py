"""One connector of a simulated station: cars come, charge and leave, and now and then something breaks."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from ocpp.v16 import call
from ocpp.v16.enums import AuthorizationStatus, ChargePointErrorCode, ChargePointStatus, Measurand, Reason

from local.simulation.clock import Clock, ClockStopped
from local.simulation.vehicles import VEHICLES, VOLTAGE_V, Charge, Outlet, Reading

Send = Callable[[Any], Awaitable[Any]]
"""Sends a request of `ocpp.v16.call` and returns its result, or None if it was refused for good."""

SAMPLE_EVERY_S = 60.0
FAULT_PROBABILITY = 0.08
STRANGER_PROBABILITY = 0.1
COLLEAGUE_PROBABILITY = 0.2

FAULTS = (
    (ChargePointErrorCode.ground_failure, "residual current above 30 mA"),
    (ChargePointErrorCode.high_temperature, "inlet at 83 degrees"),
    (ChargePointErrorCode.connector_lock_failure, "lock does not close"),
)


@dataclass(frozen=True)
class Cards:
    """The cards that are held to a connector: those of its regular drivers, a group, and one that is blocked."""

    regular: Sequence[str]
    blocked: str


class Connector:
    """Connector `connector_id` (from 1) with its meter. Everything by chance comes from `random`."""

    def __init__(
        self, connector_id: int, outlet: Outlet, cards: Cards, *, clock: Clock, random: Random, send: Send
    ) -> None:
        self.connector_id = connector_id
        self._outlet = outlet
        self._cards = cards
        self._clock = clock
        self._random = random
        self._send = send
        self._register_wh = float(random.randrange(100_000, 9_000_000))
        self._status = ChargePointStatus.available
        self._error_code = ChargePointErrorCode.no_error
        self._info: str | None = None

    async def live(self) -> None:
        """Until the clock is stopped: one visitor after the other. A charge that runs then is stopped first."""
        try:
            await self._pause(0, 900)
            while True:
                if self._random.random() < FAULT_PROBABILITY:
                    await self._break_down()
                else:
                    await self._be_visited()
                await self._pause(120, 1500)
        except ClockStopped:
            await self._become(ChargePointStatus.available)

    def status(self) -> Any:
        """The StatusNotification that tells how it is now."""
        return call.StatusNotification(
            connector_id=self.connector_id,
            error_code=self._error_code,
            status=self._status,
            timestamp=self._clock.text(),
            info=self._info,
        )

    async def _become(
        self,
        status: ChargePointStatus,
        error_code: ChargePointErrorCode = ChargePointErrorCode.no_error,
        info: str | None = None,
    ) -> None:
        if status != self._status:
            self._status, self._error_code, self._info = status, error_code, info
            await self._send(self.status())

    async def _pause(self, least_s: float, most_s: float) -> None:
        await self._clock.sleep(self._random.uniform(least_s, most_s))

    async def _break_down(self) -> None:
        error_code, info = self._random.choice(FAULTS)
        await self._become(ChargePointStatus.faulted, error_code, info)
        await self._pause(300, 1800)
        await self._become(ChargePointStatus.available)

    async def _be_visited(self) -> None:
        """A car comes, its driver holds a card to the reader, the car charges or does not, and it leaves."""
        await self._become(ChargePointStatus.preparing)
        await self._pause(15, 60)
        is_stranger = self._random.random() < STRANGER_PROBABILITY
        card = self._cards.blocked if is_stranger else self._random.choice(self._cards.regular)
        verdict = await self._send(call.Authorize(id_tag=card))
        if _is_accepted(verdict):
            await self._charge(card)
            await self._become(ChargePointStatus.finishing)
        await self._pause(30, 240)
        await self._become(ChargePointStatus.available)

    async def _charge(self, card: str) -> None:
        """A transaction from its start to its stop. The meter's register goes on from one to the next."""
        meter_start_wh = self._register_wh
        charge = Charge(
            self._random.choice(VEHICLES),
            self._outlet,
            soc=self._random.uniform(0.1, 0.6),
            target_soc=self._random.choice((0.8, 0.9, 1.0)),
            began_at=self._clock.now(),
        )
        started = await self._send(
            call.StartTransaction(
                connector_id=self.connector_id,
                id_tag=card,
                meter_start=round(meter_start_wh),
                timestamp=self._clock.text(),
            )
        )
        if started is None:
            return
        reason, stop_card = Reason.de_authorized, None
        try:
            if _is_accepted(started):
                await self._become(ChargePointStatus.charging)
                reason, stop_card = await self._deliver(charge, started.transaction_id, card)
        except ClockStopped:
            reason = Reason.reboot
        self._register_wh = meter_start_wh + charge.read(self._clock.now()).energy_wh
        await self._send(
            call.StopTransaction(
                meter_stop=round(self._register_wh),
                timestamp=self._clock.text(),
                transaction_id=started.transaction_id,
                reason=reason,
                id_tag=stop_card,
            )
        )

    async def _deliver(self, charge: Charge, transaction_id: int, card: str) -> tuple[Reason, str | None]:
        """Charge and report until the driver comes back; why it ended, and the card it was ended with."""
        leaves_at_s = self._random.uniform(900, 4500)
        meter_start_wh, spent_s = self._register_wh, 0.0
        while spent_s < leaves_at_s:
            pause_s = min(SAMPLE_EVERY_S, leaves_at_s - spent_s)
            await self._clock.sleep(pause_s)
            spent_s += pause_s
            reading = charge.read(self._clock.now())
            if charge.is_full:
                await self._become(ChargePointStatus.suspended_ev)
            await self._measure(transaction_id, meter_start_wh, reading)
        if self._random.random() < COLLEAGUE_PROBABILITY:
            return Reason.local, self._random.choice(self._cards.regular)
        if self._random.random() < 0.3:
            return Reason.ev_disconnected, None
        return Reason.local, card

    async def _measure(self, transaction_id: int, meter_start_wh: float, reading: Reading) -> None:
        def sample(value: str, measurand: Measurand, unit: str, **more: str) -> dict[str, str]:
            return {"value": value, "measurand": measurand, "unit": unit, **more}

        samples = [
            sample(str(round(meter_start_wh + reading.energy_wh)), Measurand.energy_active_import_register, "Wh"),
            sample(f"{reading.power_w:.0f}", Measurand.power_active_import, "W"),
        ]
        for phase, current_a in enumerate(reading.currents_a, 1):
            voltage_v = VOLTAGE_V + self._random.uniform(-2, 2)
            samples.append(sample(f"{current_a:.1f}", Measurand.current_import, "A", phase=f"L{phase}"))
            samples.append(sample(f"{voltage_v:.1f}", Measurand.voltage, "V", phase=f"L{phase}-N"))
        if not reading.currents_a:
            samples.append(sample(f"{reading.soc * 100:.0f}", Measurand.soc, "Percent", location="EV"))
        meter_value = {"timestamp": self._clock.text(), "sampled_value": samples}
        await self._send(
            call.MeterValues(connector_id=self.connector_id, transaction_id=transaction_id, meter_value=[meter_value])
        )


def _is_accepted(result: Any) -> bool:
    """Whether the answer to an Authorize or StartTransaction lets the driver charge."""
    return result is not None and result.id_tag_info["status"] == AuthorizationStatus.accepted
