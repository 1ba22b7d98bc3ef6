-- From answers to what a person reads: a title and entries with a place and a text.
-- Pure: it knows neither buffers nor connections. Whatever an answer leaves open (an index that is
-- still filling, calls that could not be resolved, a list that was cut) goes into the title.
local M = {}

---@class ramify.Entry
---@field location? { uri: string, range: table } the place to go to; nil for a line that says something
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

-- `1 place`, `2 places`
local function counted(number, noun)
  return ('%d %s%s'):format(number, noun, number == 1 and '' or 's')
end

-- What is unknown is counted, so that it never looks like nothing.
local function not_counted(what, possible, unresolved)
  possible = given(possible) and possible.count or 0
  if possible == 0 and unresolved.count == 0 then
    return nil
  end
  return ('not counted: %s by name only, %d unresolved'):format(counted(possible, what), unresolved.count)
end

local function dependents_not_counted(answer)
  local possible = given(answer.possible) and answer.possible.count or 0
  local places = answer.unresolved.count
  if possible == 0 and places == 0 then
    return nil
  end
  return ('not counted: %s that may reach it, too, and %s by name only'):format(
    counted(places, 'place'),
    counted(possible, 'dependent')
  )
end

local function list(values)
  return given(values) and values or {}
end

-- `a, b and 3 more`
local function few(names)
  local shown = table.concat(vim.list_slice(names, 1, 8), ', ')
  return #names > 8 and ('%s and %d more'):format(shown, #names - 8) or shown
end

local function bare(words)
  return (words:gsub('%.$', ''))
end

local function cut_note(total, shown, what)
  return given(total) and total > shown and ('%d of %d%s'):format(shown, total, what or '') or nil
end

local function incomplete_note(status)
  if status.complete then
    return given(status.reason) and 'note: ' .. bare(status.reason) or nil
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
    vim.list_extend(said, given(notes[i]) and (type(notes[i]) == 'table' and notes[i] or { notes[i] }) or {})
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

local function not_known(answer)
  return vim.tbl_map(function(note)
    return 'not known: ' .. bare(note)
  end, list(answer.notes))
end

-- Each may be nothing, a text, or several.
local function notes(...)
  return { n = select('#', ...), ... }
end

-- Ranked: each symbol once, with all that relates it.
---@return ramify.Page
local function lines_of(lines)
  if lines[1] == lines[2] then
    return 'line ' .. lines[1]
  end
  return ('lines %d to %d'):format(lines[1], lines[2])
end

