"""The model file that ships: what its card says of it, and that it has learned something."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

import ramify.embedding
from ramify.embedding.model import load_embedder

DATA = Path(ramify.embedding.__path__[0]) / "data"

CODE = {
    "retry": (
        "def send_with_backoff(request, attempts=5):\n"
        "    for attempt in range(attempts):\n"
        "        try:\n            return transport.send(request)\n"
        "        except ConnectionError:\n            time.sleep(2 ** attempt)\n"
    ),
    "password": (
        "def check_credentials(user, secret):\n"
        "    digest = hashlib.pbkdf2_hmac('sha256', secret, user.salt, 100000)\n"
        "    return hmac.compare_digest(digest, user.digest)\n"
    ),
    "csv": (
        "def write_rows(path, rows):\n"
        "    with open(path, 'w', newline='') as out:\n"
        "        writer = csv.writer(out)\n        writer.writerows(rows)\n"
    ),
    "cache": (
        "def get_or_compute(self, key, compute):\n"
        "    if key not in self._entries:\n        self._entries[key] = compute()\n"
        "        self._evict_oldest()\n    return self._entries[key]\n"
    ),
    "thumbnail": (
        "def thumbnail(image, width):\n"
        "    ratio = width / image.width\n"
        "    return image.resize((width, int(image.height * ratio)), Image.LANCZOS)\n"
    ),
    "graph": (
        "def dijkstra(edges, source):\n"
        "    queue, distances = [(0, source)], {source: 0}\n"
        "    while queue:\n        distance, node = heapq.heappop(queue)\n"
        "        for neighbour, weight in edges[node]:\n            relax(neighbour, weight)\n"
    ),
    "mail": (
        "def deliver(message, host):\n"
        "    with smtplib.SMTP(host) as server:\n        server.starttls()\n"
        "        server.send_message(message)\n"
    ),
    "date": (
        "def from_iso(text):\n"
        "    return datetime.strptime(text, '%Y-%m-%dT%H:%M:%S').replace(tzinfo=timezone.utc)\n"
    ),
}
QUESTIONS = {
    "try again when the network fails": "retry",
    "verify a user's password": "password",
    "save a table to a spreadsheet file": "csv",
    "remember results so they are not calculated twice": "cache",
    "make a picture smaller": "thumbnail",
    "shortest path between two vertices": "graph",
    "send an email": "mail",
    "parse a timestamp": "date",
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_in_other_words_finds_its_code(question: str) -> None:
    embedder = load_embedder()
    scores = embedder.embed_chunks(list(CODE.values())) @ embedder.embed_query(question)
    assert list(CODE)[int(np.argmax(scores))] == QUESTIONS[question]


def test_the_card_states_the_hash_and_the_id_of_the_file() -> None:
    card = (DATA / "MODEL_CARD.md").read_text(encoding="utf-8")
    content = (DATA / "model.npz").read_bytes()
    assert re.findall(r"SHA-256 `([0-9a-f]{64})`", card) == [hashlib.sha256(content).hexdigest()]
    assert f"`{load_embedder().model_id}`" in card
    reranker = hashlib.sha256((DATA / "reranker.npz").read_bytes()).hexdigest()
    assert f"digest `{reranker}`" in card


def test_the_model_id_names_the_content() -> None:
    with np.load(DATA / "model.npz", allow_pickle=False) as arrays:
        digest = hashlib.sha256()
        for name in arrays.files:
            if name != "model_id":
                digest.update(name.encode() + arrays[name].tobytes())
    assert load_embedder().model_id == f"ramify-{digest.hexdigest()[:16]}"


def test_everything_that_ships_is_at_most_twelve_megabytes() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) <= 12_000_000
