#!/usr/bin/env bash
# Makes the README's pictures from the demonstration's report; needs Chromium, ImageMagick and poppler.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pack=$(cargo run --quiet -- --quiet demo --as-of 2026-11-04T06:00:00Z --out "$work/out" | tail -n 1)
pack=$(realpath "$pack")
mkdir -p docs

# The HTML in a theme: 1 is light, 0 is dark.
html() {
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --user-data-dir="$work/profile-$1" --window-size=1200,1480 --force-device-scale-factor=1 \
        --blink-settings=preferredColorScheme="$1" \
        --screenshot="$work/$2.png" "file://$pack/report.html" 2>/dev/null
    convert "$work/$2.png" -colors 64 -define png:compression-level=9 "docs/$2.png"
}
html 1 first-page
html 0 first-page-dark

# The first page of the PDF below the contents on which a line begins with these words.
page() {
    local last at
    last=$(pdfinfo "$pack/report.pdf" | sed -n 's/^Pages: *//p')
    for at in $(seq "$3" "$last"); do
        if pdftotext -f "$at" -l "$at" "$pack/report.pdf" - | grep "^$1" >/dev/null; then
            pdftoppm -r 80 -f "$at" -l "$at" -png -singlefile "$pack/report.pdf" "$work/$2"
            convert "$work/$2.png" -bordercolor '#d4d8de' -border 1 -colors 64 \
                -define png:compression-level=9 "docs/$2.png"
            return
        fi
    done
    echo "no page says \`$1\`" >&2
    exit 1
}
page "Retool access review" pdf-cover 1
page "1 Result" pdf-result 3
page "USR-01 · " pdf-findings 3
page "7 Privileged accounts" pdf-privileged 3
