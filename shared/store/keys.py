"""Every key of the table. Nothing else in the project spells one.

A partition key is the entity, `#`, and an id, so that a function's rights can name the entities it may touch
(`dynamodb:LeadingKeys`). Times in keys are UTC with microseconds, all of one width, so that they sort.

| entity       | partition key          | sort key                                             |
|--------------|------------------------|------------------------------------------------------|
| STATION      | STATION#{station}      | STATION                                              |
| CONNECTION   | CONNECTION#{station}   | CONNECTION                                           |
| CONNECTOR    | CONNECTOR#{station}    | CONNECTOR                                            |
| TRANSACTION  | TRANSACTION#{id}       | TRANSACTION; DATA#{n} for the data of its stop;      |
|              |                        | EVENT#{generation}#{seqNo} for its events in 2.x     |
|              |                        | DEBIT#{generation}#{token} for what was taken of a balance |
|              | TRANSACTION#days       | {day} on which a transaction that has ended started  |
| METER_VALUES | METER_VALUES#{station} | T#{transaction}#{time}#{hash}, C#{evse}#{time}#{hash} |
| TOKEN        | TOKEN#{token}          | TOKEN; S#{start}#{transaction} for its use           |
| EVENT        | EVENT#{station}        | {time}#{hash}                                        |
| FINDING      | FINDING#{station}      | {code}#{action}#{path}                               |
| CLOSING      | CLOSING#{connection}   | CLOSING                                              |
| CALL         | CALL#{station}         | {call id}, which sorts by time                       |
| IDEMPOTENCY  | IDEMPOTENCY#{hash}     | IDEMPOTENCY                                          |
| GROUP        | GROUP#{group}          | GROUP                                                |
| CONFIGURATION | CONFIGURATION#{station} | {key in lower case}                                |
| RESERVATION  | RESERVATION#{station}  | R#{id}; LAST, the last id that we gave               |
| LOCAL_LIST   | LOCAL_LIST#{station}   | STATION, what it has; WISH, what it should have      |
| CHARGING_PROFILE | CHARGING_PROFILE#{station} | P#{id}, of others P#{id}#{evse}#{source};      |
|              |                        | E#{evse} for its latest composite schedule;          |
|              |                        | L#{evse}#{source} for a limit from elsewhere;        |
|              |                        | N#{evse} for an EV's needs; T#{transaction}          |
| DER_CONTROL  | DER_CONTROL#{station}  | C#{control id}; A#{type}#{fault} for an alarm        |
| JOB          | JOB#{job id}           | JOB; ORDER, what is sent; PAGE#{n}; ROW#{station}    |
| CERTIFICATE  | CERTIFICATE#{station}  | {type} of the certificates                           |
| CAPABILITY   | CAPABILITY#{station}   | {action} that it does not know                       |
| REQUEST      | REQUEST#{station}      | {request id} that a call has; R#{remote start id}    |
| FIRMWARE     | FIRMWARE#{firmware}    | FIRMWARE                                             |
| CAMPAIGN     | CAMPAIGN#{campaign}    | CAMPAIGN                                             |
| UPDATE       | UPDATE#{station}       | {update id}, which sorts by time                     |
| DIAGNOSTICS  | DIAGNOSTICS#{id}       | DIAGNOSTICS                                          |
| RETRIEVAL    | RETRIEVAL#{station}    | {retrieval id}, which sorts by time                  |
| UPLOAD       | UPLOAD#{ref}           | UPLOAD, what an upload link is for                   |
| VARIABLE     | VARIABLE#{station}     | {its id in lower case}, by component, instance, place, name |
| REPORT       | REPORT#{station}       | R#{request id}#{kind}; P#{request id}#{kind}#{page} |
| NETWORK_PROFILE | NETWORK_PROFILE#{station} | S#{slot}; UPGRADE, of its security profile   |
| ISSUED_CERTIFICATE | ISSUED_CERTIFICATE#R#{station} | {signing id}, which sorts by time         |
|              | ISSUED_CERTIFICATE#C#{serial number} | CERTIFICATE, what was issued           |
|              | ISSUED_CERTIFICATE#authority | AUTHORITY, the embedded one's               |
|              | ISSUED_CERTIFICATE#roots | {root id} of a root that contracts are examined by |
| MONITOR      | MONITOR#{station}      | M#{id}; A#{subject} for an alarm; SETTINGS of all    |
| EVENT_STREAM | EVENT_STREAM#{station} | S#{id}; DATA#{id}#{time}#{hash} for its values       |
| DISPLAY_MESSAGE | DISPLAY_MESSAGE#{station} | M#{id}; LAST, the last id that we gave         |
| TARIFF       | TARIFF#{tariff}        | TARIFF; R#{revision}, which never changes            |
|              | TARIFF#at#{station}    | A#{evse}#{kind}#{tariff} that it has said to have; STATE |
| PAYMENT      | PAYMENT#{payment}      | PAYMENT                                              |
|              | PAYMENT#at#{station}   | WEB, how it makes the links of its QR codes          |
| BATTERY_SWAP | BATTERY_SWAP#{station} | {request id}                                         |
| FAULT        | FAULT#{station}        | {evse}#{connector}, its latest fault                 |
| FLEET        | FLEET#samples          | {time} of a sample of all stations                   |
| LIVE         | LIVE#watched           | WATCHED, whether any console watches                 |
|              | LIVE#connections       | {connection id} of a console                         |
|              | LIVE#ticket#{hash}     | TICKET, by which a console may connect once          |

| index      | entity      | partition (pk1, pk2)                        | sort (sk1, sk2) | serves           |
|------------|-------------|---------------------------------------------|-----------------|------------------|
| by_list    | STATION     | STATION#all                                 | station         | all stations     |
| by_list    | CONNECTION  | a shard of CONNECTION#online, while online  | station         | stations online  |
| by_list    | TRANSACTION | TRANSACTION#{start day}                     | start, id       | by time          |
| by_list    | TRANSACTION | TRANSACTION#active                          | start, id, station | by state, who charges |
| by_list    | TOKEN       | TOKEN#all                                   | token           | all id tokens    |
| by_list    | GROUP       | GROUP#all                                   | group           | all groups       |
| by_list    | JOB         | JOB#all                                     | job id          | all jobs         |
| by_list    | FIRMWARE    | FIRMWARE#all                                | firmware id     | all firmware     |
| by_list    | CAMPAIGN    | CAMPAIGN#all                                | campaign id     | all campaigns    |
| by_list    | UPDATE      | UPDATE#{campaign}, until it has its turn    | place, number   | whose turn is next |
| by_list    | DIAGNOSTICS | DIAGNOSTICS#all                             | diagnostics id  | all collections  |
| by_list    | ISSUED_CERTIFICATE | ISSUED_CERTIFICATE#all               | expiry, serial  | by expiry        |
| by_list    | TARIFF      | TARIFF#all                                  | tariff          | all tariffs      |
| by_list    | PAYMENT     | PAYMENT#all                                 | payment         | all payments     |
| by_list    | BATTERY_SWAP | BATTERY_SWAP#all                           | first known, station, id | all swaps |
| by_list    | MONITOR     | MONITOR#active, an alarm while it stands    | since, subject, station | all alarms |
| by_list    | FAULT       | FAULT#all, while it stands                  | since, hash     | all faults       |
| by_list    | CALL        | CALL#failed#{day}, if it failed             | end, id         | calls that failed |
| by_list    | EVENT       | EVENT#refused#{day}, a refused connection   | time, hash      | refused connections |
| by_list    | RESERVATION | RESERVATION#open, only while open           | expiry, hash    | all that stand   |
| by_station | STATION     | STATION#described, with a name or a place   | station, name, place | names, places  |
| by_station | TRANSACTION | TRANSACTION#{station}                       | start, id       | those of a station |
| by_station | TOKEN       | TOKEN#{group}, only in a group              | token           | those of a group |
| by_station | RESERVATION | RESERVATION#{station}, only while open      | expiry, id      | those that stand |
| by_station | UPDATE      | UPDATE#{campaign}                           | station         | those of a campaign |
| by_station | RETRIEVAL   | RETRIEVAL#{diagnostics}                     | station         | those of a collection |
| by_station | PAYMENT     | PAYMENT#{station}                           | payment         | those of a station |
| by_station | REPORT      | REPORT#{station}                            | request, id     | reports, newest first |

One item of CONNECTOR holds the latest status of every connector of a station: one write for a StatusNotification,
one read for a station. The meter values of a message are one item: T# when the message names a transaction, C# when
it does not. Both indexes hold keys only, so that changing anything else costs nothing in them; an ended transaction
changes its partition in by_list, which is how the active ones are found without reading the others.
CONNECTION also holds a station's outbox: which calls wait and which one is outstanding, so that one conditional write
sees the connection, takes the turn and tells where to send. The calls themselves are items of CALL.
TOKEN sorts after S#, so a query from the end reads a token and its latest uses at once. The days that have ended
transactions are listed, so that whoever looks back over all of them asks for no empty day.
"""

