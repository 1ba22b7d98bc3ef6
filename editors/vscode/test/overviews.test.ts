/** What a person reads of what may go or should change; "not known" is never "none". */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cyclesPage, hotspotsPage, removablePage, unreachablePage } from '../src/overviews';
import { complete, filling, item, lines, pathOf, span } from './answers';

const none = { possible: { count: 0 }, unresolved: { count: 0 } };

test('what still uses a symbol is listed, with what was not counted', () => {
    const site = { uri: 'file:///w/app.py', range: span(11) };
    const page = removablePage(
        {
            target: item('save', 3),
            verdict: 'used',
            summary: 'No: 1 place uses `save`, in 1 file.',
            uses: [{ site, source: 'python . app/view', certainty: 'exact', why: 'import' }],
            total: 7,
            possible: { count: 2 },
            unresolved: { count: 1 },
            status: complete,
        },
        pathOf,
    );
    assert.equal(page.title, 'Can save be removed?');
    assert.deepEqual(page.notes, [
        'No: 1 place uses `save`, in 1 file.',
        'Showing 1 of 7.',
        'Not counted: 2 places by name only, 1 unresolved.',
    ]);
    assert.deepEqual(lines(page.rows), ['app.py:12 | exact · import · in view']);
});

test('while the index fills nothing is free to go', () => {
    const summary = 'Yes: nothing uses `save`.';
    const answer = {
        target: item('save', 3),
        verdict: 'unused' as const,
        summary,
        uses: [],
        ...none,
    };
    assert.deepEqual(removablePage({ ...answer, status: complete }, pathOf).notes, [summary]);
    assert.deepEqual(removablePage({ ...answer, status: filling }, pathOf).notes, [
        'Not certain yet. Yes: nothing uses `save`.',
        'Incomplete: 120 of 2,818 files indexed. There may be more than this.',
    ]);
});

test('unreachable code stands below its file and counts what is not listed', () => {
    const items = [{ ...item('old', 3, 'inferred'), why: 'only tests reach it' }];
    const page = unreachablePage(
        { items, total: 1, possible: { count: 12 }, status: complete },
        pathOf,
    );
    assert.deepEqual(page.notes, ['Not listed: 12 that somebody may run.']);
    assert.deepEqual(lines(page.rows), [
        'app.py | 1',
        '  old | inferred · only tests reach it · app.py:4',
    ]);
});

test('nothing unreachable is told of a complete index alone', () => {
    const answer = { items: [], total: 0, possible: { count: 0 } };
    assert.deepEqual(unreachablePage({ ...answer, status: complete }, pathOf).notes, [
        'Everything is reached by something, as far as anybody can tell.',
    ]);
    assert.equal(
        unreachablePage({ ...answer, status: filling }, pathOf).notes[0],
        'Nothing found so far.',
    );
});

test('a circle of imports says where it is cheapest to cut', () => {
    const site = { uri: 'file:///w/app.py', range: span(0) };
    const [one, two] = [item('one', 0), item('two', 0)];
    const cut = { source: one, target: two, sites: [site], uses: 1 };
    const back = { source: two, target: one, sites: [], uses: 3 };
    const cycle = { modules: [one, two], example: [cut, back], imports: 2, cut, left: 0 };
    const page = cyclesPage({ cycles: [cycle], total: 1, modules: 2, status: complete }, pathOf);
    assert.deepEqual(page.notes, ['2 modules in 1 circle of imports.']);
    assert.deepEqual(lines(page.rows), [
        '2 modules | app.one, app.two',
        '  Cheapest cut: app.one imports app.two | opens the circle · 1 use · app.py:1',
        '  Way round | 2',
        '    app.one imports app.two | 1 use · app.py:1',
        '    app.two imports app.one | 3 uses',
        '  Modules | 2',
        '    one | app.py:1',
        '    two | app.py:1',
    ]);
});

test('no circle is told of a complete index alone', () => {
    const answer = { cycles: [], total: 0, modules: 0 };
    assert.deepEqual(cyclesPage({ ...answer, status: complete }, pathOf).notes, [
        'No modules import each other while they are loaded.',
    ]);
    assert.equal(
        cyclesPage({ ...answer, status: filling }, pathOf).notes[0],
        'Nothing found so far.',
    );
});

test('a hotspot says why it is one', () => {
    const spot = { score: 0.75, complexity: 9, callers: 12, callees: 1, commits: 0 };
    const page = hotspotsPage(
        {
            hotspots: [{ ...item('save', 3), ...spot }],
            total: 88,
            notes: ['how often files changed: there is no git here'],
            status: complete,
        },
        pathOf,
    );
    assert.deepEqual(page.notes, [
        'Not known: how often files changed: there is no git here.',
        'Showing 1 of 88.',
    ]);
    assert.deepEqual(lines(page.rows), [
        'save | 0.75 · complexity 9 · 12 callers · 1 callee · app.py:4',
    ]);
    const known = { hotspots: [{ ...item('save', 3), ...spot }], status: complete };
    assert.deepEqual(lines(hotspotsPage(known, pathOf).rows), [
        'save | 0.75 · complexity 9 · 12 callers · 1 callee · 0 commits · app.py:4',
    ]);
});
