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
    Hit,
    ImpactAnswer,
    IndexStatus,
    Item,
    RelatedAnswer,
    SearchAnswer,
    Step,
} from './protocol';

export interface Row {
    label: string;
    description: string;
    tooltip: string;
    /** LSP SymbolKind, or null for a heading or a place in the text. */
    kind: number | null;
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
        ),
    );
    const ranked = heading(
        'Most related',
        answer.ranked.map((hit) => hitRow(hit, pathOf)),
    );
    const rows = [ranked, ...groups].filter((row) => row.children.length > 0);
    return {
        title: `Related to ${nameOf(answer.target)}`,
        notes: [...emptyNote(rows, answer.status), ...graphNotes(answer.status)],
        rows,
    };
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
    if (answer.tests.length > 0) {
        rows.push(
            heading(
                'Tests to run',
                answer.tests.map((item) => affectedRow(item, pathOf)),
            ),
        );
    }
    return {
        title: `Impact of ${answer.targets.map((target) => target.name).join(', ') || 'nothing'}`,
        notes: [
            ...emptyNote(rows, answer.status),
            ...cutNote(answer.affected.length, answer.total),
            ...unresolvedNote(answer.unresolved.count),
            ...graphNotes(answer.status),
        ],
        rows,
    };
}

export function searchPage(query: string, answer: SearchAnswer, pathOf: PathOf): Page {
    const rows = answer.hits.map((hit) => hitRow(hit, pathOf));
    return {
        title: `Search: ${query}`,
        notes: [
            ...emptyNote(rows, answer.status),
            ...cutNote(rows.length, answer.total),
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
        answer.items.map((item) => ({ ...callRow(item, pathOf), place: item.sites[0] ?? placeOf(item) })),
    );
}

export function calleesPage(answer: CallsAnswer, pathOf: PathOf): Page {
    return callsPage(
        `Callees of ${nameOf(answer.target)}`,
        answer,
        answer.items.map((item) => callRow(item, pathOf)),
    );
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
    const possible = answer.possible.count;
    return {
        title,
        notes: [
            ...emptyNote(rows, answer.status),
            ...cutNote(rows.length, answer.total),
            ...(possible > 0 ? [`${count(possible)} more ${are(possible)} possible by name alone.`] : []),
            ...unresolvedNote(answer.unresolved.count),
            ...graphNotes(answer.status),
        ],
        rows,
    };
}

function emptyNote(rows: Row[], status: IndexStatus): string[] {
    if (rows.length > 0) return [];
    return [status.complete ? 'Nothing found.' : 'Nothing found so far.'];
}

function cutNote(shown: number, total: number | null | undefined): string[] {
    return total != null && total > shown ? [`Showing ${count(shown)} of ${count(total)}.`] : [];
}

function unresolvedNote(unresolved: number): string[] {
    if (unresolved === 0) return [];
    const places = unresolved === 1 ? 'place' : 'places';
    return [`${count(unresolved)} ${places} could not be resolved and may belong here.`];
}

function graphNotes(status: IndexStatus): string[] {
    if (status.complete) return [];
    const reason = status.reason ? ` (${status.reason})` : '';
    return [`Incomplete: ${progressText(status)}${reason}.`];
}

function searchNotes(status: IndexStatus): string[] {
    if (status.search?.complete !== false) return [];
    return [`Search incomplete: ${count(status.search.pendingChunks)} pieces of code still to read.`];
}

function heading(label: string, children: Row[]): Row {
    return {
        label,
        description: count(children.length),
        tooltip: label,
        kind: null,
        place: null,
        children,
        expanded: true,
    };
}

function itemRow(item: Item, facts: string[], pathOf: PathOf): Row {
    const where = `${pathOf(item.uri)}:${item.selectionRange.start.line + 1}`;
    const description = [item.certainty ?? '', ...facts, item.isTest ? 'test' : '', where];
    return {
        label: item.name,
        description: description.filter((part) => part !== '').join(' · '),
        tooltip: [item.qualifiedName, where, ...(item.reasons ?? [])].join('\n'),
        kind: item.kind,
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
    const chain = path.map((step) => step.name).join(' → ');
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
        label: step.name,
        description: description.filter((part) => part !== '').join(' · '),
        tooltip: step.id,
        kind: null,
        place: step.site ?? null,
        children: [],
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

function sentence(word: string): string {
    const spaced = word.replace(/_/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
    return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function are(n: number): string {
    return n === 1 ? 'is' : 'are';
}

function count(n: number): string {
    return n.toLocaleString('en-US');
}