import binascii
import datetime as dt
import hashlib
from typing import Any, NamedTuple

Item = dict[str, Any]

INDEX_KEYS: dict[str | None, tuple[str, str]] = {
    None: ("pk", "sk"),
    "by_list": ("pk1", "sk1"),
    "by_station": ("pk2", "sk2"),
}

ALL_STATIONS = "STATION#all"
DESCRIBED_STATIONS = "STATION#described"
ONLINE = ("CONNECTION#online", *(f"CONNECTION#online#{shard}" for shard in range(1, 8)))
"""The shards of the list of stations online. Each connection writes there when it begins and when it ends, and one
partition takes 1,000 writes a second, which no quota raises: eight take 4,000 connections a second.

The first has the name that the list had when it was one, and is read before the others. So a connection that was
listed then, whichever its shard is now, is found for the two hours at most that it lives, and one that moves while a
list is read moves ahead of the reader. Their number may be doubled, for the same reason; it never shrinks."""
ACTIVE_TRANSACTIONS = "TRANSACTION#active"
ALL_TOKENS = "TOKEN#all"
ALL_GROUPS = "GROUP#all"
ALL_JOBS = "JOB#all"
ALL_FIRMWARE = "FIRMWARE#all"
ALL_CAMPAIGNS = "CAMPAIGN#all"
ALL_DIAGNOSTICS = "DIAGNOSTICS#all"
ALL_ISSUED_CERTIFICATES = "ISSUED_CERTIFICATE#all"
TRUSTED_ROOTS = "ISSUED_CERTIFICATE#roots"
ACTIVE_ALARMS = "MONITOR#active"
ALL_FAULTS = "FAULT#all"
OPEN_RESERVATIONS = "RESERVATION#open"
FLEET_SAMPLES = "FLEET#samples"
LIVE_CONNECTIONS = "LIVE#connections"
ALL_TARIFFS = "TARIFF#all"
ALL_PAYMENTS = "PAYMENT#all"
ALL_BATTERY_SWAPS = "BATTERY_SWAP#all"
DATA = "DATA#"
USES = "S#"
ROWS = "ROW#"
RESERVATIONS = "R#"
PROFILES = "P#"
COMPOSITES = "E#"
LIMITS = "L#"
NEEDS = "N#"
PRIORITIES = "T#"
DER_CONTROLS = "C#"
DER_ALARMS = "A#"
REPORTS = "R#"
REPORT_PARTS = "P#"
SLOTS = "S#"
MESSAGES = "M#"
MONITORS = "M#"
ALARMS = "A#"
STREAMS = "S#"
REVISIONS = "R#"
ASSIGNMENTS = "A#"
SEPARATOR = "\x1f"
"""Sorts before every character of an id, so that with it behind them ids keep their order."""
LONGEST_PART_BYTES = 560
"""An id in a sort key beside something else is cut to this: a sort key has room for 1,024 bytes. Only an id that is
longer than any station of OCPP 2.x may have is not found by it then."""
END_OF_TIME = "9999"
"""Sorts after every time."""
END_OF_CALLS = "g"
"""Sorts after every call id, which is of hex digits."""


