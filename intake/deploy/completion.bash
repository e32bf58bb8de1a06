# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for sealdesk; commands and options are asked of the program, so
# that they are always its own.

_sealdesk_commands() {
  sealdesk --help 2>/dev/null |
    sed -n '/^Commands:/,/^Options:/s/^  \([a-z][a-z]*\)\( .*\)\{0,1\}$/\1/p'
}

# The words that may follow an option: "json|text|html", or a list of slots.
_sealdesk_values() {
  sealdesk "$1" --help 2>/dev/null | awk -v option="$2" '
    $1 == option && $2 ~ /\|/ { gsub(/\|/, " ", $2); print $2; exit }
    $1 == option && $2 == "SLOT" {
      getline; sub(/^[^:]*: */, ""); gsub(/,/, ""); print; exit }'
}

_sealdesk() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]} values
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_sealdesk_commands) --help --version" -- "$word")
    return
  fi
  case $before in
  --*) values=$(_sealdesk_values "$command" "$before") ;;
  esac
  if [ -n "$values" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$word")
  elif [ "${word#-}" != "$word" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$(sealdesk "$command" --help 2>/dev/null |
      sed -n 's/^  \(--[a-z-]*\).*/\1/p')" -- "$word")
  elif [ "$command" = store ] && [ "$COMP_CWORD" -eq 2 ]; then
    mapfile -t COMPREPLY < <(compgen -W 'verify backup restore erase migrate' -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
complete -o filenames -F _sealdesk sealdesk
