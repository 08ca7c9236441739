# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, each with one clear line."""
from __future__ import annotations


class DriftMoeError(Exception):
    """Every error of this package but those of wrong arguments, which are ValueErrors and TypeErrors."""


class CommandError(DriftMoeError):
    """The command ended badly; the message is its line on standard error."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        """1 for a failure, 2 for wrong usage, as the shell sees it."""


class UnreadableRecord(DriftMoeError):
    """A Kafka record that is none of a job's, or was written by a version whose schema is not known here."""


class DeliveryError(DriftMoeError):
    """The broker did not take a record."""
