/**
 * What a person reads of an impact, of one symbol or of a set of changes, and the tests to run.
 *
 * Pure, like the other pages. The order is that of the command line: what a change concerns, what
 * is affected, where that is entered from outside, the tests, and last what nobody can tell.
 */
import type {
    AffectedItem,
    Breakage,
    Changed,
    EntryPoint,
    ImpactAnswer,
    Item,
    Step,
    UnresolvedSite,
} from './protocol';
import {
    aboutSymbol,
    count,
    counted,
    cutNote,
    emptyNote,
    few,
    graphNotes,
    heading,
    headings,
    itemRow,
    joined,
    lineOf,
    type Page,
    type PathOf,
    plainRow,
    type Row,
    shortName,
    siteRow,
} from './rows';

export function impactPage(answer: ImpactAnswer, pathOf: PathOf): Page {
    const title = `Impact of ${answer.targets.map((target) => target.name).join(', ')}`;
    const page = pageOf(title, answer, [], pathOf);
    return aboutSymbol(answer.targets[0] ?? null, answer.status, page);
}

/** `what` is "uncommitted changes" or a range of commits. */
export function changesPage(what: string, answer: ImpactAnswer, pathOf: PathOf): Page {
    const changed = answer.changed ?? { symbols: [], removed: [], topLevel: [], unread: [] };
    const rows = answer.targets.map((target) => changedRow(target, changed, pathOf));
    const page = pageOf(`Impact of ${what}`, answer, headings('Changed symbols', rows), pathOf);
    return { ...page, notes: [...changedNotes(changed), ...page.notes] };
}

/** The tests as one line for a shell, and what whoever runs these alone must know. */
export function testArguments(answer: ImpactAnswer): { text: string; told: string } {
    const ids = [...new Set(answer.tests.flatMap((test) => test.nodeIds ?? []))];
    const left = answer.tests.filter((test) => !test.nodeIds?.length).length;
    const uncertain = notCounted(answer);
    const told = [
        ids.length > 0 ? `Copied ${counted(ids.length, 'test')}.` : noTests(answer),
        ...cutNote(answer.tests.length, answer.testsTotal),
        ...(left > 0 ? [`Left out: ${counted(left, 'test')} that pytest does not collect.`] : []),
        ...untestedNote(answer),
        ...(uncertain.length > 0 ? ['There may be more tests.', ...uncertain] : []),
        ...graphNotes(answer.status),
    ];
    return { text: ids.map(quoted).join(' '), told: told.join(' ') };
}

function pageOf(title: string, answer: ImpactAnswer, first: Row[], pathOf: PathOf): Page {
    const tests = answer.tests.map((item) => affectedRow(item, pathOf));
    const known = [...affectedRows(answer, pathOf), ...tests];
    const uncertain = (answer.unresolved.examples ?? []).map((one) => unresolvedRow(one, pathOf));
    const untested = (answer.untested ?? []).map((item) => itemRow(item, [], pathOf));
    return {
        title,
        notes: [
            ...told(answer, known),
            ...cutNote(answer.affected.length, answer.total),
            ...(answer.notes ?? []).map((note) => `Note: ${note.replace(/\.$/, '')}.`),
            ...notCounted(answer),
            ...graphNotes(answer.status),
        ],
        rows: [
            ...first,
            ...breakageRows(answer, pathOf),
            ...affectedRows(answer, pathOf),
            ...entryRows(answer, pathOf),
            ...headings('Tests to run', tests, answer.testsTotal),
            ...headings('No test is known to reach', untested, answer.untestedTotal),
            ...headings('May reach it, too', uncertain, answer.unresolved.count),
        ],
    };
}

/** Of no target at all a summary tells nothing, and of a filling index not everything. */
function told(answer: ImpactAnswer, known: Row[]): string[] {
    const isTold = answer.summary && answer.targets.length > 0;
    const soFar = !answer.status.complete || !isTold ? emptyNote(known, answer.status) : [];
    return isTold ? [summary(answer), ...soFar] : soFar;
}

/** Without the name of a single target, which is in the title. */
function summary(answer: ImpactAnswer): string {
    const name = answer.targets.length === 1 ? `${answer.targets[0]?.qualifiedName}: ` : '';
    const told = answer.summary ?? '';
    const bare = name !== '' && told.startsWith(name) ? told.slice(name.length) : told;
    const text = bare.charAt(0).toUpperCase() + bare.slice(1);
    return /[.!?]$/.test(text) ? text : `${text}.`;
}

function affectedRows(answer: ImpactAnswer, pathOf: PathOf): Row[] {
    const byDistance = new Map<number, AffectedItem[]>();
    for (const item of answer.affected) {
        byDistance.set(item.distance, [...(byDistance.get(item.distance) ?? []), item]);
    }
    return [...byDistance]
        .sort(([near], [far]) => near - far)
        .map(([distance, items]) =>
            heading(
                distance <= 1 ? 'Directly affected' : `${distance} steps away`,
                items.map((item) => affectedRow(item, pathOf)),
            ),
        );
}

