/** What a person reads for an answer: values, not shapes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    calleesPage,
    callersPage,
    impactPage,
    progressText,
    relatedPage,
    type Row,
    searchPage,
} from '../src/present';
import type { AffectedItem, CallItem, Certainty, IndexStatus, Item } from '../src/protocol';

const complete: IndexStatus = {
    revision: 7,
    complete: true,
    indexedFiles: 2818,
    totalFiles: 2818,
    pendingFiles: 0,
};
const filling: IndexStatus = {
    ...complete,
    complete: false,
    indexedFiles: 120,
    pendingFiles: 2698,
};
const pathOf = (uri: string): string => uri.replace('file:///w/', '');

function span(line: number) {
    return { start: { line, character: 4 }, end: { line, character: 9 } };
}

function item(name: string, line: number, certainty?: Certainty): Item {
    return {
        id: `python . app/${name}`,
        name,
        qualifiedName: `app.${name}`,
        kind: 12,
        uri: 'file:///w/app.py',
        range: span(line),
        selectionRange: span(line),
        isTest: name.startsWith('test_'),
        ...(certainty ? { certainty } : {}),
    };
}

function affected(
    name: string,
    line: number,
    distance: number,
    certainty: Certainty,
): AffectedItem {
    return { ...item(name, line, certainty), distance };
}

function lines(rows: Row[], indent = ''): string[] {
    return rows.flatMap((row) => [
        `${indent}${row.label} | ${row.description}`,
        ...lines(row.children, `${indent}  `),
    ]);
}

test('related code keeps its groups and says the certainty', () => {
    const page = relatedPage(
        {
            target: item('save', 3),
            groups: [
                { relation: 'callers', items: [item('view', 10, 'inferred')] },
                { relation: 'tests', items: [item('test_view', 50)], total: 12 },
            ],
            ranked: [{ ...item('load', 20), score: 0.5 }],
            status: complete,
        },
        pathOf,
    );
    assert.equal(page.title, 'Related to save');
    assert.deepEqual(page.notes, []);
    assert.deepEqual(lines(page.rows), [
        'Callers | 1',
        '  view | inferred · app.py:11',
        'Tests | 1 of 12',
        '  test_view | test · app.py:51',
        'All, nearest first | 1',
        '  load | app.py:21',
    ]);
});

test('a member of a class stands with its class', () => {
    const save = { ...item('save', 3), kind: 6, container: 'app.models.Basket', score: 1 };
    const page = searchPage('save', { hits: [save], status: complete }, pathOf);
    assert.equal(page.rows[0]?.label, 'Basket.save');
});

test('impact is ordered by distance, with the tests last', () => {
    const path = ['view', 'route'].map((name) => ({
        id: name,
        name,
        edge: 'CALLS',
        certainty: 'exact' as const,
    }));
    const page = impactPage(
        {
            targets: [item('save', 3)],
            affected: [
                { ...affected('route', 30, 2, 'inferred'), path },
                affected('view', 10, 1, 'exact'),
            ],
            tests: [affected('test_view', 50, 2, 'exact')],
            possible: { count: 3 },
            unresolved: {
                count: 9,
                examples: [
                    {
                        name: 'save',
                        sourceName: 'app.shop.<locals>.form',
                        site: { uri: 'file:///w/app.py', range: span(70) },
                    },
                ],
                message: '9 calls of save may lead here',
            },
            status: complete,
        },
        pathOf,
    );
    assert.deepEqual(page.notes, [
        '3 more are possible by name alone.',
        '9 calls of save may lead here.',
    ]);
    assert.deepEqual(lines(page.rows), [
        'Directly affected | 1',
        '  view | exact · app.py:11',
        '2 steps away | 1',
        '  route | inferred · app.py:31',
        '    view | exact · calls',
        '    route | exact · calls',
        'Tests to run | 1',
        '  test_view | exact · test · app.py:51',
        'May lead here, unresolved | 1 of 9',
        '  shop.form | save · app.py:71',
    ]);
});

test('an empty answer from a filling index is not the answer "none"', () => {
    const empty = {
        target: item('save', 3),
        items: [],
        possible: { count: 0 },
        unresolved: { count: 0 },
    };
    assert.deepEqual(callersPage({ ...empty, status: complete }, pathOf).notes, ['Nothing found.']);
    assert.deepEqual(callersPage({ ...empty, status: filling }, pathOf).notes, [
        'Nothing found so far.',
        'Incomplete: 120 of 2,818 files indexed.',
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
    assert.deepEqual(page.notes, [
        '41 more are possible by name alone.',
        '2 places could not be resolved and may belong here.',
    ]);
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
        'Search incomplete: 3,400 pieces of code still to read.',
    ]);
});

test('a search that found nothing so far says so', () => {
    const status = { ...complete, search: { complete: false, pendingChunks: 0 } };
    const page = searchPage('password', { hits: [], status }, pathOf);
    assert.deepEqual(page.notes, ['Nothing found so far.', 'Search incomplete.']);
});

test('progress is told in files, then in pieces of code', () => {
    assert.equal(progressText(filling), '120 of 2,818 files indexed');
    assert.equal(progressText(complete), '2,818 files indexed');
    assert.equal(
        progressText({ ...complete, search: { complete: false, pendingChunks: 1200 } }),
        '2,818 files indexed, search still reads 1,200 pieces of code',
    );
});
