/** What a person reads for related code, a search and calls: values, not shapes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calleesPage, callersPage, relatedPage, searchPage } from '../src/present';
import type { CallItem } from '../src/protocol';
import { progressText } from '../src/rows';
import { complete, filling, item, lines, pathOf, span } from './answers';

test('related code keeps its groups and says the certainty', () => {
    const page = relatedPage(
        {
            target: item('save', 3),
            groups: [
                { relation: 'callers', items: [item('view', 10, 'inferred')] },
                { relation: 'tests', items: [item('test_view', 50)], total: 12 },
                { relation: 'types', items: [item('order', 60)] },
                { relation: 'documents', items: [item('guide', 70)] },
                { relation: 'together', items: [item('forms', 80)] },
            ],
            ranked: [{ ...item('load', 20), score: 0.5 }],
            notes: ['files changed together: the history of git is being read'],
            status: complete,
        },
        pathOf,
    );
    assert.equal(page.title, 'Related to save');
    assert.deepEqual(page.notes, [
        'Not known: files changed together: the history of git is being read.',
    ]);
    assert.deepEqual(lines(page.rows), [
        'Callers | 1',
        '  view | inferred · app.py:11',
        'Tests | 1 of 12',
        '  test_view | test · app.py:51',
        'Users of the same classes | 1',
        '  order | app.py:61',
        'Documents that name it | 1',
        '  guide | app.py:71',
        'Changed in the same commits | 1',
        '  forms | app.py:81',
        'All, nearest first | 1',
        '  load | app.py:21',
    ]);
});

test('what is related to selected lines names them, and where copies stand', () => {
    const copy = { ...item('load', 20), reasons: ['the same lines, 24 to 31'] };
    const answer = {
        target: item('save', 3),
        groups: [{ relation: 'similar', items: [copy] }],
        ranked: [],
        status: complete,
    };
    const lines3to5 = { start: { line: 2, character: 0 }, end: { line: 5, character: 0 } };
    const page = relatedPage(answer, pathOf, lines3to5);
    assert.equal(page.title, 'Related to lines 3–5 in save');
    assert.deepEqual(lines(page.rows), [
        'Similar | 1',
        '  load | the same lines, 24 to 31 · app.py:21',
    ]);
    assert.equal(relatedPage(answer, pathOf, span(7)).title, 'Related to line 8 in save');
});

test('a member of a class stands with its class', () => {
    const save = { ...item('save', 3), kind: 6, container: 'app.models.Basket', score: 1 };
    const page = searchPage('save', { hits: [save], status: complete }, pathOf);
    assert.equal(page.rows[0]?.label, 'Basket.save');
});

test('an empty answer from a filling index is not the answer "none"', () => {
    const empty = {
        target: item('save', 3),
        items: [],
        possible: { count: 0 },
        unresolved: { count: 0 },
    };
    const done = callersPage({ ...empty, status: complete }, pathOf);
    assert.deepEqual(done.notes, ['No callers known.']);
    assert.deepEqual(callersPage({ ...empty, status: filling }, pathOf).notes, [
        'No callers known so far.',
        'Incomplete: 120 of 2,818 files indexed. There may be more than this.',
    ]);
});

test('a caller leads to its call, a callee to its definition', () => {
    const site = { uri: 'file:///w/app.py', range: span(12) };
    const call: CallItem = { ...item('view', 10, 'exact'), sites: [site] };
    const answer = {
        target: item('save', 3),
        items: [call],
        possible: { count: 41 },
        unresolved: { count: 2 },
        status: complete,
    };
    const page = callersPage(answer, pathOf);
    assert.equal(page.rows[0]?.place?.range.start.line, 12);
    assert.equal(calleesPage(answer, pathOf).rows[0]?.place?.range.start.line, 10);
    assert.deepEqual(page.notes, ['Not counted: 41 call sites by name only, 2 unresolved.']);
});

test('without a symbol at the cursor that is what is said', () => {
    const nothing = { target: null, items: [], possible: { count: 0 }, unresolved: { count: 0 } };
    const page = calleesPage({ ...nothing, status: complete }, pathOf);
    assert.equal(page.title, 'No symbol here');
    assert.deepEqual(page.notes, ['Put the cursor on a name and ask again.']);
});

test('callees outside the workspace stand apart and lead to the call', () => {
    const site = { uri: 'file:///w/app.py', range: span(12) };
    const answer = {
        target: item('save', 3),
        items: [],
        external: [{ id: 'python:os.path.join', sites: [site], certainty: 'exact' as const }],
        possible: { count: 0 },
        unresolved: { count: 0 },
        status: complete,
    };
    const page = calleesPage(answer, pathOf);
    assert.deepEqual(lines(page.rows), ['Outside the workspace | 1', '  os.path.join | exact']);
    assert.equal(page.rows[0]?.children[0]?.place?.range.start.line, 12);
});

test('several calls of one caller are listed below it', () => {
    const sites = [12, 14].map((line) => ({ uri: 'file:///w/app.py', range: span(line) }));
    const answer = {
        target: item('save', 3),
        items: [{ ...item('view', 10, 'exact'), sites }],
        possible: { count: 0 },
        unresolved: { count: 0 },
        status: complete,
    };
    assert.deepEqual(lines(callersPage(answer, pathOf).rows), [
        'view | exact · 2 calls · app.py:11',
        '  app.py:13 | ',
        '  app.py:15 | ',
    ]);
});

test('a search says what it has not read yet and that its list was cut', () => {
    const status = { ...complete, search: { complete: false, pendingChunks: 3400 } };
    const hits = [
        {
            ...item('check_password', 8),
            score: 1,
            reasons: ['name'],
            snippet: 'def check_password():',
        },
    ];
    const page = searchPage(
        'check a password',
        { hits, total: 50, note: 'no embeddings yet: found by words alone', status },
        pathOf,
    );
    assert.equal(page.title, 'Search: check a password');
    assert.equal(
        page.rows[0]?.tooltip,
        'app.check_password\napp.py:9\nname\n\ndef check_password():',
    );
    assert.deepEqual(page.notes, [
        'Showing 1 of 50.',
        'No embeddings yet: found by words alone.',
        'Search is incomplete: 3,400 pieces to go.',
    ]);
});

test('a search that found nothing so far says so', () => {
    const status = { ...complete, search: { complete: false, pendingChunks: 0 } };
    const page = searchPage('password', { hits: [], status }, pathOf);
    assert.deepEqual(page.notes, ['Nothing found so far.', 'Search is incomplete.']);
});

test('progress is told in files, then in pieces of code', () => {
    assert.equal(progressText(filling), '120 of 2,818 files indexed');
    assert.equal(progressText(complete), '2,818 files indexed');
    assert.equal(
        progressText({ ...complete, search: { complete: false, pendingChunks: 1200 } }),
        '2,818 files indexed, search still reads 1,200 pieces of code',
    );
});

test('data is not said to have no callers', () => {
    const total = { ...item('total', 3), kind: 13 };
    const nothing = { target: total, items: [], possible: { count: 0 }, unresolved: { count: 0 } };
    const page = callersPage({ ...nothing, status: complete }, pathOf);
    assert.deepEqual(page.notes, [
        'A variable is read and written, not called: Impact of a Change tells by whom.',
    ]);
});

test('what is unusual of a complete index is told, too', () => {
    const status = { ...complete, reason: '3 files were left out' };
    const page = searchPage('save', { hits: [], status }, pathOf);
    assert.deepEqual(page.notes, ['Nothing found.', 'Note: 3 files were left out.']);
});
