"""Paths to dependents, link by link, as an answer tells them.

Most paths of one answer share all but their last link: each link is made once. Must never know
what a path is told for.
"""

from __future__ import annotations

from ramify.features.answers.common import Place
from ramify.features.answers.impact import Step
from ramify.features.found import Hop, Trail
from ramify.features.places import Places, qualified_name
from ramify.session.snapshot import Reading


class Steps:
    """Those of one question."""

    def __init__(self, reading: Reading, places: Places) -> None:
        self._reading = reading
        self._places = places
        self._told: dict[Trail, tuple[Step, ...]] = {}
        self._bare: dict[Trail, tuple[Step, ...]] = {}

    def told(self, trail: Trail) -> tuple[Step, ...]:
        """From the target outwards, each with its site."""
        known = self._told.get(trail)
        if known is None:
            before = self.told(trail.before) if trail.before else ()
            known = self._told[trail] = (*before, self._step(trail.hop))
        return known

    def ending(self, trail: Trail) -> tuple[Step, ...]:
        """Only the last with its site: looking up that of every step to every test takes
        longest."""
        return (*(self._without_sites(trail.before) if trail.before else ()), self._last(trail))

    def _last(self, trail: Trail) -> Step:
        known = self._told.get(trail)
        return known[-1] if known else self._step(trail.hop)

    def _without_sites(self, trail: Trail) -> tuple[Step, ...]:
        known = self._bare.get(trail)
        if known is None:
            before = self._without_sites(trail.before) if trail.before else ()
            known = self._bare[trail] = (*before, _stated(trail.hop, None))
        return known

    def _step(self, hop: Hop) -> Step:
        edge = hop.edge
        source = self._reading.view.symbol(hop.source) if edge and edge.sites else None
        if edge is None or source is None:
            return _stated(hop, None)
        return _stated(hop, self._places.site(source, edge.sites[0], edge.target))


def _stated(hop: Hop, site: Place | None) -> Step:
    return Step(
        id=hop.source,
        name=qualified_name(hop.source),
        site=site,
        edge=hop.kind,
        certainty=hop.certainty,
        why=hop.why,
    )
