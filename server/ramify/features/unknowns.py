"""Who names something without anybody knowing what is meant: look-ups by name, read once for a
question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ramify_store.facts import Certainty, LookUp
from ramify_store.view import GraphView


@dataclass
class Unknowns:
    view: GraphView
    _by_name: dict[str, list[LookUp]] = field(default_factory=dict)

    def of(self, name: str) -> list[LookUp]:
        """In the order of the view."""
        if name not in self._by_name:
            self._by_name[name] = list(self.view.lookups_of(name))
        return self._by_name[name]

    def possible(self, name: str) -> list[LookUp]:
        """Members of this name of something unknown."""
        return [each for each in self.of(name) if each.certainty == Certainty.POSSIBLE]

    def missing(self, name: str) -> list[LookUp]:
        """Who looked for it in known places, in vain."""
        return [each for each in self.of(name) if each.certainty == Certainty.UNRESOLVED]


def site_count(lookups: Iterable[LookUp]) -> int:
    return sum([len(each.sites) for each in lookups])
