# Sourced by every XML-RPC client's `run`. `rpc NAME COMMAND…` takes one client stack through all
# steps of xmlrpc.json, with key and secret by HTTP Basic and in the struct. COMMAND is called with
# `MODE STEPS`: `basic` or `struct`, and a file with the steps in which the names of this run stand.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
common=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scheme=${LYCHGATE_URL%%:*}
failed=0

rpc() {
    local name=$1 mode; shift
    for mode in basic struct; do
        export RUN="$name-$mode-$scheme"
        local folder="$WORK/$RUN"
        mkdir -p "$folder"
        sed "s/{run}/$RUN/g; s/{account}/$LYCHGATE_ACCOUNT/g" "$common/xmlrpc.json" >"$folder/steps.json"
        if (cd "$folder" && "$@" "$mode" steps.json) >"$folder/log.txt" 2>&1; then
            echo "ok $RUN"
        else
            echo "not ok $RUN"
            sed 's/^/    /' "$folder/log.txt" | tail -n 25
            failed=1
        fi
    done
}
