"""Pairs from languages with braces: a comment of documentation and the definition under it.

Works on the text alone, the same way for JavaScript, TypeScript, Java, Go, Rust, C and C++: good
enough to learn from, not a parser.
"""

import re
from collections.abc import Iterator

from benchmarks.model.pairs import LONGEST_CODE, Pair, is_question, sentences
from ramify.embedding.tokens import subtokens

LANGUAGES = {
    ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript",
    ".ts": "typescript", ".tsx": "typescript", ".mts": "typescript",
    ".java": "java", ".go": "go", ".rs": "rust",
    ".c": "c", ".h": "c", ".cc": "cpp", ".cpp": "cpp", ".cxx": "cpp", ".hpp": "cpp", ".hh": "cpp",
}  # fmt: skip

_BLOCK = r"/\*(?:\*|!)?(?P<block>(?:[^*]|\*(?!/)){12,3000})\*/[ \t]*\n"
_LINES = r"(?P<lines>(?:[ \t]*//[^\n]*\n){1,40})"
_DOCUMENTED = re.compile(rf"^[ \t]*(?:{_BLOCK}|{_LINES})(?=[ \t]*[^\s/*}}])", re.MULTILINE)
_PREAMBLE = re.compile(
    r"(?:[ \t]*(?:@\w+(?:\([^)]*\))?|#\[[^\n]*\]|template\s*<[^\n]*>)[ \t]*\n?)*"
)
_TOKEN = re.compile(
    r'"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\'(?:\\.|[^\'\\\n]){1,40}\'|//[^\n]*|/\*.*?\*/|[{};]',
    re.DOTALL,
)
_NOT_A_NAME = frozenset(
    "if for while switch return catch function class const let var export default public private "
    "protected static final abstract async await synchronized pub fn impl unsafe extern inline "
    "func type struct interface enum void int bool char double float long unsigned signed".split()
)
_NAME = re.compile(r"([A-Za-z_$][\w$]*)\s*(?:<[^<>\n]*>)?\s*[(=:{]")
_FUNC_GO = re.compile(r"\s*func\s*(?:\([^)]*\)\s*)?(\w+)")
_KEYWORD_NAME = re.compile(
    r"\b(?:fn|class|struct|interface|enum|trait|type|function)\s+\*?\s*(\w+)"
)


def brace_pairs(path: str, text: str) -> Iterator[Pair]:
    """Documented definitions in source order. Minified and generated files have none."""
    language = LANGUAGES["." + path.rpartition(".")[2].lower()]
    if _is_generated(text):
        return
    for match in _DOCUMENTED.finditer(text):
        if match["lines"] and language not in ("go", "rust", "c", "cpp"):
            continue
        summary, detail = sentences(_stripped(match["block"] or match["lines"]))
        if not is_question(summary):
            continue
        code = _definition_at(text, match.end())
        name = _name_of(code) if code else ""
        if code and name:
            yield Pair("summary", language, path, name, summary, code[:LONGEST_CODE])
            if is_question(detail):
                yield Pair("detail", language, path, name, detail, code[:LONGEST_CODE])


def _is_generated(text: str) -> bool:
    head = text[:2000]
    return re.search(
        r"DO NOT EDIT|@generated|automatically generated|auto-generated", head
    ) is not None or len(text) > 80 * (text.count("\n") + 1)


def _stripped(comment: str) -> str:
    return re.sub(r"^[ \t]*(?:///?!?|//!|\*+)[ \t]?", "", comment, flags=re.MULTILINE)


def _definition_at(text: str, start: int) -> str:
    """From `start` to the brace that closes the first one opened there; "" for anything else."""
    begin = _PREAMBLE.match(text, start)
    scan_from = begin.end() if begin else start
    depth = 0
    for token in _TOKEN.finditer(text, scan_from, scan_from + 8000):
        mark = token[0]
        if mark == "{":
            if depth == 0 and token.start() - scan_from > 600:
                return ""
            depth += 1
        elif mark == "}":
            depth -= 1
            if depth <= 0:
                return text[start : token.end()] if depth == 0 else ""
        elif mark == ";" and depth == 0:
            return ""
    return text[start : start + 4000] if depth > 0 else ""


def _name_of(code: str) -> str:
    if len(subtokens(code[:400])) < 8:
        return ""
    head = code[:600]
    named = _FUNC_GO.match(head) or _KEYWORD_NAME.search(head.partition("{")[0])
    if named:
        return named[1]
    names = [
        name for name in _NAME.findall(head.partition("{")[0] + "{") if name not in _NOT_A_NAME
    ]
    return names[0] if names else ""
