"""What the standard library gives, by its types: receivers of calls, elements, results."""

from __future__ import annotations

from ramify_store.facts import EdgeKind
from tests.analysis.linked import calls, edges, unresolved, why

THING = """\
class Thing:
    def go(self): pass
    def split(self): pass
    def read(self): pass
def make(): return Thing()
"""


def outside(text: str) -> list[str]:
    """Names of what is called outside the workspace, sorted."""
    return sorted(
        {
            e.target.removeprefix("python:")
            for e in edges(text)
            if e.kind == EdgeKind.CALLS and " " not in e.target
        }
    )


def test_results_of_functions_have_their_class() -> None:
    text = THING + "def use(p): open(p).read().split()\n"
    assert outside(text) == ["builtins.open", "builtins.str.split", "io.TextIOWrapper.read"]
    assert unresolved(text) == []


def test_the_overload_is_the_one_that_the_arguments_mean() -> None:
    text = "def use(p): open(p, 'rb').read().decode()\n"
    assert outside(text) == ["builtins.bytes.decode", "builtins.open", "io.BufferedReader.read"]


def test_what_may_be_none_has_the_members_of_the_rest() -> None:
    text = "import re\ndef use(y): re.compile('x').match('y').group().lower()\n"
    assert outside(text) == [
        "builtins.str.lower",
        "re.Match.group",
        "re.Pattern.match",
        "re.compile",
    ]


def test_members_of_what_an_attribute_holds() -> None:
    text = """\
import threading
class Acquiring:
    def acquire(self): pass
class Shop:
    def __init__(self): self.lock = threading.Lock()
    def use(self): self.lock.acquire()
"""
    assert outside(text) == ["threading.Lock", "threading.Lock.acquire"]
    assert unresolved(text) == []


def test_names_of_modules_keep_their_names() -> None:
    text = "import os\ndef use(): os.environ.get('x').strip()\n"
    assert outside(text) == ["builtins.str.strip", "os.environ.get"]


def test_operators_give_what_they_are_declared_to() -> None:
    text = """\
from pathlib import Path
def use(x): (Path(x) / "y").parent.name.upper(), ("%s" % x).lower(), f"{x}".title()
"""
    assert outside(text) == [
        "builtins.str.lower",
        "builtins.str.title",
        "builtins.str.upper",
        "pathlib.Path",
    ]


def test_what_may_be_anything_stays_unknown() -> None:
    text = THING + "import json\ndef use(x): json.loads(x).go()\n"
    assert unresolved(text) == ["main.use: go (possible)"]


def test_what_a_class_outside_does_not_have_is_not_its_own() -> None:
    text = THING + "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.go()\n"
    assert unresolved(text) == ["main.T.test: go (possible)"]


def test_none_has_no_members() -> None:
    text = "class A:\n    def go(self): pass\nx = None\ndef use(): x.go()\n"
    assert unresolved(text) == ["main.use: go (possible)"]
    assert outside(text) == []


def test_elements_positions_and_items() -> None:
    text = """\
import os, collections
def use(p):
    for line in open(p): line.strip()
    for folder, names, files in os.walk(p):
        folder.lower()
        for name in names: name.upper()
    collections.Counter("a").most_common(1)[0][0].title()
    os.path.splitext(p)[1:][0].split()
    with open(p) as file: file.write("x")
"""
    assert {
        "builtins.str.strip",
        "builtins.str.lower",
        "builtins.str.upper",
        "builtins.str.title",
        "io.TextIOWrapper.write",
    } <= set(outside(text))


def test_a_future_gives_what_the_function_gave() -> None:
    text = (
        THING
        + """\
from concurrent.futures import ThreadPoolExecutor
def use():
    with ThreadPoolExecutor() as pool:
        pool.submit(make).result().go()
def each():
    with ThreadPoolExecutor() as pool:
        for thing in pool.map(make, [1]): thing.go()
"""
    )
    assert "main.use -> main.Thing.go" in calls(text)
    assert "main.each -> main.Thing.go" in calls(text)


