"""Reports of stations: what is asked for under a request id and comes in pages (blocks B, K, M, N, O; rules PG-01 to
PG-05).

The pages of a report come one after the other, but perhaps with a reconnect between them, and some messages do not
number them. A report under an id that nobody asked for is kept as well: it is unsolicited.
"""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

ReportState = Literal["open", "complete", "empty", "refused"]
"""open: pages may come. complete: all have. empty: the station has nothing to report. refused: it will not report."""
EMPTY_STATUSES = ("EmptyResultSet", "NoProfiles", "Unknown", "NotFound")
"""The answers by which a station says that there is nothing to report."""
LARGEST_REQUEST_ID = 10**38 - 1
"""What a database can tell from its neighbours; ours have 31 bits, those that stations find may be any."""
PAGE_TIMEOUT = dt.timedelta(seconds=60)
"""How long the next page may take (rule PG-04)."""


class Report(NamedTuple):
    """A report of a station, as far as it has come."""

    station_id: str
    request_id: int
    kind: str
    """The action that brings its pages: `NotifyReport`."""
    call_id: str | None
    """The call that asked for it; None: nobody did."""
    requested_at: dt.datetime
    asked: dict[str, Any] = {}  # noqa: RUF012  # never changed in place
    """What was asked for, in our words."""
    state: ReportState = "open"
    status: str | None = None
    """The station's answer to the call."""
    answered_at: dt.datetime | None = None
    seq_nos: tuple[int, ...] = ()
    """The numbers of the pages that came, in order."""
    last_seq_no: int | None = None
    """The number of the last page, once it came."""
    digests: tuple[str, ...] = ()
    """Of pages without a number: what tells that the same comes again."""
    last_page_at: dt.datetime | None = None
    revision: int = 0

    @property
    def pages(self) -> int:
        """How many pages have come."""
        return len(self.seq_nos) + len(self.digests)

    @property
    def is_unsolicited(self) -> bool:
        return self.call_id is None

    def is_whole(self, connected_at: dt.datetime) -> bool:
        """Whether, as far as one can tell, no page without a number is missing: all came over the connection that the
        last one came over, on which the station was asked. What got lost with another would not be told again."""
        return self.state == "complete" and connected_at <= (self.answered_at or self.requested_at)

    def missing(self, most: int) -> Iterator[int]:
        """The numbers of the first pages that have not come, below the highest that has."""
        there_are = frozenset(self.seq_nos)
        below = range(max(there_are, default=0))
        return itertools.islice((one for one in below if one not in there_are), most)

    def is_partial(self, now: dt.datetime) -> bool:
        """Whether the next page is overdue: then what there is may be all that comes."""
        since = self.last_page_at or self.answered_at
        return self.state == "open" and since is not None and now - since > PAGE_TIMEOUT


def answered(report: Report, status: str, at: dt.datetime) -> Report:
    """The station has answered whether it will report. Pages that came first count for more than its answer."""
    report = report._replace(status=status, answered_at=report.answered_at or at)
    if status == "Accepted" or report.state != "open" or report.pages:
        return report
    return report._replace(state="empty" if status in EMPTY_STATUSES else "refused")


def paged(report: Report, *, seq_no: int | None, digest: str, more: bool, at: dt.datetime) -> Report:
    """A page has come. The same page again is one page; `digest` stands for its content.

    An unsolicited report that is complete begins anew with its first page: stations use one request id for all of
    them.
    """
    if report.is_unsolicited and report.state == "complete" and seq_no in (0, None):
        report = report._replace(state="open", seq_nos=(), last_seq_no=None, digests=(), requested_at=at)
    last_page_at = max(at, report.last_page_at or at)
    if seq_no is None:
        digests = report.digests if digest in report.digests else (*report.digests, digest)
        is_complete = not more or report.state == "complete"
        return report._replace(digests=digests, last_page_at=last_page_at, state="complete" if is_complete else "open")
    seq_nos = tuple(sorted({*report.seq_nos, seq_no}))
    last_seq_no = report.last_seq_no if more else seq_no
    is_complete = last_seq_no is not None and sum(0 <= one <= last_seq_no for one in seq_nos) == last_seq_no + 1
    return report._replace(
        seq_nos=seq_nos,
        last_seq_no=last_seq_no,
        last_page_at=last_page_at,
        state="complete" if is_complete else "open",
    )
