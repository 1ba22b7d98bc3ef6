-- :checkhealth ramify
local M = {}

local function check_server()
  local problem = require('ramify.config').problem()
  if problem then
    return vim.health.error(problem)
  end
  local program = require('ramify.config').get().cmd[1]
  vim.health.ok(('the server is %s'):format(vim.fn.exepath(program)))
end

local function check_clients()
  local clients = vim.lsp.get_clients({ name = 'ramify' })
  if #clients == 0 then
    return vim.health.info('no server is running; it starts with the first Python file')
  end
  for _, client in ipairs(clients) do
    local root = client.config.root_dir or 'no folder'
    vim.health.ok(('running for %s (client %d, %s)'):format(root, client.id, client.offset_encoding))
  end
end

function M.check()
  vim.health.start('ramify')
  if vim.fn.has('nvim-0.10') == 0 then
    return vim.health.error('Neovim 0.10 or newer is needed')
  end
  vim.health.ok('Neovim ' .. tostring(vim.version()))
  check_server()
  check_clients()
end

return M