def test_elements_flow_through_generic_functions() -> None:
    text = (
        THING
        + """\
import itertools, heapq, random
def paired():
    for i, one in enumerate([Thing()]): one.go()
def zipped():
    for one, other in zip("a", [Thing()]): other.go()
def chained():
    for one in itertools.chain([], [Thing()]): one.go()
def taken(): next(iter([Thing()])).go()
def largest(): max([Thing()], key=lambda x: 1).go()
def picked(): random.choice([Thing()]).go()
def several():
    for one in heapq.nlargest(2, [Thing()]): one.go()
"""
    )
    assert [line for line in calls(text) if line.endswith("Thing.go")] == [
        f"main.{name} -> main.Thing.go"
        for name in ("chained", "largest", "paired", "picked", "several", "taken", "zipped")
    ]


def test_what_is_entered_and_awaited() -> None:
    text = (
        THING
        + """\
import asyncio, contextlib
async def later(): return Thing()
def entered():
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.closing(Thing())).go()
async def awaited(): (await asyncio.wait_for(later(), 1)).go()
async def shielded(): (await asyncio.shield(later())).go()
def run(): asyncio.run(later()).go()
"""
    )
    assert [line for line in calls(text) if line.endswith("Thing.go")] == [
        f"main.{name} -> main.Thing.go" for name in ("awaited", "entered", "run", "shielded")
    ]


def test_what_was_caught_is_the_exception_expected() -> None:
    text = """\
import unittest
class Broken(Exception):
    def reason(self): pass
class T(unittest.TestCase):
    def test(self):
        with self.assertRaises(Broken) as caught: pass
        caught.exception.reason()
"""
    assert "main.T.test -> main.Broken.reason" in calls(text)


def test_a_class_below_gives_itself_where_its_base_does() -> None:
    text = """\
from pathlib import PosixPath
class Place(PosixPath):
    def go(self): pass
def use(): Place("x").resolve().go()
"""
    assert why(text, "main.use -> main.Place.go") == ["inferred: constructed here"]


def test_a_module_of_the_workspace_comes_first() -> None:
    text = """\
# file: json.py
class Text:
    def go(self): pass
def loads(text): return Text()
# file: main.py
import json
def use(): json.loads("x").go()
"""
    assert "main.use -> json.Text.go" in calls(text)


def test_a_stub_beside_comes_first() -> None:
    text = """\
# file: queue.pyi
class Text:
    def go(self): ...
def get() -> Text: ...
# file: main.py
import queue
def use(): queue.get().go()
"""
    assert "main.use -> queue.Text.go" in calls(text)


def test_callables_are_run_with_what_the_types_say() -> None:
    text = (
        THING
        + """\
import signal, subprocess, heapq, gc, atexit
from functools import reduce
def on_signal(number, frame): pass
def before(): pass
def key(thing): thing.go()
def join(one, thing): thing.go()
def last(thing): thing.go()
def use():
    signal.signal(signal.SIGINT, on_signal)
    subprocess.run(["x"], preexec_fn=before)
    heapq.nlargest(1, [Thing()], key=key)
    reduce(join, [Thing()], None)
    atexit.register(last, Thing())
"""
    )
    assert [line for line in calls(text) if "make" not in line and "-> main.Thing" not in line] == [
        "main.use -> main.before",
        "main.use -> main.join",
        "main.use -> main.key",
        "main.use -> main.last",
        "main.use -> main.on_signal",
    ]
    assert [line for line in calls(text) if line.endswith("Thing.go")] == [
        "main.join -> main.Thing.go",
        "main.key -> main.Thing.go",
        "main.last -> main.Thing.go",
    ]


def test_what_only_describes_or_wraps_a_callable_runs_it_not() -> None:
    text = """\
import inspect, functools, contextlib
def f(): yield
def use(): inspect.signature(f), functools.wraps(f), contextlib.contextmanager(f)
"""
    assert calls(text) == []


def test_generics_of_the_library_in_annotations() -> None:
    text = """\
import asyncio, collections, queue, weakref
from concurrent.futures import Future
class Item:
    def go(self): pass
class Key:
    def key(self): pass
def queued(q: queue.Queue[Item]): q.get().go()
def referred(r: "weakref.ref[Item]"): r().go()
def promised(f: Future[Item]): f.result().go()
def chained(m: collections.ChainMap[Key, Item]):
    for k in m: k.key()
    for v in m.values(): v.go()
async def awaited(q: asyncio.Queue[Item]): (await q.get()).go()
"""
    assert calls(text) == [
        "main.awaited -> main.Item.go",
        "main.chained -> main.Item.go",
        "main.chained -> main.Key.key",
        "main.promised -> main.Item.go",
        "main.queued -> main.Item.go",
        "main.referred -> main.Item.go",
    ]
