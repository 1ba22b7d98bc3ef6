/** What a person reads of an impact, and which tests are copied. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesPage, impactPage, testArguments } from '../src/impactPage';
import type { ImpactAnswer, TestItem } from '../src/protocol';
import { affected, complete, filling, item, lines, pathOf, span } from './answers';

const nothing: ImpactAnswer = {
    targets: [item('save', 3)],
    affected: [],
    tests: [],
    possible: { count: 0 },
    unresolved: { count: 0 },
    status: complete,
};

function reaching(name: string, ...nodeIds: string[]): TestItem {
    return { ...affected(name, 50, 2, 'exact'), nodeIds };
}

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
            },
            status: complete,
        },
        pathOf,
    );
    assert.deepEqual(page.notes, [
        'Not counted: 9 places that may reach it, too, and 3 dependents by name only.',
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
        'May reach it, too | 1 of 9',
        '  shop.form | save · app.py:71',
    ]);
});

test('an impact says what each kind of change concerns, with the calls that break', () => {
    const site = { uri: 'file:///w/app.py', range: span(11) };
    const page = impactPage(
        {
            ...nothing,
            breakage: [
                {
                    target: 'app.save',
                    change: 'signature',
                    concerns: 'call sites',
                    misfits: 1,
                    sites: [
                        { sourceName: 'app.view', site, certainty: 'exact', misfit: 'needs `key`' },
                    ],
                    message: '1 call, 1 does not fit any more',
                },
                {
                    target: 'app.save',
                    change: 'body',
                    concerns: 'tests and behaviour',
                    message: '2 dependents',
                },
            ],
            summary: 'app.save: 2 dependents in 1 file; 1 test in 1 file reaches it.',
        },
        pathOf,
    );
    assert.deepEqual(page.notes, ['2 dependents in 1 file; 1 test in 1 file reaches it.']);
    assert.deepEqual(lines(page.rows), [
        'What a change concerns | 2',
        '  signature | 1 call, 1 does not fit any more',
        '    app.py:12 | needs `key` · app.view',
        '  body | 2 dependents',
    ]);
    assert.equal(page.rows[0]?.children[0]?.children[0]?.place, site);
});

test('an impact names the entry points and what no test reaches', () => {
    const entry = { entry: 'route', how: 'decorated with `app.route`', distance: 1 };
    const page = impactPage(
        {
            ...nothing,
            entryPoints: [{ ...item('view', 10), ...entry }],
            entryPointsTotal: 9,
            untested: [item('clean', 90)],
        },
        pathOf,
    );
    assert.deepEqual(lines(page.rows), [
        'Entry points reached | 1 of 9',
        '  view | route · decorated with `app.route` · app.py:11',
        'No test is known to reach | 1',
        '  clean | app.py:91',
    ]);
});

test('the impact of changes says what changed and what it cannot start from', () => {
    const page = changesPage(
        'uncommitted changes',
        {
            ...nothing,
            changed: {
                symbols: [{ id: 'python . app/save', change: 'renamed', before: 'app.store' }],
                removed: ['app.drop'],
                topLevel: ['app.py'],
                unread: ['notes.txt'],
            },
            notes: ['the branch is 3 commits behind'],
        },
        pathOf,
    );
    assert.equal(page.title, 'Impact of uncommitted changes');
    assert.deepEqual(page.notes, [
        'Gone: app.drop. Who still names them will not find them.',
        'Changed outside of definitions: app.py.',
        'Not in the graph: notes.txt.',
        'Nothing found.',
        'Note: the branch is 3 commits behind.',
    ]);
    assert.deepEqual(lines(page.rows), [
        'Changed symbols | 1',
        '  save | renamed · was app.store · app.py:4',
    ]);
});

test('a summary made of a part of the files is not the end of it', () => {
    const answer = { ...nothing, summary: 'app.save: no dependents.', status: filling };
    assert.deepEqual(impactPage(answer, pathOf).notes, [
        'No dependents.',
        'Nothing found so far.',
        'Incomplete: 120 of 2,818 files indexed. There may be more than this.',
    ]);
});

test('no change is not the same as no impact', () => {
    const changed = { symbols: [], removed: [], topLevel: [], unread: [] };
    const answer = { ...nothing, targets: [], changed, summary: 'no such symbol' };
    const page = changesPage('main..', answer, pathOf);
    assert.equal(page.title, 'Impact of main..');
    assert.deepEqual(page.notes, ['No definition changed.', 'Nothing found.']);
});

test('tests are copied as arguments of pytest, once each', () => {
    const answer = {
        ...nothing,
        tests: [
            reaching('test_save', 'tests/test_app.py::test_save'),
            reaching('test_all', 'tests/a b.py::T::test_all', 'tests/test_app.py::test_save'),
        ],
    };
    assert.deepEqual(testArguments(answer), {
        text: "tests/test_app.py::test_save 'tests/a b.py::T::test_all'",
        told: 'Copied 2 tests.',
    });
});

test('what the copied tests leave out is told', () => {
    const answer = {
        ...nothing,
        tests: [reaching('test_save', 'tests/test_app.py::test_save'), reaching('test_old')],
        testsTotal: 40,
        possible: { count: 1 },
        unresolved: { count: 2 },
        status: filling,
    };
    assert.equal(
        testArguments(answer).told,
        'Copied 1 test. Showing 2 of 40. Left out: 1 test that pytest does not collect. ' +
            'There may be more tests. ' +
            'Not counted: 2 places that may reach it, too, and 1 dependent by name only. ' +
            'Incomplete: 120 of 2,818 files indexed. There may be more than this.',
    );
});

test('no tests are not copied', () => {
    assert.deepEqual(testArguments(nothing), { text: '', told: 'No test is known to reach it.' });
});

test('of what is not counted only what there is is told', () => {
    const told = (possible: number, unresolved: number) =>
        testArguments({
            ...nothing,
            possible: { count: possible },
            unresolved: { count: unresolved, examples: [] },
        }).told;
    const before = 'No test is known to reach it. There may be more tests. ';
    assert.equal(told(2, 0), `${before}Not counted: 2 dependents by name only.`);
    assert.equal(told(0, 1), `${before}Not counted: 1 place that may reach it, too.`);
});
