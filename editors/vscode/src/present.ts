/**
 * What a person reads of related code, of a search, of callers and callees.
 *
 * Pure: it knows neither the editor nor the connection. Whatever an answer leaves open (an index
 * that is still filling, calls that could not be resolved, a list that was cut) becomes a note.
 */
import type { Location, Range } from 'vscode-languageclient/node';
import type {
    CallItem,
    CallsAnswer,
    Certainty,
    IndexStatus,
    Item,
    RelatedAnswer,
    SearchAnswer,
} from './protocol';
import {
    aboutSymbol,
    count,
    cutNote,
    emptyNote,
    graphNotes,
    heading,
    hitRow,
    itemRow,
    nameOf,
    notCounted,
    notKnown,
    type Page,
    type PathOf,
    placeOf,
    plainRow,
    type Row,
    sentence,
    siteRow,
} from './rows';

const data = [8, 13]; // LSP SymbolKind: Field, Variable

const relations: Record<string, string> = {
    types: 'Users of the same classes',
    documents: 'Documents that name it',
    together: 'Changed in the same commits',
};

const graded = ['similar', 'types', 'documents', 'together'];

/** `lines`: what was selected, where it was not the symbol that was asked about. */
export function relatedPage(answer: RelatedAnswer, pathOf: PathOf, lines?: Range): Page {
    const groups = answer.groups.map((group) =>
        heading(
            relations[group.relation] ?? sentence(group.relation),
            group.items.map((item) => itemRow(item, degree(group.relation, item), pathOf)),
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
        title: `Related to ${lines ? `${linesOf(lines)} in ` : ''}${nameOf(answer.target)}`,
        notes: [
            ...emptyNote(rows, answer.status, 'Nothing related is known'),
            ...notKnown(answer.notes),
            ...graphNotes(answer.status),
        ],
        rows,
    });
}

/** How alike, how often: where the heading alone does not tell. */
function degree(relation: string, item: Item): string[] {
    return graded.includes(relation) ? (item.reasons ?? []).slice(0, 1) : [];
}

/** As a person counts them; a selection that ends before a line does not hold it. */
function linesOf({ start, end }: Range): string {
    const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
    return last > start.line + 1 ? `lines ${start.line + 1}–${last}` : `line ${last}`;
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
        'callers',
        answer,
        answer.items.map((item) => ({
            ...callRow(item, pathOf),
            place: item.sites[0] ?? placeOf(item),
        })),
    );
}

export function calleesPage(answer: CallsAnswer, pathOf: PathOf): Page {
    const outside = (answer.external ?? []).map((call) => externalRow(call, pathOf));
    return callsPage('callees', answer, [
        ...answer.items.map((item) => callRow(item, pathOf)),
        ...(outside.length > 0 ? [heading('Outside the workspace', outside)] : []),
    ]);
}

function callsPage(verb: string, answer: CallsAnswer, rows: Row[]): Page {
    return aboutSymbol(answer.target, answer.status, {
        title: `${sentence(verb)} of ${nameOf(answer.target)}`,
        notes: [
            ...noCalls(verb, answer, rows),
            ...cutNote(answer.items.length, answer.total),
            ...notCounted('call site', answer.possible.count, answer.unresolved.count),
            ...graphNotes(answer.status),
        ],
        rows,
    });
}

function noCalls(verb: string, answer: CallsAnswer, rows: Row[]): string[] {
    if (rows.length > 0 || !answer.target || !data.includes(answer.target.kind)) {
        return emptyNote(rows, answer.status, `No ${verb} known`);
    }
    const kind = answer.target.kind === 8 ? 'field' : 'variable';
    return [`A ${kind} is read and written, not called: Impact of a Change tells by whom.`];
}

function searchNotes(status: IndexStatus): string[] {
    if (status.search?.complete !== false) return [];
    if (status.search.pendingChunks === 0) return ['Search is incomplete.'];
    return [`Search is incomplete: ${count(status.search.pendingChunks)} pieces to go.`];
}

function externalRow(
    call: { id: string; sites: Location[]; certainty: Certainty },
    pathOf: PathOf,
): Row {
    return {
        ...plainRow(call.id.replace(/^\w+:/, ''), call.certainty, call.id),
        certainty: call.certainty,
        place: call.sites[0] ?? null,
        children: call.sites.length > 1 ? call.sites.map((site) => siteRow(site, pathOf)) : [],
    };
}

function callRow(item: CallItem, pathOf: PathOf): Row {
    const sites = item.sites.length;
    const row = itemRow(item, sites > 1 ? [`${count(sites)} calls`] : [], pathOf);
    const children = sites > 1 ? item.sites.map((site) => siteRow(site, pathOf)) : [];
    return { ...row, tooltip: item.why ? `${row.tooltip}\n${item.why}` : row.tooltip, children };
}
