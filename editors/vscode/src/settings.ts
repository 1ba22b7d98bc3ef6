/**
 * What the server is told when it asks for its settings.
 *
 * Only what a person has chosen: a default of this extension would win over the workspace's own
 * ramify.toml. The settings of the extension itself are none of the server's business.
 */
import * as vscode from 'vscode';
import type { ConfigurationParams, ConfigurationRequest } from 'vscode-languageclient/node';

const serverKeys = [
    'include',
    'exclude',
    'roots',
    'sizeLimit',
    'fileLimit',
    'waitSeconds',
    'workers',
    'watch',
    'store',
] as const;

type Next = ConfigurationRequest.HandlerSignature;

export async function chosenSettings(
    params: ConfigurationParams,
    token: vscode.CancellationToken,
    next: Next,
): Promise<unknown[]> {
    const asked = await next(params, token);
    if (!Array.isArray(asked)) return [];
    return params.items.map((item, i) =>
        item.section === 'ramify'
            ? chosen(item.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined)
            : asked[i],
    );
}

function chosen(folder: vscode.Uri | undefined): Record<string, unknown> {
    const configuration = vscode.workspace.getConfiguration('ramify', folder);
    const entries = serverKeys.map((key) => {
        const places = configuration.inspect(key);
        const value = places?.workspaceFolderValue ?? places?.workspaceValue ?? places?.globalValue;
        return [key, value] as const;
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
