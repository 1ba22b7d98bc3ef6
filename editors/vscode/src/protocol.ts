/**
 * The Ramify requests and their results, as this client reads them.
 *
 * It mirrors docs/protocol.md and must never depend on the editor. A field that an older server
 * may leave out is optional, so that a missing one is shown as unknown and never as none.
 */
import type { Location, Position, Range, TextDocumentIdentifier } from 'vscode-languageclient/node';

export const related = 'ramify/related';
export const impact = 'ramify/impact';
export const search = 'ramify/search';
export const callers = 'ramify/callers';
export const callees = 'ramify/callees';
export const status = 'ramify/status';
export const statusChanged = 'ramify/statusChanged';

export type Certainty = 'exact' | 'inferred' | 'possible' | 'unresolved';

export interface SymbolPlace {
    textDocument: TextDocumentIdentifier;
    position: Position;
}

/** A symbol of an earlier answer. */
export interface SymbolById {
    symbol: string;
}

export interface IndexStatus {
    revision: number;
    /** Speaks of the graph; the search has a completeness of its own. */
    complete: boolean;
    indexedFiles: number;
    totalFiles: number;
    pendingFiles: number;
    search?: { complete: boolean; pendingChunks: number };
    reason?: string | null;
}

export interface Item {
    id: string;
    name: string;
    qualifiedName: string;
    /** LSP SymbolKind. */
    kind: number;
    uri: string;
    range: Range;
    selectionRange: Range;
    container?: string | null;
    isTest: boolean;
    certainty?: Certainty | null;
    reasons?: string[] | null;
}

export interface Hit extends Item {
    score: number;
    snippet?: string | null;
}

interface Answer {
    status: IndexStatus;
    /** How many there are when the list was cut to its limit. */
    total?: number | null;
}

export interface SearchAnswer extends Answer {
    hits: Hit[];
    /** What a reader must know of how it was found. */
    note?: string | null;
}

export interface RelatedAnswer extends Answer {
    target: Item | null;
    groups: { relation: string; items: Item[]; total?: number | null }[];
    ranked: Hit[];
}

export interface Step {
    id: string;
    name: string;
    site?: Location | null;
    edge?: string | null;
    certainty?: Certainty | null;
}

export interface AffectedItem extends Item {
    distance: number;
    /** From the target outwards without the target; the last step is this item. */
    path?: Step[] | null;
}

/** A place that may lead to the target though nobody can tell. */
export interface UnresolvedSite {
    name: string;
    sourceName: string;
    site: Location;
}

export interface ImpactAnswer extends Answer {
    targets: Item[];
    affected: AffectedItem[];
    tests: AffectedItem[];
    testsTotal?: number | null;
    possible?: { count: number };
    unresolved: { count: number; examples?: UnresolvedSite[]; message?: string };
    summary?: string;
}

export interface CallItem extends Item {
    sites: Location[];
    why?: string | null;
}

export interface CallsAnswer extends Answer {
    target: Item | null;
    items: CallItem[];
    possible: { count: number };
    unresolved: { count: number };
    /** Callees outside the workspace. */
    external?: { id: string; sites: Location[]; certainty: Certainty }[];
}

export interface StatusAnswer {
    status: IndexStatus;
    [detail: string]: unknown;
}
