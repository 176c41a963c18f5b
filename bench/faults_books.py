"""The system's books, and how they compare with what stations have told."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

import requests

from bench.faults_stations import STATUSES, FaultyStation, Session

Json = dict[str, Any]
ATTEMPTS = 10
CONSEQUENCES_WITHIN_S = 30.0
AT_ONCE = 4


class Comparison(NamedTuple):
    """What differs; each text names one thing."""

    lost: list[str]
    doubled: list[str]
    wrong: list[str]
    """What is there once, but with other content."""
    told_wh: int
    known_wh: int

    @property
    def is_equal(self) -> bool:
        return not (self.lost or self.doubled or self.wrong) and self.told_wh == self.known_wh


class Books:
    """The operator API, asked again where the fault is the system's."""

    def __init__(self, api_url: str) -> None:
        self._url = api_url
        self._kept = threading.local()

    def get(self, *path: str, **query: Any) -> Json:
        url = "/".join((self._url, *(quote(part, safe="") for part in path)))
        for _ in range(ATTEMPTS):
            answer = self._session().get(url, params=query, timeout=60)
            if answer.status_code < 500:
                break
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    def _session(self) -> requests.Session:
        """One for each thread, with its connection."""
        if not hasattr(self._kept, "session"):
            self._kept.session = requests.Session()
        session: requests.Session = self._kept.session
        return session

    def items(self, *path: str, **query: Any) -> list[Json]:
        """All items of a list."""
        page = self.get(*path, limit=200, **query)
        found: list[Json] = page["items"]
        while page["next_cursor"]:
            page = self.get(*path, limit=200, cursor=page["next_cursor"], **query)
            found += page["items"]
        return found

    def compare(self, stations: Iterable[FaultyStation]) -> Comparison:
        """Hold what the stations have told against what is known of them."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            parts = list(pool.map(self._of_station, stations))
        return Comparison(
            lost=[one for part in parts for one in part.lost],
            doubled=[one for part in parts for one in part.doubled],
            wrong=[one for part in parts for one in part.wrong],
            told_wh=sum(part.told_wh for part in parts),
            known_wh=sum(part.known_wh for part in parts),
        )

    def _of_station(self, station: FaultyStation) -> Comparison:
        lost, doubled, wrong = list[str](), list[str](), list[str]()
        known = self.items("transactions", station_id=station.station_id)
        by_token: dict[str, list[Json]] = {}
        for one in known:
            by_token.setdefault(one["id_token"] or one["transaction_id"], []).append(one)
        for session in station.sessions:
            found = by_token.pop(session.id_token, [])
            if not found:
                lost.append(f"transaction {session.id_token}")
                continue
            doubled += [f"transaction {session.id_token}"] * (len(found) - 1)
            if len(session.numbers) > 1:
                doubled.append(f"answers to the start of {session.id_token}")
            wrong += self._differences(session, found[0])
            _tally(_readings_told(session), self._readings(found[0]), session.id_token, lost, doubled)
        doubled += [f"transaction {name}, of which nobody told" for name in by_token]
        told_wh = sum(session.stop_wh - session.start_wh for session in station.sessions)
        return Comparison(lost, doubled, wrong, told_wh, sum(one["energy_wh"] or 0 for one in known))

    def _differences(self, session: Session, known: Json) -> list[str]:
        told = {"state": "ended", "meter_start_wh": session.start_wh, "meter_stop_wh": session.stop_wh}
        wrong = [f"{name} of {session.id_token}: {known[name]}" for name, value in told.items() if known[name] != value]
        if session.version != "1.6":
            events = self.items("transactions", known["transaction_id"], "events")
            numbers = [one["seq_no"] for one in events]
            wrong += [] if numbers == session.seq_nos else [f"events of {session.id_token}: {numbers}"]
        return wrong

    def _readings(self, known: Json) -> Counter[tuple[datetime, str]]:
        values = self.items("transactions", known["transaction_id"], "meter-values")
        return Counter(
            (datetime.fromisoformat(value["timestamp"]), str(int(float(sample["value"]))))
            for value in values
            for sample in value["sampled_values"]
        )

    def statuses_missing(self, stations: Iterable[FaultyStation]) -> tuple[int, int]:
        """How many changes of status are missing in the histories of stations, and how many are there twice, once all
        that follows from them has had its time."""
        deadline = time.monotonic() + CONSEQUENCES_WITHIN_S
        missing = doubled = 0
        for station in stations:
            want = STATUSES * len(station.sessions)
            count = self._counting(station.station_id)
            while (have := count()) < want and time.monotonic() < deadline:
                time.sleep(0.2)
            missing += max(0, want - have)
            doubled += max(0, have - want)
        return missing, doubled

    def _counting(self, station_id: str) -> Callable[[], int]:
        return lambda: len(self.items("stations", station_id, "events", type="status.changed"))


def _readings_told(session: Session) -> Counter[tuple[datetime, str]]:
    return Counter((datetime.fromisoformat(at), str(register_wh)) for at, register_wh in session.readings)


def _tally(
    told: Counter[tuple[datetime, str]],
    known: Counter[tuple[datetime, str]],
    name: str,
    lost: list[str],
    doubled: list[str],
) -> None:
    lost += [f"reading of {name} at {at}: {value} Wh" for at, value in (told - known).elements()]
    doubled += [f"reading of {name} at {at}: {value} Wh" for at, value in (known - told).elements()]
