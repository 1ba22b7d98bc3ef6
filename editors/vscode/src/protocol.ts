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
export const removable = 'ramify/removable';
export const unreachable = 'ramify/unreachable';
export const cycles = 'ramify/cycles';
export const hotspots = 'ramify/hotspots';
export const status = 'ramify/status';
export const statusChanged = 'ramify/statusChanged';

export type Certainty = 'exact' | 'inferred' | 'possible' | 'unresolved';

export interface SymbolPlace {
    textDocument: TextDocumentIdentifier;
    position: Position;
}

/** Selected lines, in place of a symbol; only `ramify/related` takes them. */
export interface SelectedLines {
    textDocument: TextDocumentIdentifier;
    range: Range;
}

/** A symbol of an earlier answer. */
export interface SymbolById {
    symbol: string;
}

/** A set of changes in place of a symbol. */
export interface Changes {
    kind: 'worktree' | 'range';
    /** Of a range: `main..feature`. */
    base?: string;
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
    /** What may be missing, and why. */
    notes?: string[];
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

export interface TestItem extends AffectedItem {
    /** As pytest takes them; left out where no runner collects the test. */
    nodeIds?: string[];
}

/** Whom one kind of change of one target concerns. */
export interface Breakage {
    target: string;
    id?: string | null;
    change: string;
    concerns: string;
    /** Calls whose arguments certainly do not fit any more. */
    misfits?: number;
    sites?: { sourceName: string; site: Location; certainty: Certainty; misfit?: string | null }[];
    message: string;
}

/** Where a program is entered from outside and from there reaches a target. */
export interface EntryPoint extends Item {
    entry: string;
    how: string;
    distance: number;
}

/** What a set of changes changes. */
export interface Changed {
    symbols: { id: string; change: string; before?: string | null }[];
    removed: string[];
    topLevel: string[];
    unread: string[];
}

/** A place that may lead to the target though nobody can tell. */
export interface UnresolvedSite {
    name: string;
    sourceName: string;
    site: Location;
}

export interface ImpactAnswer extends Answer {
    targets: Item[];
    changed?: Changed | null;
    affected: AffectedItem[];
    tests: TestItem[];
    testsTotal?: number | null;
    breakage?: Breakage[];
    breakageTotal?: number;
    entryPoints?: EntryPoint[];
    entryPointsTotal?: number;
    untested?: Item[];
    untestedTotal?: number;
    notes?: string[];
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

export interface RemovableAnswer extends Answer {
    target: Item | null;
    verdict: 'used' | 'tests' | 'entry' | 'unknown' | 'unused';
    summary: string;
    uses: { site: Location; source?: string | null; certainty: Certainty; why: string }[];
    possible: { count: number };
    unresolved: { count: number };
}

export interface UnreachableAnswer extends Answer {
    items: (Item & { why: string; onlyTests?: boolean })[];
    /** Left out because somebody unknown may run them. */
    possible: { count: number };
}

export interface ImportLink {
    source: Item;
    target: Item;
    sites: Location[];
    uses: number;
}

export interface Cycle {
    modules: Item[];
    example: ImportLink[];
    imports: number;
    /** Left out when no single import opens the circle. */
    cut?: ImportLink | null;
    left: number;
}

export interface CyclesAnswer extends Answer {
    cycles: Cycle[];
    modules: number;
}

export interface Hotspot extends Item {
    score: number;
    complexity: number;
    callers: number;
    callees: number;
    commits: number;
}

export interface HotspotsAnswer extends Answer {
    hotspots: Hotspot[];
    notes?: string[];
}

export interface StatusAnswer {
    status: IndexStatus;
    [detail: string]: unknown;
}
