-- What may go or should change, as a person reads it: can this be removed, unreachable code, cycles,
-- hotspots. Pure: it knows neither windows nor the connection.
local M = {}

local rows = require('ramify.rows')

-- The verdict first, then each place that still refers to it.
---@return ramify.Page
function M.removable(answer)
  if not rows.given(answer.target) then
    return rows.no_symbol(answer.status)
  end
  -- What is not indexed yet may use it: only "used" is certain before the end.
  local open = not answer.status.complete and answer.verdict ~= 'used'
  local verdict = (open and 'Not certain yet. ' or '') .. answer.summary
  local entries = {}
  for _, use in ipairs(answer.uses) do
    local within = rows.given(use.source) and 'in ' .. use.source:match('[^/]*$') or nil
    within = within ~= 'in ' and within or nil
    table.insert(entries, { location = use.site, text = rows.join('[' .. use.certainty .. ']', use.why, within) })
  end
  local said = rows.notes(
    rows.cut_note(answer.total, #answer.uses),
    rows.not_counted('place', answer.possible, answer.unresolved)
  )
  if #entries > 0 then
    table.insert(entries, 1, { text = verdict })
  end
  local made = rows.page(('can %s be removed?'):format(answer.target.name), entries, answer.status, said)
  made.empty = verdict
  return made
end

---@return ramify.Page
function M.unreachable(answer)
  local entries = {}
  for _, item in ipairs(answer.items) do
    table.insert(entries, rows.entry(item, rows.definition(item), item.why))
  end
  local left = answer.possible.count
  local said = rows.notes(
    rows.cut_note(answer.total, #answer.items),
    left > 0 and ('not listed: %d that somebody may run'):format(left) or nil
  )
  local made = rows.page('unreachable code', entries, answer.status, said)
  if answer.status.complete then
    made.empty = 'everything is reached by something, as far as anybody can tell'
  end
  return made
end

local function link_entry(what, link, fact)
  local names = link.source.qualifiedName .. ' imports ' .. link.target.qualifiedName
  return { location = link.sites[1], text = rows.join(what, names, rows.counted(link.uses, 'use'), fact) }
end

local function cycle_entries(cycle)
  local names = vim.tbl_map(function(module)
    return module.qualifiedName
  end, cycle.modules)
  local entries = { { text = rows.join(rows.counted(#names, 'module'), rows.few(names)) } }
  if rows.given(cycle.cut) then
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
  local total = rows.given(answer.total) and answer.total or #answer.cycles
  local many = ('%s in %s of imports'):format(rows.counted(answer.modules, 'module'), rows.counted(total, 'circle'))
  local said = rows.notes(#answer.cycles > 0 and many or nil, rows.cut_note(total, #answer.cycles))
  local made = rows.page('import cycles', entries, answer.status, said)
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
      rows.counted(spot.callers, 'caller'),
      rows.counted(spot.callees, 'callee'),
    }
    -- While it is not known how often files changed, no commits are not told as none.
    if spot.commits > 0 or #rows.list(answer.notes) == 0 then
      table.insert(facts, rows.counted(spot.commits, 'commit'))
    end
    table.insert(entries, rows.entry(spot, rows.definition(spot), ('%.2f'):format(spot.score), table.concat(facts, ', ')))
  end
  local said = rows.notes(rows.not_known(answer), rows.cut_note(answer.total, #answer.hotspots))
  local made = rows.page('hotspots', entries, answer.status, said)
  if answer.status.complete then
    made.empty = 'no function has a branch'
  end
  return made
end

return M
