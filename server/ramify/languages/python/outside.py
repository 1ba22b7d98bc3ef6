"""Classes and functions outside the workspace that call back, as data: which methods of its own a
class of the standard library runs, and what does nothing with a callable that it is given.

Names alone. The rules that use them are in `analysis.inference.callbacks` and
`analysis.linking.edges.outside`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_LOGGED: Final = ("filter", "emit")
_READS: Final = ("readinto", "read")
_VISITS: Final = ("visit_*", "generic_visit")
_PARSES: Final = ("handle_*", "unknown_decl", "parse_*")
_SERVES: Final = (
    "get_request", "verify_request", "process_request", "finish_request", "shutdown_request",
    "close_request", "handle_error", "handle_timeout", "service_actions", "server_close",
)  # fmt: skip
_HANDLES: Final = ("setup", "handle", "finish", "do_*", "handle_one_request", "parse_request")
_COMMANDS: Final = (
    "do_*", "help_*", "preloop", "postloop", "precmd", "postcmd", "onecmd", "default", "emptyline",
    "parseline",
)  # fmt: skip
_MAPPING: Final[Mapping[str, tuple[str, ...]]] = {
    "get": ("__getitem__",),
    "__contains__": ("__getitem__",),
    "__eq__": ("items",),
    "__ne__": ("items",),
    "keys": ("__iter__",),
    "items": ("__iter__", "__getitem__"),
    "values": ("__iter__", "__getitem__"),
}
_MUTABLE_MAPPING: Final[Mapping[str, tuple[str, ...]]] = {
    **_MAPPING,
    "pop": ("__getitem__", "__delitem__"),
    "popitem": ("__iter__", "__getitem__", "__delitem__"),
    "clear": ("popitem",),
    "update": ("__setitem__",),
    "setdefault": ("__getitem__", "__setitem__"),
}
_SEQUENCE: Final[Mapping[str, tuple[str, ...]]] = {
    "__contains__": ("__getitem__",),
    "__iter__": ("__getitem__",),
    "__reversed__": ("__len__", "__getitem__"),
    "index": ("__getitem__",),
    "count": ("__getitem__",),
}
_MUTABLE_SEQUENCE: Final[Mapping[str, tuple[str, ...]]] = {
    **_SEQUENCE,
    "append": ("insert",),
    "extend": ("append",),
    "__iadd__": ("extend",),
    "pop": ("__getitem__", "__delitem__"),
    "remove": ("index", "__delitem__"),
    "reverse": ("__getitem__", "__setitem__"),
    "clear": ("pop",),
}
_SET: Final[Mapping[str, tuple[str, ...]]] = {
    **{f"__{name}__": ("__len__", "__contains__", "__iter__") for name in ("le", "lt", "ge", "gt")},
    "__eq__": ("__len__", "__contains__", "__iter__"),
    **{
        f"__{name}__": ("__contains__", "__iter__", "_from_iterable")
        for name in ("and", "or", "sub", "xor", "rand", "ror", "rsub", "rxor")
    },
    "isdisjoint": ("__contains__",),
}
_MUTABLE_SET: Final[Mapping[str, tuple[str, ...]]] = {
    **_SET,
    "remove": ("__contains__", "discard"),
    "pop": ("__iter__", "discard"),
    "clear": ("pop",),
    "__ior__": ("add",),
    "__iand__": ("discard",),
    "__isub__": ("discard",),
    "__ixor__": ("add", "discard"),
}
_STREAM: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("read", "readall", "readline", "readlines", "__iter__", "__next__"), _READS),
    "writelines": ("write",),
    "close": ("flush",),
    "__enter__": (),
    "__exit__": ("close", "flush"),
}
_LOGGER: Final = dict.fromkeys(
    ("debug", "info", "warning", "error", "exception", "critical", "log"),
    ("makeRecord", "handle", "callHandlers", "findCaller", "filter"),
)
_ADAPTER: Final = dict.fromkeys(_LOGGER, ("process", "log"))

_MODEL: Final[Mapping[str, tuple[str, ...]]] = {
    "save": ("save_base",),
    "asave": ("save",),
    "adelete": ("delete",),
    "full_clean": ("clean_fields", "clean", "validate_unique", "validate_constraints"),
    "refresh_from_db": ("get_deferred_fields",),
}
_OF_ROWS: Final = ("get_queryset",)
_MANAGER: Final = dict.fromkeys(
    """all filter exclude get create get_or_create update_or_create first last latest earliest count
    exists values values_list order_by distinct select_related prefetch_related annotate aggregate
    only defer using none in_bulk iterator update bulk_create bulk_update reverse
    select_for_update aget acreate afirst alast acount aexists""".split(),
    _OF_ROWS,
) | {"": _OF_ROWS}

RUNS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "abc.ABC": {},
    "argparse.Action": {"": ("__call__", "format_usage")},
    "argparse.ArgumentParser": {
        **dict.fromkeys(
            ("parse_args", "parse_known_args"),
            ("parse_known_args", "error", "exit", "print_help", "convert_arg_line_to_args"),
        ),
        "error": ("print_usage", "exit"),
        "print_help": ("format_help",),
        "print_usage": ("format_usage",),
    },
    "argparse.HelpFormatter": {"": ("_*", "add_*", "format_help", "start_section", "end_section")},
    "ast.NodeVisitor": {"visit": _VISITS, "generic_visit": ("visit", *_VISITS)},
    "ast.NodeTransformer": {"visit": _VISITS, "generic_visit": ("visit", *_VISITS)},
    "asyncio.Protocol": {
        "": ("connection_made", "data_received", "eof_received", "connection_lost",
             "pause_writing", "resume_writing")
    },
    "asyncio.DatagramProtocol": {
        "": ("connection_made", "datagram_received", "error_received", "connection_lost")
    },
    "asyncio.SubprocessProtocol": {
        "": ("connection_made", "pipe_data_received", "pipe_connection_lost", "process_exited",
             "connection_lost")
    },
    "asyncio.StreamReaderProtocol": {
        "": ("connection_made", "data_received", "eof_received", "connection_lost")
    },
    "builtins.dict": {"__getitem__": ("__missing__",)},
    "cmd.Cmd": {
        "cmdloop": _COMMANDS,
        "onecmd": ("do_*", "default", "emptyline", "parseline"),
        "do_help": ("help_*",),
    },
    "code.InteractiveInterpreter": {
        "runsource": ("runcode", "showsyntaxerror", "showtraceback", "write"),
        "runcode": ("showtraceback", "write"),
        "showtraceback": ("write",),
        "showsyntaxerror": ("write",),
    },
    "code.InteractiveConsole": {
        "interact": ("raw_input", "push", "runsource", "runcode", "write", "resetbuffer"),
        "push": ("runsource", "runcode", "resetbuffer", "showtraceback", "write"),
        "runsource": ("runcode", "showsyntaxerror", "showtraceback", "write"),
        "runcode": ("showtraceback", "write"),
        "showtraceback": ("write",),
        "showsyntaxerror": ("write",),
    },
    "collections.OrderedDict": {"__getitem__": ("__missing__",)},
    "collections.defaultdict": {"__getitem__": ("__missing__",)},
    "collections.UserDict": {**_MUTABLE_MAPPING, "__getitem__": ("__missing__",)},
    "collections.UserList": _MUTABLE_SEQUENCE,
    "collections.abc.Mapping": _MAPPING,
    "collections.abc.MutableMapping": _MUTABLE_MAPPING,
    "collections.abc.Sequence": _SEQUENCE,
    "collections.abc.MutableSequence": _MUTABLE_SEQUENCE,
    "collections.abc.Set": _SET,
    "collections.abc.MutableSet": _MUTABLE_SET,
    "collections.abc.Generator": {"__next__": ("send",), "close": ("throw",)},
    "collections.abc.Iterator": {"__iter__": ()},
    "typing.Mapping": _MAPPING,
    "typing.MutableMapping": _MUTABLE_MAPPING,
    "typing.Sequence": _SEQUENCE,
    "typing.MutableSequence": _MUTABLE_SEQUENCE,
    "typing.MutableSet": _MUTABLE_SET,
    "configparser.ConfigParser": dict.fromkeys(
        ("read", "read_file", "read_string", "read_dict", "get", "set", "items"), ("optionxform",)
    ),
    "contextlib.ContextDecorator": {"": ("__enter__", "__exit__", "_recreate_cm")},
    "contextlib.ExitStack": {"__exit__": ("close",)},
    "django.db.models.Model": _MODEL,
    "django.db.models.Manager": _MANAGER,
    "django.db.models.QuerySet": {
        "get_or_create": ("get", "create"),
        "update_or_create": ("get", "create"),
        "first": ("order_by",),
        "": ("iterator",),
    },
    "email.message.Message": {},
    "enum.Enum": {},
    "enum.Flag": {},
    "enum.IntEnum": {},
    "enum.IntFlag": {},
    "enum.StrEnum": {},
    "html.parser.HTMLParser": {"feed": _PARSES, "close": _PARSES, "goahead": _PARSES},
    "http.server.BaseHTTPRequestHandler": {
        "": ("__init__", *_HANDLES),
        "__init__": _HANDLES,
        "handle": ("do_*", "handle_one_request", "parse_request"),
        "handle_one_request": ("do_*", "parse_request"),
        "send_error": ("send_response", "log_error", "log_message"),
        "send_response": ("log_request", "log_message", "version_string"),
        "log_error": ("log_message",),
        "log_request": ("log_message",),
    },
    "io.BufferedIOBase": _STREAM,
    "io.BytesIO": {"__exit__": ("close",)},
    "io.IOBase": _STREAM,
    "io.RawIOBase": _STREAM,
    "io.StringIO": {"__exit__": ("close",)},
    "io.TextIOBase": _STREAM,
    "io.TextIOWrapper": {"__exit__": ("close",)},
    "json.JSONEncoder": {
        "": ("default", "encode", "iterencode"),
        "encode": ("default", "iterencode"),
        "iterencode": ("default",),
    },
    "json.JSONDecoder": {"": ("decode", "raw_decode"), "decode": ("raw_decode",)},
    "logging.Filter": {"": ("filter",)},
    "logging.Filterer": {"": ("filter",)},
    "logging.Formatter": {
        "": ("format", "formatTime", "formatException", "formatMessage", "formatStack"),
        "format": ("formatTime", "formatException", "formatMessage", "formatStack", "usesTime"),
    },
    "logging.Handler": {"": ("handle", *_LOGGED), "handle": _LOGGED},
    "logging.StreamHandler": {
        "": ("handle", *_LOGGED, "flush"),
        "handle": (*_LOGGED, "flush"),
        "emit": ("format", "flush", "handleError"),
    },
    "logging.FileHandler": {
        "": ("handle", *_LOGGED, "flush", "_open"),
        "handle": (*_LOGGED, "flush"),
        "emit": ("_open", "format", "flush", "handleError"),
    },
    "logging.Logger": {**_LOGGER, "handle": ("filter", "callHandlers")},
    "logging.LoggerAdapter": _ADAPTER,
    "multiprocessing.Process": {"start": ("run",)},
    "pickle.Pickler": {"dump": ("persistent_id", "reducer_override")},
    "pickle.Unpickler": {"load": ("find_class", "persistent_load")},
    "pprint.PrettyPrinter": dict.fromkeys(("pprint", "pformat"), ("format", "_*")),
    "queue.Queue": {
        "__init__": ("_init",),
        "get": ("_get", "_qsize"),
        "put": ("_put", "_qsize"),
        "get_nowait": ("get", "_get", "_qsize"),
        "put_nowait": ("put", "_put", "_qsize"),
    },
    "socketserver.BaseRequestHandler": {"": ("__init__", *_HANDLES[:3]), "__init__": _HANDLES[:3]},
    "socketserver.StreamRequestHandler": {
        "": ("__init__", *_HANDLES[:3]),
        "__init__": _HANDLES[:3],
    },
    **{
        f"{module}.{name}": dict.fromkeys(
            ("serve_forever", "handle_request", "_handle_request_noblock"), _SERVES
        )
        | {"__init__": ("server_bind", "server_activate")}
        for module, name in (
            ("socketserver", "BaseServer"),
            ("socketserver", "TCPServer"),
            ("socketserver", "UDPServer"),
            ("socketserver", "ThreadingTCPServer"),
            ("socketserver", "ThreadingUDPServer"),
            ("http.server", "HTTPServer"),
            ("http.server", "ThreadingHTTPServer"),
            ("wsgiref.simple_server", "WSGIServer"),
        )
    },
    "string.Formatter": dict.fromkeys(
        ("format", "vformat"),
        ("vformat", "get_value", "get_field", "format_field", "convert_field", "check_unused_args",
         "parse"),
    ),
    "threading.Thread": {"start": ("run",)},
    "threading.Timer": {"start": ("run",)},
    "unittest.IsolatedAsyncioTestCase": {"subTest": ()},
    "unittest.TestCase": {"subTest": ()},
    "unittest.TestLoader": dict.fromkeys(
        ("discover", "loadTestsFromModule", "loadTestsFromName", "loadTestsFromNames"),
        ("loadTestsFromTestCase", "getTestCaseNames", "loadTestsFromModule"),
    ),
    "unittest.TestResult": {"": ("addSuccess", "addError", "addFailure", "addSkip", "startTest",
                                 "stopTest", "addSubTest", "addExpectedFailure",
                                 "addUnexpectedSuccess")},
    "unittest.TestSuite": {"": ("run",), "__call__": ("run",)},
    "xml.sax.handler.ContentHandler": {
        "": ("startDocument", "endDocument", "startElement*", "endElement*", "characters")
    },
    "xml.sax.ContentHandler": {
        "": ("startDocument", "endDocument", "startElement*", "endElement*", "characters")
    },
}  # fmt: skip
"""Of a class: what each of its methods runs of its own, with a star those whose names begin so;
under the empty name what is run once an object, or the class, is handed to code outside. What is
not named runs nothing. What a name runs that the workspace does not define counts in turn."""

RUNS_NOTHING: Final = frozenset(
    {
        "array.",
        "builtins.",
        "collections.",
        "datetime.",
        "decimal.",
        "fractions.",
        "ipaddress.",
        "pathlib.",
        "re.",
        "types.",
        "typing.",
        "typing_extensions.",
        "uuid.",
        "weakref.",
    }
)
"""Modules whose other classes run no method that is defined below them."""

OF_OBJECT: Final = frozenset(
    """__class__ __class_getitem__ __del__ __delattr__ __dir__ __eq__ __format__ __ge__
    __getattribute__ __getstate__ __gt__ __hash__ __init__ __init_subclass__ __le__ __lt__ __ne__
    __new__ __prepare__ __reduce__ __reduce_ex__ __repr__ __set_name__ __setattr__ __sizeof__
    __str__ __subclasshook__""".split()
)
"""Names that every class has: asking `super()` for one says nothing of a base."""

EACH: Final = -1
_TEXT: Final = ("__str__", "__repr__")
_PICKLED: Final = ("__reduce_ex__", "__reduce__", "__getstate__")

ASKS_OF_ARGUMENT: Final[Mapping[str, tuple[int, tuple[str, ...]]]] = {
    "builtins.str": (0, ("__str__", "__repr__")),
    "builtins.repr": (0, ("__repr__",)),
    "builtins.format": (0, ("__format__",)),
    "builtins.len": (0, ("__len__",)),
    "builtins.bool": (0, ("__bool__", "__len__")),
    "builtins.int": (0, ("__int__",)),
    "builtins.float": (0, ("__float__",)),
    "builtins.bytes": (0, ("__bytes__",)),
    "builtins.hash": (0, ("__hash__",)),
    "builtins.abs": (0, ("__abs__",)),
    "builtins.round": (0, ("__round__",)),
    "builtins.dir": (0, ("__dir__",)),
    "builtins.divmod": (0, ("__divmod__",)),
    "builtins.pow": (0, ("__pow__",)),
    "builtins.str.join": (0, ("__iter__",)),
    "builtins.iter": (0, ("__iter__",)),
    "builtins.next": (0, ("__next__",)),
    "builtins.list": (0, ("__iter__",)),
    "builtins.tuple": (0, ("__iter__",)),
    "builtins.set": (0, ("__iter__",)),
    "builtins.sorted": (0, ("__iter__",)),
    "builtins.sum": (0, ("__iter__",)),
    "builtins.any": (0, ("__iter__",)),
    "builtins.all": (0, ("__iter__",)),
    "builtins.enumerate": (0, ("__iter__",)),
    "builtins.reversed": (0, ("__reversed__",)),
    "os.fspath": (0, ("__fspath__",)),
    "builtins.ascii": (0, ("__repr__",)),
    "builtins.bin": (0, ("__index__",)),
    "builtins.complex": (0, ("__complex__",)),
    "builtins.delattr": (0, ("__delattr__",)),
    "builtins.filter": (1, ("__iter__",)),
    "builtins.frozenset": (0, ("__iter__",)),
    "builtins.hex": (0, ("__index__",)),
    "builtins.list.extend": (0, ("__iter__",)),
    "builtins.map": (1, ("__iter__",)),
    "builtins.max": (0, ("__iter__",)),
    "builtins.min": (0, ("__iter__",)),
    "builtins.oct": (0, ("__index__",)),
    "builtins.open": (0, ("__fspath__",)),
    "builtins.print": (EACH, _TEXT),
    "builtins.set.update": (0, ("__iter__",)),
    "builtins.setattr": (0, ("__setattr__",)),
    "builtins.str.format": (EACH, ("__format__", *_TEXT)),
    "builtins.zip": (EACH, ("__iter__",)),
    "collections.Counter": (0, ("__iter__",)),
    "collections.deque": (0, ("__iter__",)),
    "contextlib.ExitStack.push": (0, ("__exit__",)),
    "copy.copy": (0, ("__copy__",)),
    "copy.deepcopy": (0, ("__deepcopy__",)),
    "functools.reduce": (1, ("__iter__",)),
    "itertools.chain": (EACH, ("__iter__",)),
    **{
        f"logging.{of}{level}": (EACH, _TEXT)
        for of in ("", "Logger.", "LoggerAdapter.")
        for level in ("debug", "info", "warning", "error", "exception", "critical", "log")
    },
    "math.ceil": (0, ("__ceil__", "__float__")),
    "math.floor": (0, ("__floor__", "__float__")),
    "math.trunc": (0, ("__trunc__",)),
    "operator.index": (0, ("__index__",)),
    "os.path.join": (EACH, ("__fspath__",)),
    "pathlib.Path": (EACH, ("__fspath__",)),
    "pickle.dump": (0, _PICKLED),
    "pickle.dumps": (0, _PICKLED),
    "pprint.pformat": (0, ("__repr__",)),
    "pprint.pprint": (0, ("__repr__",)),
    "sys.getsizeof": (0, ("__sizeof__",)),
    "unittest.TestCase.assertCountEqual": (0, ("__iter__",)),
    "unittest.TestCase.assertDictEqual": (0, ("__eq__",)),
    "unittest.TestCase.assertEqual": (0, ("__eq__",)),
    "unittest.TestCase.assertFalse": (0, ("__bool__", "__len__")),
    "unittest.TestCase.assertGreater": (0, ("__gt__",)),
    "unittest.TestCase.assertGreaterEqual": (0, ("__ge__",)),
    "unittest.TestCase.assertIn": (1, ("__contains__", "__iter__")),
    "unittest.TestCase.assertLess": (0, ("__lt__",)),
    "unittest.TestCase.assertLessEqual": (0, ("__le__",)),
    "unittest.TestCase.assertListEqual": (0, ("__eq__",)),
    "unittest.TestCase.assertNotEqual": (0, ("__ne__", "__eq__")),
    "unittest.TestCase.assertNotIn": (1, ("__contains__", "__iter__")),
    "unittest.TestCase.assertSequenceEqual": (0, ("__eq__",)),
    "unittest.TestCase.assertTrue": (0, ("__bool__", "__len__")),
}
"""Of a function: which of its arguments it asks for the first of these special methods that there
is; those of a test case go by its name, whatever its class is derived from."""

NAMES_CLASS: Final = ("cls", "class", "factory")
"""Keyword arguments that end so take a class, or what makes objects, to be called."""

KEEPS: Final = frozenset(
    {
        "abc.",
        "attr.",
        "attrs.",
        "builtins.",
        "contextlib.asynccontextmanager",
        "contextlib.contextmanager",
        "contextlib.suppress",
        "copy.",
        "dataclasses.",
        "enum.",
        "functools.",
        "gc.",
        "inspect.",
        "operator.",
        "pytest.approx",
        "pytest.deprecated_call",
        "pytest.fixture",
        "pytest.importorskip",
        "pytest.mark.",
        "pytest.param",
        "pytest.raises",
        "pytest.warns",
        "types.",
        "typing.",
        "typing_extensions.",
        "warnings.",
        "weakref.",
        "zope.interface.",
    }
)
"""Callables that run nothing of what they are given, or of which is known elsewhere what they
run; one that ends in a dot is a whole module."""

KEEPING_METHODS: Final = ("assert", "fail")
"""Methods whose names begin so are those of a test case: they run nothing of what they compare."""
