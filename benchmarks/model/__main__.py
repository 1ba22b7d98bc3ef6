"""One command a step: `python -m benchmarks.model mine`, then split, train, export, rerank and
evaluate."""

import argparse
from pathlib import Path

from benchmarks.model.packages import Package, read_packages, read_pinned

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "server" / "ramify" / "embedding" / "data" / "model.npz"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.model", description=__doc__)
    parser.add_argument("step", choices=list(STEPS))
    parser.add_argument("--cache", type=Path, default=HERE / "cache", help="for everything large")
    arguments = parser.parse_args()
    STEPS[arguments.step](arguments.cache)


def _mine(cache: Path) -> None:
    from benchmarks.model.mine import mine

    mine(read_packages(HERE / "packages.tsv"), cache)


def _split(cache: Path) -> None:
    from benchmarks.model.split import split

    untouchable = [*_reporting(), *read_pinned(HERE / "excluded.tsv")]
    split(read_packages(HERE / "packages.tsv"), untouchable, cache)


def _train(cache: Path) -> None:
    from benchmarks.model.train import train_shipped

    train_shipped(cache)


def _export(cache: Path) -> None:
    from benchmarks.model.export import export_trained

    print(export_trained(cache, SHIPPED))


def _rerank(cache: Path) -> None:
    from benchmarks.model.evaluate import shipped
    from benchmarks.model.rerank import train_reranker

    target = SHIPPED.with_name("reranker.npz")
    train_reranker(read_packages(HERE / "packages.tsv"), cache, shipped(), target)


def _evaluate(cache: Path) -> None:
    from benchmarks.model.evaluate import report

    print(report(_reporting(), cache))


def _validate(cache: Path) -> None:
    from benchmarks.model.evaluate import report_validation

    print(report_validation(read_packages(HERE / "packages.tsv"), cache))


def _speed(cache: Path) -> None:
    from benchmarks.model.speed import report

    print(report(_reporting(), cache))


def _reporting() -> list[Package]:
    return read_pinned(HERE / "reporting.tsv")


STEPS = {
    "mine": _mine,
    "split": _split,
    "train": _train,
    "export": _export,
    "rerank": _rerank,
    "validate": _validate,
    "evaluate": _evaluate,
    "speed": _speed,
}

if __name__ == "__main__":
    main()
