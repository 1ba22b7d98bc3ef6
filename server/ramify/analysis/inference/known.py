"""What library calls do that no type says: which special methods they run, what they keep, which
call back without saying so.

Data only; the rules that use it are in the inference modules. What types say is in
`ramify.languages.python.library`.
"""

from __future__ import annotations

from typing import Final

OF_EVERY_MODULE: Final = frozenset(
    """__build_class__ __class__ __debug__ __doc__ __file__ __import__ __loader__ __name__
    __package__ __path__ __spec__ reveal_locals reveal_type""".split()
)
"""Names that mean something everywhere, beside those that are told of `builtins`."""

NOT_BOUND: Final = frozenset({"ellipsis", "function"})
"""Names that the types of `builtins` need and Python does not have."""

SAME_ELEMENTS: Final = frozenset(
    {"builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.sorted",
     "builtins.reversed", "builtins.iter", "builtins.aiter", "collections.deque"}
)  # fmt: skip
"""Calls whose result holds the elements of their argument, and may be added to."""

GROWING: Final = frozenset(
    {"builtins.list", "builtins.set", "builtins.dict", "collections.deque",
     "collections.OrderedDict", "collections.defaultdict"}
)  # fmt: skip
"""Calls that make a container to which more is added."""

SEQUENCES: Final = frozenset(
    {"builtins.list", "builtins.set", "collections.deque", "typing.List", "typing.Set",
     "typing.Deque"}
)  # fmt: skip
"""Classes outside whose instances hold what is put into them, and so do those of classes below."""

PUTS: Final = {"append": 0, "add": 0, "appendleft": 0, "insert": 1}
"""Methods of theirs, and which argument they put in."""

PUTS_ALL: Final = frozenset({"extend", "extendleft", "update", "__init__"})
"""Methods of theirs that put in what is in their first argument."""

MADE_CALLS: Final = frozenset(
    {"builtins.dict", "builtins.globals", "builtins.locals", "builtins.vars", "builtins.property",
     "builtins.staticmethod", "builtins.classmethod", "builtins.iter", "collections.OrderedDict",
     "collections.defaultdict", "dataclasses.field", "attr.ib", "attr.field", "attrs.field",
     "functools.partial", "functools.partialmethod", "operator.attrgetter",
     "operator.methodcaller", "pytest.param", "pytest.raises", "types.SimpleNamespace"}
)  # fmt: skip
"""Calls whose result keeps hold of its arguments in a way that no type says."""

FIELDS: Final = frozenset({"dataclasses.field", "attr.ib", "attr.field", "attrs.field"})
"""Calls in a class body that declare a field and say what it holds at first."""

MADE_CLASS: Final = "builtins.type"
MADE_INSTANCE: Final = "builtins.type()"
"""What `type(name, bases, members)` makes, and what calling that makes."""

CLASS_MADE_THERE: Final = "builtins.type(**)"
INSTANCE_MADE_THERE: Final = "builtins.type(**)()"
"""The same where the members are the keywords of the call that is named: of a function that hands
its `**members` to `type`."""

INSTANCE_OF: Final = {MADE_CLASS: MADE_INSTANCE, CLASS_MADE_THERE: INSTANCE_MADE_THERE}

UNBINDING: Final = frozenset({"builtins.staticmethod", "builtins.classmethod"})
"""Calls in a class body that say to what access binds a function."""

NAMED_TUPLES: Final = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple"})
"""Bases that make the declared fields of a class its elements, in order."""

TYPED_DICTS: Final = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})
"""Bases that make the declared fields of a class the keys of a mapping."""

FACTORIES: Final = frozenset({"default_factory", "factory"})
"""Their keywords for a callable that makes the first value."""

PARTIALS: Final = frozenset({"functools.partial", "functools.partialmethod"})

GETTERS: Final = frozenset({"operator.attrgetter", "operator.methodcaller"})
"""Calls that make what takes a named attribute of its argument, or calls it."""

SAME_VALUE: Final = frozenset({"functools.update_wrapper", "weakref.proxy"})
"""Calls that give back what their first argument is, though their types say something else."""

