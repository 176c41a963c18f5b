"""One connector of a simulated station: cars come, charge and leave, and now and then something breaks."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from local.simulation.clock import Bell, Clock, ClockStopped
from local.simulation.habits import USUAL, Habits, Span
from local.simulation.line import Json, Request
from local.simulation.profiles import Profiles
from local.simulation.session import Card, Condition, Fault, Invitation, Reservation, Session, State, StopReason
from local.simulation.vehicles import VEHICLES, Charge, Outlet
from local.simulation.words import Words

Send = Callable[[Request], Awaitable[Json | None]]
"""Sends a request and returns the answer, or None if it was refused for good."""

STRANGER_PROBABILITY = 0.1
COLLEAGUE_PROBABILITY = 0.2
NO_SHOW_PROBABILITY = 0.3
"""Of those who have reserved."""
LOOK_EVERY_S = 60.0
"""How often it is seen whether the battery is full, where the meter is not told."""
FOR_EVER_S = 1e9

FAULTS = (
    Fault("GroundFailure", "residual current above 30 mA"),
    Fault("HighTemperature", "inlet at 83 degrees"),
    Fault("ConnectorLockFailure", "lock does not close"),
)


@dataclass(frozen=True)
class Cards:
    """The cards that are held to a connector: those of its regular drivers, a group, and one that is blocked."""

    regular: Sequence[str]
    blocked: str


class Connector:
    """Connector `connector_id` (from 1) with its meter. Everything by chance comes from `random`."""

    def __init__(
        self,
        connector_id: int,
        outlet: Outlet,
        cards: Cards,
        *,
        clock: Clock,
        random: Random,
        words: Words,
        profiles: Profiles,
        send: Send,
        habits: Habits = USUAL,
        sample_every_s: Callable[[], float] = lambda: USUAL.sample_every_s,
    ) -> None:
        """`sample_every_s`: how often the meter is told, as things stand; 0 is never."""
        self.connector_id = connector_id
        self.outlet = outlet
        self.session: Session | None = None
        self.is_operative = True
        self.reservation: Reservation | None = None
        self._cards = cards
        self._clock = clock
        self._random = random
        self._words = words
        self._profiles = profiles
        self._send = send
        self._habits = habits
        self._sample_every_s = sample_every_s
        self._breaks: tuple[Fault, float] | None = None
        self._register_wh = float(random.randrange(100_000, 9_000_000))
        self._state: State = "Available"
        self._fault: Fault | None = None
        self._invitation: Invitation | None = None
        self._is_taken = False
        self._bell = Bell()
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    async def live(self) -> None:
        """Until the clock is stopped: one visitor after the other. A charge that runs then is stopped first."""
        try:
            await self._rest(self._habits.first_rest_s)
            while True:
                await self._go_on()
                await self._rest(self._habits.rest_s)
        except ClockStopped:
            await self._become("Available")

    # ------------------------------------------------------------------ what a station asks of it

    def condition(self) -> Condition:
        """How it is now."""
        return Condition(self.connector_id, self._state, self._clock.text(), self._fault)

    def may_be_invited(self, card: Card) -> bool:
        """Whether a remote start with a card can begin here: a car is there or may come, and nobody else is about to
        charge, or has reserved."""
        is_free = self._state in ("Available", "Preparing", "Reserved") and not self._is_taken
        is_kept = self.reservation is not None and self.reservation.card.id_token != card.id_token
        return self.is_operative and is_free and self._invitation is None and not is_kept

    def may_be_reserved(self) -> bool:
        """Whether it can be kept free for somebody."""
        is_free = self._state == "Available" and self.reservation is None and self._invitation is None
        return self.is_operative and is_free

    def invite(self, invitation: Invitation) -> None:
        """Somebody may charge here without holding a card to the reader."""
        self._invitation = invitation
        self._bell.ring()

    def reserve(self, reservation: Reservation | None) -> None:
        """Keep it free, or no longer."""
        self.reservation = reservation
        self._bell.ring()

    def break_down(self, fault: Fault, for_s: float) -> None:
        """Be broken for so long, from when nobody is there."""
        self._breaks = (fault, for_s)
        self._bell.ring()

    def stop(self, reason: StopReason) -> None:
        """End the transaction that runs, if one does."""
        if self.session:
            self.session.stop_reason = reason
            self._bell.ring()

    async def wait_idle(self) -> None:
        """Wait until no transaction runs."""
        await self._is_idle.wait()

    @property
    def is_visited(self) -> bool:
        """Whether somebody is there, or it is broken: only then does it go out of service later."""
        return self._state not in ("Available", "Unavailable")

    def put(self, *, is_operative: bool) -> None:
        """Into service, or out of it once nobody is there."""
        self.is_operative = is_operative
        self._bell.ring()

    def heed_limits(self) -> None:
        """Profiles have changed."""
        if self.session:
            now = self._clock.now()
            charged_s = (now - self.session.began_at).total_seconds()
            limit_w = self._profiles.limit_w(self.connector_id, self.outlet, self._clock.present(), charged_s)
            self.session.charge.limit(limit_w, now)

    async def measure(self, *, is_asked_for: bool = False) -> None:
        """Tell what the meter says of the transaction that runs."""
        if self.session:
            samples = self.session.samples(self._clock.now(), self._random)
            at = self._clock.text()
            await self._send(self._words.measured(self.session, samples, at, is_asked_for=is_asked_for))

    # ------------------------------------------------------------------ what happens

    async def _become(self, state: State, fault: Fault | None = None) -> None:
        if state == self._state:
            return
        before = self.condition()
        self._state, self._fault = state, fault
        if self.session:
            self.session.state = state
        for request in self._words.changed(before, self.condition(), self.session):
            await self._send(request)

    async def _wait(self, seconds: float, until: Callable[[], bool]) -> None:
        """For so long, or until it is so."""
        ends_at = self._clock.now().timestamp() + seconds
        while not until() and (left_s := ends_at - self._clock.now().timestamp()) > 0:
            await self._clock.sleep(left_s, self._bell)

    def _some(self, span: Span) -> float:
        return self._random.uniform(*span)

    @property
    def _is_called_for(self) -> bool:
        """Whether there is something else to do than to rest."""
        return bool(self._invitation or self.reservation or self._breaks) or not self.is_operative

    async def _rest(self, span: Span) -> None:
        """Nobody is there, unless somebody is invited or has reserved."""
        await self._wait(self._some(span), lambda: self._is_called_for)

    async def _go_on(self) -> None:
        if not self.is_operative or self._breaks:
            await self._give_up_reservation("Removed")
        if not self.is_operative:
            await self._become("Unavailable")
            await self._wait(FOR_EVER_S, lambda: self.is_operative)
            await self._become("Available")
        elif self._breaks:
            (fault, for_s), self._breaks = self._breaks, None
            await self._be_broken(fault, for_s)
        elif self.reservation and self._invitation is None:
            await self._be_kept_free(self.reservation)
        elif self._invitation is None and self._random.random() < self._habits.fault_probability:
            await self._be_broken(self._random.choice(FAULTS), self._some(self._habits.repair_s))
        else:
            await self._be_visited(self.reservation)

    async def _be_broken(self, fault: Fault, for_s: float) -> None:
        await self._become("Faulted", fault)
        await self._clock.sleep(for_s)
        await self._become("Available")

    async def _be_kept_free(self, reservation: Reservation) -> None:
        """Until the driver comes, if one does, or it is cancelled, or something is more important."""
        await self._become("Reserved")
        left_s = (reservation.expires_at - self._clock.present()).total_seconds()
        comes_after_s = self._some(self._habits.reserved_s)
        comes = self._random.random() >= NO_SHOW_PROBABILITY and comes_after_s < left_s
        await self._wait(
            comes_after_s if comes else left_s,
            lambda: self.reservation is not reservation or self._invitation is not None or self._is_hindered,
        )
        if self.reservation is not reservation or self._is_hindered:
            await self._become("Available")
        elif comes or self._invitation:
            await self._be_visited(reservation)
        else:
            await self._become("Available")
            await self._give_up_reservation("Expired")

    @property
    def _is_hindered(self) -> bool:
        return not self.is_operative or self._breaks is not None

    async def _give_up_reservation(self, status: str) -> None:
        kept, self.reservation = self.reservation, None
        for request in self._words.reservation_over(kept.reservation_id, status) if kept else ():
            await self._send(request)

    async def _be_visited(self, reservation: Reservation | None) -> None:
        """A car comes, its driver holds a card to the reader or is invited, the car charges or does not, and leaves.

        Who has a reservation comes with its card.
        """
        await self._become("Preparing")
        await self._wait(self._some(self._habits.plug_in_s), lambda: self._invitation is not None)
        self._is_taken = True
        invitation, self._invitation = self._invitation, None
        if invitation or await self._is_let_in(card := reservation.card if reservation else self._card()):
            await self._charge(invitation or Invitation(card), reservation)
            await self._become("Finishing")
        self._is_taken = False
        await self._wait(self._some(self._habits.leave_s), lambda: self._invitation is not None)
        if self._invitation is None:
            await self._become("Available")

    def _card(self) -> Card:
        is_stranger = self._random.random() < STRANGER_PROBABILITY
        return Card(self._cards.blocked if is_stranger else self._random.choice(self._cards.regular))

    async def _is_let_in(self, card: Card) -> bool:
        return self._words.is_accepted(await self._send(self._words.held(card)))

    async def _charge(self, invitation: Invitation, reservation: Reservation | None) -> None:
        """A transaction from its start to its stop. The meter's register goes on from one to the next."""
        now = self._clock.now()
        vehicle = self._random.choice(VEHICLES)
        charge = Charge(
            replace(vehicle, battery_wh=vehicle.battery_wh * self._habits.battery_share),
            self.outlet,
            soc=self._random.uniform(0.1, 0.6),
            target_soc=self._random.choice((0.8, 0.9, 1.0)),
            began_at=now,
        )
        session = Session(
            self.connector_id,
            invitation.card,
            charge,
            now,
            self._register_wh,
            invitation.remote_start_id,
            reservation.reservation_id if reservation else None,
        )
        self.session = session
        if reservation and self.reservation is reservation:
            self.reservation = None
        self._is_idle.clear()
        self.heed_limits()
        try:
            await self._be_charged(session)
        finally:
            self.session = None
            self._profiles.end_of_transaction(self.connector_id)
            self._is_idle.set()

    async def _be_charged(self, session: Session) -> None:
        answer = await self._send(self._words.began(session, self._clock.text()))
        if answer is None:
            return
        session.number = answer.get("transactionId")
        reason: StopReason = "DeAuthorized"
        stop_card = None
        try:
            if self._words.is_accepted(answer):
                await self._become(self._delivering(session))
                reason, stop_card = await self._deliver(session)
        except ClockStopped:
            reason = "Reboot"
        self._register_wh = session.register_wh(self._clock.now())
        session.state = "Finishing"
        await self._send(self._words.ended(session, reason, stop_card, self._register_wh, self._clock.text()))

    async def _deliver(self, session: Session) -> tuple[StopReason, Card | None]:
        """Charge and report until the driver comes back; why it ended, and the card it was ended with."""
        leaves_at_s = self._some(self._habits.stay_s)
        spent_s = 0.0
        while spent_s < leaves_at_s:
            sample_every_s = self._sample_every_s()
            pause_s = min(sample_every_s or LOOK_EVERY_S, leaves_at_s - spent_s)
            await self._wait(pause_s, lambda: session.stop_reason is not None)
            if session.stop_reason is not None:
                return session.stop_reason, None
            spent_s += pause_s
            self.heed_limits()
            await self._become(self._delivering(session))
            if sample_every_s:
                await self.measure()
        comes_as_a_group = session.card.id_token in self._cards.regular
        if self._random.random() < COLLEAGUE_PROBABILITY and comes_as_a_group:
            return "Local", Card(self._random.choice(self._cards.regular))
        if self._random.random() < 0.3:
            return "EVDisconnected", None
        return "Local", session.card

    @staticmethod
    def _delivering(session: Session) -> State:
        """Whether it charges, and if not, who wants it so."""
        if session.charge.is_full:
            return "SuspendedEV"
        return "SuspendedEVSE" if math.isclose(session.charge.limit_w, 0) else "Charging"
