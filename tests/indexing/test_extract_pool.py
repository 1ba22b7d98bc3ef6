"""Facts from worker processes: the same as made here, whatever happens to a worker."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ramify.indexing import extract_pool
from ramify.indexing.extract_pool import IN_PROCESS, Extraction, worker_count
from ramify.indexing.worker import Extracted, Source, extracted


def sources(count: int) -> list[Source]:
    return [Source(f"{n:04}", "python", f"def f{n}(): pass\n".encode()) for n in range(count)]


def run(texts: Sequence[Source], workers: int = 2) -> dict[str, Extracted]:
    found: dict[str, Extracted] = {}

    def on_facts(batch: Sequence[Extracted]) -> None:
        found.update((each.hash, each) for each in batch)

    extraction = Extraction(workers, on_facts)
    try:
        for text in texts:
            extraction.add(text)
        extraction.finish()
    finally:
        extraction.close()
    return found


@pytest.mark.parametrize("count", [0, 1, IN_PROCESS - 1, IN_PROCESS, 3 * IN_PROCESS])
def test_every_text_has_the_facts_it_would_have_here(count: int) -> None:
    texts = sources(count)
    assert run(texts) == {each.hash: extracted(each) for each in texts}


def test_a_text_that_kills_its_worker_is_given_up_and_the_others_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extract_pool, "_MAIN", DEADLY)
    texts = [*sources(3 * IN_PROCESS), Source("bad", "python", b"deadly")]
    found = run(texts)
    assert found.pop("bad").error == "the process that read it died or hung"
    assert [each.error for each in found.values()] == [""] * 3 * IN_PROCESS


DEADLY = """
import os, signal
from ramify.indexing import worker
def extracted(source, real=worker.extracted):
    if source.data == b"deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return real(source)
worker.extracted = extracted
worker.main()
"""


def test_a_text_that_hangs_its_worker_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract_pool, "BATCH_SECONDS", 3.0)
    monkeypatch.setattr(extract_pool, "ALONE_SECONDS", 3.0)
    kill = "os.kill(os.getpid(), signal.SIGKILL)"
    monkeypatch.setattr(extract_pool, "_MAIN", DEADLY.replace(kill, "__import__('time').sleep(99)"))
    found = run([*sources(IN_PROCESS - 1), Source("bad", "python", b"deadly")], workers=1)
    assert found.pop("bad").error == "the process that read it died or hung"
    assert len(found) == IN_PROCESS - 1


def test_workers_end_when_the_rest_is_given_up() -> None:
    extraction = Extraction(2, lambda batch: None)
    for text in sources(2 * IN_PROCESS):
        extraction.add(text)
    running = set(extraction._lanes.running)
    extraction.close()
    assert all(each._process.poll() is not None for each in running)


def test_a_fault_of_the_extractor_is_an_answer() -> None:
    found = extracted(Source("x", "python", None))  # type: ignore[arg-type]
    assert (found.outline, found.error.partition(":")[0]) == (b"", "AttributeError")


def test_settings_decide_how_many_workers_there_are() -> None:
    assert worker_count(3) == 3
    assert 1 <= worker_count(0) <= 8


def test_a_worker_ends_with_its_input() -> None:
    process = extract_pool._Process()
    assert process.ask(sources(1), 30.0) == [extracted(each) for each in sources(1)]
    stdin = process._process.stdin
    assert stdin is not None
    stdin.close()
    assert process._process.wait(30) == 0
    process.end()
