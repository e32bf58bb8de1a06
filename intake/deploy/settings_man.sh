#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# settings_man - pipeline.conf(5): its text, and at @SETTINGS@ what
# `sealdesk config --markdown` prints, as mdoc
#   settings_man.sh SEALDESK PAGE.in OUT
set -eu
"$1" config --markdown | awk -v page="$2" '
  function plain(s) {
    gsub(/^ +| +$/, "", s); gsub(/`/, "", s); gsub(/\\/, "\\e", s)
    return s
  }
  # Words in lines of 72 bytes; none begins as a request does.
  function filled(s,  n, word, i, line, all) {
    n = split(s, word, " ")
    for (i = 1; i <= n; i++) {
      if (line != "" && length(line) + length(word[i]) > 72) {
        all = all line "\n"
        line = ""
      }
      if (line == "" && word[i] ~ /^[.\047]/) word[i] = "\\\\&" word[i]
      line = line (line == "" ? "" : " ") word[i]
    }
    return all line
  }
  # Each sentence on a line of its own, the last one with its full stop.
  function sentences(s,  n, part, i, all) {
    sub(/[.]$/, "", s)
    n = split(s, part, /[.] /)
    for (i = 1; i <= n; i++) all = all filled(part[i]) ".\n"
    return all
  }
  /^## / {
    text = text (open ? ".El\n" : "") ".Ss " substr($0, 4) \
      "\n.Bl -tag -width Ds\n"
    open = 1
  }
  /^\| `/ {
    gsub(/\\\|/, "\001")
    n = split($0, cell, "|")
    for (i = 1; i <= n; i++) gsub(/\001/, "|", cell[i])
    split(cell[5], says, "<br>")
    text = text ".It Va " plain(cell[2]) "\n" sentences(plain(says[1])) \
      ".br\n" (says[2] ? plain(says[2]) "\n.br\n" : "") \
      "Allowed: " plain(cell[3]) ".\nDefault: " plain(cell[4]) ".\n"
  }
  END {
    if (open) text = text ".El"
    while ((getline line < page) > 0) print line == "@SETTINGS@" ? text : line
  }' >"$3.new"
mv "$3.new" "$3"
