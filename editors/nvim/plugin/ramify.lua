-- The entry: cheap, and the only place that knows how a Neovim starts language servers.
if vim.g.loaded_ramify then
  return
end
vim.g.loaded_ramify = 1

if vim.fn.has('nvim-0.10') == 0 then
  vim.api.nvim_echo({ { 'Ramify needs Neovim 0.10 or newer; it stays off here.', 'WarningMsg' } }, true, {})
  return
end

vim.api.nvim_create_user_command('Ramify', function(call)
  require('ramify.commands').run(call)
end, {
  nargs = '*',
  bang = true,
  range = true,
  desc = 'Ask Ramify',
  complete = function(...)
    return require('ramify.commands').complete(...)
  end,
})

local group = vim.api.nvim_create_augroup('ramify', {})

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  desc = 'Show the code lenses of Ramify, where they are wanted',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'ramify' then
      require('ramify.lenses').attach(client, event.buf)
    end
  end,
})

if vim.fn.has('nvim-0.11') == 1 then
  vim.lsp.enable('ramify')
else
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = 'python',
    desc = 'Start Ramify',
    callback = function(event)
      if require('ramify.config').get().autostart then
        require('ramify').start(event.buf)
      end
    end,
  })
end
