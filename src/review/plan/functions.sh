
# Asks before each request, sends it only where what was reviewed is still there, and looks
# afterwards. Take accounts and groups that an identity provider keeps away there instead: what is
# only taken away here comes back.
#
#   RETOOL_WRITE_TOKEN=… bash SCRIPT | tee what-was-done.txt

set -uo pipefail
n_done=0 n_left=0

if [ -z "${RETOOL_WRITE_TOKEN:-}" ]; then
  echo 'RETOOL_WRITE_TOKEN is not set: a token for this instance that may write' >&2
  exit 2
fi
for tool in curl jq; do
  if ! command -v "$tool" >/dev/null; then
    echo "$tool is not installed" >&2
    exit 2
  fi
done

# call METHOD PATH [BODY]: the token is in no argument, so that no list of processes shows it.
call() {
  local arguments=(--silent --show-error --fail --max-time 60 --request "$1")
  if [ -n "${3:-}" ]; then
    arguments+=(--header 'Content-Type: application/json' --data "$3")
  fi
  curl "${arguments[@]}" --header @<(printf 'Authorization: Bearer %s\n' "$RETOOL_WRITE_TOKEN") \
    --url "$api$2"
}

# is_held PATH EXPRESSION: 0 where it is there, 1 where it is not, 2 where that cannot be told.
is_held() {
  local answer
  answer=$(call GET "$1") || return 2
  case $(jq --raw-output "if ($2) then \"held\" else \"gone\" end" <<<"$answer" 2>/dev/null) in
    held) return 0 ;;
    gone) return 1 ;;
    *) return 2 ;;
  esac
}

left() {
  echo "  LEFT: $1"
  n_left=$((n_left + 1))
}

# request TITLE DECISION STATE EXPRESSION METHOD PATH BODY
request() {
  printf '\n%s\n  %s\n' "$1" "$2"
  is_held "$3" "$4"
  case $? in
    1) left 'it is not there any more as it was reviewed: nothing is sent'; return ;;
    2) left "$3 could not be read: nothing is sent"; return ;;
  esac
  printf '  %s %s%s%s\n' "$5" "$api" "$6" "${7:+ $7}"
  local answer=
  read -r -p '  Send it? [y/N] ' answer
  if [ "$answer" != y ]; then left 'not sent'; return; fi
  if ! call "$5" "$6" "$7" >/dev/null; then left 'the server refused it'; return; fi
  is_held "$3" "$4"
  case $? in
    0) left 'sent, and it is still there' ;;
    1) echo "  done at $(date -u +%Y-%m-%dT%H:%M:%SZ)"; n_done=$((n_done + 1)) ;;
    2) left "sent, and $3 could not be read afterwards" ;;
  esac
}

# by_hand TITLE DECISION WHAT
by_hand() {
  printf '\n%s\n  %s\n' "$1" "$2"
  left "by hand: $3"
}

end() {
  printf '\n%s: %s done, %s left\n' "$instance" "$n_done" "$n_left"
  echo 'The proof is the next snapshot: `retool-audit run`, then `retool-audit review status`.'
  [ "$n_left" -eq 0 ]
}
