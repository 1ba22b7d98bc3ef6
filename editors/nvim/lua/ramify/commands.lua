-- :Ramify and its subcommands: take the cursor, ask, show the page.
-- Answers go to the quickfix list; with a bang they are offered through vim.ui.select.
local M = {}

local client_of = require('ramify.client')
local overviews = require('ramify.overviews')
local present = require('ramify.present')

local function warn(message)
  vim.notify('Ramify: ' .. message, vim.log.levels.WARN)
end

local function client_or_warning()
  local client = require('ramify').client()
  if not client then
    local unknown = 'no server is running here yet. Open a Python file, or see :checkhealth ramify'
    warn(require('ramify.config').problem() or unknown)
  end
  return client
end

local function open(item)
  vim.cmd.edit(vim.fn.fnameescape(item.filename))
  vim.api.nvim_win_set_cursor(0, { item.lnum, item.col - 1 })
end

-- Quickfix items in the order of the answer. locations_to_items sorts by place; each item comes
-- back with its location as user_data, which is the only link to the entry it was made from.
local function quickfix_items(entries, offset_encoding)
  local locations, items = {}, {}
  for i, entry in ipairs(entries) do
    if entry.location then
      local location = { uri = entry.location.uri, range = entry.location.range }
      table.insert(locations, location)
      items[location] = i
    else
      items[i] = { text = entry.text, valid = 0 }
    end
  end
  for _, item in ipairs(vim.lsp.util.locations_to_items(locations, offset_encoding)) do
    local i = items[item.user_data]
    item.text = entries[i].text .. '  ' .. vim.trim(item.text)
    item.user_data = nil
    items[i] = item
  end
  return vim.list_slice(items, 1, #entries)
end

local function show_quickfix(page, items)
  vim.fn.setqflist({}, ' ', { title = page.title, items = items })
  vim.cmd('botright copen')
end

local function show_select(page, items)
  local format = function(item)
    return ('%s  %s:%d'):format(item.text, vim.fn.fnamemodify(item.filename, ':.'), item.lnum)
  end
  vim.ui.select(items, { prompt = page.title, format_item = format, kind = 'ramify' }, function(item)
    if item then
      open(item)
    end
  end)
end

-- An answer without a place to go to is told in the message area.
local function tell(page)
  local lines = { page.title .. ': ' .. page.empty }
  for _, entry in ipairs(page.entries) do
    table.insert(lines, entry.text)
  end
  vim.notify(table.concat(lines, '\n'), vim.log.levels.INFO)
end

local function show(page, offset_encoding, bang)
  local items = quickfix_items(page.entries, offset_encoding)
  local places = vim.tbl_filter(function(item)
    return item.filename ~= nil
  end, items)
  if #places == 0 then
    tell(page)
  elseif bang then
    show_select(page, places)
  else
    show_quickfix(page, items)
  end
end

-- What the impact shown last is the impact of, and whom it was asked of.
local last_impact

local function ask(client, method, params, bang, page_of)
  client_of.request(client, method, params, function(problem, answer)
    if problem then
      return warn(problem.message)
    end
    if method == 'ramify/impact' then
      last_impact = { client_id = client.id, params = params }
    end
    show(page_of(answer), client.offset_encoding, bang)
  end)
end

local function about_symbol(method, page_of)
  return function(call, certainty)
    local client = client_or_warning()
    if not client then
      return
    end
    local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
    params.minCertainty = certainty
    ask(client, method, params, call.bang, page_of)
  end
end

local function related(call)
  if call.range == 0 then
    return about_symbol('ramify/related', present.related)(call)
  end
  local client = client_or_warning()
  if not client then
    return
  end
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(),
    range = {
      start = { line = call.line1 - 1, character = 0 },
      ['end'] = { line = call.line2, character = 0 },
    },
  }
  ask(client, 'ramify/related', params, call.bang, function(answer)
    return present.related(answer, { call.line1, call.line2 })
  end)
end