function affectedRow(item: AffectedItem, pathOf: PathOf): Row {
    const path = item.path ?? [];
    const row = itemRow(item, [], pathOf);
    const chain = path.map((step) => shortName(step.name)).join(' ← ');
    return {
        ...row,
        tooltip: chain ? `${row.tooltip}\n${chain}` : row.tooltip,
        children: path.length > 1 ? path.map((step) => stepRow(step, pathOf)) : [],
    };
}

function stepRow(step: Step, pathOf: PathOf): Row {
    const where = step.site ? lineOf(step.site, pathOf) : '';
    const description = joined([step.certainty ?? '', (step.edge ?? '').toLowerCase(), where]);
    return {
        ...plainRow(shortName(step.name), description, step.name),
        certainty: step.certainty ?? null,
        place: step.site ?? null,
        symbol: step.id,
    };
}

function breakageRows(answer: ImpactAnswer, pathOf: PathOf): Row[] {
    const all = answer.breakage ?? [];
    const several = new Set(all.map((each) => each.target)).size > 1;
    const rows = all.map((each) => breakageRow(each, several, pathOf));
    return headings('What a change concerns', rows, answer.breakageTotal);
}

function breakageRow(each: Breakage, several: boolean, pathOf: PathOf): Row {
    const label = several ? `${each.change} of ${shortName(each.target)}` : each.change;
    const children = (each.sites ?? []).map((site) => ({
        ...siteRow(site.site, pathOf),
        description: joined([site.misfit ?? site.certainty, shortName(site.sourceName)]),
        certainty: site.misfit ? ('unresolved' as const) : site.certainty,
    }));
    return {
        ...plainRow(label, each.message, `${each.target}: ${each.concerns}\n${each.message}`),
        children,
        expanded: (each.misfits ?? 0) > 0,
    };
}

function entryRows(answer: ImpactAnswer, pathOf: PathOf): Row[] {
    const rows = (answer.entryPoints ?? []).map((each) => entryRow(each, pathOf));
    return headings('Entry points reached', rows, answer.entryPointsTotal);
}

function entryRow(entry: EntryPoint, pathOf: PathOf): Row {
    const row = itemRow(entry, [entry.entry, entry.how], pathOf);
    return { ...row, tooltip: `${row.tooltip}\n${entry.how}` };
}

function unresolvedRow(example: UnresolvedSite, pathOf: PathOf): Row {
    const where = lineOf(example.site, pathOf);
    return {
        ...plainRow(shortName(example.sourceName), `${example.name} · ${where}`),
        tooltip: `${example.sourceName}\n${where}`,
        certainty: 'unresolved',
        place: example.site,
    };
}

function changedRow(target: Item, changed: Changed, pathOf: PathOf): Row {
    const found = changed.symbols.find((each) => each.id === target.id);
    const before = found?.before ? `was ${found.before}` : '';
    return itemRow(target, [found?.change ?? '', before], pathOf);
}

function changedNotes(changed: Changed): string[] {
    const told: [string[], string, string][] = [
        [changed.removed, 'Gone: ', '. Who still names them will not find them.'],
        [changed.topLevel, 'Changed outside of definitions: ', '.'],
        [changed.unread, 'Not in the graph: ', '.'],
    ];
    const notes = told
        .filter(([names]) => names.length > 0)
        .map(([names, before, after]) => before + few(names) + after);
    return changed.symbols.length === 0 ? ['No definition changed.', ...notes] : notes;
}

function notCounted(answer: ImpactAnswer): string[] {
    const places = answer.unresolved.count;
    const dependents = answer.possible?.count ?? 0;
    const parts = [
        ...(places > 0 ? [`${counted(places, 'place')} that may reach it, too`] : []),
        ...(dependents > 0 ? [`${counted(dependents, 'dependent')} by name only`] : []),
    ];
    return parts.length > 0 ? [`Not counted: ${parts.join(', and ')}.`] : [];
}

function noTests(answer: ImpactAnswer): string {
    if (answer.tests.length > 0) return 'Nothing to copy.';
    return answer.status.complete ? 'No test is known to reach it.' : 'No test is known so far.';
}

function untestedNote(answer: ImpactAnswer): string[] {
    const names = (answer.untested ?? []).map((item) => item.qualifiedName);
    if (names.length === 0 || answer.tests.length === 0) return [];
    const more = (answer.untestedTotal ?? 0) - names.length;
    return [`No test is known to reach ${few(names)}${more > 0 ? ` (${count(more)} more)` : ''}.`];
}

function quoted(id: string): string {
    return /^[\w./:=,@%+-]+$/.test(id) ? id : `'${id.replaceAll("'", `'\\''`)}'`;
}
