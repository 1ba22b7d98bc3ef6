"""The model as torch modules: what is trained, and what `export` writes down as numbers."""

import torch
from torch import Tensor, nn

from benchmarks.model.split import CODE_LENGTH

DIMENSIONS = 256
POSITION_BUCKETS = 12


def position_buckets(length: int) -> Tensor:
    """Bucket of each place in order of first occurrence: eight of one place, then doubling."""
    return torch.tensor(
        [
            at if at < 8 else min(8 + at.bit_length() - 4, POSITION_BUCKETS - 1)
            for at in range(length)
        ]
    )


class StaticEncoder(nn.Module):
    """A vector for each word. Code: summed with root term frequency and a weight by place;
    questions: with root term frequency and a learned weight of the word. Normalised."""

    def __init__(self, words: int, dimensions: int, start: Tensor | None = None) -> None:
        super().__init__()
        vectors = start if start is not None else 0.1 * torch.randn(words, dimensions)
        vectors[0] = 0
        self.vectors = nn.Parameter(vectors)
        self.query_weight = nn.Parameter(torch.zeros(words))
        self.place_weight = nn.Parameter(torch.zeros(POSITION_BUCKETS))
        self.register_buffer("buckets", position_buckets(CODE_LENGTH), persistent=False)

    def code(self, words: Tensor, times: Tensor) -> Tensor:
        weights = times.float().sqrt() * self.place_weight.exp()[self.buckets[: words.shape[1]]]
        return nn.functional.normalize(self._sum(words, weights), dim=1)

    def question(self, words: Tensor, times: Tensor) -> Tensor:
        weights = times.float().sqrt() * self.query_weight[words].exp()
        return nn.functional.normalize(self._sum(words, weights), dim=1)

    def _sum(self, words: Tensor, weights: Tensor) -> Tensor:
        kept = words > 0
        ends = torch.cat([torch.zeros(1, dtype=torch.long), kept.sum(1).cumsum(0)])[:-1]
        return nn.functional.embedding_bag(
            words[kept], self.vectors, ends, mode="sum", per_sample_weights=weights[kept]
        )
