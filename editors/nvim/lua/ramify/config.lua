-- The settings of a person and the client configuration that follows from them.
-- It starts nothing and shows nothing but the one message about a missing server.
local M = {}

---@class ramify.Settings
---@field cmd string[] the server program with its leading arguments; --stdio is added
---@field autostart boolean
---@field codelens boolean
---@field settings table what the server reads under `ramify.*`
local defaults = {
  cmd = { 'ramify' },
  autostart = true,
  codelens = false,
  settings = vim.empty_dict(), -- {} would be sent as a list
}

local root_markers = { 'ramify.toml', 'pyproject.toml', 'setup.py', 'setup.cfg' }

---@return ramify.Settings
function M.get()
  return vim.tbl_extend('force', defaults, vim.g.ramify or {})
end

local function capabilities()
  local own = {
    -- A lens can be run where the client has the command for it.
    experimental = { commands = { commands = { 'ramify.showImpact' } } },
    -- Neovim 0.12 confirms the doubtful edits of a file and the certain ones together, all or none:
    -- half a rename. Without marks the server leaves what is doubtful alone and says so.
    workspace = { workspaceEdit = { changeAnnotationSupport = vim.NIL } },
  }
  if vim.fn.has('nvim-0.11') == 1 then
    return own -- Neovim adds its own, below those that a person sets for every server
  end
  return vim.tbl_deep_extend('force', vim.lsp.protocol.make_client_capabilities(), own)
end

---@return vim.lsp.ClientConfig
function M.client()
  return {
    name = 'ramify',
    cmd = M.command(),
    filetypes = { 'python' },
    root_dir = function(bufnr, on_dir)
      if M.get().autostart and M.startable(bufnr) then
        on_dir(M.root(bufnr))
      end
    end,
    settings = { ramify = M.get().settings },
    init_options = M.get().settings, -- what a server can do is told once, when it starts
    capabilities = capabilities(),
    commands = {
      ['ramify.showImpact'] = function(command, context)
        require('ramify.commands').show_impact(command, context)
      end,
    },
    handlers = {
      ['ramify/statusChanged'] = require('ramify').on_status,
      ['textDocument/diagnostic'] = require('ramify.lenses').on_problems,
    },
  }
end

---@return string[]
function M.command()
  return vim.list_extend(vim.list_slice(M.get().cmd), { '--stdio' })
end

-- Whether a server can serve this buffer: it shows a file, and the program exists.
---@param bufnr integer
function M.startable(bufnr)
  if vim.bo[bufnr].buftype ~= '' or vim.api.nvim_buf_get_name(bufnr) == '' then
    return false
  end
  local problem = M.problem()
  if problem then
    vim.schedule(function()
      vim.notify_once('Ramify: ' .. problem, vim.log.levels.WARN)
    end)
  end
  return problem == nil
end

-- Why the server cannot be started, and what to do; nil when it can.
---@return string?
function M.problem()
  local program = M.get().cmd[1]
  if program == nil or program == '' then
    return 'vim.g.ramify.cmd is empty.'
  end
  if vim.fn.executable(program) == 1 then
    return nil
  end
  local remedy = 'Install it, or set vim.g.ramify.cmd. See :help ramify-install'
  return ('the server "%s" is not executable. %s'):format(program, remedy)
end

-- The repository, else the project, else none: never the home directory, whatever lies in it.
---@param bufnr integer
---@return string?
function M.root(bufnr)
  local root = vim.fs.root(bufnr, '.git') or vim.fs.root(bufnr, root_markers)
  if root and vim.uv.fs_realpath(root) == vim.uv.fs_realpath(vim.env.HOME or '') then
    return nil
  end
  return root
end

return M
