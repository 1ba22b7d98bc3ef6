-- What other plugins and a person's init.lua may call: setup, start, status.
-- It holds the latest status of each server and nothing else.
local M = {}

---@type table<integer, table> the latest status by client id
local statuses = {}

-- Optional. The same as setting vim.g.ramify before Neovim has started.
---@param settings? ramify.Settings
function M.setup(settings)
  vim.g.ramify = vim.tbl_extend('force', vim.g.ramify or {}, settings or {})
  if vim.fn.has('nvim-0.11') == 1 then
    vim.lsp.config('ramify', require('ramify.config').client())
  end
end

-- Start or attach the server for a buffer, also where autostart is off.
---@param bufnr integer
function M.start(bufnr)
  local config = require('ramify.config')
  if not config.startable(bufnr) then
    return
  end
  local client = config.client()
  client.root_dir = config.root(bufnr)
  vim.lsp.start(client, { bufnr = bufnr })
end

-- The client of a buffer, else any: a search needs no buffer of the workspace.
---@param bufnr? integer
---@return vim.lsp.Client?
function M.client(bufnr)
  local attached = vim.lsp.get_clients({ name = 'ramify', bufnr = bufnr or 0 })
  return attached[1] or vim.lsp.get_clients({ name = 'ramify' })[1]
end

---@param result { status: table }
---@param context { client_id: integer }
function M.on_status(_, result, context)
  local before, status = statuses[context.client_id], result.status
  statuses[context.client_id] = status
  local client = vim.lsp.get_client_by_id(context.client_id)
  local is_new = not before or before.revision ~= status.revision or before.complete ~= status.complete
  if client and is_new then
    require('ramify.lenses').refresh(client, status.complete)
  end
  vim.api.nvim_exec_autocmds('User', { pattern = 'RamifyStatus', data = result.status })
end

-- For a statusline: '' without a server, else how far the index is.
---@return string
function M.statusline()
  local client = M.client()
  if not client then
    return ''
  end
  local status = statuses[client.id]
  if not status or status.complete then
    return 'Ramify'
  end
  if status.totalFiles == 0 then
    return 'Ramify ...'
  end
  return ('Ramify %d/%d'):format(status.indexedFiles, status.totalFiles)
end

return M
