"""What is worked out once for a program serves all the programs that are made of it by edits."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ramify.analysis.linking.link import Linker
from ramify_store.facts import FileFacts
from tests.analysis.linked import Texts, Token, program
from tests.analysis.test_relink import CHANGES, STATES, Change, Remembered, after, plain, scratch


class Read(Texts):
    """Remembers whose facts were asked for."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__(texts)
        self.read: set[str] = set()

    def facts(self, path: str) -> FileFacts | None:
        self.read.add(path)
        return super().facts(path)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(CHANGES, max_size=5),
    st.lists(
        st.tuples(
            st.lists(CHANGES, min_size=1, max_size=2),
            st.booleans(),
            st.sampled_from(sorted(STATES)),
        ),
        max_size=5,
    ),
)
def test_overlays_over_one_program_learn_from_each_other(
    start: list[Change], overlays: list[tuple[list[Change], bool, str]]
) -> None:
    texts = after({p: s[0] for p, s in STATES.items() if s[0] is not None}, start)
    base = Texts(texts)
    linker = Linker()
    committed = dict(linker.link(base, sorted(texts), Token()).links)
    overlay, over, links = linker.fork(), base, dict(committed)
    for batch, goes_on, prepared in overlays:
        if not goes_on:
            overlay, over, links = linker.fork(), base, dict(committed)
        if prepared in texts:
            linker.prepare(base, prepared, Token())
        now = Texts(after(over.texts, batch))
        changed = {path for path, _ in batch if over.texts.get(path) != now.texts.get(path)}
        overlay = overlay.fork()
        delta = overlay.relink(over, now, changed, Token())
        links = {path: found for path, found in links.items() if path not in delta.removed}
        links.update(delta.links)
        assert plain(links) == scratch(now.texts)
        over = now


def test_a_prepared_edit_reads_no_other_file() -> None:
    texts = program(
        "# file: a.py\ndef f(x): return [x]\n# file: b.py\nfrom a import f\ndef g(): f(g)[0]()\n"
    ).texts
    links = Linker().link(Texts(texts), sorted(texts), Token()).links
    read = []
    for is_prepared in (False, True):
        linker = Linker(Remembered(of_file) for of_file in links.values())
        if is_prepared:
            linker.prepare(Texts(texts), "b.py", Token())
        overlay = linker.fork()
        now = Read({**texts, "b.py": texts["b.py"] + "\ndef h(): g()\n"})
        overlay.relink(Texts(texts), now, {"b.py"}, Token())
        read.append(sorted(now.read))
    assert read == [["a.py", "b.py"], ["b.py"]]


def test_what_an_overlay_asked_of_the_program_below_the_next_one_need_not() -> None:
    texts = program(
        "# file: a.py\ndef f(x): return [x]\n# file: b.py\nfrom a import f\ndef g(): return f(g)\n"
        "# file: c.py\nfrom b import g\ng()[0]()\n"
    ).texts
    links = Linker().link(Texts(texts), sorted(texts), Token()).links
    linker = Linker(Remembered(of_file) for of_file in links.values())
    read = []
    for number in range(2):
        before = Read(texts)
        now = Texts({**texts, "b.py": texts["b.py"] + f"x = {number}\n"})
        linker.fork().relink(before, now, {"b.py"}, Token())
        read.append(sorted(before.read))
    assert read == [["a.py", "b.py"], []]
