/** Which program is started, and what is said when there is none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findServer, type Surroundings } from '../src/command';

function machine(...programs: string[]): Surroundings {
    return {
        pathVariable: 'bin:/usr/bin:/opt/bin',
        home: '/home/me',
        windows: false,
        isProgram: (file) => programs.includes(file),
    };
}

test('a name is looked up along PATH', () => {
    assert.deepEqual(findServer(['ramify'], machine('/opt/bin/ramify')), {
        program: '/opt/bin/ramify',
        args: ['--stdio'],
    });
});

test('the folder of pip install --user counts, though it is often not on PATH', () => {
    assert.deepEqual(findServer(['ramify'], machine('/home/me/.local/bin/ramify')), {
        program: '/home/me/.local/bin/ramify',
        args: ['--stdio'],
    });
});

test('leading arguments are kept', () => {
    assert.deepEqual(findServer(['~/bin/uvx', 'ramify'], machine('/home/me/bin/uvx')), {
        program: '/home/me/bin/uvx',
        args: ['ramify', '--stdio'],
    });
});

test('nothing relative is ever started: it could belong to the workspace', () => {
    const here = machine('bin/ramify', '.venv/bin/ramify', 'ramify');
    assert.deepEqual(findServer(['ramify'], here), {
        problem: 'The Ramify server "ramify" was not found on PATH.',
    });
    assert.deepEqual(findServer(['.venv/bin/ramify'], here), {
        problem: 'The Ramify server ".venv/bin/ramify" does not exist or is not a program.',
    });
});

test('an empty setting is named', () => {
    assert.deepEqual(findServer([], machine()), {
        problem: 'The setting "ramify.server.command" is empty.',
    });
    assert.deepEqual(findServer([''], machine()), {
        problem: 'The setting "ramify.server.command" is empty.',
    });
});
