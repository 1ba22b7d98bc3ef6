"""What is told to be a definition in texts of languages without a grammar."""

from textwrap import dedent

import pytest

from ramify.analysis.extraction.heads import heads
from ramify.analysis.text import line_starts_of
from ramify.languages.registry import LANGUAGES


def named(language: str, text: str) -> list[tuple[str, int, int]]:
    """Names with their first and last lines, from 1."""
    data = dedent(text).lstrip("\n").encode()
    found = heads(data, language, line_starts_of(data))
    return [
        (each.name, data.count(b"\n", 0, each.start) + 1, data.count(b"\n", 0, each.end - 1) + 1)
        for each in found
    ]


def names(language: str, text: str) -> list[str]:
    return [name for name, _, _ in named(language, text)]


def test_what_stands_right_above_belongs_to_a_definition() -> None:
    text = """
        package router

        // Find looks a handler up.
        func (r *Router) Find(path string) {
            if path == "" {
                return
            }
        }

        type Route struct {
            Path string
        }
    """
    assert named("go", text) == [("Router.Find", 3, 8), ("Route", 10, 12)]


def test_members_carry_the_name_of_what_holds_them() -> None:
    text = """
        /** Deals with drafts. */
        export class Immer implements Producers {
            autoFreeze_: boolean = true

            constructor(config?: Config) {
                if (config) {
                    this.use(config)
                }
            }

            async finish<D>(
                draft: D,
            ): Promise<D> {
                return draft
            }
        }

        export const freeze = (value: any) => {
            return value
        }
    """
    assert named("typescript", text) == [
        ("Immer", 1, 16),
        ("Immer.constructor", 5, 9),
        ("Immer.finish", 11, 15),
        ("freeze", 18, 20),
    ]


def test_a_call_or_a_branch_is_no_definition() -> None:
    text = """
        function run(task) {
          if (task.ready()) {
            schedule(task)
          }
          const later = () => { task() }
        }
        run(later)
        switch (mode) {
        }
    """
    assert names("javascript", text) == ["run"]


def test_functions_that_are_assigned() -> None:
    text = """
        Cursor.prototype.limit = function (limit) {
          this._limit = limit
        }
        internals.range = async (response) => {
          return response
        }
        module.exports.last = function () {}
        const traps = {
          get(state, prop) {
            return state
          },
          has: function (state) {
            return true
          },
        }
    """
    assert names("javascript", text) == [
        *("Cursor.limit", "range", "last", "traps", "traps.get", "traps.has"),
    ]


def test_a_long_function_is_cut_at_those_inside_it() -> None:
    inner = "    function inner() {\n        work()\n    }\n"
    filler = "    work()\n" * 70

    assert names("javascript", f"function outer() {{\n{inner}}}\n") == ["outer"]
    assert names("javascript", f"function outer() {{\n{inner}{filler}}}\n") == [
        *("outer", "outer.inner"),
    ]


def test_c_tells_prototypes_from_definitions_and_takes_the_type_above() -> None:
    text = """
        static int decode(jv value);

        static jv
        decode_all (jv value,
                    int flags)
        {
        #if DEBUG
          trace(value);
        #endif
          if (flags)
            goto out;
        out:
          return value;
        }

        struct entry { int key; };
    """
    assert named("c", text) == [("decode_all", 3, 14), ("entry", 16, 16)]


def test_members_of_cpp_outside_of_their_class() -> None:
    text = """
        class JSON_API Reader : public Base {
        public:
          bool parse(const char* begin);
          int depth() const { return depth_; }
        };

        Reader::Reader() : depth_(0) {}
        Reader::~Reader() {}

        bool Reader::parse(const char* begin) {
          return readValue(begin);
        }
    """
    assert names("cpp", text) == [
        *("Reader", "Reader.depth", "Reader.Reader", "Reader.~Reader", "Reader.parse"),
    ]


def test_rust_names_what_is_implemented() -> None:
    text = """
        #[derive(Debug)]
        pub struct Pair<'a> {
            key: &'a str,
        }

        impl<'a> fmt::Display for Pair<'a> {
            pub(crate) fn fmt<W>(&self, out: W) -> Result
            where W: Write
            {
                out.write(self.key)
            }
        }

        macro_rules! check { () => {} }
    """
    assert named("rust", text) == [
        *(("Pair", 1, 4), ("Pair", 6, 12), ("Pair.fmt", 7, 11), ("check", 14, 14)),
    ]


def test_java_with_braces_on_their_own_lines() -> None:
    text = """
        public final class RingBuffer<E> extends Fields<E>
        {
            private long next;

            @Override
            public <T> boolean add(final Map<String, T> values)
                throws IOException
            {
                return next(values);
            }

            abstract void later();
        }
    """
    assert named("java", text) == [("RingBuffer", 1, 13), ("RingBuffer.add", 5, 10)]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("ruby", "module Puma\n  class Client\n    def ok?\n      1\n    end\n  end\nend\n", "ok?"),
        ("lua", "local function parse(url)\n  return url\nend\n", "parse"),
        ("lua", "_M.send = socket.protect(function(mail)\n  return mail\nend)\n", "send"),
        (
            "php",
            "final class A\n{\n    public function handle(array $r): bool\n    {\n    }\n}\n",
            "",
        ),
        ("swift", "open class Bridge {\n  @objc func load(_ x: Int) {\n  }\n}\n", "load"),
        ("kotlin", "suspend fun <T> String.awaitAll(): T {\n}\n", "String.awaitAll"),
        ("elixir", "defmodule App.Repo do\n  def get(id) do\n    id\n  end\nend\n", "get"),
        ("shellscript", "set -e\nrun_all() {\n  run\n}\n", "run_all"),
        ("csharp", "class A\n{\n    internal static int Sum(int a)\n    {\n    }\n}\n", "Sum"),
        ("scala", "object Main {\n  def run(x: Int): Int = {\n  }\n}\n", "run"),
        ("clojure", "(defn parse-all [x]\n  x)\n", "parse-all"),
        ("sql", "create or replace function total(a int)\nreturns int\n", "total"),
        ("zig", "pub fn main() !void {\n}\n", "main"),
        ("proto", "message Reply {\n  string text = 1;\n}\n", "Reply"),
    ],
)
def test_each_language_by_its_words(language: str, text: str, found: str) -> None:
    last = names(language, text)[-1]
    assert last.endswith(found or "A.handle")


def test_documents_have_none() -> None:
    assert names("markdown", "# class A\nclass A {\n}\n") == []
    assert names("java", "/*\nclass Example {\n}\n*/\n") == []


@pytest.mark.parametrize("line", ["a" * 200_000, "* " * 100_000, "<" * 200_000, "x(" * 100_000])
def test_a_line_without_end_defines_nothing(line: str) -> None:
    assert [each.name for each in LANGUAGES if names(each.name, line)] == []
