"""Trains the small network that compares the nearest pieces with a question word by word.

On the packages that the table was not trained on: on its own training data it knows too much. Of
each, first sentences among bare code; of Python also further questions among documented code as it
stands in an index. (Of other languages only documented definitions were mined: with their
documentation all look alike, and what was learned of them made search in those languages worse.) A
part of the packages is held back once to see what it learns; what ships is trained on all. The
reporting packages have no part in it.
"""

import hashlib
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.model.evaluate import DocstringTest, by_bm25, by_vectors, mined_test, standardised
from benchmarks.model.further_pairs import one_of_each
from benchmarks.model.mine import pairs_file, read_pairs
from benchmarks.model.packages import Package
from benchmarks.model.split import validation_packages
from ramify.embedding.model import StaticEmbedder
from ramify.embedding.reranker import (
    TOKEN_FEATURES,
    WHOLE_FEATURES,
    Pieces,
    features,
    statistics_of,
)

CANDIDATES = 64
QUESTIONS_OF_EACH, FEWEST_OF_EACH = 150, 5
MOST_DOCUMENTED = 2500
"""Definitions of one package that a further question is asked among."""
BM25_WEIGHT = 0.12
"""Beside 1 for the vector, in what is compared again."""
WORDS = 20
"""Words of a question that are learned from."""
HIDDEN, SUMMED, WHOLE_HIDDEN = 32, 12, 32
STEPS, BATCH, RATE = 900, 64, 0.01
PARTS = 4
SEED = 9


@dataclass(frozen=True, slots=True)
class Examples:
    """Questions with their nearest candidates; `answer` is a place among these, -1 if not there."""

    words: Tensor
    wholes: Tensor
    is_word: Tensor
    is_candidate: Tensor
    answer: Tensor
    package: NDArray[np.int64]


class Network(nn.Module):
    """What `ramify.embedding.reranker.Reranker` computes."""

    def __init__(self) -> None:
        super().__init__()
        self.word_1 = nn.Linear(TOKEN_FEATURES, HIDDEN)
        self.word_2 = nn.Linear(HIDDEN, SUMMED)
        self.whole_1 = nn.Linear(SUMMED + WHOLE_FEATURES, WHOLE_HIDDEN)
        self.out = nn.Linear(WHOLE_HIDDEN, 1, bias=False)
        self.straight = nn.Linear(SUMMED + WHOLE_FEATURES, 1, bias=False)

    def forward(self, words: Tensor, wholes: Tensor, is_word: Tensor) -> Tensor:
        known = is_word[:, None, :, None].float()
        hidden = self.word_2(torch.relu(self.word_1(words))) * known
        shares = words[..., :1] * known
        summed = (hidden * shares).sum(2) / shares.sum(2).clamp(min=1e-6)
        both = torch.cat([summed, wholes], -1)
        scores = self.out(torch.relu(self.whole_1(both))) + self.straight(both)
        return scores.squeeze(-1)


def train_reranker(
    packages: Sequence[Package], cache: Path, embedder: StaticEmbedder, target: Path
) -> None:
    torch.set_num_threads(1)
    mined = [package for package in packages if pairs_file(package, cache).exists()]
    held_out = validation_packages(mined)
    numbered = list(enumerate(held_out))
    first = _of_tests([(at, mined_test(each, cache)) for at, each in numbered], embedder)
    further = _of_tests(
        [(at, further_test(each, cache)) for at, each in numbered if each.ecosystem == "pypi"],
        embedder,
    )
    examples = _joined([first, further])
    network = _trained(examples, np.flatnonzero(examples.package % PARTS != 0))
    for asked, some in (("first sentences", first), ("further questions", further)):
        figure = _mrr(network, some, np.flatnonzero(some.package % PARTS == 0))
        print(f"packages held back, {asked}: {figure:.4f}", flush=True)
    digest = export(_trained(examples, np.arange(len(examples.package))), target)
    print(f"{target.stat().st_size:,} bytes, SHA-256 {digest}")


def export(network: Network, target: Path) -> str:
    """Writes the weights as the reader wants them, inputs first; gives the file's digest."""
    arrays = {
        "word_1": network.word_1.weight.T,
        "word_1_bias": network.word_1.bias,
        "word_2": network.word_2.weight.T,
        "word_2_bias": network.word_2.bias,
        "whole_1": network.whole_1.weight.T,
        "whole_1_bias": network.whole_1.bias,
        "out": network.out.weight[0],
        "straight": network.straight.weight[0],
    }
    np.savez(target, **{name: array.detach().numpy() for name, array in arrays.items()})
    return hashlib.sha256(target.read_bytes()).hexdigest()


