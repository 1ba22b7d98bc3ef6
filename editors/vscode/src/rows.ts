/**
 * The parts of every page: rows of symbols and places, and notes on what an answer leaves open.
 *
 * Pure: it knows neither the editor nor the connection, nor any one question. The words are those
 * of the command line.
 */
import type { Location } from 'vscode-languageclient/node';
import type { Certainty, Hit, IndexStatus, Item } from './protocol';

const readAtOnce = 20; // longer groups start folded
const membersOfClasses = [6, 7, 8]; // LSP SymbolKind: Method, Property, Field
const mostNamed = 8;

export interface Row {
    label: string;
    description: string;
    tooltip: string;
    /** LSP SymbolKind, or null for a heading or a place in the text. */
    kind: number | null;
    certainty: Certainty | null;
    place: Location | null;
    /** Id of the symbol, for further questions about it. */
    symbol: string | null;
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

export function heading(label: string, children: Row[], total?: number | null): Row {
    const cut = total != null && total > children.length;
    return {
        ...plainRow(label),
        description: cut ? `${count(children.length)} of ${count(total)}` : count(children.length),
        children,
        expanded: children.length <= readAtOnce,
    };
}

/** No heading at all where there is nothing below it. */
export function headings(label: string, children: Row[], total?: number | null): Row[] {
    return children.length > 0 ? [heading(label, children, total)] : [];
}

export function plainRow(label: string, description = '', tooltip = label): Row {
    return {
        label,
        description,
        tooltip,
        kind: null,
        certainty: null,
        place: null,
        symbol: null,
        children: [],
        expanded: false,
    };
}

export function itemRow(item: Item, facts: string[], pathOf: PathOf): Row {
    const where = `${pathOf(item.uri)}:${item.selectionRange.start.line + 1}`;
    const description = [item.certainty ?? '', ...facts, item.isTest ? 'test' : '', where];
    return {
        ...plainRow(memberName(item), joined(description)),
        tooltip: [item.qualifiedName, where, ...(item.reasons ?? [])].join('\n'),
        kind: item.kind,
        certainty: item.certainty ?? null,
        place: placeOf(item),
        symbol: item.id,
    };
}

export function hitRow(hit: Hit, pathOf: PathOf): Row {
    const row = itemRow(hit, [], pathOf);
    return hit.snippet ? { ...row, tooltip: `${row.tooltip}\n\n${hit.snippet}` } : row;
}

export function siteRow(site: Location, pathOf: PathOf): Row {
    return { ...plainRow(lineOf(site, pathOf)), place: site };
}

/** An answer about no symbol at all says that, in place of "nothing found". */
export function aboutSymbol(target: Item | null, status: IndexStatus, page: Page): Page {
    if (target) return page;
    const notes = ['Put the cursor on a name and ask again.', ...graphNotes(status)];
    return { title: 'No symbol here', notes, rows: [] };
}

export function emptyNote(rows: Row[], status: IndexStatus, none = 'Nothing found'): string[] {
    if (rows.length > 0) return [];
    return [status.complete ? `${none}.` : `${none} so far.`];
}

export function cutNote(shown: number, total: number | null | undefined): string[] {
    return total != null && total > shown ? [`Showing ${count(shown)} of ${count(total)}.`] : [];
}

/** What is unknown is counted, so that it never looks like nothing. */
export function notCounted(possible: string, places: number, unresolved: number): string[] {
    if (places === 0 && unresolved === 0) return [];
    return [
        `Not counted: ${counted(places, possible)} by name only, ${count(unresolved)} unresolved.`,
    ];
}

/** What the server could not find out. */
export function notKnown(notes: string[] | undefined): string[] {
    return (notes ?? []).map((note) => `Not known: ${note.replace(/\.$/, '')}.`);
}

export function graphNotes(status: IndexStatus): string[] {
    if (status.complete) return status.reason ? [`Note: ${bare(status.reason)}.`] : [];
    const reason = status.reason ? ` (${bare(status.reason)})` : '';
    return [`Incomplete: ${progressText(status)}${reason}. There may be more than this.`];
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

export function placeOf(item: Item): Location {
    return { uri: item.uri, range: item.selectionRange };
}

export function lineOf(site: Location, pathOf: PathOf): string {
    return `${pathOf(site.uri)}:${site.range.start.line + 1}`;
}

export function nameOf(target: Item | null): string {
    return target?.name ?? 'nothing';
}

/** The last two parts of a qualified name. */
export function shortName(qualifiedName: string): string {
    return qualifiedName
        .split('.')
        .filter((part) => part !== '<locals>')
        .slice(-2)
        .join('.');
}

/** `a, b and 3 more`. */
export function few(names: string[]): string {
    const more = names.length - mostNamed;
    const shown = names.slice(0, mostNamed).join(', ');
    return more > 0 ? `${shown} and ${count(more)} more` : shown;
}

export function joined(parts: string[]): string {
    return parts.filter((part) => part !== '').join(' · ');
}

export function sentence(words: string): string {
    const text = bare(words);
    return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `1 place`, `2,790 places`. */
export function counted(n: number, noun: string): string {
    return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

export function count(n: number): string {
    return n.toLocaleString('en-US');
}

/** `Flask.run` for a member of a class; other names stand for themselves. */
function memberName(item: Item): string {
    const isMember = membersOfClasses.includes(item.kind) && item.container;
    return isMember ? `${item.container?.split('.').pop()}.${item.name}` : item.name;
}

function bare(words: string): string {
    return words.replace(/\.$/, '');
}
