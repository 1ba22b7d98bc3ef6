"""From a trained model to the data file that ships: bytes for vectors, half floats for scales."""

import hashlib
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.model.network import DIMENSIONS, StaticEncoder, position_buckets
from benchmarks.model.split import CODE_LENGTH


def export(model: StaticEncoder, words: list[str], target: Path) -> str:
    """Write the data file and return its model id, which names the content.

    Row 0 of the trained table fills up batches and is left out.
    """
    arrays = {
        "words": np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
        **_quantised(model.vectors.detach().numpy()[1:], "vector"),
        "query_weights": np.exp(model.query_weight.detach().numpy()[1:]).astype(np.float16),
        "place_weights": np.exp(
            model.place_weight.detach().numpy()[position_buckets(CODE_LENGTH).numpy()]
        ).astype(np.float32),
    }
    digest = hashlib.sha256()
    for name, array in arrays.items():
        digest.update(name.encode() + np.ascontiguousarray(array).tobytes())
    model_id = f"ramify-{digest.hexdigest()[:16]}"
    identity = np.frombuffer(model_id.encode(), dtype=np.uint8)
    target.parent.mkdir(parents=True, exist_ok=True)
    np.savez(target, model_id=identity, **arrays)
    return model_id


def export_trained(cache: Path, target: Path) -> str:
    """Export what `train` left in `cache`; says the model id, the size and the digest."""
    words = (cache / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    model = StaticEncoder(len(words) + 1, DIMENSIONS)
    model.load_state_dict(torch.load(cache / "trained.pt", weights_only=True))
    model_id = export(model, words, target)
    content = target.read_bytes()
    return f"{model_id}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}"


def _quantised(rows: NDArray[np.float32], name: str) -> dict[str, NDArray[np.generic]]:
    """Each row as bytes from -127 to 127 and the half float that they are to be multiplied with."""
    scales = (np.abs(rows).max(axis=1) / 127).astype(np.float16)
    scales[scales == 0] = np.float16(1e-7)
    quantised = np.rint(rows / scales[:, None].astype(np.float32)).clip(-127, 127)
    return {f"{name}s": quantised.astype(np.int8), f"{name}_scales": scales}