class Key(NamedTuple):
    """The primary key of an item."""

    pk: str
    sk: str


def stamp(at: dt.datetime) -> str:
    """A time as it stands in keys and items: `2026-11-23T08:00:00.000000Z`."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def time(text: str) -> dt.datetime:
    """The time that `stamp` wrote."""
    return dt.datetime.fromisoformat(text)


def digest(*parts: object) -> str:
    """Sixteen hex digits that stand for some content, to tell two things of the same moment apart."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]


def station(station_id: str) -> Key:
    return Key(f"STATION#{station_id}", "STATION")


def description(station_id: str, name: str | None, latitude: float | None, longitude: float | None) -> str:
    """The by_station sort key of a station with a name or a place."""
    place = ("" if degrees is None else repr(degrees) for degrees in (latitude, longitude))
    return SEPARATOR.join((_cut(station_id), name or "", *place))


def described(sort_key: str) -> tuple[str | None, float | None, float | None]:
    """The name, latitude and longitude that `description` wrote."""
    _, name, *place = sort_key.split(SEPARATOR)
    latitude, longitude = (float(degrees) if degrees else None for degrees in place)
    return name or None, latitude, longitude


def descriptions(first: str, last: str) -> tuple[str, str]:
    """Between which sort keys the descriptions of the stations from one to another stand."""
    return _cut(first), f"{_cut(last)} "


