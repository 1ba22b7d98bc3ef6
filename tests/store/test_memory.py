"""When garbage is looked for."""

from __future__ import annotations

import gc
import weakref

from ramify_store.memory import release, undisturbed


class Node:
    def __init__(self) -> None:
        self.itself = self


def test_nothing_is_looked_through_while_somebody_waits() -> None:
    with undisturbed():
        within = gc.isenabled()
    assert (within, gc.isenabled()) == (False, True)


def test_work_inside_work_leaves_it_to_the_outer_one() -> None:
    with undisturbed():
        with undisturbed():
            pass
        within = gc.isenabled()
    assert not within


def test_circles_that_were_left_go_with_the_next_release() -> None:
    with undisturbed():
        left = weakref.ref(Node())
    gc.collect()
    before = left() is not None
    release()
    assert (before, left()) == (True, None)
