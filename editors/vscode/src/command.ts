/**
 * Where the server program is.
 *
 * It looks along PATH and nowhere in the workspace: a folder that was merely opened must not
 * decide which program runs. Pure but for `isProgram`, which the caller provides.
 */
import * as path from 'node:path';

export type Found = { program: string; args: string[] } | { problem: string };

/** What the search depends on, as parameters, so that it can be tested anywhere. */
export interface Surroundings {
    pathVariable: string;
    home: string;
    windows: boolean;
    isProgram: (file: string) => boolean;
}

export function findServer(command: readonly string[], here: Surroundings): Found {
    const [name, ...args] = command;
    if (!name?.trim()) return { problem: 'The setting "ramify.server.command" is empty.' };
    const program = candidates(name.trim(), here).find(here.isProgram);
    if (program !== undefined) return { program, args: [...args, '--stdio'] };
    const where = /[\\/]/.test(name)
        ? 'does not exist or is not a program'
        : 'was not found on PATH';
    return { problem: `The Ramify server "${name}" ${where}.` };
}

function candidates(name: string, here: Surroundings): string[] {
    const names =
        here.windows && !path.extname(name) ? [`${name}.exe`, `${name}.cmd`, name] : [name];
    if (name.startsWith('~/')) return names.map((each) => path.join(here.home, each.slice(2)));
    if (path.isAbsolute(name)) return names;
    if (/[\\/]/.test(name)) return [];
    const folders = here.pathVariable
        .split(path.delimiter)
        .filter((folder) => path.isAbsolute(folder));
    const installed = path.join(here.home, '.local', 'bin');
    return [...folders, installed].flatMap((folder) =>
        names.map((each) => path.join(folder, each)),
    );
}
