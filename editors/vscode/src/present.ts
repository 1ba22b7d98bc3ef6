/**
 * From answers to what a person reads: titles, notes, rows.
 *
 * Pure: it knows neither the editor nor the connection. Whatever an answer leaves open (an index
 * that is still filling, calls that could not be resolved, a list that was cut) becomes a note.
 */
import type { Location } from 'vscode-languageclient/node';
import type {
    AffectedItem,
    CallItem,
    CallsAnswer,
    Certainty,
    Hit,
    ImpactAnswer,
    IndexStatus,
    Item,
    RelatedAnswer,
    SearchAnswer,
    Step,
    UnresolvedSite,
} from './protocol';

const readAtOnce = 20; // longer groups start folded
const membersOfClasses = [6, 7, 8]; // LSP SymbolKind: Method, Property, Field

export interface Row {
    label: string;
    description: string;
    tooltip: string;
    /** LSP SymbolKind, or null for a heading or a place in the text. */
    kind: number | null;
    certainty: Certainty | null;
    place: Location | null;
    children: Row[];
    expanded: boolean;
}

export interface Page {
    title: string;
    notes: string[];
    rows: Row[];
}

/** How a URI is shown to the reader: a path relative to the workspace where possible. */
export type PathOf = (uri: string) => string;

export function relatedPage(answer: RelatedAnswer, pathOf: PathOf): Page {
    const groups = answer.groups.map((group) =>
        heading(
            sentence(group.relation),
            group.items.map((item) => itemRow(item, [], pathOf)),
            group.total,
        ),
    );
    const ranked = heading(
        'All, nearest first',
        answer.ranked.map((hit) => hitRow(hit, pathOf)),
        answer.total,
    );
    const rows = [...groups, { ...ranked, expanded: groups.length === 0 }].filter(
        (row) => row.children.length > 0,
    );
    return aboutSymbol(answer.target, answer.status, {
        title: `Related to ${nameOf(answer.target)}`,
        notes: [...emptyNote(rows, answer.status), ...graphNotes(answer.status)],
        rows,
    });
}

export function impactPage(answer: ImpactAnswer, pathOf: PathOf): Page {
    const byDistance = new Map<number, AffectedItem[]>();
    for (const item of answer.affected) {
        byDistance.set(item.distance, [...(byDistance.get(item.distance) ?? []), item]);
    }
    const rows = [...byDistance]
        .sort(([near], [far]) => near - far)
        .map(([distance, items]) =>
            heading(
                distance <= 1 ? 'Directly affected' : `${distance} steps away`,
                items.map((item) => affectedRow(item, pathOf)),
            ),
        );
    const tests = answer.tests.map((item) => affectedRow(item, pathOf));
    if (tests.length > 0) rows.push(heading('Tests to run', tests, answer.testsTotal));
    const notes = [
        ...emptyNote(rows, answer.status),
        ...cutNote(answer.affected.length, answer.total),
    ];
    const unresolved = (answer.unresolved.examples ?? []).map((example) =>
        unresolvedRow(example, pathOf),
    );
    if (unresolved.length > 0)
        rows.push(heading('May lead here, unresolved', unresolved, answer.unresolved.count));
    return aboutSymbol(answer.targets[0] ?? null, answer.status, {
        title: `Impact of ${answer.targets.map((target) => target.name).join(', ')}`,
        notes: [
            ...notes,
            ...possibleNote(answer.possible?.count ?? 0),
            ...unresolvedNote(answer.unresolved),
            ...graphNotes(answer.status),
        ],
        rows,
    });
}

export function searchPage(query: string, answer: SearchAnswer, pathOf: PathOf): Page {
    const rows = answer.hits.map((hit) => hitRow(hit, pathOf));
    const complete = answer.status.complete && answer.status.search?.complete !== false;
    return {
        title: `Search: ${query}`,
        notes: [
            ...emptyNote(rows, { ...answer.status, complete }),
            ...cutNote(rows.length, answer.total),
            ...(answer.note ? [`${sentence(answer.note)}.`] : []),
            ...graphNotes(answer.status),
            ...searchNotes(answer.status),
        ],
        rows,
    };
}

export function callersPage(answer: CallsAnswer, pathOf: PathOf): Page {
    return callsPage(
        `Callers of ${nameOf(answer.target)}`,
        answer,
        answer.items.map((item) => ({
            ...callRow(item, pathOf),
            place: item.sites[0] ?? placeOf(item),
        })),
    );
}

export function calleesPage(answer: CallsAnswer, pathOf: PathOf): Page {
    const outside = (answer.external ?? []).map((call) => externalRow(call, pathOf));
    return callsPage(`Callees of ${nameOf(answer.target)}`, answer, [
        ...answer.items.map((item) => callRow(item, pathOf)),
        ...(outside.length > 0 ? [heading('Outside the workspace', outside)] : []),
    ]);
}

/** One line on how far the index is. */
export function progressText(status: IndexStatus): string {
    if (!status.complete) {
        return `${count(status.indexedFiles)} of ${count(status.totalFiles)} files indexed`;
    }
    const files = `${count(status.totalFiles)} files indexed`;
    const pending = status.search?.complete === false ? status.search.pendingChunks : 0;
    return pending > 0 ? `${files}, search still reads ${count(pending)} pieces of code` : files;
}

function callsPage(title: string, answer: CallsAnswer, rows: Row[]): Page {
    return aboutSymbol(answer.target, answer.status, {
        title,
        notes: [
            ...emptyNote(rows, answer.status),
            ...cutNote(answer.items.length, answer.total),
            ...possibleNote(answer.possible.count),
            ...unresolvedNote(answer.unresolved),
            ...graphNotes(answer.status),
        ],
        rows,
    });
}

