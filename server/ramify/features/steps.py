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
        source, edge = self._reading.view.symbol(hop.source), hop.edge
        sites: tuple[Place, ...] = ()
        if source is not None and edge is not None:
            name = self._places.name_of(edge.target)
            sites = self._places.sites(source, edge.sites[:1], name)
        return _stated(hop, sites[0] if sites else None)


def _stated(hop: Hop, site: Place | None) -> Step:
    return Step(
        id=hop.source,
        name=qualified_name(hop.source),
        site=site,
        edge=hop.kind,
        certainty=hop.certainty,
        why=hop.why,
    )
