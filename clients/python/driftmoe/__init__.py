# SPDX-License-Identifier: GPL-3.0-or-later
"""DriftMoE from Python: a job's topics, and the command.

>>> import driftmoe
>>> with driftmoe.Job("job.yaml", key="pump-1") as job:
...     id = job.send({"temperature": 0.7, "load": 0.2})
...     job.label(id, "fault")
...     for prediction in job.predictions(wait=10): ...
>>> driftmoe.bench(streams=["led_a"], learners=["adaptive", "ARF-10"], events=20000)
"""
from .client import Client, Job, Message
from .command import Process, bench, broker, demo, inspect, job, job_init, run, score
from .errors import CommandError, DeliveryError, DriftMoeError, UnreadableRecord
from .settings import Attribute, Settings

__all__ = [
    "Attribute",
    "Client",
    "CommandError",
    "DeliveryError",
    "DriftMoeError",
    "Job",
    "Message",
    "Process",
    "Settings",
    "UnreadableRecord",
    "bench",
    "broker",
    "demo",
    "inspect",
    "job",
    "job_init",
    "run",
    "score",
]
