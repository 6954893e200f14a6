#!/usr/bin/env bash
# Makes the README's picture from the demonstration's report; needs Chromium and ImageMagick.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pack=$(cargo run --quiet -- --quiet demo --as-of 2026-11-02T06:00:00Z --out "$work/out" | tail -n 1)
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$work/profile" --window-size=1200,1480 --force-device-scale-factor=1 \
    --screenshot="$work/first.png" "file://$(realpath "$pack")/report.html" 2>/dev/null
mkdir -p docs
convert "$work/first.png" -colors 64 -define png:compression-level=9 docs/first-page.png
