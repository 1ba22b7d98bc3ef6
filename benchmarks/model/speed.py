"""How many chunks of 785 characters a second one core embeds, with tokenising."""

import time
from pathlib import Path

from benchmarks.model.archives import texts
from benchmarks.model.packages import Package
from ramify.embedding.model import load_embedder
from ramify.embedding.tokens import subtokens

CHUNK = 785
CHUNKS = 4000


def report(packages: list[Package], cache: Path) -> str:
    """Processor time, so that a busy machine does not change the figure much."""
    source = "\n".join(text for package in packages for _, text in texts(package, cache, (".py",)))
    chunks = [source[at : at + CHUNK] for at in range(0, CHUNK * CHUNKS, CHUNK)]
    embedder = load_embedder()
    embedder.embed_chunks(chunks[:200])
    began = time.process_time()
    for chunk in chunks:
        subtokens(chunk)
    tokenised = time.process_time()
    embedder.embed_chunks(chunks)
    embedded = time.process_time()
    return (
        f"tokenising alone {len(chunks) / (tokenised - began):,.0f} chunks a second, "
        f"embedding with tokenising {len(chunks) / (embedded - tokenised):,.0f}"
    )
