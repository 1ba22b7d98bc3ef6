/**
 * The questions as commands: take the cursor, ask, show the page.
 *
 * Each question is one function from a client to a page; asking again runs the latest one anew,
 * so that an answer given while the index was filling can be completed.
 */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { AnswerView } from './answerView';
import { changesPage, impactPage, testArguments } from './impactPage';
import * as overviews from './overviews';
import * as present from './present';
import * as protocol from './protocol';
import type { Page, PathOf } from './rows';
import type { Server } from './server';

type Asked<Answer> = (client: LanguageClient, token: vscode.CancellationToken) => Promise<Answer>;
type Question = Asked<Page>;
type Target = protocol.SymbolPlace | protocol.SymbolById;
type SymbolQuestion = (target: Target) => Question;
type LinesQuestion = (target: Target | protocol.SelectedLines) => Question;

const quickEnough = 600; // milliseconds without a progress message
const mostTests = 10_000;
const longestQuery = 1_000;

export function registerQuestions(server: Server, view: AnswerView): vscode.Disposable {
    let latest: (() => Promise<void>) | null = null;
    /** What the shown answer is the impact of. */
    let impactAsked: object | null = null;
    let lastRange = 'main..';
    const ask = async (question: Question, impactOf: object | null = null): Promise<void> => {
        const again = () => ask(question, impactOf);
        latest = again;
        const client = await server.ready();
        if (!client) return;
        const page = await withPatience(question, client);
        if (!page || latest !== again) return;
        impactAsked = impactOf;
        await vscode.commands.executeCommand('setContext', 'ramify.hasImpact', impactOf !== null);
        await view.show(page);
    };
    const about =
        (question: SymbolQuestion) =>
        async (argument?: unknown): Promise<void> => {
            const target = named(argument) ?? cursorPlace();
            if (target) await ask(question(target), question === impact ? target : null);
        };
    const aboutSelection = (question: LinesQuestion) => async (argument?: unknown) => {
        const target = named(argument) ?? selectedLines() ?? cursorPlace();
        if (target) await ask(question(target));
    };
    const overAll = (question: Question) => () => ask(question);
    const ofChanges = (what: string, changes: protocol.Changes) =>
        ask(impactOfChanges(what, changes), { changes });
    const copyTests = async (): Promise<void> => {
        const params = { ...impactAsked, limit: mostTests };
        const client = await server.ready();
        const answer = client && impactAsked && (await withPatience(asked(params), client));
        if (answer) await putOnClipboard(testArguments(answer));
    };
    return vscode.Disposable.from(
        vscode.commands.registerCommand('ramify.showRelated', aboutSelection(related)),
        vscode.commands.registerCommand('ramify.showImpact', about(impact)),
        vscode.commands.registerCommand('ramify.showCallers', about(callers)),
        vscode.commands.registerCommand('ramify.showCallees', about(callees)),
        vscode.commands.registerCommand('ramify.showRemovable', about(removable)),
        vscode.commands.registerCommand('ramify.showUnreachable', overAll(unreachable)),
        vscode.commands.registerCommand('ramify.showCycles', overAll(cycles)),
        vscode.commands.registerCommand('ramify.showHotspots', overAll(hotspots)),
        vscode.commands.registerCommand('ramify.showImpactOfChanges', () =>
            ofChanges('uncommitted changes', { kind: 'worktree' }),
        ),
        vscode.commands.registerCommand('ramify.showImpactOfBranch', async () => {
            const base = await askForRange(lastRange);
            if (base) lastRange = base;
            if (base) await ofChanges(base, { kind: 'range', base });
        }),
        vscode.commands.registerCommand('ramify.copyTests', copyTests),
        vscode.commands.registerCommand('ramify.searchCode', async () => {
            const query = await askForQuery();
            if (query) await ask(search(query));
        }),
        vscode.commands.registerCommand('ramify.askAgain', () => latest?.()),
    );
}

