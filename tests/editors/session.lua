-- Drives one headless Neovim: opens a file, takes steps, writes down what a person would have seen.
-- The job comes as JSON in $RAMIFY_TEST_JOB: {file, attach, steps: [{name, file, append, at, command}], out}.
local job = vim.json.decode(table.concat(vim.fn.readfile(vim.env.RAMIFY_TEST_JOB), '\n'))
local seen = { steps = {} }
local messages, offers = {}, {}

vim.notify = function(message)
  table.insert(messages, message)
end
vim.notify_once = vim.notify
vim.lsp.handlers['window/showMessage'] = function(_, shown)
  table.insert(messages, shown.message)
end
vim.ui.select = function(items, options, choose)
  local choices = vim.tbl_map(options.format_item, items)
  table.insert(offers, { prompt = options.prompt, choices = choices })
  choose(items[1])
end

local function until_true(what, condition)
  local gone = false
  vim.wait(20000, function()
    gone = vim.tbl_contains(messages, function(message)
      return message:find('quit with exit code', 1, true) ~= nil
    end, { predicate = true })
    return gone or condition()
  end, 10)
  if not condition() then
    local told = { messages = messages, lenses = vim.lsp.codelens.get(0) }
    error('waited in vain for ' .. what .. ': ' .. vim.inspect(told))
  end
end

local function attached()
  return #vim.lsp.get_clients({ name = 'ramify', bufnr = 0 }) > 0
end

-- Answers are the same in every run once what they depend on has caught up.
local function settle(params)
  local client = vim.lsp.get_clients({ name = 'ramify' })[1]
  local method = 'ramify/await'
  params.timeoutMs = 20000
  if vim.fn.has('nvim-0.11') == 1 then
    client:request_sync(method, params, 25000)
  else
    client.request_sync(method, params, 25000)
  end
end

-- The title comes along with the items: together they are the answer.
local function quickfix()
  local list = vim.fn.getqflist({ title = 0, items = 0 })
  local lines = vim.tbl_map(function(item)
    local file = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(item.bufnr), ':t')
    return ('%s:%d:%d %s'):format(file, item.lnum, item.col, item.text)
  end, list.items)
  return { title = list.title, lines = lines }
end

-- Those that say something: a lens is resolved when it comes into view.
local function lenses()
  local found = {}
  for _, each in ipairs(vim.lsp.codelens.get(vim.fn.has('nvim-0.12') == 1 and { bufnr = 0 } or 0)) do
    local lens = each.lens or each -- 0.12 says whose it is
    if lens.command then
      table.insert(found, { lens.range.start.line + 1, lens.command.title })
    end
  end
  table.sort(found, function(a, b)
    return a[1] < b[1]
  end)
  return found
end

local function problems()
  return vim.tbl_map(function(each)
    return ('%s:%d %s'):format(vim.fn.expand('%:t'), each.lnum + 1, each.message)
  end, vim.diagnostic.get(0))
end

local function take(step)
  messages, offers = {}, {}
  vim.cmd('silent! cclose')
  if step.keep then
    vim.cmd('silent! wall | buffer ' .. vim.fn.fnameescape(step.file))
  else
    vim.cmd.edit({ vim.fn.fnameescape(step.file or job.file), bang = true }) -- drops what was not saved
  end
  if job.attach then
    until_true('the client', attached)
  end
  vim.fn.setqflist({}, 'f')
  if step.append or step.line then
    if step.append then
      vim.fn.append(vim.fn.line('$'), step.append)
    else
      vim.fn.setline(step.line[1], step.line[2])
    end
    local version = vim.lsp.util.buf_versions[vim.api.nvim_get_current_buf()]
    settle({ textDocument = { uri = vim.uri_from_bufnr(0), version = version } })
  end
  if step.at then
    vim.fn.cursor(step.at)
  end
  if step.lenses then
    until_true('the lenses', function()
      vim.cmd.redraw()
      vim.cmd('doautocmd CursorHold') -- a person rests; without a screen Neovim does not notice
      return #lenses() == step.lenses and not vim.inspect(lenses()):find('being indexed')
    end)
  end
  local above = lenses()
  vim.cmd(step.command)
  if step.problems then
    until_true('the problems', function()
      return #problems() > 0
    end)
  end
  until_true(step.name, function()
    return #messages > 0 or #offers > 0 or vim.fn.getqflist({ nr = '$' }).nr > 0 or step.silent
  end)
  if step.changes then
    until_true('the edit', function()
      return vim.bo.modified
    end)
  end
  local window = vim.fn.getqflist({ winid = 0 }).winid
  seen.steps[step.name] = {
    quickfix = quickfix(),
    quickfix_open = window ~= 0,
    messages = messages,
    offers = offers,
    register = vim.fn.getreg('"'),
    lenses = above,
    problems = problems(),
    text = vim.api.nvim_buf_get_lines(0, 0, -1, false),
    at = vim.fn.expand('%:t') .. ':' .. vim.fn.line('.'),
    screen = step.screen and vim.api.nvim_buf_get_lines(0, 0, -1, false) or nil,
  }
end

local function all()
  if job.attach then
    vim.cmd.edit(vim.fn.fnameescape(job.file))
    until_true('the client', attached)
    settle({ search = true })
  end
  for _, step in ipairs(job.steps) do
    take(step)
  end
  local client = vim.lsp.get_clients({ name = 'ramify' })[1]
  seen.encoding = client and client.offset_encoding
  seen.root = client and client.config.root_dir
  if job.attach then
    until_true('the status after the restart', function()
      return require('ramify').statusline() == 'Ramify'
    end)
  end
  seen.completion = vim.fn.getcompletion('Ramify ', 'cmdline')
  seen.certainties = vim.fn.getcompletion('Ramify impact ', 'cmdline')
end

local ok, problem = pcall(all)
seen.problem = not ok and problem or nil
vim.fn.writefile({ vim.json.encode(seen) }, job.out)
vim.cmd('qall!') -- Neovim itself ends the servers
