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

local function name_of(target)
  return given(target) and target.name or 'nothing'
end

local function definition(item)
  return { uri = item.uri, range = item.selectionRange }
end

local function entry(item, location, ...)
  local certainty = given(item.certainty) and '[' .. item.certainty .. ']' or nil
  return { location = location, text = join(certainty, item.name, ...) }
end

-- The names between the target and the item, which are at its ends.
local function way(item)
  if not given(item.path) or #item.path < 3 then
    return nil
  end
  local between = {}
  for i = 2, #item.path - 1 do
    table.insert(between, item.path[i].name)
  end
  return 'via ' .. table.concat(between, ', ')
end

local function steps(distance)
  return distance == 1 and '1 step' or distance .. ' steps'
end

local function unresolved_note(unresolved)
  return unresolved.count > 0 and unresolved.count .. ' unresolved' or nil
end

local function cut_note(answer, shown)
  return given(answer.total) and answer.total > shown and ('%d of %d'):format(shown, answer.total) or nil
end

local function incomplete_note(status)
  if status.complete then
    return nil
  end
  return ('incomplete: %d of %d files indexed'):format(status.indexedFiles, status.totalFiles)
end

local function search_note(status)
  local search = status.search
  return given(search) and not search.complete and ('search incomplete: %d to read'):format(search.pendingChunks) or nil
end

local function page(what, entries, status, ...)
  local notes = {}
  for i = 1, select('#', ...) do
    local note = select(i, ...)
    if note then
      table.insert(notes, note)
    end
  end
  table.insert(notes, incomplete_note(status))
  local title = 'Ramify: ' .. what
  if #notes > 0 then
    title = title .. ' (' .. table.concat(notes, '; ') .. ')'
  end
  return { title = title, entries = entries, empty = status.complete and 'nothing found' or 'nothing found so far' }
end

---@return ramify.Page
function M.related(answer)
  local entries = {}
  for _, hit in ipairs(answer.ranked) do
    table.insert(entries, entry(hit, definition(hit), given(hit.reasons) and table.concat(hit.reasons, ', ') or nil))
  end
  for _, group in ipairs(answer.groups) do
    for _, item in ipairs(group.items) do
      table.insert(entries, entry(item, definition(item), '<- ' .. group.relation))
    end
  end
  return page('related to ' .. name_of(answer.target), entries, answer.status)
end

---@return ramify.Page
function M.impact(answer)
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
  local what = 'impact of ' .. (#targets > 0 and table.concat(targets, ', ') or 'nothing')
  local cut = cut_note(answer, #answer.affected)
  return page(what, entries, answer.status, cut, unresolved_note(answer.unresolved))
end

---@param query string
---@return ramify.Page
function M.search(answer, query)
  local entries = {}
  for _, hit in ipairs(answer.hits) do
    local reasons = given(hit.reasons) and table.concat(hit.reasons, ', ') or nil
    table.insert(entries, entry(hit, definition(hit), given(hit.container) and 'in ' .. hit.container or nil, reasons))
  end
  return page('search ' .. query, entries, answer.status, cut_note(answer, #entries), search_note(answer.status))
end

local function calls(what, answer, places)
  local entries = {}
  for _, item in ipairs(answer.items) do
    for _, place in ipairs(places(item)) do
      table.insert(entries, entry(item, place, item.isTest and 'test' or nil))
    end
  end
  local possible = answer.possible.count > 0 and answer.possible.count .. ' possible by name alone' or nil
  local title = what .. ' of ' .. name_of(answer.target)
  return page(title, entries, answer.status, possible, unresolved_note(answer.unresolved))
end

-- A caller leads to each of its calls.
---@return ramify.Page
function M.callers(answer)
  return calls('callers', answer, function(item)
    return #item.sites > 0 and item.sites or { definition(item) }
  end)
end

-- A callee leads to its definition.
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