/** An answer about no symbol at all says that, in place of "nothing found". */
function aboutSymbol(target: Item | null, status: IndexStatus, page: Page): Page {
    if (target) return page;
    const notes = ['Put the cursor on a name and ask again.', ...graphNotes(status)];
    return { title: 'No symbol here', notes, rows: [] };
}

function emptyNote(rows: Row[], status: IndexStatus): string[] {
    if (rows.length > 0) return [];
    return [status.complete ? 'Nothing found.' : 'Nothing found so far.'];
}

function cutNote(shown: number, total: number | null | undefined): string[] {
    return total != null && total > shown ? [`Showing ${count(shown)} of ${count(total)}.`] : [];
}

function possibleNote(possible: number): string[] {
    if (possible === 0) return [];
    return [`${count(possible)} more ${possible === 1 ? 'is' : 'are'} possible by name alone.`];
}

function unresolvedNote(unresolved: { count: number; message?: string }): string[] {
    if (unresolved.count === 0) return [];
    if (unresolved.message) return [`${sentence(unresolved.message)}.`];
    const places = unresolved.count === 1 ? 'place' : 'places';
    return [`${count(unresolved.count)} ${places} could not be resolved and may belong here.`];
}

function graphNotes(status: IndexStatus): string[] {
    if (status.complete) return [];
    const reason = status.reason ? ` (${status.reason})` : '';
    return [`Incomplete: ${progressText(status)}${reason}.`];
}

function searchNotes(status: IndexStatus): string[] {
    if (status.search?.complete !== false) return [];
    if (status.search.pendingChunks === 0) return ['Search incomplete.'];
    return [
        `Search incomplete: ${count(status.search.pendingChunks)} pieces of code still to read.`,
    ];
}

function heading(label: string, children: Row[], total?: number | null): Row {
    const cut = total != null && total > children.length;
    return {
        label,
        description: cut ? `${count(children.length)} of ${count(total)}` : count(children.length),
        tooltip: label,
        kind: null,
        certainty: null,
        place: null,
        children,
        expanded: children.length <= readAtOnce,
    };
}

function itemRow(item: Item, facts: string[], pathOf: PathOf): Row {
    const where = `${pathOf(item.uri)}:${item.selectionRange.start.line + 1}`;
    const description = [item.certainty ?? '', ...facts, item.isTest ? 'test' : '', where];
    return {
        label: memberName(item),
        description: description.filter((part) => part !== '').join(' · '),
        tooltip: [item.qualifiedName, where, ...(item.reasons ?? [])].join('\n'),
        kind: item.kind,
        certainty: item.certainty ?? null,
        place: placeOf(item),
        children: [],
        expanded: false,
    };
}

function hitRow(hit: Hit, pathOf: PathOf): Row {
    const row = itemRow(hit, [], pathOf);
    return hit.snippet ? { ...row, tooltip: `${row.tooltip}\n\n${hit.snippet}` } : row;
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
    const description = [step.certainty ?? '', (step.edge ?? '').toLowerCase(), where];
    return {
        label: shortName(step.name),
        description: description.filter((part) => part !== '').join(' · '),
        tooltip: step.name,
        kind: null,
        certainty: step.certainty ?? null,
        place: step.site ?? null,
        children: [],
        expanded: false,
    };
}

function unresolvedRow(example: UnresolvedSite, pathOf: PathOf): Row {
    const row = siteRow(example.site, pathOf);
    return {
        ...row,
        label: shortName(example.sourceName),
        description: `${example.name} · ${row.label}`,
        tooltip: `${example.sourceName}\n${row.label}`,
        certainty: 'unresolved',
    };
}

function externalRow(
    call: { id: string; sites: Location[]; certainty: Certainty },
    pathOf: PathOf,
): Row {
    return {
        label: call.id.replace(/^\w+:/, ''),
        description: call.certainty,
        tooltip: call.id,
        kind: null,
        certainty: call.certainty,
        place: call.sites[0] ?? null,
        children: call.sites.length > 1 ? call.sites.map((site) => siteRow(site, pathOf)) : [],
        expanded: false,
    };
}

function callRow(item: CallItem, pathOf: PathOf): Row {
    const sites = item.sites.length;
    const row = itemRow(item, sites > 1 ? [`${count(sites)} calls`] : [], pathOf);
    const children = sites > 1 ? item.sites.map((site) => siteRow(site, pathOf)) : [];
    return { ...row, tooltip: item.why ? `${row.tooltip}\n${item.why}` : row.tooltip, children };
}

function siteRow(site: Location, pathOf: PathOf): Row {
    const where = lineOf(site, pathOf);
    return {
        label: where,
        description: '',
        tooltip: where,
        kind: null,
        certainty: null,
        place: site,
        children: [],
        expanded: false,
    };
}

function placeOf(item: Item): Location {
    return { uri: item.uri, range: item.selectionRange };
}

function lineOf(site: Location, pathOf: PathOf): string {
    return `${pathOf(site.uri)}:${site.range.start.line + 1}`;
}

function nameOf(target: Item | null): string {
    return target?.name ?? 'nothing';
}

/** `Flask.run` for a member of a class; other names stand for themselves. */
function memberName(item: Item): string {
    const isMember = membersOfClasses.includes(item.kind) && item.container;
    return isMember ? `${item.container?.split('.').pop()}.${item.name}` : item.name;
}

/** The last two parts of a qualified name. */
function shortName(qualifiedName: string): string {
    return qualifiedName
        .split('.')
        .filter((part) => part !== '<locals>')
        .slice(-2)
        .join('.');
}

function sentence(words: string): string {
    const bare = words.replace(/\.$/, '');
    return bare.charAt(0).toUpperCase() + bare.slice(1);
}

function count(n: number): string {
    return n.toLocaleString('en-US');
}
