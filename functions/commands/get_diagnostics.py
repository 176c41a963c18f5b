"""GetDiagnostics."""

from shared.aws.command import Command
from shared.ocpp.v16.get_diagnostics import GetDiagnosticsRequest, GetDiagnosticsResponse

handler = Command("GetDiagnostics")
handler.speaks("1.6", GetDiagnosticsRequest, GetDiagnosticsResponse)
