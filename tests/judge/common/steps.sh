# Sourced by every client's `run`. `lifecycle NAME COMMAND…` takes one client stack through the
# whole import: seed, bounces and suppressions, import, poll, report, faults, contacts, faults of
# its own. COMMAND is called twice: with `seed FOLDER` and with `main FOLDER`.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
common=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
failed=0

lifecycle() {
    local name=$1; shift
    local folder="$WORK/$name"
    local log="$folder/log.txt"
    mkdir -p "$folder"
    if python3 "$common/scenario.py" write "$folder" "$name" >"$log" 2>&1 &&
        "$@" seed "$folder" >>"$log" 2>&1 &&
        sed -i "s/\"ACCOUNT\"/\"$LYCHGATE_ACCOUNT\"/" "$folder/events.ndjson" &&
        "$LYCHGATE_BIN" events import "$folder/events.ndjson" --server "${LYCHGATE_ADMIN_URL:-$LYCHGATE_URL}" >>"$log" 2>&1 &&
        "$@" main "$folder" >>"$log" 2>&1 &&
        python3 "$common/scenario.py" check "$folder" >>"$log" 2>&1; then
        echo "ok $name"
    else
        echo "not ok $name"
        sed 's/^/    /' "$log" | tail -n 25
        failed=1
    fi
}
