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

# What a command says on a terminal of 80 columns, as a picture.
terminal() {
    local name=$1 lines
    shift
    {
        printf '<meta charset="utf-8"><style>body{margin:0;background:#14181d;color:#e6e9ee;'
        printf 'font:14px/20px "DejaVu Sans Mono",monospace;padding:16px;white-space:pre}b{color:#a5c4ea}</style>'
        printf '<b>$ retool-audit %s</b>\n' "$*"
        { (cd "$work" && COLUMNS=80 "$program" "$@" 2>&1) || true; } | sed "s#$work/##g; s/&/\\&amp;/g; s/</\\&lt;/g"
    } >"$work/$name.html"
    lines=$(wc -l <"$work/$name.html")
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --user-data-dir="$work/profile-terminal" --force-device-scale-factor=1 \
        --window-size=716,$((lines * 20 + 40)) \
        --screenshot="$work/$name.png" "file://$work/$name.html" 2>/dev/null
    convert "$work/$name.png" -colors 32 -define png:compression-level=9 "docs/$name.png"
}
program=$(realpath target/debug/retool-audit)
terminal terminal-demo demo --as-of 2026-11-04T06:00:00Z
# A text for a list, a city for a zone, and an underscore.
printf '%s\n' '[organization]' 'name = "Acme"' 'domains = "acme.example"' 'timezone = "Berlin"' \
    '[[instance]]' 'name = "cloud"' 'token_env = "RETOOL_CLOUD_TOKEN"' >"$work/retool-audit.toml"
terminal terminal-mistakes check

page "Retool access review" pdf-cover 1
page "1 Result" pdf-result 3
page "USR-01 · " pdf-findings 3
page "7 Privileged accounts" pdf-privileged 3
