-- What every list has: entries with their places and certainty, titles, and notes of what is not known.
-- Pure: tables in, tables out; it knows neither windows nor the connection.
local M = {}

---@class ramify.Entry
---@field location? { uri: string, range: table } the place to go to; nil for a line that says something
---@field text string

---@class ramify.Page
---@field title string
---@field entries ramify.Entry[]
---@field empty string what to say when there are no entries: "none" and "not yet" are different

function M.given(value)
  return value ~= nil and value ~= vim.NIL and value ~= ''
end

function M.join(...)
  local parts = {}
  for i = 1, select('#', ...) do
    local part = select(i, ...)
    if M.given(part) then
      table.insert(parts, part)
    end
  end
  return table.concat(parts, '  ')
end

-- LSP SymbolKind: Method, Property, Field
local members_of_classes = { [6] = true, [7] = true, [8] = true }

-- `Flask.run` for a member of a class; other names stand for themselves.
local function member_name(item)
  if not members_of_classes[item.kind] or not M.given(item.container) then
    return item.name
  end
  return item.container:match('[^.]+$') .. '.' .. item.name
end

-- The last two parts of a qualified name.
function M.short_name(qualified)
  local plain = qualified:gsub('<locals>%.', '')
  return plain:match('[^.]+%.[^.]+$') or plain
end

function M.definition(item)
  return { uri = item.uri, range = item.selectionRange }
end

function M.entry(item, location, ...)
  local certainty = M.given(item.certainty) and '[' .. item.certainty .. ']' or nil
  return { location = location, text = M.join(certainty, member_name(item), ...) }
end

function M.why(hit)
  return M.given(hit.reasons) and table.concat(hit.reasons, ', ') or nil
end

-- The names on the path between the target and the item, which is the last step of its own path.
function M.way(item)
  if not M.given(item.path) or #item.path < 2 then
    return nil
  end
  local between = {}
  for i = 1, #item.path - 1 do
    table.insert(between, M.short_name(item.path[i].name))
  end
  return 'via ' .. table.concat(between, ', ')
end

function M.steps(distance)
  return distance == 1 and '1 step' or distance .. ' steps'
end

-- `1 place`, `2 places`
function M.counted(number, noun)
  return ('%d %s%s'):format(number, noun, number == 1 and '' or 's')
end

-- What is unknown is counted, so that it never looks like nothing.
function M.not_counted(what, possible, unresolved)
  possible = M.given(possible) and possible.count or 0
  if possible == 0 and unresolved.count == 0 then
    return nil
  end
  return ('not counted: %s by name only, %d unresolved'):format(M.counted(possible, what), unresolved.count)
end

function M.dependents_not_counted(answer)
  local possible = M.given(answer.possible) and answer.possible.count or 0
  local places = answer.unresolved.count
  local parts = {}
  if places > 0 then
    table.insert(parts, M.counted(places, 'place') .. ' that may reach it, too')
  end
  if possible > 0 then
    table.insert(parts, M.counted(possible, 'dependent') .. ' by name only')
  end
  return parts[1] and 'not counted: ' .. table.concat(parts, ', and ')
end

function M.list(values)
  return M.given(values) and values or {}
end

-- `a, b and 3 more`
function M.few(names)
  local shown = table.concat(vim.list_slice(names, 1, 8), ', ')
  return #names > 8 and ('%s and %d more'):format(shown, #names - 8) or shown
end

function M.bare(words)
  return (words:gsub('%.$', ''))
end

function M.cut_note(total, shown, what)
  return M.given(total) and total > shown and ('%d of %d%s'):format(shown, total, what or '') or nil
end

function M.incomplete_note(status)
  if status.complete then
    return M.given(status.reason) and 'note: ' .. M.bare(status.reason) or nil
  end
  return ('incomplete: %d of %d files indexed'):format(status.indexedFiles, status.totalFiles)
end

function M.search_note(status)
  local search = status.search
  if not M.given(search) or search.complete then
    return nil
  end
  if search.pendingChunks == 0 then
    return 'search incomplete'
  end
  return ('search incomplete: %d to read'):format(search.pendingChunks)
end

function M.page(what, entries, status, notes)
  local said = {}
  for i = 1, notes.n do
    vim.list_extend(said, M.given(notes[i]) and (type(notes[i]) == 'table' and notes[i] or { notes[i] }) or {})
  end
  table.insert(said, M.incomplete_note(status))
  local title = 'Ramify: ' .. what
  if #said > 0 then
    title = title .. ' (' .. table.concat(said, '; ') .. ')'
  end
  local empty = status.complete and 'nothing found' or 'nothing found so far'
  return { title = title, entries = entries, empty = empty }
end

function M.no_symbol(status)
  local answer = M.page('no symbol here', {}, status, { n = 0 })
  answer.empty = 'put the cursor on a name'
  return answer
end

function M.not_known(answer)
  return vim.tbl_map(function(note)
    return 'not known: ' .. M.bare(note)
  end, M.list(answer.notes))
end

-- Each may be nothing, a text, or several.
function M.notes(...)
  return { n = select('#', ...), ... }
end

return M
