/**
 * The status bar item and the status report.
 *
 * The item follows the server's state and its `ramify/statusChanged` notifications.
 */
import * as vscode from 'vscode';
import * as protocol from './protocol';
import { progressText } from './rows';
import type { Server, ServerState } from './server';

const reportScheme = 'ramify-status';

export function registerStatus(server: Server): vscode.Disposable {
    const item = vscode.window.createStatusBarItem(
        'ramify.status',
        vscode.StatusBarAlignment.Right,
        50,
    );
    item.name = 'Ramify';
    show(item, { is: 'stopped' });
    item.show();
    const report = new StatusReport();
    return vscode.Disposable.from(
        item,
        server.onState((state) => show(item, state)),
        vscode.workspace.registerTextDocumentContentProvider(reportScheme, report),
        vscode.commands.registerCommand('ramify.showStatus', () => showReport(server, report)),
    );
}

function show(item: vscode.StatusBarItem, state: ServerState): void {
    const { icon, text, tooltip, problem } = look(state);
    item.text = `$(${icon}) ${text}`;
    item.tooltip = tooltip;
    item.command = problem ? 'ramify.restartServer' : 'ramify.showStatus';
    item.backgroundColor = problem
        ? new vscode.ThemeColor('statusBarItem.errorBackground')
        : undefined;
}

function look(state: ServerState): {
    icon: string;
    text: string;
    tooltip: string;
    problem: boolean;
} {
    switch (state.is) {
        case 'stopped':
            return {
                icon: 'circle-slash',
                text: 'Ramify',
                tooltip: 'Ramify is not running.',
                problem: false,
            };
        case 'starting':
            return {
                icon: 'loading~spin',
                text: 'Ramify',
                tooltip: 'Ramify is starting.',
                problem: false,
            };
        case 'failed':
            return {
                icon: 'error',
                text: 'Ramify',
                tooltip: `${state.problem} Click to try again.`,
                problem: true,
            };
        case 'running':
            return runningLook(state.status);
    }
}

function runningLook(status: protocol.IndexStatus | null): ReturnType<typeof look> {
    if (!status)
        return { icon: 'check', text: 'Ramify', tooltip: 'Ramify is running.', problem: false };
    const tooltip = [progressText(status), `revision ${status.revision}`, status.reason ?? ''];
    const done = Math.floor((100 * status.indexedFiles) / Math.max(1, status.totalFiles));
    return {
        icon: status.complete ? 'check' : 'loading~spin',
        text: status.complete ? 'Ramify' : `Ramify ${done}%`,
        tooltip: `Ramify: ${tooltip.filter((line) => line !== '').join('\n')}`,
        problem: false,
    };
}

class StatusReport implements vscode.TextDocumentContentProvider {
    readonly uri = vscode.Uri.parse(`${reportScheme}:/Ramify Status.json`);
    private text = '';
    private readonly changed = new vscode.EventEmitter<vscode.Uri>();
    readonly onDidChange = this.changed.event;

    set(answer: protocol.StatusAnswer): void {
        this.text = `${JSON.stringify(answer, null, 2)}\n`;
        this.changed.fire(this.uri);
    }

    provideTextDocumentContent(): string {
        return this.text;
    }
}

async function showReport(server: Server, report: StatusReport): Promise<void> {
    const client = await server.ready();
    if (!client) return;
    report.set(await client.sendRequest<protocol.StatusAnswer>(protocol.status, {}));
    const document = await vscode.workspace.openTextDocument(report.uri);
    await vscode.window.showTextDocument(document, { preview: true });
}
