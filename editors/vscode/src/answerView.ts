/**
 * The view that shows the latest answer as a tree; a click goes to the place.
 *
 * It shows a page as it is and knows nothing of requests.
 */
import * as vscode from 'vscode';
import type { Location } from 'vscode-languageclient/node';
import type { Certainty } from './protocol';
import type { Page, Row } from './rows';

const viewId = 'ramify.answer';

export class AnswerView implements vscode.TreeDataProvider<Row>, vscode.Disposable {
    private page: Page = { title: '', notes: [], rows: [] };
    private readonly changed = new vscode.EventEmitter<void>();
    readonly onDidChangeTreeData = this.changed.event;
    private readonly tree = vscode.window.createTreeView(viewId, {
        treeDataProvider: this,
        showCollapseAll: true,
    });

    async show(page: Page): Promise<void> {
        this.page = page;
        // Not in the title of the view: themes change the case of titles, and so of names.
        this.tree.message = [page.title, page.notes.join(' ')].filter(Boolean).join(' · ');
        this.changed.fire();
        await vscode.commands.executeCommand('setContext', 'ramify.hasAnswer', true);
        await vscode.commands.executeCommand(`${viewId}.focus`, { preserveFocus: true });
    }

    getChildren(row?: Row): Row[] {
        return row ? row.children : this.page.rows;
    }

    getTreeItem(row: Row): vscode.TreeItem {
        const item = new vscode.TreeItem(row.label, collapsibleState(row));
        item.description = row.description;
        item.tooltip = row.tooltip;
        item.iconPath = iconOf(row);
        item.contextValue = row.symbol === null ? undefined : 'symbol';
        if (row.place) item.command = openCommand(row.place);
        return item;
    }

    dispose(): void {
        this.tree.dispose();
        this.changed.dispose();
    }
}

function collapsibleState(row: Row): vscode.TreeItemCollapsibleState {
    if (row.children.length === 0) return vscode.TreeItemCollapsibleState.None;
    return row.expanded
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.Collapsed;
}

function openCommand(place: Location): vscode.Command {
    const { start, end } = place.range;
    const selection = new vscode.Range(start.line, start.character, end.line, end.character);
    return {
        command: 'vscode.open',
        title: 'Open',
        arguments: [vscode.Uri.parse(place.uri), { selection }],
    };
}

/**
 * The editor's own symbol icons are named after the kinds of the protocol: Method is symbol-method.
 * What is less than exact has another colour, as its word may be cut off in a narrow view.
 */
function iconOf(row: Row): vscode.ThemeIcon | undefined {
    const doubt = row.certainty === null ? undefined : doubtColors[row.certainty];
    const color = doubt === undefined ? undefined : new vscode.ThemeColor(doubt);
    if (row.kind === null) return color && new vscode.ThemeIcon('circle-small-filled', color);
    const name = vscode.SymbolKind[row.kind - 1] ?? 'Misc';
    const symbol = name.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
    return new vscode.ThemeIcon(`symbol-${symbol}`, color);
}

const doubtColors: Partial<Record<Certainty, string>> = {
    inferred: 'charts.yellow',
    possible: 'charts.orange',
    unresolved: 'charts.orange',
};
