"""DynamoDB on one machine: moto's tables, with items that are stored, indexed and charged here."""

from local.dynamodb.errors import DynamoError
from local.dynamodb.tables import Table
from local.dynamodb.transport import in_process_transport, installed, operations, table, tables

__all__ = ["DynamoError", "Table", "in_process_transport", "installed", "operations", "table", "tables"]
