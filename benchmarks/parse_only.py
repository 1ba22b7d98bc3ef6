"""The floor: reads and parses every Python file of a folder with tree-sitter, and nothing else.

Prints one JSON object: files, bytes, lines, and CPU seconds of reading and of parsing.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import tree_sitter_python
from tree_sitter import Language, Parser

from benchmarks.corpus import source_files


def main() -> None:
    parser = Parser(Language(tree_sitter_python.language()))
    started = time.process_time()
    texts = [path.read_bytes() for path in source_files(Path(sys.argv[1]))]
    read = time.process_time()
    for text in texts:
        parser.parse(text)
    parsed = time.process_time()
    figures = {
        "files": len(texts),
        "bytes": sum(map(len, texts)),
        "lines": sum(text.count(b"\n") for text in texts),
        "readCpuSeconds": round(read - started, 3),
        "parseCpuSeconds": round(parsed - read, 3),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
