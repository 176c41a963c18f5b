"""The numbers of transactions in OCPP 1.6, `transactionId`, and which of those that meter values name are in doubt.

A number is positive and has 31 bits. The upper twelve are a checksum of the station's identity, so that a number which
cannot be of the station is told without looking anything up. Nothing else depends on it: a number that looks wrong is
looked up, and may be right.
"""

import hashlib
import zlib

CONTENT_BITS = 19
MOST_CONTENT = (1 << CONTENT_BITS) - 1
SEEDS_OF_STATION = 8
"""So many numbers that tell their station are tried before others. A station has half a million of them; this matters
to one that has used up most."""
DOUBTED_ONE_IN = 8
"""Of the meter values that name a number of their station: it may be of a transaction that is over. A station that goes
on with an old number does so in all its meter values, so one of a few is enough to find out."""


def drawn(station_id: str, identity: str, seed: int) -> int:
    """A number for the content of a start. Another seed gives another one, after a clash."""
    if seed >= SEEDS_OF_STATION:
        return of_no_station(f"{identity}#{seed}")
    return (_checksum(station_id) << CONTENT_BITS) + _hash(f"{identity}#{seed}") % MOST_CONTENT + 1


def of_no_station(content: str) -> int:
    """A number that tells no station."""
    return _hash(content) % (2**31 - 1) + 1


def may_be_of(station_id: str, number: int) -> bool:
    """Whether a number tells this station: those that it was given do, but for very few, and one of 4,096 others."""
    return number & MOST_CONTENT > 0 and number >> CONTENT_BITS == _checksum(station_id)


def is_doubtful(station_id: str, number: int, key: str) -> bool:
    """Whether it shall be looked up what the number in some meter values stands for: always if it cannot be of the
    station, else one time in eight, by the key of the meter values; so a retry gets the same answer."""
    return not may_be_of(station_id, number) or zlib.crc32(key.encode()) % DOUBTED_ONE_IN == 0


def _checksum(station_id: str) -> int:
    return _hash(station_id) >> 20


def _hash(text: str) -> int:
    """32 bits."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
