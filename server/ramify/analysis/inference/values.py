"""What inference computes with: abstract values, and how each of them came to be known.

A value is a small tuple, its kind first. A `Result` maps each value an expression may have to its
mark; an empty one means that nothing is known. Pure data.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from ramify_store.facts import Certainty

Value: TypeAlias = tuple[Any, ...]
Result: TypeAlias = dict[Value, int]

# Kinds. `path` is a file, `sym` a symbol index in it, `e` an expression index in it.
MODULE: Final = "module"  # (path)
NAMESPACE: Final = "namespace"  # (dotted name, import root)
CLASS: Final = "class"  # (path, sym, how): the class object
INSTANCE: Final = "instance"  # (path, sym, how)
# Either may end with a TYPED: what is written for the type variables of the class.
FUNCTION: Final = "function"  # (path, sym)
BOUND: Final = "bound"  # (path, sym, receiver)
EXTERNAL: Final = "external"  # (dotted name): something outside the workspace
EXTERNAL_INSTANCE: Final = "external instance"  # (dotted name of its class)
LITERAL: Final = "literal"  # (path, e): a tuple, list, set, dict or comprehension made there
TYPED: Final = "typed"  # (path, e, receiver or not): of the generic annotation written there
GENERATOR: Final = "generator"  # (path, sym, receiver or None): from calling a generator function
COROUTINE: Final = "coroutine"  # (path, sym, receiver or None)
MADE: Final = "made"  # (what, path, e): from the CALL there of a builtin that is understood
SUPER: Final = "super"  # (path, sym, receiver): the attributes after that class in the MRO
OVERLOAD: Final = "overload"  # (path, sym, its signature, flags of what it is an overload of,
# whether what it gives says too little to count alone)
PARAMETER: Final = "parameter"  # (path, sym, index): whatever the caller passes
PART: Final = (
    "part"  # (LITERAL or rest, start or None, stop or None): a slice; unknown without start
)
ALIAS: Final = "alias"  # (path, e): what an annotation that is the expression there stands for
REST: Final = "rest"  # (path, sym, index): what a parameter with stars gathers
PLACED: Final = "placed"  # (value): what is assigned to a class itself, before access binds it
AROUND: Final = "around"  # (path, sym): runs when what a decorator was given is called
TYPE_VARIABLE: Final = "type variable"  # (path, e): from the CALL or the TYPE_PARAMETER there
OF_CLASS: Final = (
    "of class"  # (text, INSTANCE or CLASS): of what a class's type variable stands for
)
ATTRIBUTES: Final = "attributes"  # (holder): the `__dict__` of a module, class or instance
METHOD_OF: Final = "method of"  # (container value, name): list.append, dict.get, ...
BOUND_CLASS: Final = "bound class"  # (path, sym, receiver): calls it with the receiver put first

ROWS: Final = "rows"  # (path, sym, manager or queryset value): objects of the model that is sym
ROW_AND_FLAG: Final = "row and flag"  # (path, sym, ...): a pair of one of those and a truth value
ROUTE: Final = "route"  # (path, sym, text): a view, and how it is served; see `routes`

# How an instance or a class is known, which decides what an attribute of it may reach.
DECLARED: Final = 0  # of that class or one below it
CONSTRUCTED: Final = 1  # of exactly that class
OWN: Final = 2  # the receiver of a method: of that class or one below it
OR_BELOW: Final = 3  # of a class object alone: that class, or one below it in its place

# Marks: why a value is known; from EXACT_FROM on it is exact, below it is inferred.
EXACT_FROM: Final = 100
SCOPE: Final = 109
IMPORT: Final = 108
OWN_CLASS: Final = 107
ANNOTATION: Final = 106
MEMBER: Final = 105
CONSTRUCTOR: Final = 104
CONSTRUCTION: Final = 59
NARROWED: Final = 58
ATTRIBUTE: Final = 57
RETURNED: Final = 56
ELEMENT: Final = 55
FIXTURE: Final = 54
DECORATOR: Final = 53
ARGUMENT: Final = 52
BRANCH: Final = 51
PROTOCOL: Final = 50
CALLBACK: Final = 49
SUBCLASS: Final = 48
FRAMEWORK: Final = 47
BASE_OUTSIDE: Final = 46
HANDED_OUTSIDE: Final = 45
RESUMED: Final = 44
REQUESTED: Final = 43
SERVED: Final = 42
NAMED_LIKE: Final = 41

WHY: Final[dict[int, str]] = {
    SCOPE: "scope",
    IMPORT: "import",
    OWN_CLASS: "own class",
    ANNOTATION: "annotation",
    MEMBER: "member",
    CONSTRUCTOR: "constructor",
    CONSTRUCTION: "constructed here",
    NARROWED: "narrowed",
    ATTRIBUTE: "assigned attribute",
    RETURNED: "returned value",
    ELEMENT: "element",
    FIXTURE: "fixture",
    DECORATOR: "decorator",
    ARGUMENT: "passed as argument",
    BRANCH: "one of several",
    PROTOCOL: "protocol",
    CALLBACK: "callback",
    SUBCLASS: "subclass",
    FRAMEWORK: "framework",
    BASE_OUTSIDE: "run by a base outside",
    HANDED_OUTSIDE: "handed to code outside",
    RESUMED: "resumed",
    REQUESTED: "serves what is requested",
    SERVED: "serves what is named",
    NAMED_LIKE: "named like it",
}

MOST_TARGETS: Final = 8
"""Beyond so many alternatives a result says nothing worth an edge."""

MOST_ALTERNATIVES: Final = 64
"""The same of callables: a table of handlers, or methods picked by name, are there to stand for
each other as overrides are."""

_ALTERNATIVES: Final = frozenset(
    {FUNCTION, BOUND, EXTERNAL, EXTERNAL_INSTANCE, PARAMETER, TYPED, MADE}
)
"""Kinds of which more than a few are still worth a call: what has members is not, nor what makes
such."""

_MOST_DECLARED: Final = 1
"""Beside the alternatives in a container: what they are declared to be (a protocol, say)."""

_FOLLOWED: Final = frozenset({FUNCTION, BOUND, CLASS, INSTANCE, LITERAL, MODULE, MADE})

NOTHING: Final[Result] = {}


def instance_of(cls: Value) -> Value:
    """What calling a CLASS gives, as far as the class object says."""
    how = {OWN: OWN, OR_BELOW: DECLARED}.get(cls[3], CONSTRUCTED)
    return (INSTANCE, cls[1], cls[2], how, *cls[4:])


def class_of_instance(made: Value) -> Value:
    """The class object of an INSTANCE."""
    how = {OWN: OWN, DECLARED: OR_BELOW}.get(made[3], DECLARED)
    return (CLASS, made[1], made[2], how)


def certainty_of(mark: int) -> Certainty:
    return Certainty.EXACT if mark >= EXACT_FROM else Certainty.INFERRED


def through(mark: int, step: int) -> int:
    """The mark of what one more step reaches: the first uncertain step is the reason kept."""
    return mark if mark < EXACT_FROM else step


def weaken(result: Result, step: int) -> Result:
    """The same values, known only by way of an inferred step."""
    return {value: mark if mark < EXACT_FROM else step for value, mark in result.items()}


def merge(into: Result, other: Result) -> None:
    """Adds values, keeping each one's surest mark."""
    for value, mark in other.items():
        if into.get(value, 0) < mark:
            into[value] = mark


def tells(result: Result, most: int = MOST_TARGETS) -> bool:
    """Whether values are few enough to be worth following, or alternatives of a call."""
    if len(result) <= most:
        return True
    others = sum(value[0] not in _ALTERNATIVES for value in result)
    declared = _MOST_DECLARED if most > MOST_TARGETS else 0
    return len(result) <= MOST_ALTERNATIVES and others <= declared


def telling(result: Result) -> Result:
    """The values that are worth following: those of the workspace."""
    return {value: mark for value, mark in result.items() if value[0] in _FOLLOWED}
