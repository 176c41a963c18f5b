"""ClearCache."""

from shared.aws.command import Command
from shared.ocpp.v16.clear_cache import ClearCacheRequest, ClearCacheResponse

handler = Command("ClearCache")
handler.speaks("1.6", ClearCacheRequest, ClearCacheResponse)
