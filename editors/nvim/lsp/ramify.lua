-- Neovim 0.11 and newer: what vim.lsp.enable('ramify') starts.
return require('ramify.config').client()
