-- Code lenses and problems: when they are asked for anew, as the graph knows more than it did.
-- Lenses are shown where a person wants them: vim.g.ramify.codelens.
local M = {}

local request_failed = -32803
local patience = 1000 -- milliseconds

local function wanted()
  return require('ramify.config').get().codelens
end

local function ask_again(client, method, buffer)
  local params = { textDocument = vim.lsp.util.make_text_document_params(buffer) }
  require('ramify.client').request(client, method, params, nil, buffer)
end

-- For a buffer that the server has just been attached to.
---@param client vim.lsp.Client
---@param buffer integer
function M.attach(client, buffer)
  if not wanted() or not require('ramify.client').supports(client, 'textDocument/codeLens') then
    return
  end
  if vim.lsp.codelens.enable then
    return vim.lsp.codelens.enable(true, { bufnr = buffer })
  end
  local group = vim.api.nvim_create_augroup('ramify.codelens.' .. buffer, {})
  local refresh = function()
    vim.lsp.codelens.refresh({ bufnr = buffer })
  end
  vim.api.nvim_create_autocmd({ 'BufEnter', 'CursorHold', 'InsertLeave' }, {
    group = group,
    buffer = buffer,
    desc = 'Refresh the code lenses of Ramify',
    callback = refresh,
  })
  vim.api.nvim_create_autocmd('LspNotify', {
    group = group,
    buffer = buffer,
    desc = 'Refresh the code lenses of Ramify after a buffer was read anew',
    callback = function(event)
      if event.data.method == 'textDocument/didOpen' then
        refresh()
      end
    end,
  })
  refresh()
end

-- Before the index is complete there are no problems to tell, and nobody has asked for them: not an
-- error to show, but a question to ask again.
function M.on_problems(problem, result, context, ...)
  if not problem or problem.code ~= request_failed then
    return vim.lsp.handlers['textDocument/diagnostic'](problem, result, context, ...)
  end
  vim.defer_fn(function()
    local client = vim.lsp.get_client_by_id(context.client_id)
    if client and client.attached_buffers[context.bufnr] then
      ask_again(client, 'textDocument/diagnostic', context.bufnr)
    end
  end, patience)
end

-- After a commit of the graph: what was said of a buffer may have changed though its text did not.
---@param client vim.lsp.Client
---@param complete boolean
function M.refresh(client, complete)
  local refreshed = vim.lsp.handlers['workspace/codeLens/refresh']
  if refreshed then
    refreshed(nil, nil, { client_id = client.id })
  end
  for buffer in pairs(client.attached_buffers) do
    if not refreshed and wanted() then
      vim.lsp.codelens.refresh({ bufnr = buffer })
    end
    if complete and require('ramify.client').supports(client, 'textDocument/diagnostic') then
      ask_again(client, 'textDocument/diagnostic', buffer)
    end
  end
end

return M
