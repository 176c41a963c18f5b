"""ClearCache: a station is asked to forget which id tokens it has seen. Rejected may mean that it has no cache."""

from shared.aws.command import Command
from shared.ocpp.v16.clear_cache import ClearCacheRequest, ClearCacheResponse

handler = Command("ClearCache")
handler.speaks("1.6", ClearCacheRequest, ClearCacheResponse)
