# SPDX-License-Identifier: GPL-3.0-or-later
# Prints what docs/results/README.md shows of a section file: title, question and summary table. The file says which:
#   <!-- summary: HEADING -->           the first table under that heading
#   <!-- summary: HEADING | PATTERN --> those of its rows that match the pattern
#   <!-- summary: top -->               the first table before any heading; or lines of six columns of a code block
#   <!-- summary: learners -->          a row per learner: accuracy (mean over the streams), average rank, cost
#   <!-- summary: delays -->            a row per learner: accuracy (mean over the streams) for each delay of the labels
# Figures are copied as they are printed; means are computed from the printed figures.

FNR == 1 { title = substr($0, 3); heading = "top"; next }
/^<!-- summary: .* -->$/ {
  wanted = substr($0, 15, length($0) - 18)
  if (at = index(wanted, " | ")) {
    pattern = substr(wanted, at + 3)
    wanted = substr(wanted, 1, at - 1)
  }
  next
}
question == "" && NF { question = $0; next }
/^```/ { fenced = !fenced; next }
fenced && split($0, unused, /   */) == 6 { line = $0; gsub(/   */, " | ", line); add("| " line " |"); next }
!fenced && /^\|/ { add($0); next }
!fenced && /^#+ / { heading = $0; sub(/^#+ /, "", heading) }
!fenced && count[heading] { closed[heading] = 1 }

END {
  if (wanted == "learners") learners("Accuracy (%)", "Cost")
  else if (wanted == "delays") delays("Late labels: accuracy (%) by label delay (events)")
  else copy(wanted)
  if (shown == 0) fail("no summary")
  name = FILENAME
  sub(/.*\//, "", name)
  printf "\n## [%s](%s)\n\n%s\n\n%s", title, name, question, table
}

function fail(reason) {
  print FILENAME ": " reason > "/dev/stderr"
  failed = 1
  exit 1
}

# A row of the table under the present heading; of several tables only the first counts.
function add(row) {
  if (closed[heading]) return
  rows[heading, ++count[heading]] = row
  if (fenced && count[heading] == 1) rows[heading, ++count[heading]] = "| --- | --- | ---: | ---: | ---: | ---: |"
}

function show(row) { table = table row "\n"; shown++ }

function cells(row, into) {
  sub(/^\| */, "", row)
  sub(/ *\|$/, "", row)
  return split(row, into, / \| /)
}

function plain(cell) { gsub(/\*/, "", cell); return cell }

# A figure, without its deviation or bold type; "" where there is none.
function figure(cell,    parts) {
  split(plain(cell), parts, " ")
  return parts[1] ~ /^-?[0-9]+(\.[0-9]+)?$/ ? parts[1] : ""
}

function mean(sum, n, of) { return n && n == of ? sprintf("%.2f", sum / n) : "–" }

function copy(from,    i) {
  if (count[from] < 3) fail("no table under \"" from "\"")
  show(rows[from, 1])
  show(rows[from, 2])
  for (i = 3; i <= count[from]; i++) if (pattern == "" || rows[from, i] ~ pattern) show(rows[from, i])
  if (shown < 3) fail("no row matches \"" pattern "\"")
}

# The columns of costs that a row per learner shows. The last is there where learners have specialists.
function shows(name) { return name ~ /^(Events per CPU second|Model|Specialists asked)/ }

function learners(scores, costs,    i, j, n, streams, head, row, sum, known, rank, only, \
    width, names, cost, line, rule, none) {
  n = cells(rows[scores, 1], head)
  for (i = 3; i <= count[scores]; i++) {
    cells(rows[scores, i], row)
    if (row[1] == "*average rank*") {
      for (j = 2; j <= n; j++) rank[j] = row[j]
      continue
    }
    streams++
    for (j = 2; j <= n; j++) {
      only[j] = plain(row[j])
      if (figure(row[j]) != "") { sum[j] += figure(row[j]); known[j]++ }
    }
  }
  if (!streams) fail("no table under \"" scores "\"")
  if ((width = cells(rows[costs, 1], names)) < 3) fail("no table under \"" costs "\"")
  for (i = 3; i <= count[costs]; i++) {
    cells(rows[costs, i], row)
    for (j = 2; j <= width; j++) if (shows(names[j])) cost[row[1]] = cost[row[1]] " " row[j] " |"
  }
  for (j = 2; j <= width; j++)
    if (shows(names[j])) { line = line " " names[j] " |"; rule = rule " ---: |"; none = none " – |" }
  show("| Learner | Accuracy (%)" (streams > 1 ? ", mean |" : " |") (n > 2 ? " Average rank |" : "") line)
  show("| --- | ---: |" (n > 2 ? " ---: |" : "") rule)
  for (j = 2; j <= n; j++)
    show("| " head[j] " | " (streams > 1 ? mean(sum[j], known[j], streams) : only[j]) " |" \
      (n > 2 ? " " (j in rank ? rank[j] : "–") " |" : "") (head[j] in cost ? cost[head[j]] : none))
}

function delays(from,    i, j, k, n, head, row, seen, order, total, sum, known, streams, line, rule) {
  n = cells(rows[from, 1], head)
  for (i = 3; i <= count[from]; i++) {
    cells(rows[from, i], row)
    if (!(row[2] in streams)) order[++total] = row[2]
    streams[row[2]]++
    for (j = 3; j <= n; j++)
      if (figure(row[j]) != "") { sum[row[2], j] += figure(row[j]); known[row[2], j]++ }
  }
  if (!total) fail("no table under \"" from "\"")
  line = "| Accuracy (%), mean, at a label delay of |"
  rule = "| --- |"
  for (j = 3; j <= n; j++) { line = line " " head[j] " |"; rule = rule " ---: |" }
  show(line)
  show(rule)
  for (k = 1; k <= total; k++) {
    line = "| " order[k] " |"
    for (j = 3; j <= n; j++) line = line " " mean(sum[order[k], j], known[order[k], j], streams[order[k]]) " |"
    show(line)
  }
}
