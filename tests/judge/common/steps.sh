# Sourced by every client's `run`. `lifecycle NAME COMMAND…` takes one client stack through the
# whole import: seed, bounces and suppressions, import, poll, report, faults, contacts, faults of
# its own. COMMAND is called twice: with `seed FOLDER` and with `main FOLDER`.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
common=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
failed=0

lifecycle() {
    local name=$1; shift
    attempt "$name" "$@"
    local code=$?
    if [ $code -ge 128 ]; then
        # Mono's runtime aborts once in some hundred runs while it ends its threads. A signal is
        # the client's own death, never an answer of ours: once more, with other addresses.
        echo "# $name: the client died of signal $((code - 128)); once more"
        attempt "$name-again" "$@"
        code=$?
    fi
    if [ $code -eq 0 ]; then
        echo "ok $name"
    else
        echo "not ok $name"
        sed 's/^/    /' "$log" | tail -n 25
        failed=1
    fi
}

# One run with addresses of its own; what it prints goes to `$log`.
attempt() {
    local name=$1; shift
    local folder="$WORK/$name"
    log="$folder/log.txt"
    mkdir -p "$folder"
    {
        python3 "$common/scenario.py" write "$folder" "$name" &&
            "$@" seed "$folder" &&
            sed -i "s/\"ACCOUNT\"/\"$LYCHGATE_ACCOUNT\"/" "$folder/events.ndjson" &&
            "$LYCHGATE_BIN" events import "$folder/events.ndjson" --server "$LYCHGATE_URL" &&
            "$@" main "$folder" &&
            python3 "$common/scenario.py" check "$folder"
    } >"$log" 2>&1
}
