"""A history as a test tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ramify_store.history import History
from ramify_store.view import Churn, Companion


@dataclass(frozen=True)
class Told:
    """A history that was read to its end."""

    history: History
    unread: str | None = None

    def companions(self, path: str) -> Sequence[Companion]:
        return self.history.companions(path)

    def churn(self) -> Mapping[str, Churn]:
        return self.history.churn()