def connection(station_id: str) -> Key:
    return Key(f"CONNECTION#{station_id}", "CONNECTION")


def online(station_id: str) -> str:
    """The by_list partition of a station while it is online, by a checksum that spreads ids of any pattern."""
    return ONLINE[binascii.crc32(station_id.encode()) % len(ONLINE)]


def connectors(station_id: str) -> Key:
    return Key(f"CONNECTOR#{station_id}", "CONNECTOR")


def closing(connection_id: str) -> Key:
    return Key(f"CLOSING#{connection_id}", "CLOSING")


def calls_of_station(station_id: str) -> str:
    """The partition of the calls to a station."""
    return f"CALL#{station_id}"


def call(station_id: str, call_id: str) -> Key:
    return Key(calls_of_station(station_id), call_id)


def failed_calls(day: dt.date) -> str:
    """The by_list partition of the calls that failed on a day (UTC)."""
    return f"CALL#failed#{day.isoformat()}"


def reservations_of_station(station_id: str) -> str:
    """The partition of a station's reservations, and the by_station partition of those that are open."""
    return f"RESERVATION#{station_id}"


def reservation(station_id: str, reservation_id: int) -> Key:
    return Key(reservations_of_station(station_id), f"{RESERVATIONS}{reservation_id:010d}")


def last_reservation(station_id: str) -> Key:
    return Key(reservations_of_station(station_id), "LAST")


def local_list(station_id: str) -> Key:
    return Key(f"LOCAL_LIST#{station_id}", "STATION")


def wished_local_list(station_id: str) -> Key:
    return Key(f"LOCAL_LIST#{station_id}", "WISH")


def charging_profiles_of_station(station_id: str) -> str:
    """The partition of a station's charging profiles and what else is known of its smart charging."""
    return f"CHARGING_PROFILE#{station_id}"


def charging_profile(station_id: str, profile_id: int) -> Key:
    return Key(charging_profiles_of_station(station_id), f"{PROFILES}{profile_id:010d}")


def foreign_profile(station_id: str, profile_id: int, evse_id: int, source: str) -> Key:
    """A profile that somebody else has set: its id may be that of one of ours."""
    return Key(charging_profiles_of_station(station_id), f"{PROFILES}{profile_id:010d}#{evse_id:06d}#{source}")


def composite_schedule(station_id: str, evse_id: int) -> Key:
    return Key(charging_profiles_of_station(station_id), f"{COMPOSITES}{evse_id:06d}")