-- `lines`: the first and the last that were asked about in place of a symbol.
function M.related(answer, lines)
  if not given(answer.target) then
    return no_symbol(answer.status)
  end
  local entries = {}
  for _, hit in ipairs(answer.ranked) do
    table.insert(entries, entry(hit, definition(hit), why(hit)))
  end
  local cut = cut_note(answer.total, #answer.ranked)
  local of = lines and lines_of(lines) .. ' in ' or ''
  return page('related to ' .. of .. answer.target.name, entries, answer.status, notes(cut, not_known(answer)))
end

-- What each kind of change concerns, with the calls whose arguments certainly do not fit any more.
local function breakage_entries(answer)
  local entries, targets = {}, {}
  for _, each in ipairs(list(answer.breakage)) do
    targets[each.target] = true
  end
  local several = vim.tbl_count(targets) > 1
  if next(targets) then
    table.insert(entries, { text = 'What a change concerns' })
  end
  for _, each in ipairs(list(answer.breakage)) do
    local of = several and 'of ' .. short_name(each.target) or nil
    table.insert(entries, { text = '  ' .. join(each.change, of) .. ': ' .. each.message })
    for _, site in ipairs(list(each.sites)) do
      if given(site.misfit) then
        table.insert(entries, { location = site.site, text = join('[breaks]', short_name(site.sourceName), site.misfit) })
      end
    end
  end
  return entries
end

local function impact_entries(answer)
  local entries = breakage_entries(answer)
  for _, item in ipairs(answer.affected) do
    table.insert(entries, entry(item, definition(item), steps(item.distance), way(item)))
  end
  for _, item in ipairs(list(answer.entryPoints)) do
    table.insert(entries, entry(item, definition(item), 'entry point', item.entry, item.how))
  end
  for _, item in ipairs(answer.tests) do
    table.insert(entries, entry(item, definition(item), 'test', steps(item.distance)))
  end
  for _, item in ipairs(list(answer.untested)) do
    table.insert(entries, entry(item, definition(item), 'no test is known to reach it'))
  end
  for _, example in ipairs(list(answer.unresolved.examples)) do
    table.insert(entries, { location = example.site, text = '[unresolved]  ' .. short_name(example.sourceName) })
  end
  return entries
end

local function impact_notes(answer)
  local said = vim.tbl_map(function(note)
    return 'note: ' .. bare(note)
  end, list(answer.notes))
  return notes(
    cut_note(answer.total, #answer.affected),
    cut_note(answer.testsTotal, #answer.tests, ' tests'),
    cut_note(answer.entryPointsTotal, #list(answer.entryPoints), ' entry points'),
    said,
    dependents_not_counted(answer)
  )
end

---@return ramify.Page
function M.impact(answer)
  if #answer.targets == 0 then
    return no_symbol(answer.status)
  end
  local targets = vim.tbl_map(function(target)
    return target.name
  end, answer.targets)
  local what = 'impact of ' .. table.concat(targets, ', ')
  return page(what, impact_entries(answer), answer.status, impact_notes(answer))
end

-- What a set of changes changes, and what its impact cannot start from.
local function changed_entries(answer)
  local entries, changes = {}, {}
  local changed = answer.changed
  for _, each in ipairs(changed.symbols) do
    changes[each.id] = join(each.change, given(each.before) and 'was ' .. each.before or nil)
  end
  for _, target in ipairs(answer.targets) do
    table.insert(entries, entry(target, definition(target), 'changed', changes[target.id]))
  end
  for _, told in ipairs({
    { changed.removed, 'Gone: %s. Who still names them is unresolved.' },
    { changed.topLevel, 'Changed outside of definitions: %s.' },
    { changed.unread, 'Not in the graph: %s.' },
  }) do
    if #told[1] > 0 then
      table.insert(entries, { text = told[2]:format(few(told[1])) })
    end
  end
  return entries
end

---@param what string "uncommitted changes" or a range of commits
---@return ramify.Page
function M.changes(answer, what)
  local entries = vim.list_extend(changed_entries(answer), impact_entries(answer))
  local made = page('impact of ' .. what, entries, answer.status, impact_notes(answer))
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
    left = left + (#list(test.nodeIds) == 0 and 1 or 0)
    for _, id in ipairs(list(test.nodeIds)) do
      if not seen[id] then
        seen[id] = true
        table.insert(ids, quoted(id))
      end
    end
  end
  local none = answer.status.complete and 'no test is known to reach it' or 'no test is known so far'
  local told = { #ids > 0 and 'copied ' .. counted(#ids, 'test') or none }
  table.insert(told, cut_note(answer.testsTotal, #answer.tests, ' tests'))
  table.insert(told, left > 0 and ('left out: %s that pytest does not collect'):format(counted(left, 'test')) or nil)
  local uncertain = dependents_not_counted(answer)
  table.insert(told, uncertain and 'there may be more tests; ' .. uncertain or nil)
  table.insert(told, incomplete_note(answer.status))
  return { text = table.concat(ids, ' '), told = table.concat(told, '; ') }
end

-- The verdict first, then each place that still refers to it.
---@return ramify.Page
function M.removable(answer)
  if not given(answer.target) then
    return no_symbol(answer.status)
  end
  -- What is not indexed yet may use it: only "used" is certain before the end.
  local open = not answer.status.complete and answer.verdict ~= 'used'
  local verdict = (open and 'Not certain yet. ' or '') .. answer.summary
  local entries = {}
  for _, use in ipairs(answer.uses) do
    local within = given(use.source) and 'in ' .. use.source:match('[^/]*$') or nil
    within = within ~= 'in ' and within or nil
    table.insert(entries, { location = use.site, text = join('[' .. use.certainty .. ']', use.why, within) })
  end
  local said = notes(
    cut_note(answer.total, #answer.uses),
    not_counted('place', answer.possible, answer.unresolved)
  )
  if #entries > 0 then
    table.insert(entries, 1, { text = verdict })
  end
  local made = page(('can %s be removed?'):format(answer.target.name), entries, answer.status, said)
  made.empty = verdict
  return made
end

---@return ramify.Page
function M.unreachable(answer)
  local entries = {}
  for _, item in ipairs(answer.items) do
    table.insert(entries, entry(item, definition(item), item.why))
  end
  local left = answer.possible.count
  local said = notes(
    cut_note(answer.total, #answer.items),
    left > 0 and ('not listed: %d that somebody may run'):format(left) or nil
  )
  local made = page('unreachable code', entries, answer.status, said)
  if answer.status.complete then
    made.empty = 'everything is reached by something, as far as anybody can tell'
  end
  return made
end

local function link_entry(what, link, fact)
  local names = link.source.qualifiedName .. ' imports ' .. link.target.qualifiedName
  return { location = link.sites[1], text = join(what, names, counted(link.uses, 'use'), fact) }
end

local function cycle_entries(cycle)
  local names = vim.tbl_map(function(module)
    return module.qualifiedName
  end, cycle.modules)
  local entries = { { text = join(counted(#names, 'module'), few(names)) } }
  if given(cycle.cut) then
    local frees = cycle.left > 0 and ('leaves %d of them in one'):format(cycle.left) or 'opens the circle'
    table.insert(entries, link_entry('cheapest cut', cycle.cut, frees))
  else
    table.insert(entries, { text = ('No single one of its %d imports opens it.'):format(cycle.imports) })
  end
  for _, link in ipairs(cycle.example) do
    table.insert(entries, link_entry('way round', link))
  end
  return entries
end

---@return ramify.Page
function M.cycles(answer)
  local entries = {}
  for _, cycle in ipairs(answer.cycles) do
    vim.list_extend(entries, cycle_entries(cycle))
  end
  local total = given(answer.total) and answer.total or #answer.cycles
  local many = ('%s in %s of imports'):format(counted(answer.modules, 'module'), counted(total, 'circle'))
  local said = notes(#answer.cycles > 0 and many or nil, cut_note(total, #answer.cycles))
  local made = page('import cycles', entries, answer.status, said)
  if answer.status.complete then
    made.empty = 'no modules import each other while they are loaded'
  end
  return made
end

---@return ramify.Page
function M.hotspots(answer)
  local entries = {}
  for _, spot in ipairs(answer.hotspots) do
    local facts = {
      'complexity ' .. spot.complexity,
      counted(spot.callers, 'caller'),
      counted(spot.callees, 'callee'),
    }
    -- While it is not known how often files changed, no commits are not told as none.
    if spot.commits > 0 or #list(answer.notes) == 0 then
      table.insert(facts, counted(spot.commits, 'commit'))
    end
    table.insert(entries, entry(spot, definition(spot), ('%.2f'):format(spot.score), table.concat(facts, ', ')))
  end
  local said = notes(not_known(answer), cut_note(answer.total, #answer.hotspots))
  local made = page('hotspots', entries, answer.status, said)
  if answer.status.complete then
    made.empty = 'no function has a branch'
  end
  return made
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

-- LSP SymbolKind: Field, Variable
local data = { [8] = 'field', [13] = 'variable' }

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
    not_counted('call site', answer.possible, answer.unresolved)
  )
  local made = page(what .. ' of ' .. answer.target.name, entries, answer.status, said)
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
