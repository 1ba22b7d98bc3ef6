/**
 * What a person reads of what may go or should change: removable, unreachable, cycles, hotspots.
 *
 * Pure, like the other pages, and in the words of the command line.
 */
import type {
    Cycle,
    CyclesAnswer,
    Hotspot,
    HotspotsAnswer,
    ImportLink,
    RemovableAnswer,
    UnreachableAnswer,
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
    itemRow,
    joined,
    lineOf,
    nameOf,
    notCounted,
    notKnown,
    type Page,
    type PathOf,
    plainRow,
    type Row,
    siteRow,
} from './rows';

export function removablePage(answer: RemovableAnswer, pathOf: PathOf): Page {
    const rows = answer.uses.map((use) => ({
        ...siteRow(use.site, pathOf),
        description: joined([use.certainty, use.why, within(use.source)]),
        certainty: use.certainty,
    }));
    // What is not indexed yet may use it: only "used" is certain before the end.
    const open = !answer.status.complete && answer.verdict !== 'used';
    return aboutSymbol(answer.target, answer.status, {
        title: `Can ${nameOf(answer.target)} be removed?`,
        notes: [
            open ? `Not certain yet. ${answer.summary}` : answer.summary,
            ...cutNote(rows.length, answer.total),
            ...notCounted('place', answer.possible.count, answer.unresolved.count),
            ...graphNotes(answer.status),
        ],
        rows,
    });
}

export function unreachablePage(answer: UnreachableAnswer, pathOf: PathOf): Page {
    const byFile = new Map<string, Row[]>();
    for (const item of answer.items) {
        const rows = byFile.get(item.uri) ?? [];
        byFile.set(item.uri, [...rows, itemRow(item, [item.why], pathOf)]);
    }
    const rows = [...byFile].map(([uri, children]) => heading(pathOf(uri), children));
    const none = 'Everything is reached by something, as far as anybody can tell';
    const possible = answer.possible.count;
    return {
        title: 'Unreachable code',
        notes: [
            ...(answer.status.complete
                ? emptyNote(rows, answer.status, none)
                : emptyNote(rows, answer.status)),
            ...cutNote(answer.items.length, answer.total),
            ...(possible > 0 ? [`Not listed: ${count(possible)} that somebody may run.`] : []),
            ...graphNotes(answer.status),
        ],
        rows,
    };
}

export function cyclesPage(answer: CyclesAnswer, pathOf: PathOf): Page {
    const rows = answer.cycles.map((cycle) => cycleRow(cycle, pathOf));
    const total = answer.total ?? rows.length;
    const many = `${counted(answer.modules, 'module')} in ${counted(total, 'circle')} of imports.`;
    const none = answer.status.complete
        ? 'No modules import each other while they are loaded'
        : 'Nothing found';
    return {
        title: 'Import cycles',
        notes: [
            ...(rows.length > 0 ? [many] : emptyNote(rows, answer.status, none)),
            ...cutNote(rows.length, total),
            ...graphNotes(answer.status),
        ],
        rows,
    };
}

export function hotspotsPage(answer: HotspotsAnswer, pathOf: PathOf): Page {
    const rows = answer.hotspots.map((spot) => hotspotRow(spot, answer.notes ?? [], pathOf));
    const none = answer.status.complete ? 'No function has a branch' : 'Nothing found';
    return {
        title: 'Hotspots',
        notes: [
            ...emptyNote(rows, answer.status, none),
            ...notKnown(answer.notes),
            ...cutNote(rows.length, answer.total),
            ...graphNotes(answer.status),
        ],
        rows,
    };
}

function cycleRow(cycle: Cycle, pathOf: PathOf): Row {
    const modules = cycle.modules.map((module) => itemRow(module, [], pathOf));
    const cut = cycle.cut
        ? {
              ...linkRow(cycle.cut, [frees(cycle)], pathOf),
              label: `Cheapest cut: ${link(cycle.cut)}`,
          }
        : plainRow(`No single one of its ${count(cycle.imports)} imports opens it`);
    const names = few(cycle.modules.map((module) => module.qualifiedName));
    const way = cycle.example.map((each) => linkRow(each, [], pathOf));
    return {
        ...plainRow(counted(cycle.modules.length, 'module'), names),
        children: [
            cut,
            heading('Way round', way),
            { ...heading('Modules', modules), expanded: false },
        ],
        expanded: true,
    };
}

function frees(cycle: Cycle): string {
    return cycle.left > 0 ? `leaves ${count(cycle.left)} of them in one` : 'opens the circle';
}

function linkRow(each: ImportLink, facts: string[], pathOf: PathOf): Row {
    const [site] = each.sites;
    const where = site ? lineOf(site, pathOf) : '';
    const description = joined([...facts, counted(each.uses, 'use'), where]);
    return { ...plainRow(link(each), description), place: site ?? null };
}

function link(each: ImportLink): string {
    return `${each.source.qualifiedName} imports ${each.target.qualifiedName}`;
}

/** While it is not known how often files changed, no commits are not told as none. */
function hotspotRow(spot: Hotspot, unknown: string[], pathOf: PathOf): Row {
    const facts = [
        spot.score.toFixed(2),
        `complexity ${count(spot.complexity)}`,
        counted(spot.callers, 'caller'),
        counted(spot.callees, 'callee'),
        ...(spot.commits > 0 || unknown.length === 0 ? [counted(spot.commits, 'commit')] : []),
    ];
    const row = itemRow(spot, facts, pathOf);
    return { ...row, tooltip: [row.tooltip, ...facts].join('\n') };
}

/** The name of a symbol within its module. */
function within(id: string | null | undefined): string {
    const name = id?.split('/').pop() ?? '';
    return name === '' ? '' : `in ${name}`;
}
