/** Answers to make pages of, and how a page is read. */
import type { AffectedItem, Certainty, IndexStatus, Item } from '../src/protocol';
import type { Row } from '../src/rows';

export const complete: IndexStatus = {
    revision: 7,
    complete: true,
    indexedFiles: 2818,
    totalFiles: 2818,
    pendingFiles: 0,
};
export const filling: IndexStatus = {
    ...complete,
    complete: false,
    indexedFiles: 120,
    pendingFiles: 2698,
};
export const pathOf = (uri: string): string => uri.replace('file:///w/', '');

export function span(line: number) {
    return { start: { line, character: 4 }, end: { line, character: 9 } };
}

export function item(name: string, line: number, certainty?: Certainty): Item {
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

export function affected(
    name: string,
    line: number,
    distance: number,
    certainty: Certainty,
): AffectedItem {
    return { ...item(name, line, certainty), distance };
}

export function lines(rows: Row[], indent = ''): string[] {
    return rows.flatMap((row) => [
        `${indent}${row.label} | ${row.description}`,
        ...lines(row.children, `${indent}  `),
    ]);
}
