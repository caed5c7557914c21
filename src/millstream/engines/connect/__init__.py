"""Kafka Connect as an engine: connectors, their tasks and their offsets.

rest     one request to a worker: retried while the workers rebalance, refused in one sentence
status   how a connector and its tasks are
client   observe, create, update, validate, delete
"""

from millstream.engines.connect.client import Connect, Refusal
from millstream.engines.connect.status import ConnectorStatus, TaskStatus

__all__ = ["Connect", "ConnectorStatus", "Refusal", "TaskStatus"]
