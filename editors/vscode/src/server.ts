/**
 * The language client and its lifetime: find the program, start it, stop it, start it anew.
 *
 * It alone owns the client. It knows nothing of the questions that are asked through it.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import {
    CodeLensRequest,
    DocumentDiagnosticRequest,
    LanguageClient,
    RevealOutputChannelOn,
    State,
    type StaticFeature,
} from 'vscode-languageclient/node';
import { findServer } from './command';
import { type IndexStatus, statusChanged } from './protocol';
import { chosenSettings, chosenSurfaces } from './settings';

const settingsChanged = 'workspace/didChangeConfiguration';

export type ServerState =
    | { is: 'stopped' }
    | { is: 'starting' }
    | { is: 'running'; status: IndexStatus | null }
    | { is: 'failed'; problem: string };

export class Server implements vscode.Disposable {
    private client: LanguageClient | null = null;
    private changes: Promise<void> = Promise.resolve();
    private readonly stateChanged = new vscode.EventEmitter<ServerState>();
    readonly onState = this.stateChanged.event;

    constructor(
        private readonly log: vscode.LogOutputChannel,
        private readonly readme: vscode.Uri,
    ) {}

    /** Starts and restarts wait for each other, so that there is never a second server. */
    restart(): Promise<void> {
        this.changes = this.changes.then(() => this.stop()).then(() => this.start());
        return this.changes;
    }

    /** The running client, or null after the person has been told why there is none. */
    async ready(): Promise<LanguageClient | null> {
        await this.changes;
        if (this.client?.isRunning()) return this.client;
        await this.restart();
        return this.client?.isRunning() ? this.client : null;
    }

    /** The server then asks for the settings anew. */
    async settingsChanged(): Promise<void> {
        if (this.client?.isRunning())
            await this.client.sendNotification(settingsChanged, { settings: null });
    }

    async stop(): Promise<void> {
        const client = this.client;
        const process = client?.serverProcess;
        this.client = null;
        try {
            await client?.dispose(5000);
            await ended(process);
        } catch (error) {
            this.log.warn(`the server did not stop in order: ${String(error)}`);
        }
        this.stateChanged.fire({ is: 'stopped' });
    }

    dispose(): void {
        this.stateChanged.dispose();
    }

    private async start(): Promise<void> {
        const command = vscode.workspace
            .getConfiguration('ramify')
            .get<string[]>('server.command', []);
        const found = findServer(command, {
            pathVariable: process.env.PATH ?? '',
            home: os.homedir(),
            windows: process.platform === 'win32',
            isProgram,
        });
        if ('problem' in found) return this.fail(found.problem);
        this.log.info(`starting ${found.program} ${found.args.join(' ')}`);
        const client = this.newClient(found.program, found.args);
        this.client = client;
        this.stateChanged.fire({ is: 'starting' });
        try {
            await client.start();
        } catch (error) {
            this.client = null;
            this.fail(`The Ramify server did not start: ${message(error)}`);
        }
    }

    private newClient(command: string, args: string[]): LanguageClient {
        const client = new LanguageClient(
            'ramify',
            'Ramify',
            { command, args, options: { cwd: os.homedir() } },
            {
                documentSelector: [{ scheme: 'file', language: 'python' }],
                outputChannel: this.log,
                traceOutputChannel: this.log,
                revealOutputChannelOn: RevealOutputChannelOn.Never,
                initializationOptions: chosenSurfaces,
                initializationFailedHandler: () => false,
                middleware: { workspace: { configuration: chosenSettings } },
            },
        );
        client.registerFeature(ownCommands);
        let shown: IndexStatus | null = null;
        client.onDidChangeState(({ newState }) => this.follow(client, newState));
        client.onNotification(statusChanged, ({ status }: { status: IndexStatus }) => {
            if (this.client !== client) return;
            this.stateChanged.fire({ is: 'running', status });
            if (shown?.revision !== status.revision || shown.complete !== status.complete) {
                refresh(client);
            }
            shown = status;
        });
        return client;
    }

    private follow(client: LanguageClient, state: State): void {
        if (this.client !== client) return;
        if (state === State.Running) this.stateChanged.fire({ is: 'running', status: null });
        else if (state === State.Starting) this.stateChanged.fire({ is: 'starting' });
        else this.stateChanged.fire({ is: 'failed', problem: 'The Ramify server has ended.' });
    }

    private fail(problem: string): void {
        this.log.error(problem);
        this.stateChanged.fire({ is: 'failed', problem });
        void this.offerRemedies(problem);
    }

    private async offerRemedies(problem: string): Promise<void> {
        const setting = 'Set Server Command';
        const install = 'How to Install';
        const again = 'Try Again';
        const choice = await vscode.window.showErrorMessage(problem, setting, install, again);
        if (choice === setting) {
            await vscode.commands.executeCommand(
                'workbench.action.openSettings',
                'ramify.server.command',
            );
        } else if (choice === install) {
            await vscode.commands.executeCommand('markdown.showPreview', this.readme);
        } else if (choice === again) {
            await this.restart();
        }
    }
}

/** Tells the server which commands a code lens of its may have. */
const ownCommands: StaticFeature = {
    fillClientCapabilities: (capabilities) => {
        capabilities.experimental = {
            ...capabilities.experimental,
            commands: { commands: ['ramify.showImpact'] },
        };
    },
    initialize: () => {},
    getState: () => ({ kind: 'static' }),
    clear: () => {},
};

/** Lenses and problems speak of other files, too: the editor itself asks after an edit only. */
function refresh(client: LanguageClient): void {
    const ours = vscode.workspace.textDocuments.find(
        ({ uri, languageId }) => uri.scheme === 'file' && languageId === 'python',
    );
    if (!ours) return;
    const lenses = client.getFeature(CodeLensRequest.method).getProvider(ours);
    const problems = client.getFeature(DocumentDiagnosticRequest.method).getProvider(ours);
    lenses?.onDidChangeCodeLensEmitter.fire();
    problems?.onDidChangeDiagnosticsEmitter.fire();
}

/** The next server would find the store still owned: the client itself does not wait for this. */
async function ended(process: ChildProcess | undefined): Promise<void> {
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    await Promise.race([once(process, 'exit'), setTimeout(3000)]);
}

function isProgram(file: string): boolean {
    try {
        fs.accessSync(file, fs.constants.X_OK);
        return fs.statSync(file).isFile();
    } catch {
        return false;
    }
}

function message(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