def further_test(package: Package, cache: Path) -> DocstringTest:
    """One further question of each definition that has one, among all of them, documented."""
    pairs = list(one_of_each(package.key, read_pairs(pairs_file(package, cache))))
    if len(pairs) > MOST_DOCUMENTED:
        kept = random.Random(package.key).sample(range(len(pairs)), MOST_DOCUMENTED)
        pairs = [pairs[at] for at in sorted(kept)]
    times = Counter(pair.query for pair in pairs)
    asked = [row for row, pair in enumerate(pairs) if pair.query and times[pair.query] == 1]
    return DocstringTest(
        package.name,
        tuple(pair.code for pair in pairs),
        tuple(pair.name for pair in pairs),
        tuple(pairs[row].query for row in asked),
        tuple(asked),
    )


def _of_tests(tests: Sequence[tuple[int, DocstringTest]], embedder: StaticEmbedder) -> Examples:
    """Each with the number of its package; with too few questions it has none."""
    return _joined(
        [
            example
            for number, test in tests
            if len(test.questions) >= FEWEST_OF_EACH
            for example in _examples(test, number, embedder)
        ]
    )


def _examples(test: DocstringTest, number: int, embedder: StaticEmbedder) -> Iterator[Examples]:
    """Of at most so many of the package's questions, drawn once."""
    drawn = np.random.default_rng(0).permutation(len(test.questions))[:QUESTIONS_OF_EACH]
    asked = test.only(sorted(drawn.tolist()))
    cosines = by_vectors(embedder)(asked)
    first = standardised(cosines) + BM25_WEIGHT * standardised(by_bm25(asked))
    pieces = test.pieces(embedder)
    statistics = statistics_of(pieces.words)
    for row, question in enumerate(asked.questions):
        near = np.argsort(-first[row], kind="stable")[:CANDIDATES]
        some = Pieces(
            pieces.words[near],
            pieces.names[near],
            pieces.containers[near],
            cosines[row][near].astype(np.float32),
        )
        words, wholes = features(embedder.table, embedder.asked(question), some, statistics)
        place = np.flatnonzero(near == asked.answers[row])
        yield _filled_up(words, wholes, int(place[0]) if len(place) else -1, number)


def _filled_up(
    words: NDArray[np.float32], wholes: NDArray[np.float32], answer: int, package: int
) -> Examples:
    words = words[:, :WORDS]
    all_words = torch.zeros(1, CANDIDATES, WORDS, TOKEN_FEATURES, dtype=torch.half)
    all_wholes = torch.zeros(1, CANDIDATES, WHOLE_FEATURES, dtype=torch.half)
    all_words[0, : words.shape[0], : words.shape[1]] = torch.from_numpy(words)
    all_wholes[0, : len(wholes)] = torch.from_numpy(wholes)
    return Examples(
        all_words,
        all_wholes,
        (torch.arange(WORDS) < words.shape[1])[None],
        (torch.arange(CANDIDATES) < len(wholes))[None],
        torch.tensor([answer]),
        np.array([package]),
    )


def _joined(parts: Sequence[Examples]) -> Examples:
    return Examples(
        torch.cat([each.words for each in parts]),
        torch.cat([each.wholes for each in parts]),
        torch.cat([each.is_word for each in parts]),
        torch.cat([each.is_candidate for each in parts]),
        torch.cat([each.answer for each in parts]),
        np.concatenate([each.package for each in parts]),
    )


def _trained(examples: Examples, rows: NDArray[np.int64]) -> Network:
    """Among the candidates of a question, the answer has to stand out."""
    torch.manual_seed(SEED)
    drawn = np.random.default_rng(SEED)
    rows = rows[(examples.answer[torch.from_numpy(rows)] >= 0).numpy()]
    network = Network()
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=STEPS, pct_start=0.05
    )
    began = time.monotonic()
    for _ in range(STEPS):
        batch = torch.from_numpy(drawn.choice(rows, BATCH))
        scores = _scores(network, examples, batch)
        loss = nn.functional.cross_entropy(scores, examples.answer[batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    print(f"loss {float(loss.detach()):.3f}, {time.monotonic() - began:.0f} s", flush=True)
    return network


def _scores(network: Network, examples: Examples, rows: Tensor) -> Tensor:
    scores: Tensor = network(
        examples.words[rows].float(), examples.wholes[rows].float(), examples.is_word[rows]
    )
    return scores.masked_fill(~examples.is_candidate[rows], -1e4)


def _mrr(network: Network, examples: Examples, rows: NDArray[np.int64]) -> float:
    """MRR@10, the mean over packages."""
    means = []
    with torch.no_grad():
        for package in np.unique(examples.package[rows]):
            own = torch.from_numpy(rows[examples.package[rows] == package])
            scores, answer = _scores(network, examples, own), examples.answer[own]
            right = scores.gather(1, answer.clamp(min=0)[:, None])
            ranks = (scores >= right).sum(1)
            found = (answer >= 0) & (ranks <= 10)
            means.append(float(torch.where(found, 1 / ranks, 0.0).mean()))
    return float(np.mean(means))
