/**
 * What the server is told when it asks for its settings.
 *
 * Only what a person has chosen: a default of this extension would win over the workspace's own
 * ramify.toml. The settings of the extension itself are none of the server's business.
 */
import * as vscode from 'vscode';
import type { ConfigurationParams, ConfigurationRequest } from 'vscode-languageclient/node';

/** What the server offers through the editor's own commands: told when it starts. */
export const surfaceKeys = ['codeLens', 'hover', 'hierarchy', 'rename', 'diagnostics', 'unreachable'] as const;

const serverKeys = [
    ...surfaceKeys,
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

/** The initialization options: a server says once and for all what it can do. */
export function chosenSurfaces(): Record<string, unknown> {
    return chosen(undefined, surfaceKeys);
}

function chosen(
    folder: vscode.Uri | undefined,
    keys: readonly string[] = serverKeys,
): Record<string, unknown> {
    const configuration = vscode.workspace.getConfiguration('ramify', folder);
    const entries = keys.map((key) => {
        const places = configuration.inspect(key);
        const value = places?.workspaceFolderValue ?? places?.workspaceValue ?? places?.globalValue;
        return [key, value] as const;
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
