-- From answers to what a person reads: a title and entries with a place and a text.
-- Pure: it knows neither buffers nor connections. Whatever an answer leaves open (an index that is
-- still filling, calls that could not be resolved, a list that was cut) goes into the title.
local M = {}

---@class ramify.Entry
---@field location { uri: string, range: table } the place to go to
---@field text string

---@class ramify.Page
---@field title string
---@field entries ramify.Entry[]
---@field empty string what to say when there are no entries: "none" and "not yet" are different

local function given(value)
  return value ~= nil and value ~= vim.NIL and value ~= ''
end

local function join(...)
  local parts = {}
  for i = 1, select('#', ...) do
    local part = select(i, ...)
    if given(part) then
      table.insert(parts, part)
    end
  end
  return table.concat(parts, '  ')
end

-- LSP SymbolKind: Method, Property, Field
local members_of_classes = { [6] = true, [7] = true, [8] = true }

-- `Flask.run` for a member of a class; other names stand for themselves.
local function member_name(item)
  if not members_of_classes[item.kind] or not given(item.container) then
    return item.name
  end
  return item.container:match('[^.]+$') .. '.' .. item.name
end

-- The last two parts of a qualified name.
local function short_name(qualified)
  local plain = qualified:gsub('<locals>%.', '')
  return plain:match('[^.]+%.[^.]+$') or plain
end

local function definition(item)
  return { uri = item.uri, range = item.selectionRange }
end

local function entry(item, location, ...)
  local certainty = given(item.certainty) and '[' .. item.certainty .. ']' or nil
  return { location = location, text = join(certainty, member_name(item), ...) }
end

local function why(hit)
  return given(hit.reasons) and table.concat(hit.reasons, ', ') or nil
end

-- The names on the path between the target and the item, which is the last step of its own path.
local function way(item)
  if not given(item.path) or #item.path < 2 then
    return nil
  end
  local between = {}
  for i = 1, #item.path - 1 do
    table.insert(between, short_name(item.path[i].name))
  end
  return 'via ' .. table.concat(between, ', ')
end

local function steps(distance)
  return distance == 1 and '1 step' or distance .. ' steps'
end

local function unresolved_note(unresolved)
  return unresolved.count > 0 and unresolved.count .. ' unresolved' or nil
end

local function possible_note(possible)
  return given(possible) and possible.count > 0 and possible.count .. ' possible by name alone' or nil
end

local function cut_note(total, shown, what)
  return given(total) and total > shown and ('%d of %d%s'):format(shown, total, what or '') or nil
end

local function incomplete_note(status)
  if status.complete then
    return nil
  end
  return ('incomplete: %d of %d files indexed'):format(status.indexedFiles, status.totalFiles)
end

local function search_note(status)
  local search = status.search
  if not given(search) or search.complete then
    return nil
  end
  if search.pendingChunks == 0 then
    return 'search incomplete'
  end
  return ('search incomplete: %d to read'):format(search.pendingChunks)
end

local function page(what, entries, status, notes)
  local said = {}
  for i = 1, notes.n do
    if given(notes[i]) then
      table.insert(said, notes[i])
    end
  end
  table.insert(said, incomplete_note(status))
  local title = 'Ramify: ' .. what
  if #said > 0 then
    title = title .. ' (' .. table.concat(said, '; ') .. ')'
  end
  local empty = status.complete and 'nothing found' or 'nothing found so far'
  return { title = title, entries = entries, empty = empty }
end

local function no_symbol(status)
  local answer = page('no symbol here', {}, status, { n = 0 })
  answer.empty = 'put the cursor on a name'
  return answer
end

local function notes(...)
  return { n = select('#', ...), ... }
end

-- Ranked: each symbol once, with all that relates it.
---@return ramify.Page
function M.related(answer)
  if not given(answer.target) then
    return no_symbol(answer.status)
  end
  local entries = {}
  for _, hit in ipairs(answer.ranked) do
    table.insert(entries, entry(hit, definition(hit), why(hit)))
  end
  local cut = cut_note(answer.total, #answer.ranked)
  return page('related to ' .. answer.target.name, entries, answer.status, notes(cut))
end

---@return ramify.Page
function M.impact(answer)
  if #answer.targets == 0 then
    return no_symbol(answer.status)
  end
  local entries, targets = {}, {}
  for _, target in ipairs(answer.targets) do
    table.insert(targets, target.name)
  end
  for _, item in ipairs(answer.affected) do
    table.insert(entries, entry(item, definition(item), steps(item.distance), way(item)))
  end
  for _, item in ipairs(answer.tests) do
    table.insert(entries, entry(item, definition(item), 'test', steps(item.distance)))
  end
  for _, example in ipairs(given(answer.unresolved.examples) and answer.unresolved.examples or {}) do
    table.insert(entries, { location = example.site, text = '[unresolved]  ' .. short_name(example.sourceName) })
  end
  local said = notes(
    cut_note(answer.total, #answer.affected),
    cut_note(answer.testsTotal, #answer.tests, ' tests'),
    possible_note(answer.possible),
    unresolved_note(answer.unresolved)
  )
  return page('impact of ' .. table.concat(targets, ', '), entries, answer.status, said)
end

---@param query string
---@return ramify.Page
function M.search(answer, query)
  local entries = {}
  for _, hit in ipairs(answer.hits) do
    local home = given(hit.container) and 'in ' .. hit.container or nil
    table.insert(entries, entry(hit, definition(hit), home, why(hit)))
  end
  local unread = search_note(answer.status)
  local said = notes(cut_note(answer.total, #entries), answer.note, unread)
  local made = page('search ' .. query, entries, answer.status, said)
  made.empty = unread and 'nothing found so far' or made.empty
  return made
end

local function calls(what, answer, places)
  if not given(answer.target) then
    return no_symbol(answer.status)
  end
  local entries = {}
  for _, item in ipairs(answer.items) do
    for _, place in ipairs(places(item)) do
      table.insert(entries, entry(item, place, item.isTest and 'test' or nil))
    end
  end
  for _, outside in ipairs(given(answer.external) and answer.external or {}) do
    local named = { name = outside.id, certainty = outside.certainty }
    for _, site in ipairs(outside.sites) do
      table.insert(entries, entry(named, site, 'outside the workspace'))
    end
  end
  local said = notes(
    cut_note(answer.total, #answer.items),
    possible_note(answer.possible),
    unresolved_note(answer.unresolved)
  )
  return page(what .. ' of ' .. answer.target.name, entries, answer.status, said)
end

-- A caller leads to each of its calls.
---@return ramify.Page
function M.callers(answer)
  return calls('callers', answer, function(item)
    return #item.sites > 0 and item.sites or { definition(item) }
  end)
end

-- A callee leads to its definition; one outside the workspace to the call.
---@return ramify.Page
function M.callees(answer)
  return calls('callees', answer, function(item)
    return { definition(item) }
  end)
end

-- The status as lines for the message area.
---@return string[]
function M.status(answer)
  local status = answer.status
  local search = search_note(status)
  return {
    ('Ramify: %d of %d files indexed, %d pending, revision %d'):format(
      status.indexedFiles,
      status.totalFiles,
      status.pendingFiles,
      status.revision
    ),
    search or (status.complete and 'complete' or 'not complete yet'),
  }
end

return M
