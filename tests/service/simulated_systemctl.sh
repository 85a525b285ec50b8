#!/bin/sh
# A user's service manager that keeps state: it knows the units that were there at the last daemon-reload, refuses every
# other, and answers in systemd's words. `$XDG_CONFIG_HOME/systemd/broken` makes starting fail.
units="$XDG_CONFIG_HOME/systemd/user"
memory="$XDG_CONFIG_HOME/systemd/memory"
mkdir -p "$memory/known" "$memory/enabled" "$memory/active"
[ "$1" = "--user" ] || { echo "System has not been booted with systemd as init system (PID 1). Can't operate." >&2; exit 1; }
verb=$2
shift 2
[ "$1" = "--now" ] && { now=1; shift; }
known() { [ -e "$memory/known/$1" ] || { echo "Unit $1 could not be found." >&2; exit 5; }; }
case "$verb" in
daemon-reload)
  rm -f "$memory/known/"*
  for file in "$units"/*; do [ -e "$file" ] && touch "$memory/known/$(basename "$file")"; done
  ;;
enable) for unit; do known "$unit"; touch "$memory/enabled/$unit"; done ;;
disable)
  for unit; do
    known "$unit"
    rm -f "$memory/enabled/$unit"
    [ -n "$now" ] && rm -f "$memory/active/$unit"
  done
  ;;
restart)
  [ -e "$XDG_CONFIG_HOME/systemd/broken" ] && { echo "Job for $1 failed because of unavailable resources." >&2; exit 1; }
  for unit; do known "$unit"; touch "$memory/active/$unit"; done
  ;;
is-enabled) [ -e "$memory/enabled/$1" ] && echo enabled || { echo disabled; exit 1; } ;;
is-active) [ -e "$memory/active/$1" ] && echo active || { echo inactive; exit 3; } ;;
*) echo "Unknown command verb $verb." >&2; exit 1 ;;
esac
exit 0
