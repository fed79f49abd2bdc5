"""Carrying an engine's questions to a server and its answers back, one at a time."""

from __future__ import annotations

from desktop_crm.sync.client.engine import Answer, Question, RunReport, Steps
from desktop_crm.sync.protocol import Hello, Pull, Push, SnapshotAsk, SyncProtocol


def ask(protocol: SyncProtocol, question: Question) -> Answer:
    """One question to whoever speaks the protocol."""
    if isinstance(question, Hello):
        return protocol.hello(question)
    if isinstance(question, Push):
        return protocol.push(question)
    if isinstance(question, Pull):
        return protocol.pull(question)
    if isinstance(question, SnapshotAsk):
        return protocol.snapshot(question)
    return protocol.snapshot_part(question)


def drive(steps: Steps, protocol: SyncProtocol) -> RunReport:
    """A whole run. What goes wrong on the way ends it; what was answered before stays done."""
    try:
        question = next(steps)
        while True:
            question = steps.send(ask(protocol, question))
    except StopIteration as end:
        report: RunReport = end.value
        return report
    finally:
        steps.close()
