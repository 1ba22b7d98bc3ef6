"""Languages that are searched as text: no grammar, no facts but a module and its sections."""

from __future__ import annotations

from typing import Final

from ramify.languages.spec import LanguageSpec

_WORDS: Final = ("words",)
"""A word says what follows: `func`, `class`, `def`."""
_SCRIPT: Final = ("words", "assigned", "properties", "methods")
_BRACES: Final = ("words", "methods")
_C: Final = ("words", "c")

OTHERS: tuple[LanguageSpec, ...] = (
    LanguageSpec("markdown", (".md", ".markdown", ".mdx"), sections="headings"),
    LanguageSpec("restructuredtext", (".rst",), sections="underlines"),
    LanguageSpec(
        "text",
        (".txt",),
        ("readme", "authors", "changelog", "contributing"),
        sections="underlines",
    ),
    LanguageSpec("asciidoc", (".adoc", ".asciidoc")),
    LanguageSpec("toml", (".toml",)),
    LanguageSpec("yaml", (".yaml", ".yml")),
    LanguageSpec("ini", (".ini", ".cfg", ".conf"), (".editorconfig", ".gitconfig")),
    LanguageSpec("makefile", (".mk",), ("makefile", "gnumakefile")),
    LanguageSpec("dockerfile", (".dockerfile",), ("dockerfile", "containerfile")),
    LanguageSpec("cmake", (".cmake",), ("cmakelists.txt",)),
    LanguageSpec(
        "shellscript",
        (".sh", ".bash", ".zsh"),
        (),
        ("sh", "bash", "zsh", "dash"),
        definitions=("words", "shell"),
    ),
    LanguageSpec("powershell", (".ps1", ".psm1"), definitions=_WORDS),
    LanguageSpec("javascript", (".js", ".mjs", ".cjs", ".jsx"), (), ("node",), definitions=_SCRIPT),
    LanguageSpec(
        "typescript", (".ts", ".mts", ".cts", ".tsx"), (), ("deno", "ts-node"), definitions=_SCRIPT
    ),
    LanguageSpec("html", (".html", ".htm", ".jinja", ".jinja2", ".j2")),
    LanguageSpec("css", (".css", ".scss", ".sass", ".less")),
    LanguageSpec("vue", (".vue",), definitions=_SCRIPT),
    LanguageSpec("svelte", (".svelte",), definitions=_SCRIPT),
    LanguageSpec("go", (".go",), definitions=_WORDS),
    LanguageSpec("rust", (".rs",), definitions=_WORDS),
    LanguageSpec("c", (".c", ".h"), definitions=_C),
    LanguageSpec("cpp", (".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".inl"), definitions=_C),
    LanguageSpec("cuda", (".cu", ".cuh"), definitions=_C),
    LanguageSpec("cython", (".pyx", ".pxd", ".pxi"), definitions=_WORDS),
    LanguageSpec("java", (".java",), definitions=_BRACES),
    LanguageSpec("kotlin", (".kt", ".kts"), definitions=_WORDS),
    LanguageSpec("scala", (".scala",), definitions=_WORDS),
    LanguageSpec("groovy", (".groovy", ".gradle"), definitions=_BRACES),
    LanguageSpec("csharp", (".cs",), definitions=_BRACES),
    LanguageSpec("swift", (".swift",), definitions=_WORDS),
    LanguageSpec("ruby", (".rb", ".rake"), ("rakefile", "gemfile"), ("ruby",), definitions=_WORDS),
    LanguageSpec("php", (".php",), (), ("php",), definitions=_WORDS),
    LanguageSpec("perl", (".pl", ".pm"), (), ("perl",), definitions=_WORDS),
    LanguageSpec("lua", (".lua",), (), ("lua",), definitions=("words", "assigned")),
    LanguageSpec("r", (".r",), (), ("Rscript",), definitions=("words", "assigned")),
    LanguageSpec("julia", (".jl",), (), ("julia",), definitions=_WORDS),
    LanguageSpec("haskell", (".hs",)),
    LanguageSpec("elixir", (".ex", ".exs"), definitions=_WORDS),
    LanguageSpec("erlang", (".erl", ".hrl")),
    LanguageSpec("clojure", (".clj", ".cljs", ".cljc"), definitions=("lisp",)),
    LanguageSpec("dart", (".dart",), definitions=_BRACES),
    LanguageSpec("zig", (".zig",), definitions=_WORDS),
    LanguageSpec("sql", (".sql",), definitions=("sql",)),
    LanguageSpec("graphql", (".graphql", ".gql"), definitions=_WORDS),
    LanguageSpec("proto", (".proto",), definitions=_WORDS),
    LanguageSpec("vim", (".vim",), definitions=_WORDS),
)
