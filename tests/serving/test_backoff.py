"""How long is waited between attempts."""

from __future__ import annotations

from ramify.serving.backoff import delays


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def slept(seconds: float, share: float) -> list[float]:
    clock, found = Clock(), []
    for delay in delays(seconds, clock, lambda: share):
        found.append(round(delay, 4))
        clock.now += delay
    return found


def test_delays_rise_up_to_half_a_second() -> None:
    assert slept(3, 1.0)[:10] == [
        0.01, 0.017, 0.0289, 0.0491, 0.0835, 0.142, 0.2414, 0.4103, 0.5, 0.5,
    ]  # fmt: skip


def test_half_of_a_delay_is_left_to_chance() -> None:
    assert slept(3, 0.0)[:3] == [0.005, 0.0085, 0.0145]


def test_all_of_them_together_take_as_long_as_was_said() -> None:
    assert round(sum(slept(2, 1.0)), 3) == 2


def test_no_time_means_no_attempt() -> None:
    assert slept(0, 1.0) == []
