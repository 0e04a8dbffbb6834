"""Central's side of the exchange, for its jobs: push signed records, collect the print log.

`push_file` and `collect` are what `kiosk central push` and `kiosk central collect` call, and what a
program of central's may call itself. This package knows the wire and keys; it needs no database
and no settings file.
"""

from kiosk.sync.client.backoff import Patience
from kiosk.sync.client.batch import BatchLimits
from kiosk.sync.client.collect import Collected, collect
from kiosk.sync.client.outcome import Outcome, Pushed
from kiosk.sync.client.problem import ClientProblem
from kiosk.sync.client.push import push_file
from kiosk.sync.client.sources import NEXT, Next
from kiosk.sync.client.targets import Receives, Target, read_targets

__all__ = [
    "NEXT",
    "BatchLimits",
    "ClientProblem",
    "Collected",
    "Next",
    "Outcome",
    "Patience",
    "Pushed",
    "Receives",
    "Target",
    "collect",
    "push_file",
    "read_targets",
]