AWAITS_ITS_ARGUMENT: Final = frozenset({"anyio.run", "asgiref.sync.async_to_sync"})
"""Calls whose result is that of the coroutine they are given, outside the standard library."""

ENTERS_ITS_ARGUMENT: Final = frozenset(
    {"contextlib.ExitStack.enter_context", "contextlib.AsyncExitStack.enter_context",
     "contextlib.AsyncExitStack.enter_async_context", "click.Context.with_resource"}
)  # fmt: skip
"""Calls that enter their argument, and leave it later."""

MODULES: Final = "sys.modules"
"""Modules by name."""

IMPORTS_ITS_ARGUMENT: Final = frozenset(
    {"importlib.import_module", "builtins.__import__", "pytest.importorskip"}
)

CALLS_ITS_ARGUMENT: Final[dict[str, tuple[int | str, ...]]] = {
    "click.testing.CliRunner.invoke": (0,),
    "typer.testing.CliRunner.invoke": (0,),
    "django.db.transaction.on_commit": (0,),
    "pytest.raises": (1,),
}
"""Positions and keywords of the callables that functions outside the standard library run."""

INJECTS: Final = frozenset(
    {"fastapi.Depends", "fastapi.Security", "fastapi.param_functions.Depends",
     "fastapi.param_functions.Security", "fastapi.params.Depends", "fastapi.params.Security",
     "fast_depends.Depends", "faststream.Depends", "taskiq.TaskiqDepends"}
)  # fmt: skip
"""As a parameter's default, or in its annotation: the framework runs their first argument, and
passes what that gives."""

PASSES_ON: Final[dict[str, int]] = {
    "functools.partial": 0,
    "functools.partialmethod": 0,
    "pytest.raises": 1,
}
"""Position of the callable that takes the arguments after it, where types do not say so."""

RUNS_ITS_ARGUMENT: Final = frozenset(
    {"atexit.register", "contextlib._BaseExitStack.callback", "functools.cmp_to_key",
     "functools.reduce", "weakref.finalize", "weakref.finalize.__new__"}
)  # fmt: skip
"""Functions of the standard library that call what they are given, though they give it back, too,
or stand among those that do not."""

_RUN_NOTHING: Final = (
    "abc.", "asyncio.iscoroutine", "atexit.unregister", "builtins.classmethod",
    "builtins.property", "builtins.staticmethod", "collections.defaultdict", "contextlib.",
    "copyreg.", "ctypes.", "dataclasses.", "enum.", "functools.", "inspect.", "types.", "typing.",
    "typing_extensions.", "unittest.case.", "unittest.expectedFailure", "unittest.mock.",
    "unittest.skip", "warnings.", "weakref.",
)  # fmt: skip
"""What takes callables to describe, to wrap or to keep them."""


def is_run(name: str) -> bool:
    """Whether a function of the standard library calls the callables it is given."""
    return name in RUNS_ITS_ARGUMENT or not name.startswith(_RUN_NOTHING)


CALLS_METHODS_OF_ARGUMENT: Final[dict[str, tuple[str, ...]]] = {
    "builtins.dict": ("keys", "__getitem__"),
    "contextlib.closing": ("close",),
}
"""Methods of the first argument, all of them, that a library function runs."""

COMPARES_ELEMENTS: Final = frozenset({"builtins.sorted", "builtins.min", "builtins.max"})
"""Calls that compare the elements of their first argument, or the arguments, by their `key`."""

PUSHES: Final = frozenset(
    {"heappush", "heappushpop", "heapreplace", "insort", "insort_left", "insort_right"}
)
"""Last names of the calls that put their second argument into the list that is their first."""

COMPARES_IN_LIST: Final = frozenset(
    {"heapq.heapify", "heapq.heappop", *(f"heapq.{n}" for n in PUSHES if n[0] == "h"),
     *(f"bisect.{n}" for n in PUSHES if n[0] == "i"), "bisect.bisect", "bisect.bisect_left",
     "bisect.bisect_right"}
)  # fmt: skip
"""Calls that compare the elements of the list that is their first argument."""

