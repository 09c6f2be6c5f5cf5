#!/bin/sh
# Records the outputs of the Benthos library that hold no other output and take messages at their own pace:
#     recorder.sh SOURCES >records.tsv
# SOURCES is the folder of its module. Each line: name, how many messages at once, by a field or fixed, and whether it
# takes batches or single messages.
set -eu
echo "# name, messages at once, by a field or fixed, takes: from benthos $(basename "$1")"
for file in "$1"/internal/impl/io/output_*.go "$1"/internal/impl/pure/output_*.go; do
    case $file in *_test.go) continue ;; esac
    # An output that holds outputs is as wide as they are; http_server and inproc are as wide as who reads from them.
    grep -qE 'NewOutputField|NewOutputListField|NewOutputMapField|NewWrapOutput|AccessOutput' "$file" && continue
    name=$(tr -d '\n' <"$file" | grep -oE 'Register(Batch)?Output\([[:space:]]*"[a-z_]+"' | grep -oE '"[a-z_]+"' | tr -d '"')
    [ -n "$name" ] || continue
    case $name in http_server | inproc) continue ;; esac
    takes=single
    grep -q 'RegisterBatchOutput(' "$file" && takes=batches
    if grep -q 'NewOutputMaxInFlightField' "$file"; then
        number=$(grep -oE 'Default\([0-9]+\)' "$1/public/service/config_max_in_flight.go" | grep -oE '[0-9]+')
        by=field
    elif grep -q 'NewIntField("max_in_flight")' "$file"; then
        number=$(grep -A3 'NewIntField("max_in_flight")' "$file" | grep -oE 'Default\([0-9]+\)' | head -1 | grep -oE '[0-9]+')
        by=field
    else
        # The maker of a writer and its name, or the value that the constructor returns.
        number=$(grep -oE 'NewAsyncWriter\("[a-z_]+", [0-9]+|(axInFlight|mif) = [0-9]+|return [a-z]+, [1-9][0-9]*, nil' "$file" |
            head -1 | grep -oE '[0-9]+')
        by=fixed
    fi
    printf '%s\t%s\t%s\t%s\n' "$name" "$number" "$by" "$takes"
done
