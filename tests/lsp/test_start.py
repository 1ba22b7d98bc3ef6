"""What the server loads before it can answer `initialize`: little."""

import subprocess
import sys

HEAVY = ["kuzu", "lancedb", "numpy", "pathspec", "pyarrow", "rich", "tree_sitter", "watchfiles"]

START = """
import sys
from ramify import main
from ramify.lsp.main import make_server
from ramify.lsp.server import Launch
import ramify.lsp.stdio
make_server(Launch(), lambda: None)
print(*sorted(set(sys.modules) & set(sys.argv[1:])))
"""


def test_nothing_heavy_is_imported_at_the_start():
    command = [sys.executable, "-P", "-c", START, *HEAVY]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert loaded.split() == []