AROUND_METHODS: Final = (
    "setup_class", "setup_method", "teardown_method", "teardown_class", "setUpClass", "setUp",
    "asyncSetUp", "asyncTearDown", "tearDown", "tearDownClass", "setUpTestData",
)  # fmt: skip
"""Methods of a test class that pytest, unittest and Django run around its tests."""

AROUND_FUNCTIONS: Final = ("setup_function", "teardown_function")
AROUND_MODULES: Final = ("setup_module", "teardown_module", "setUpModule", "tearDownModule")
"""The same of a module: around its functions, and around all its tests."""

STARTS_TASK: Final = frozenset({"delay", "apply_async", "send", "send_with_options", "enqueue"})
"""Methods of a decorated function (a task of a queue) that run it elsewhere."""

CONNECTS: Final = {"connect": 0, "connect_via": 0, "subscribe": 0}
SENDS: Final = frozenset({"send", "send_robust", "asend", "asend_robust", "emit", "fire"})
"""Methods of a signal: which argument is a receiver, and which run the receivers."""

REFLECTED: Final = {
    "__add__": "__radd__",
    "__sub__": "__rsub__",
    "__mul__": "__rmul__",
    "__matmul__": "__rmatmul__",
    "__truediv__": "__rtruediv__",
    "__floordiv__": "__rfloordiv__",
    "__mod__": "__rmod__",
    "__pow__": "__rpow__",
    "__and__": "__rand__",
    "__or__": "__ror__",
    "__xor__": "__rxor__",
    "__lshift__": "__rlshift__",
    "__rshift__": "__rrshift__",
    "__lt__": "__gt__",
    "__gt__": "__lt__",
    "__le__": "__ge__",
    "__ge__": "__le__",
    "__eq__": "__eq__",
}

ALIASED: Final = frozenset(
    {"Optional", "Union", "Annotated", "Type", "type", "list", "List", "dict", "Dict", "set", "Set",
     "tuple", "Tuple", "frozenset", "FrozenSet", "Sequence", "Iterable", "Iterator", "Mapping",
     "MutableMapping", "Callable", "Awaitable", "Generator", "Collection"}
)  # fmt: skip
"""Outside classes whose subscription, bound to a name, makes an alias of a type."""

ELEMENT_ARGUMENT: Final[dict[str, int]] = {
    "list": 0, "List": 0, "set": 0, "Set": 0, "frozenset": 0, "FrozenSet": 0, "tuple": 0,
    "Tuple": 0, "Iterable": 0, "Iterator": 0, "Sequence": 0, "MutableSequence": 0,
    "Collection": 0, "Container": 0, "AbstractSet": 0, "MutableSet": 0, "Generator": 0,
    "AsyncIterable": 0, "AsyncIterator": 0, "AsyncGenerator": 0, "deque": 0, "Deque": 0,
    "dict": 0, "Dict": 0, "Mapping": 0, "MutableMapping": 0, "defaultdict": 0,
    "DefaultDict": 0, "OrderedDict": 0, "KeysView": 0, "ValuesView": 0, "Counter": 0,
    "ContextVar": 0,
}  # fmt: skip
"""Which argument of a generic annotation iterating over it gives."""

VALUE_ARGUMENT: Final = frozenset(
    {"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"}
)
"""Generics whose subscription gives their second argument."""

ENTERED_ARGUMENT: Final = frozenset(
    {"ContextManager", "AbstractContextManager", "AsyncContextManager",
     "AbstractAsyncContextManager", "Iterator", "Generator", "Iterable", "AsyncIterator",
     "AsyncGenerator"}
)  # fmt: skip
"""Generics whose first argument `with` binds (the iterators: of a @contextmanager function)."""

AWAITED_ARGUMENT: Final = {"Awaitable": 0, "Coroutine": 2, "Future": 0, "Task": 0}


_OF_TEST_CASES: Final = frozenset({"addCleanup"})


def known_as(dotted: str) -> str:
    """The name under which a library callable is known: that of `unittest.TestCase`, where it is
    reached through a class of somebody else that is one."""
    last = dotted.rpartition(".")[2]
    of_test_case = last.startswith("assert") or last in _OF_TEST_CASES
    return f"unittest.TestCase.{last}" if of_test_case else dotted
