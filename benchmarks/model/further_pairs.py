"""Further questions about the definitions that were mined, taken out of the definitions themselves.

Here code keeps its documentation and the line of its class, as it stands where people search: only
what a question was taken from is cut out. Comments, messages of errors, names, and what tests say
of what they call.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.model.pairs import LONGEST_CODE, LONGEST_QUERY, Pair, is_question
from ramify.embedding.tokens import subtokens

KINDS = ("continued", "first", "remark", "message", "spoken", "test")
MOST_OF_EACH = 2
"""Remarks and messages of one definition."""
_LIKENESS = {"continued": 3.0, "test": 3.0, "remark": 2.0, "message": 1.0, "spoken": 0.5}
_UNDER_ITS_CLASS = 0.6
_SOMETIMES = 0.5
_ALIKE = 0.5
"""Of the words of what a test calls, the share that the test has to say."""

_STRING = re.compile(
    r'"((?:[^"\\\n]|\\.){18,240})"|' + r"'((?:[^'\\\n]|\\.){18,240})'",
)
_SAYS = re.compile(
    r"\b(?:raise|throw|panic|err|exception|log|logger|bail|ensure|assert|fail|info|debug|print"
    r"|expect)\w*\W|error|warn",
    re.IGNORECASE,
)
_FILLED_IN = re.compile(r"%\(?\w*\)?[-+.\d]*[a-zA-Z]|\$?\{[^{}]*\}|\\[nrt\"']")
_CODE = re.compile(r"[;{}=<>|]|\w\(|->|::")
_CALL = re.compile(r"\b([A-Za-z_]\w{2,})\s*\(")
_TESTS = re.compile(r"(^|/)(tests?|testing|spec)s?/|test_|_test\.|\.test\.")
_CHECKS = re.compile(
    r"^(tests?|checks?|verify|verifies|ensures?|asserts?)( that| if| whether)?\s+", re.IGNORECASE
)


@dataclass(slots=True)
class _Definition:
    pair: Pair
    said: dict[str, str] = field(default_factory=dict)
    """Question by kind."""

    @property
    def own_name(self) -> str:
        return self.pair.name.rpartition(".")[2]

    @property
    def documentation(self) -> str:
        return f"{self.said.get('summary', '')} {self.said.get('detail', '')}".strip()

    @property
    def is_test(self) -> bool:
        return self.own_name.lower().startswith("test") or bool(_TESTS.search(self.pair.path))

    def code(self, documentation: str, random: random.Random) -> str:
        """Below the line of its class, more often than not."""
        around = self.pair.name.rpartition(".")[0].rpartition(".")[2]
        head = f"class {around}\n" if around and random.random() < _UNDER_ITS_CLASS else ""
        return head + _documented(self.pair, documentation)


def further_pairs(package: str, mined: Sequence[Pair]) -> Iterator[Pair]:
    """Of what was mined of one package, in its order; what is drawn depends on its name alone."""
    drawn = random.Random(package)
    definitions = _definitions(mined)
    tested: dict[str, list[_Definition]] = defaultdict(list)
    for definition in definitions:
        if not definition.is_test:
            tested[definition.own_name].append(definition)
    for definition in definitions:
        if definition.is_test:
            yield from _of_test(definition, tested, drawn)
        else:
            yield from _of(definition, drawn)


def _definitions(mined: Sequence[Pair]) -> list[_Definition]:
    found: dict[tuple[str, str, str], _Definition] = {}
    for pair in mined:
        definition = found.setdefault((pair.path, pair.name, pair.code), _Definition(pair))
        definition.said[pair.kind] = pair.query
    return list(found.values())


def one_of_each(package: str, mined: Sequence[Pair]) -> Iterator[Pair]:
    """Every definition that is no test once, documented: with one of its further questions, drawn
    by how much they are like what people ask, or of kind `none` without one."""
    drawn = random.Random(package)
    asked: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in further_pairs(package, mined):
        if pair.kind in _LIKENESS:
            asked[pair.path, pair.name].append(pair)
    for definition in _definitions(mined):
        if not definition.is_test:
            pairs = asked.pop((definition.pair.path, definition.pair.name), None)
            if pairs:
                yield drawn.choices(pairs, [_LIKENESS[pair.kind] for pair in pairs])[0]
            else:
                code = definition.code(definition.documentation, drawn)
                yield _pair(definition, "none", "", code)


def _of(definition: _Definition, drawn: random.Random) -> Iterator[Pair]:
    first, detail = definition.said.get("summary", ""), definition.said.get("detail", "")
    whole = definition.code(definition.documentation, drawn)
    if detail and is_question(detail):
        yield _pair(definition, "continued", detail, definition.code(first, drawn))
        if first and drawn.random() < _SOMETIMES:
            yield _pair(definition, "first", first, definition.code(detail, drawn))
    known = {first, definition.said.get("comment", "")}
    remarks = [(raw, text) for raw, text in _remarks(definition.pair) if text not in known]
    for raw, text in drawn.sample(remarks, min(len(remarks), MOST_OF_EACH)):
        yield _pair(definition, "remark", text, whole.replace(raw, ""))
    messages = list(_messages(definition.pair.code))
    for raw, text in drawn.sample(messages, min(len(messages), MOST_OF_EACH)):
        yield _pair(definition, "message", text, whole.replace(raw, '""'))
    own = definition.own_name
    words = subtokens(own)
    if first and len(words) >= 3 and not own.startswith("__") and drawn.random() < _SOMETIMES:
        anonymous = re.sub(rf"\b{re.escape(own)}\b", "_", whole)
        yield _pair(definition, "spoken", " ".join(words), anonymous)


def _of_test(
    test: _Definition, tested: dict[str, list[_Definition]], drawn: random.Random
) -> Iterator[Pair]:
    """What it says of itself, asked of what it calls: of the one thing of the package, or of the
    one that is named most like it."""
    own = [word for word in subtokens(test.own_name) if word != "test"]
    summary = test.said.get("summary", "")
    asked = _CHECKS.sub("", summary) or (" ".join(own) if len(own) >= 3 else "")
    if not asked:
        return
    called = dict.fromkeys(_CALL.findall(test.pair.code))
    names = [name for name in called if len(tested.get(name, ())) == 1]
    said = {*own, *subtokens(summary)}

    def alike(name: str) -> float:
        words = set(subtokens(name))
        return len(said & words) / max(1, len(words))

    nearest = max(names, key=lambda name: (alike(name), name), default=None)
    if nearest and (len(names) == 1 or alike(nearest) >= _ALIKE):
        definition = tested[nearest][0]
        code = definition.code(definition.documentation, drawn)
        yield _pair(definition, "test", asked, code)


def _pair(definition: _Definition, kind: str, query: str, code: str) -> Pair:
    mined = definition.pair
    return Pair(
        kind, mined.language, mined.path, mined.name, query[:LONGEST_QUERY], code[:LONGEST_CODE]
    )


def _documented(pair: Pair, documentation: str) -> str:
    if not documentation:
        return pair.code
    if pair.language != "python":
        return f"{documentation}\n{pair.code}"
    lines = pair.code.split("\n")
    for at, line in enumerate(lines[:12], 1):
        if line.rstrip().endswith(":") and not line.lstrip().startswith(("#", "@")):
            return "\n".join([*lines[:at], documentation, *lines[at:]])
    return pair.code


def _remarks(pair: Pair) -> Iterator[tuple[str, str]]:
    """Whole comments of one or more lines: as written, and what they say."""
    mark = "#" if pair.language == "python" else "//"
    run: list[str] = []
    for line in [*pair.code.split("\n"), ""]:
        if line.strip().startswith(mark):
            run.append(line)
        elif run:
            said = _prose(" ".join(each.strip().lstrip("#/! ") for each in run))
            if said:
                yield "\n".join(run), said
            run = []


def _messages(code: str) -> Iterator[tuple[str, str]]:
    """Strings of lines that raise, warn or log: as written, and what they say."""
    for line in code.split("\n"):
        if _SAYS.search(line):
            for match in _STRING.finditer(line):
                if said := _prose(match[1] or match[2]):
                    yield match[0], said


def _prose(text: str) -> str:
    """Without what is filled in; "" for code and for what is too short to ask."""
    said = " ".join(_FILLED_IN.sub(" ", text).split())
    is_prose = said.count(" ") >= 3 and is_question(said) and len(_CODE.findall(said)) <= 1
    return said if is_prose else ""