def charging_limit(station_id: str, evse_id: int, source: str) -> Key:
    return Key(charging_profiles_of_station(station_id), f"{LIMITS}{evse_id:06d}#{source}")


def charging_needs(station_id: str, evse_id: int) -> Key:
    return Key(charging_profiles_of_station(station_id), f"{NEEDS}{evse_id:06d}")


def priority_charging(station_id: str, transaction_id: str) -> Key:
    return Key(charging_profiles_of_station(station_id), f"{PRIORITIES}{transaction_id}")


def der_controls_of_station(station_id: str) -> str:
    """The partition of a station's DER controls and alarms."""
    return f"DER_CONTROL#{station_id}"


def der_control(station_id: str, control_id: str) -> Key:
    return Key(der_controls_of_station(station_id), f"{DER_CONTROLS}{control_id}")


def der_alarm(station_id: str, control_type: str, fault: str) -> Key:
    return Key(der_controls_of_station(station_id), f"{DER_ALARMS}{control_type}#{fault}")


def configuration_of_station(station_id: str) -> str:
    """The partition of a station's configuration."""
    return f"CONFIGURATION#{station_id}"


def configuration(station_id: str, normal_key: str) -> Key:
    return Key(configuration_of_station(station_id), normal_key)


def idempotency(content: str) -> Key:
    return Key(f"IDEMPOTENCY#{content}", "IDEMPOTENCY")


def job(job_id: str) -> Key:
    return Key(f"JOB#{job_id}", "JOB")


def job_order(job_id: str) -> Key:
    return Key(job(job_id).pk, "ORDER")


def job_page(job_id: str, number: int) -> Key:
    return Key(job(job_id).pk, f"PAGE#{number:06d}")


def job_row(job_id: str, station_id: str) -> Key:
    return Key(job(job_id).pk, f"{ROWS}{station_id}")


def transaction(transaction_id: str) -> Key:
    return Key(f"TRANSACTION#{transaction_id}", "TRANSACTION")


def transaction_data(transaction_id: str, number: int) -> Key:
    return Key(f"TRANSACTION#{transaction_id}", f"{DATA}{number:04d}")


def transaction_events(generation: int) -> str:
    """What the sort keys of a transaction's events begin with."""
    return f"EVENT#{generation:03d}#"


def transaction_event(transaction_id: str, generation: int, seq_no: int, content: str | None = None) -> Key:
    """With its content where another event has its seqNo."""
    name = f"{transaction_events(generation)}{seq_no:010d}"
    return Key(f"TRANSACTION#{transaction_id}", f"{name}#{content}" if content else name)


def debit(transaction_id: str, generation: int, id_token: str) -> Key:
    return Key(f"TRANSACTION#{transaction_id}", f"DEBIT#{generation:03d}#{id_token}")


def active_transaction(position: str, station_id: str) -> str:
    """The by_list sort key of an active transaction: its place in lists by time, and where it takes place."""
    return f"{position}{SEPARATOR}{_cut(station_id)}"


def position_and_station(sort_key: str) -> tuple[str, str]:
    """The place in lists by time of a transaction, and its station; of one that has ended the key does not tell it."""
    position, _, station_id = sort_key.partition(SEPARATOR)
    return position, station_id


def transactions_of_day(day: dt.date) -> str:
    """The by_list partition of the transactions that started on a day (UTC) and have ended."""
    return f"TRANSACTION#{day.isoformat()}"


def days_of_transactions() -> str:
    """The partition of the days that have ended transactions."""
    return "TRANSACTION#days"


def day_of_transactions(day: dt.date) -> Key:
    return Key(days_of_transactions(), day.isoformat())


def transactions_of_station(station_id: str) -> str:
    """The by_station partition of a station's transactions."""
    return f"TRANSACTION#{station_id}"


def meter_values_of_station(station_id: str) -> str:
    """The partition of a station's meter values."""
    return f"METER_VALUES#{station_id}"


def meter_values(station_id: str, series: str, at: dt.datetime, content: str) -> Key:
    return Key(meter_values_of_station(station_id), f"{series}{stamp(at)}#{content}")


