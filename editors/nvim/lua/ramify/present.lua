-- From answers to what a person reads: a title and entries with a place and a text.
-- Pure: it knows neither buffers nor connections. Whatever an answer leaves open (an index that is
-- still filling, calls that could not be resolved, a list that was cut) goes into the title.
local M = {}

local rows = require('ramify.rows')

local function lines_of(lines)
  if lines[1] == lines[2] then
    return 'line ' .. lines[1]
  end
  return ('lines %d to %d'):format(lines[1], lines[2])
end

-- Ranked: each symbol once, with all that relates it.
-- `lines`: the first and the last that were asked about in place of a symbol.
---@return ramify.Page
function M.related(answer, lines)
  if not rows.given(answer.target) then
    return rows.no_symbol(answer.status)
  end
  local entries = {}
  for _, hit in ipairs(answer.ranked) do
    table.insert(entries, rows.entry(hit, rows.definition(hit), rows.why(hit)))
  end
  local cut = rows.cut_note(answer.total, #answer.ranked)
  local of = lines and lines_of(lines) .. ' in ' or ''
  local said = rows.notes(cut, rows.not_known(answer))
  return rows.page('related to ' .. of .. answer.target.name, entries, answer.status, said)
end

-- What each kind of change concerns, with the calls whose arguments certainly do not fit any more.
local function breakage_entries(answer)
  local entries, targets = {}, {}
  for _, each in ipairs(rows.list(answer.breakage)) do
    targets[each.target] = true
  end
  local several = vim.tbl_count(targets) > 1
  if next(targets) then
    table.insert(entries, { text = 'What a change concerns' })
  end
  for _, each in ipairs(rows.list(answer.breakage)) do
    local of = several and 'of ' .. rows.short_name(each.target) or nil
    table.insert(entries, { text = '  ' .. rows.join(each.change, of) .. ': ' .. each.message })
    for _, site in ipairs(rows.list(each.sites)) do
      if rows.given(site.misfit) then
        local text = rows.join('[breaks]', rows.short_name(site.sourceName), site.misfit)
        table.insert(entries, { location = site.site, text = text })
      end
    end
  end
  return entries
end

local function impact_entries(answer)
  local entries = breakage_entries(answer)
  for _, item in ipairs(answer.affected) do
    table.insert(entries, rows.entry(item, rows.definition(item), rows.steps(item.distance), rows.way(item)))
  end
  for _, item in ipairs(rows.list(answer.entryPoints)) do
    table.insert(entries, rows.entry(item, rows.definition(item), 'entry point', item.entry, item.how))
  end
  for _, item in ipairs(answer.tests) do
    table.insert(entries, rows.entry(item, rows.definition(item), 'test', rows.steps(item.distance)))
  end
  for _, item in ipairs(rows.list(answer.untested)) do
    table.insert(entries, rows.entry(item, rows.definition(item), 'no test is known to reach it'))
  end
  for _, example in ipairs(rows.list(answer.unresolved.examples)) do
    table.insert(entries, { location = example.site, text = '[unresolved]  ' .. rows.short_name(example.sourceName) })
  end
  return entries
end

local function impact_notes(answer)
  local said = vim.tbl_map(function(note)
    return 'note: ' .. rows.bare(note)
  end, rows.list(answer.notes))
  return rows.notes(
    rows.cut_note(answer.total, #answer.affected),
    rows.cut_note(answer.testsTotal, #answer.tests, ' tests'),
    rows.cut_note(answer.entryPointsTotal, #rows.list(answer.entryPoints), ' entry points'),
    said,
    rows.dependents_not_counted(answer)
  )
end

---@return ramify.Page
function M.impact(answer)
  if #answer.targets == 0 then
    return rows.no_symbol(answer.status)
  end
  local targets = vim.tbl_map(function(target)
    return target.name
  end, answer.targets)
  local what = 'impact of ' .. table.concat(targets, ', ')
  return rows.page(what, impact_entries(answer), answer.status, impact_notes(answer))
end

-- What a set of changes changes, and what its impact cannot start from.
local function changed_entries(answer)
  local entries, changes = {}, {}
  local changed = answer.changed
  for _, each in ipairs(changed.symbols) do
    changes[each.id] = rows.join(each.change, rows.given(each.before) and 'was ' .. each.before or nil)
  end
  for _, target in ipairs(answer.targets) do
    table.insert(entries, rows.entry(target, rows.definition(target), 'changed', changes[target.id]))
  end
  for _, told in ipairs({
    { changed.removed, 'Gone: %s. Who still names them will not find them.' },
    { changed.topLevel, 'Changed outside of definitions: %s.' },
    { changed.unread, 'Not in the graph: %s.' },
  }) do
    if #told[1] > 0 then
      table.insert(entries, { text = told[2]:format(rows.few(told[1])) })
    end
  end
  return entries
end

---@param what string "uncommitted changes" or a range of commits
---@return ramify.Page
function M.changes(answer, what)
  local entries = vim.list_extend(changed_entries(answer), impact_entries(answer))
  local made = rows.page('impact of ' .. what, entries, answer.status, impact_notes(answer))
  if #answer.changed.symbols == 0 then
    made.empty = answer.status.complete and 'no definition changed' or 'no definition changed so far'
  end
  return made
end

local function quoted(id)
  return id:find('^[%w_./:=,@%%+-]+$') and id or "'" .. id:gsub("'", "'\\''") .. "'"
end

-- The tests as one line for a shell, and what whoever runs these alone must know.
---@return { text: string, told: string }
function M.tests(answer)
  local ids, seen, left = {}, {}, 0
  for _, test in ipairs(answer.tests) do
    left = left + (#rows.list(test.nodeIds) == 0 and 1 or 0)
    for _, id in ipairs(rows.list(test.nodeIds)) do
      if not seen[id] then
        seen[id] = true
        table.insert(ids, quoted(id))
      end
    end
  end
  local none = answer.status.complete and 'no test is known to reach it' or 'no test is known so far'
  local told = { #ids > 0 and 'copied ' .. rows.counted(#ids, 'test') or none }
  table.insert(told, rows.cut_note(answer.testsTotal, #answer.tests, ' tests'))
  table.insert(told, left > 0 and ('left out: %s that pytest does not collect'):format(rows.counted(left, 'test')) or nil)
  local uncertain = rows.dependents_not_counted(answer)
  table.insert(told, uncertain and 'there may be more tests; ' .. uncertain or nil)
  table.insert(told, rows.incomplete_note(answer.status))
  return { text = table.concat(ids, ' '), told = table.concat(told, '; ') }
end

---@param query string
---@return ramify.Page
function M.search(answer, query)
  local entries = {}
  for _, hit in ipairs(answer.hits) do
    local home = rows.given(hit.container) and 'in ' .. hit.container or nil
    table.insert(entries, rows.entry(hit, rows.definition(hit), home, rows.why(hit)))
  end
  local unread = rows.search_note(answer.status)
  local said = rows.notes(rows.cut_note(answer.total, #entries), answer.note, unread)
  local made = rows.page('search ' .. query, entries, answer.status, said)
  made.empty = unread and 'nothing found so far' or made.empty
  return made
end

-- LSP SymbolKind: Field, Variable
local data = { [8] = 'field', [13] = 'variable' }

local function calls(what, answer, places)
  if not rows.given(answer.target) then
    return rows.no_symbol(answer.status)
  end
  local entries = {}
  for _, item in ipairs(answer.items) do
    for _, place in ipairs(places(item)) do
      table.insert(entries, rows.entry(item, place, item.isTest and 'test' or nil))
    end
  end
  for _, outside in ipairs(rows.given(answer.external) and answer.external or {}) do
    local named = { name = outside.id, certainty = outside.certainty }
    for _, site in ipairs(outside.sites) do
      table.insert(entries, rows.entry(named, site, 'outside the workspace'))
    end
  end
  local said = rows.notes(
    rows.cut_note(answer.total, #answer.items),
    rows.not_counted('call site', answer.possible, answer.unresolved)
  )
  local made = rows.page(what .. ' of ' .. answer.target.name, entries, answer.status, said)
  local kind = data[answer.target.kind]
  local none = ('no %s known'):format(what)
  made.empty = kind and ('a %s is read and written, not called: see :Ramify impact'):format(kind)
    or (answer.status.complete and none or none .. ' so far')
  return made
end

-- A caller leads to each of its calls.
---@return ramify.Page
function M.callers(answer)
  return calls('callers', answer, function(item)
    return #item.sites > 0 and item.sites or { rows.definition(item) }
  end)
end

-- A callee leads to its definition; one outside the workspace to the call.
---@return ramify.Page
function M.callees(answer)
  return calls('callees', answer, function(item)
    return { rows.definition(item) }
  end)
end

-- The status as lines for the message area.
---@return string[]
function M.status(answer)
  local status = answer.status
  local search = rows.search_note(status)
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
