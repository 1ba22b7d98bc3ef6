/**
 * The questions as commands: take the cursor, ask, show the page.
 *
 * Each question is one function from a client to a page; asking again runs the latest one anew,
 * so that an answer given while the index was filling can be completed.
 */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { AnswerView } from './answerView';
import * as present from './present';
import * as protocol from './protocol';
import type { Server } from './server';

type Question = (client: LanguageClient, token: vscode.CancellationToken) => Promise<present.Page>;
type Target = protocol.SymbolPlace | protocol.SymbolById;
type SymbolQuestion = (target: Target) => Question;

const quickEnough = 600; // milliseconds without a progress message

export function registerQuestions(server: Server, view: AnswerView): vscode.Disposable {
    let latest: Question | null = null;
    const ask = async (question: Question): Promise<void> => {
        latest = question;
        const client = await server.ready();
        if (!client) return;
        const page = await withPatience(question, client);
        if (page && latest === question) await view.show(page);
    };
    const about = (question: SymbolQuestion) => async (argument?: unknown): Promise<void> => {
        const target = named(argument) ?? cursorPlace();
        if (target) await ask(question(target));
    };
    return vscode.Disposable.from(
        vscode.commands.registerCommand('ramify.showRelated', about(related)),
        vscode.commands.registerCommand('ramify.showImpact', about(impact)),
        vscode.commands.registerCommand('ramify.showCallers', about(callers)),
        vscode.commands.registerCommand('ramify.showCallees', about(callees)),
        vscode.commands.registerCommand('ramify.searchCode', async () => {
            const query = await askForQuery();
            if (query) await ask(search(query));
        }),
        vscode.commands.registerCommand('ramify.askAgain', () => latest && ask(latest)),
    );
}

const related = aboutSymbol(protocol.related, present.relatedPage);
const impact = aboutSymbol(protocol.impact, present.impactPage);
const callers = aboutSymbol(protocol.callers, present.callersPage);
const callees = aboutSymbol(protocol.callees, present.calleesPage);

const search =
    (query: string): Question =>
    async (client, token) => {
        const params = { query, limit: 50 };
        const answer = await client.sendRequest<protocol.SearchAnswer>(
            protocol.search,
            params,
            token,
        );
        return present.searchPage(query, answer, pathOf);
    };

function aboutSymbol<Answer>(
    method: string,
    pageOf: (answer: Answer, pathOf: present.PathOf) => present.Page,
): SymbolQuestion {
    return (target) => async (client, token) =>
        pageOf(await client.sendRequest<Answer>(method, target, token), pathOf);
}

/** Null after a cancel or an error; the person has then been told. */
async function withPatience(
    question: Question,
    client: LanguageClient,
): Promise<present.Page | null> {
    const cancel = new vscode.CancellationTokenSource();
    const page = question(client, cancel.token);
    const early = page.then(
        () => true,
        () => true,
    );
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), quickEnough));
    try {
        if (await Promise.race([early, late])) return await page;
        const options = {
            location: vscode.ProgressLocation.Notification,
            title: 'Ramify is thinking',
            cancellable: true,
        };
        return await vscode.window.withProgress(options, async (_progress, token) => {
            token.onCancellationRequested(() => cancel.cancel());
            return await page;
        });
    } catch (error) {
        if (!cancel.token.isCancellationRequested) {
            const problem = error instanceof Error ? error.message : String(error);
            void vscode.window.showErrorMessage(`Ramify: ${problem}`);
        }
        return null;
    } finally {
        cancel.dispose();
    }
}

/** The argument of a code lens or of a row; menus hand over other things, too. */
function named(argument: unknown): protocol.SymbolById | null {
    const symbol = (argument as { symbol?: unknown } | null | undefined)?.symbol;
    return typeof symbol === 'string' ? { symbol } : null;
}

function cursorPlace(): protocol.SymbolPlace | null {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.uri.scheme !== 'file' || editor.document.languageId !== 'python') {
        void vscode.window.showInformationMessage(
            'Ramify: put the cursor on a symbol in a Python file and ask again.',
        );
        return null;
    }
    const { line, character } = editor.selection.active;
    return { textDocument: { uri: editor.document.uri.toString() }, position: { line, character } };
}

function askForQuery(): Thenable<string | undefined> {
    const editor = vscode.window.activeTextEditor;
    const selected = editor?.document.getText(editor.selection).trim() ?? '';
    return vscode.window.showInputBox({
        title: 'Ramify: Search Code',
        prompt: 'Describe the code, or name it',
        placeHolder: 'where is a password checked against its hash',
        value: selected.includes('\n') ? '' : selected,
    });
}

function pathOf(uri: string): string {
    return vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
}
