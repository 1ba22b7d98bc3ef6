"""Files that were changed together, from commits as they are given."""

from __future__ import annotations

from pathlib import Path

from ramify_store.history import HALF_LIFE, PAIRED_FILES, Commit, History


def history(*commits: tuple[str, ...], path: Path | None = None) -> History:
    """Commits of the same moment, each given by its files."""
    made = History(path)
    made.replace((Commit(f"c{n}", 0, paths) for n, paths in enumerate(commits)), ())
    return made


def together(made: History, path: str) -> list[tuple[str, int, int]]:
    return [(each.path, each.shared, each.commits) for each in made.companions(path)]


def test_once_is_chance_and_twice_is_a_companion() -> None:
    made = history(("a", "b"), ("a", "b"), ("a", "c"), ("b", "c"))
    assert together(made, "a") == [("b", 2, 3)]
    assert together(made, "c") == []


def test_small_commits_say_more_than_large_ones() -> None:
    rest = tuple(f"x{n}" for n in range(10))
    made = history(("a", "b"), ("a", "b"), ("a", "c", *rest), ("a", "c", *rest))
    assert [each.path for each in made.companions("a")][:2] == ["b", "c"]


def test_a_commit_of_very_many_files_says_nothing() -> None:
    everything = ("a", "b", *(f"x{n}" for n in range(PAIRED_FILES)))
    assert together(history(everything, everything), "a") == []


def test_recent_commits_weigh_more() -> None:
    made = History(None)
    old, new = ("a", "b"), ("a", "c")
    years = (old, 0), (old, 1), (new, 4 * HALF_LIFE), (new, 4 * HALF_LIFE + 1)
    made.replace((Commit(f"c{n}", at, paths) for n, (paths, at) in enumerate(years)), ())
    assert [each.path for each in made.companions("a")] == ["c", "b"]


def test_churn_counts_commits_and_halves_them_by_the_year() -> None:
    made = History(None)
    made.replace([Commit("c0", 0, ("a",)), Commit("c1", HALF_LIFE, ("a", "b"))], ())
    churn = made.churn()
    assert (churn["a"].commits, churn["a"].weight) == (2, 1.5)
    assert (churn["b"].commits, churn["b"].weight) == (1, 1.0)


def test_commits_that_are_gone_are_forgotten() -> None:
    made = history(("a", "b"), ("a", "b"), ("a", "b"))
    made.replace([Commit("new", 0, ("a",))], ["c0", "c1"])
    assert made.commits() == {"c2", "new"}
    assert together(made, "a") == []
    assert made.churn()["b"].commits == 1


def test_it_is_kept_on_disk_and_damage_costs_no_more_than_reading_again(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    history(("a", "b"), ("a", "b"), path=path).close()
    again = History(path)
    assert together(again, "a") == [("b", 2, 2)]
    again.close()
    path.write_bytes(b"no database " * 1000)
    assert History(path).commits() == frozenset()