def of_transaction(number: int | str) -> str:
    """The series of meter values that name a transaction."""
    return f"T#{number}#"


def of_evse(evse_id: int) -> str:
    """The series of meter values that name no transaction."""
    return f"C#{evse_id}#"


def token(id_token: str) -> Key:
    return Key(f"TOKEN#{id_token}", "TOKEN")


def tokens_of_group(group: str) -> str:
    """The by_station partition of a group's id tokens."""
    return f"TOKEN#{group}"


def group(group: str) -> Key:
    return Key(f"GROUP#{group}", "GROUP")


def token_use(id_token: str, started_at: dt.datetime, transaction_id: str) -> Key:
    return Key(f"TOKEN#{id_token}", f"{USES}{stamp(started_at)}#{transaction_id}")


def events_of_station(station_id: str) -> str:
    """The partition of a station's history."""
    return f"EVENT#{station_id}"


def event(station_id: str, at: dt.datetime, content: str) -> Key:
    return Key(events_of_station(station_id), f"{stamp(at)}#{content}")


def refused_connections(day: dt.date) -> str:
    """The by_list partition of the connections that were refused on a day (UTC)."""
    return f"EVENT#refused#{day.isoformat()}"


def faults_of_station(station_id: str) -> str:
    """The partition of a station's faults."""
    return f"FAULT#{station_id}"


def fault(station_id: str, evse_id: int, connector_id: int) -> Key:
    return Key(faults_of_station(station_id), f"{evse_id:011d}#{connector_id:011d}")


def fleet_sample(at: dt.datetime) -> Key:
    return Key(FLEET_SAMPLES, stamp(at))


def moment(at: dt.datetime, *what: object) -> str:
    """A sort key of a list by time: two things of the same moment stand beside each other."""
    return f"{stamp(at)}#{digest(*what)}"


def findings_of_station(station_id: str) -> str:
    """The partition of a station's findings."""
    return f"FINDING#{station_id}"


def finding(station_id: str, code: str, action: str, path: str) -> Key:
    return Key(findings_of_station(station_id), f"{code}#{action}#{path}")


def certificates_of_station(station_id: str) -> str:
    """The partition of the certificates that a station trusts."""
    return f"CERTIFICATE#{station_id}"


def certificates(station_id: str, use: str) -> Key:
    return Key(certificates_of_station(station_id), use)


def capabilities_of_station(station_id: str) -> str:
    """The partition of the actions that a station does not know."""
    return f"CAPABILITY#{station_id}"


def capability(station_id: str, action: str) -> Key:
    return Key(capabilities_of_station(station_id), action)


def request(station_id: str, request_id: int) -> Key:
    return Key(f"REQUEST#{station_id}", str(request_id))


def remote_start(station_id: str, remote_start_id: int) -> Key:
    return Key(f"REQUEST#{station_id}", f"R#{remote_start_id}")


def firmware(firmware_id: str) -> Key:
    return Key(f"FIRMWARE#{firmware_id}", "FIRMWARE")


def campaign(campaign_id: str) -> Key:
    return Key(f"CAMPAIGN#{campaign_id}", "CAMPAIGN")


def updates_of_station(station_id: str) -> str:
    """The partition of a station's firmware updates."""
    return f"UPDATE#{station_id}"


def update(station_id: str, update_id: str) -> Key:
    return Key(updates_of_station(station_id), update_id)


def updates_of_campaign(campaign_id: str) -> str:
    """The by_station partition of a campaign's updates, and the by_list partition of those that wait for their turn."""
    return f"UPDATE#{campaign_id}"


def in_queue(place: str, number: int = 0) -> str:
    """The by_list sort key of an update that waits for its turn: all of a place, in the order of their campaign."""
    return f"{place}#{number:07d}"


def diagnostics(diagnostics_id: str) -> Key:
    return Key(f"DIAGNOSTICS#{diagnostics_id}", "DIAGNOSTICS")


