-- What a client can be asked to do, in every Neovim: 0.11 made its functions methods.
local M = {}

local function call(client, name, ...)
  if vim.fn.has('nvim-0.11') == 1 then
    return client[name](client, ...)
  end
  return client[name](...)
end

function M.request(client, method, params, answered, buffer)
  return call(client, 'request', method, params, answered, buffer)
end

function M.stop(client, force)
  return call(client, 'stop', force)
end

---@return boolean
function M.supports(client, method)
  return call(client, 'supports_method', method)
end

return M
