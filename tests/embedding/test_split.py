"""From mined pairs to arrays of numbers."""

import gzip
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks.model.mine import pairs_file
from benchmarks.model.packages import Package
from benchmarks.model.pairs import Pair
from benchmarks.model.split import KINDS, examples, further_examples
from ramify.embedding.vocabulary import Vocabulary

CODE = (
    'def put(key, value):\n    raise StoreError("the store is being copied to disk", key, value)\n'
)
MINED = Pair("summary", "python", "store.py", "put", "Keep a value.", CODE)
PACKAGE = Package("pypi", "x", "1", "MIT", "x.whl", "0")
COPY = Package("pypi", "copy-of-x", "1", "MIT", "y.whl", "1")
WORDS = Vocabulary(["", "the", "store", "is", "being", "copied", "to", "disk", "put", "key"])


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    for package in (PACKAGE, COPY):
        file = pairs_file(package, tmp_path)
        file.parent.mkdir(exist_ok=True)
        with gzip.open(file, "wt") as out:
            out.write(json.dumps(asdict(MINED)) + "\n")
    return tmp_path


def test_a_further_question_asks_for_the_same_definition(cache: Path) -> None:
    numbers = {PACKAGE.key: 0, COPY.key: 1}
    further = further_examples([PACKAGE, COPY], cache, set(), numbers, WORDS)
    mined = examples([(PACKAGE.key, MINED)], numbers, WORDS)
    assert [KINDS[kind] for kind in further.kind] == ["message"]
    assert further.package.tolist() == [0]
    assert further.query[0, :7].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert further.definition.tolist() == mined.definition.tolist()
    assert further.code.tolist() != mined.code.tolist()