def retrievals_of_station(station_id: str) -> str:
    """The partition of the retrievals of a station's logs."""
    return f"RETRIEVAL#{station_id}"


def retrieval(station_id: str, retrieval_id: str) -> Key:
    return Key(retrievals_of_station(station_id), retrieval_id)


def retrievals_of_collection(diagnostics_id: str) -> str:
    """The by_station partition of the retrievals of a collection."""
    return f"RETRIEVAL#{diagnostics_id}"


def upload(ref: str) -> Key:
    return Key(f"UPLOAD#{ref}", "UPLOAD")


def monitors_of_station(station_id: str) -> str:
    """The partition of a station's monitors and alarms."""
    return f"MONITOR#{station_id}"


def monitor(station_id: str, monitor_id: int) -> Key:
    return Key(monitors_of_station(station_id), f"{MONITORS}{monitor_id:010d}")


def alarm(station_id: str, subject: str) -> Key:
    return Key(monitors_of_station(station_id), f"{ALARMS}{subject}")


def raised(at: dt.datetime, station_id: str, subject: str) -> str:
    """The by_list sort key of an alarm that stands since a moment."""
    return f"{stamp(at)}#{subject}#{station_id}"


def alarm_raised(sort_key: str) -> Key:
    """The alarm of a by_list sort key; of one that is none, some key that no item has."""
    _, _, rest = sort_key.partition("#")
    subject, _, station_id = rest.partition("#")
    return alarm(station_id, subject)


def monitoring_settings(station_id: str) -> Key:
    return Key(monitors_of_station(station_id), "SETTINGS")


def event_streams_of_station(station_id: str) -> str:
    """The partition of a station's periodic event streams and their values."""
    return f"EVENT_STREAM#{station_id}"


def event_stream(station_id: str, stream_id: int) -> Key:
    return Key(event_streams_of_station(station_id), f"{STREAMS}{stream_id:010d}")


def values_of_stream(stream_id: int) -> str:
    """What the sort keys of a stream's values begin with."""
    return f"{DATA}{stream_id:010d}#"


def values_of_stream_at(station_id: str, stream_id: int, at: dt.datetime, content: str) -> Key:
    return Key(event_streams_of_station(station_id), f"{values_of_stream(stream_id)}{stamp(at)}#{content}")


def display_messages_of_station(station_id: str) -> str:
    """The partition of the messages that a station shows."""
    return f"DISPLAY_MESSAGE#{station_id}"


def display_message(station_id: str, message_id: int) -> Key:
    return Key(display_messages_of_station(station_id), f"{MESSAGES}{message_id:010d}")


def last_display_message(station_id: str) -> Key:
    return Key(display_messages_of_station(station_id), "LAST")


def signing_requests_of_station(station_id: str) -> str:
    """The partition of a station's requests for certificates."""
    return f"ISSUED_CERTIFICATE#R#{station_id}"


def signing_request(station_id: str, signing_id: str) -> Key:
    return Key(signing_requests_of_station(station_id), signing_id)


def issued_certificate(serial_number: str) -> Key:
    return Key(f"ISSUED_CERTIFICATE#C#{serial_number}", "CERTIFICATE")


def by_expiry(expires_at: dt.datetime, serial_number: str) -> str:
    """The by_list sort key of an issued certificate."""
    return f"{stamp(expires_at)}#{serial_number}"


def certificate_authority() -> Key:
    return Key("ISSUED_CERTIFICATE#authority", "AUTHORITY")


def trusted_root(root_id: str) -> Key:
    return Key(TRUSTED_ROOTS, root_id)


def variables_of_station(station_id: str) -> str:
    """The partition of a station's device model."""
    return f"VARIABLE#{station_id}"


def variable(station_id: str, normal: tuple[str, str, str | None, int | None, int | None, str | None]) -> Key:
    """By the parts of a variable's id in normal form; those of a component stand together."""
    component, name, instance, evse_id, connector_id, variable_instance = normal
    place = ("" if number is None else f"{number:06d}" for number in (evse_id, connector_id))
    sort_key = "#".join((_part(component), _part(instance), *place, _part(name), _part(variable_instance)))
    return Key(variables_of_station(station_id), sort_key)