-- What a code lens stands for: its command has the symbol as its argument.
---@param command { arguments: { symbol: string }[] }
---@param context { client_id: integer }
function M.show_impact(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  if client then
    ask(client, 'ramify/impact', { symbol = command.arguments[1].symbol }, false, present.impact)
  end
end

-- The text of a range; of the last visual selection what was selected of its lines.
local function text_of(call)
  local from, to = vim.fn.getpos("'<"), vim.fn.getpos("'>")
  if from[2] == call.line1 and to[2] == call.line2 then
    return vim.fn.getregion(from, to, { type = vim.fn.visualmode() })
  end
  return vim.api.nvim_buf_get_lines(0, call.line1 - 1, call.line2, false)
end

local function search(call, ...)
  local query = table.concat({ ... }, ' ')
  if query == '' and call.range > 0 then
    query = vim.trim(table.concat(text_of(call), ' '):gsub('%s+', ' '))
  end
  local client = client_or_warning()
  if not client then
    return
  end
  if query == '' then
    return warn('what should be searched? :Ramify search {words}, or a selection')
  end
  ask(client, 'ramify/search', { query = query, limit = 50 }, call.bang, function(answer)
    return present.search(answer, query)
  end)
end

-- A question about the whole workspace.
local function about_all(method, limit, page_of)
  return function(call, certainty)
    local client = client_or_warning()
    if client then
      ask(client, method, { limit = limit, minCertainty = certainty }, call.bang, page_of)
    end
  end
end

local function changes(call, range)
  local client = client_or_warning()
  if not client then
    return
  end
  if range and not range:find('..', 1, true) then
    range = range .. '..' -- what differs from it
  end
  local asked = range and { kind = 'range', base = range } or { kind = 'worktree' }
  ask(client, 'ramify/impact', { changes = asked }, call.bang, function(answer)
    return present.changes(answer, range or 'uncommitted changes')
  end)
end

local function copy(tests)
  if tests.text ~= '' then
    vim.fn.setreg('"', tests.text)
    if vim.fn.has('clipboard') == 1 then
      vim.fn.setreg('+', tests.text)
    end
  end
  vim.notify('Ramify: ' .. tests.told)
end

local function copy_tests()
  local client = last_impact and vim.lsp.get_client_by_id(last_impact.client_id)
  if not client then
    return warn('ask :Ramify impact or :Ramify changes first; :Ramify tests copies the tests of its answer')
  end
  local params = vim.tbl_extend('force', last_impact.params, { limit = 10000 })
  client_of.request(client, 'ramify/impact', params, function(problem, answer)
    if problem then
      return warn(problem.message)
    end
    copy(present.tests(answer))
  end)
end

local function status()
  local client = client_or_warning()
  if not client then
    return
  end
  client_of.request(client, 'ramify/status', vim.empty_dict(), function(problem, answer)
    if problem then
      return warn(problem.message)
    end
    vim.notify(table.concat(present.status(answer), '\n'))
  end)
end

local function stop_all(force)
  for _, client in ipairs(vim.lsp.get_clients({ name = 'ramify' })) do
    client_of.stop(client, force)
  end
  return vim.wait(3000, function()
    return #vim.lsp.get_clients({ name = 'ramify' }) == 0
  end, 20)
end

local function restart()
  local buffers = {}
  for _, client in ipairs(vim.lsp.get_clients({ name = 'ramify' })) do
    vim.list_extend(buffers, vim.tbl_keys(client.attached_buffers))
  end
  if #buffers == 0 then
    buffers = { vim.api.nvim_get_current_buf() }
  end
  if not stop_all(false) then
    stop_all(true)
  end
  for _, buffer in ipairs(buffers) do
    require('ramify').start(buffer)
  end
end

local function log()
  vim.cmd.tabedit(vim.fn.fnameescape(require('vim.lsp.log').get_filename()))
end

local certainties = { 'exact', 'inferred', 'possible' }

local subcommands = {
  related = { run = related },
  impact = { run = about_symbol('ramify/impact', present.impact), arguments = certainties },
  callers = { run = about_symbol('ramify/callers', present.callers), arguments = certainties },
  callees = { run = about_symbol('ramify/callees', present.callees), arguments = certainties },
  removable = { run = about_symbol('ramify/removable', overviews.removable) },
  search = { run = search },
  changes = { run = changes },
  tests = { run = copy_tests },
  unreachable = {
    run = about_all('ramify/unreachable', 500, overviews.unreachable),
    arguments = certainties,
  },
  cycles = { run = about_all('ramify/cycles', 50, overviews.cycles) },
  hotspots = { run = about_all('ramify/hotspots', 50, overviews.hotspots) },
  status = { run = status },
  restart = { run = restart },
  log = { run = log },
}

---@param call vim.api.keyset.create_user_command.command_args
function M.run(call)
  if #call.fargs == 0 then
    return warn('what should be asked? :Ramify ' .. table.concat(M.complete('', 'Ramify'), ', '))
  end
  local subcommand = subcommands[call.fargs[1]]
  if not subcommand then
    return warn(('there is no ":Ramify %s"; see :help :Ramify'):format(call.fargs[1]))
  end
  local argument = call.fargs[2]
  if argument and subcommand.arguments and not vim.tbl_contains(subcommand.arguments, argument) then
    return warn(('"%s" is not one of %s'):format(argument, table.concat(subcommand.arguments, ', ')))
  end
  subcommand.run(call, unpack(call.fargs, 2))
end

---@return string[]
function M.complete(lead, line)
  local words = vim.split(vim.trim(line), '%s+')
  local named = #words > 2 or (#words == 2 and lead == '')
  local choices = named and (subcommands[words[2]] or {}).arguments or vim.tbl_keys(subcommands)
  if named and #words > (lead == '' and 2 or 3) then
    choices = {}
  end
  local matching = vim.tbl_filter(function(choice)
    return vim.startswith(choice, lead)
  end, choices or {})
  table.sort(matching)
  return matching
end

return M