const related: LinesQuestion = (target) => async (client, token) => {
    const answer = await client.sendRequest<protocol.RelatedAnswer>(
        protocol.related,
        target,
        token,
    );
    return present.relatedPage(answer, pathOf, 'range' in target ? target.range : undefined);
};
const impact = aboutSymbol(protocol.impact, impactPage);
const callers = aboutSymbol(protocol.callers, present.callersPage);
const callees = aboutSymbol(protocol.callees, present.calleesPage);
const removable = aboutSymbol(protocol.removable, overviews.removablePage);
const unreachable = aboutAll(protocol.unreachable, 500, overviews.unreachablePage);
const cycles = aboutAll(protocol.cycles, 50, overviews.cyclesPage);
const hotspots = aboutAll(protocol.hotspots, 50, overviews.hotspotsPage);

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

const impactOfChanges =
    (what: string, changes: protocol.Changes): Question =>
    async (client, token) =>
        changesPage(what, await asked({ changes })(client, token), pathOf);

const asked =
    (params: object): Asked<protocol.ImpactAnswer> =>
    (client, token) =>
        client.sendRequest<protocol.ImpactAnswer>(protocol.impact, params, token);

function aboutSymbol<Answer>(
    method: string,
    pageOf: (answer: Answer, pathOf: PathOf) => Page,
): SymbolQuestion {
    return (target) => async (client, token) =>
        pageOf(await client.sendRequest<Answer>(method, target, token), pathOf);
}

function aboutAll<Answer>(
    method: string,
    limit: number,
    pageOf: (answer: Answer, pathOf: PathOf) => Page,
): Question {
    return async (client, token) =>
        pageOf(await client.sendRequest<Answer>(method, { limit }, token), pathOf);
}

/** Null after a cancel or an error; the person has then been told. */
async function withPatience<Answer>(
    question: Asked<Answer>,
    client: LanguageClient,
): Promise<Answer | null> {
    const cancel = new vscode.CancellationTokenSource();
    const answer = question(client, cancel.token);
    const early = answer.then(
        () => true,
        () => true,
    );
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), quickEnough));
    try {
        if (await Promise.race([early, late])) return await answer;
        const options = {
            location: vscode.ProgressLocation.Notification,
            title: 'Ramify is thinking',
            cancellable: true,
        };
        return await vscode.window.withProgress(options, async (_progress, token) => {
            token.onCancellationRequested(() => cancel.cancel());
            return await answer;
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

/** A selected word means its symbol: only more than that is read as lines. */
function selectedLines(): protocol.SelectedLines | null {
    const editor = pythonEditor();
    if (!editor || !/\s/.test(editor.document.getText(editor.selection).trim())) return null;
    const { start, end } = editor.selection;
    return {
        textDocument: { uri: editor.document.uri.toString() },
        range: {
            start: { line: start.line, character: start.character },
            end: { line: end.line, character: end.character },
        },
    };
}

function pythonEditor(): vscode.TextEditor | null {
    const editor = vscode.window.activeTextEditor;
    const fits = editor?.document.uri.scheme === 'file' && editor.document.languageId === 'python';
    return fits ? editor : null;
}

function cursorPlace(): protocol.SymbolPlace | null {
    const editor = pythonEditor();
    if (!editor) {
        void vscode.window.showInformationMessage(
            'Ramify: put the cursor on a symbol in a Python file and ask again.',
        );
        return null;
    }
    const { line, character } = editor.selection.active;
    return { textDocument: { uri: editor.document.uri.toString() }, position: { line, character } };
}

async function putOnClipboard({ text, told }: { text: string; told: string }): Promise<void> {
    if (text !== '') await vscode.env.clipboard.writeText(text);
    void vscode.window.showInformationMessage(`Ramify: ${told}`);
}

/** A name alone stands for what differs from it: `main` is `main..`. */
async function askForRange(value: string): Promise<string | undefined> {
    const given = await vscode.window.showInputBox({
        title: 'Ramify: Impact of a Branch',
        prompt: 'The commits since a branch (main..), or a range of commits (v1..v2)',
        value,
    });
    const range = given?.trim();
    return range && !range.includes('..') ? `${range}..` : range;
}

function askForQuery(): Thenable<string | undefined> {
    const editor = vscode.window.activeTextEditor;
    const selected = editor?.document.getText(editor.selection).slice(0, longestQuery) ?? '';
    return vscode.window.showInputBox({
        title: 'Ramify: Search Code',
        prompt: 'Describe the code, or name it',
        placeHolder: 'where is a password checked against its hash',
        value: selected.replace(/\s+/g, ' ').trim(),
    });
}

function pathOf(uri: string): string {
    return vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
}
