/** The entry: builds the parts, joins them, and lets them go in order. */
import * as vscode from 'vscode';
import { AnswerView } from './answerView';
import { registerQuestions } from './questions';
import { Server } from './server';
import { surfaceKeys } from './settings';
import { registerStatus } from './statusItem';

let running: Server | null = null;

export function activate(context: vscode.ExtensionContext): void {
    const log = vscode.window.createOutputChannel('Ramify', { log: true });
    const server = new Server(log, vscode.Uri.joinPath(context.extensionUri, 'README.md'));
    const view = new AnswerView();
    running = server;
    context.subscriptions.push(
        log,
        server,
        view,
        registerStatus(server),
        registerQuestions(server, view),
        vscode.commands.registerCommand('ramify.restartServer', () => server.restart()),
        vscode.commands.registerCommand('ramify.showLogs', () => log.show()),
        vscode.workspace.onDidChangeConfiguration((change) => {
            if (needsRestart(change)) void server.restart();
            else if (change.affectsConfiguration('ramify')) void server.settingsChanged();
        }),
    );
    void server.restart();
}

function needsRestart(change: vscode.ConfigurationChangeEvent): boolean {
    const keys = ['server.command', ...surfaceKeys];
    return keys.some((key) => change.affectsConfiguration(`ramify.${key}`));
}

export async function deactivate(): Promise<void> {
    await running?.stop();
}