def variables_of_component(normal_component: str) -> str:
    """What the sort keys of a component's variables begin with."""
    return f"{_part(normal_component)}#"


def _part(text: str | None) -> str:
    """A part of a sort key, in which parts are set off by `#`."""
    return (text or "").replace("%", "%25").replace("#", "%23")


def _cut(text: str) -> str:
    return text.encode()[:LONGEST_PART_BYTES].decode(errors="ignore")


def reports_of_station(station_id: str) -> str:
    """The partition of a station's reports, and their by_station partition."""
    return f"REPORT#{station_id}"


def report(station_id: str, request_id: int, kind: str) -> Key:
    return Key(reports_of_station(station_id), f"{REPORTS}{request_id:011d}#{kind}")


def reports_with_id(request_id: int) -> str:
    """What the sort keys of the reports under a request id begin with, of whatever kind."""
    return f"{REPORTS}{request_id:011d}#"


def report_part(station_id: str, request_id: int, kind: str, page: str) -> Key:
    return Key(reports_of_station(station_id), f"{report_parts(request_id, kind)}{page}")


def report_parts(request_id: int, kind: str) -> str:
    """What the sort keys of the pages of a report begin with."""
    return f"{REPORT_PARTS}{request_id:011d}#{kind}#"


def network_profiles_of_station(station_id: str) -> str:
    """The partition of a station's network profiles."""
    return f"NETWORK_PROFILE#{station_id}"


def network_profile(station_id: str, slot: int) -> Key:
    return Key(network_profiles_of_station(station_id), f"{SLOTS}{slot:011d}")


def security_upgrade(station_id: str) -> Key:
    return Key(network_profiles_of_station(station_id), "UPGRADE")


def tariff(tariff_id: str) -> Key:
    return Key(f"TARIFF#{tariff_id}", "TARIFF")


def tariff_revision(tariff_id: str, number: int) -> Key:
    return Key(f"TARIFF#{tariff_id}", f"{REVISIONS}{number:010d}")


def tariffs_at_station(station_id: str) -> str:
    """The partition of the tariffs that a station has said to have. No tariff's id begins so."""
    return f"TARIFF#at#{station_id}"


def tariff_assignment(station_id: str, evse_id: int, kind: str, wire_id: str) -> Key:
    return Key(tariffs_at_station(station_id), f"{ASSIGNMENTS}{evse_id:06d}#{kind}#{wire_id}")


def tariffs_at_evse(evse_id: int) -> str:
    """What the sort keys of the assignments at an EVSE begin with."""
    return f"{ASSIGNMENTS}{evse_id:06d}#"


def payment(payment_id: str) -> Key:
    return Key(f"PAYMENT#{payment_id}", "PAYMENT")


def web_payments(station_id: str) -> Key:
    return Key(f"PAYMENT#at#{station_id}", "WEB")


def payments_of_station(station_id: str) -> str:
    """The by_station partition of the payments at a station."""
    return f"PAYMENT#{station_id}"


def battery_swaps_of_station(station_id: str) -> str:
    """The partition of a station's battery swaps."""
    return f"BATTERY_SWAP#{station_id}"


def battery_swap(station_id: str, request_id: int) -> Key:
    return Key(battery_swaps_of_station(station_id), f"{request_id:011d}")


def live_watched() -> Key:
    return Key("LIVE#watched", "WATCHED")


def live_connection(connection_id: str) -> Key:
    return Key(LIVE_CONNECTIONS, connection_id)


def live_ticket(hashed: str) -> Key:
    return Key(f"LIVE#ticket#{hashed}", "TICKET")


def after(partition: str, sort_key: str | None) -> Item | None:
    """The key from which a query of a partition goes on."""
    return Key(partition, sort_key)._asdict() if sort_key else None


def entity(key: str) -> tuple[str, str]:
    """A partition key taken apart: the entity and the id."""
    name, _, rest = key.partition("#")
    return name, rest
