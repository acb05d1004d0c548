#!/usr/bin/env bash
# Times `sida import` of a full-size invented checkpoint against a plain copy of the same bytes, and reports its peak memory.
#   bench/import.sh 7b|13b|small FOLDER PRECISION
# FOLDER needs room for the checkpoint, its copy and the package (7b: about 50 GB).
set -euo pipefail
shape=$1 folder=$2 precision=$3
root=$(cd "$(dirname "$0")/.." && pwd)
[ -n "${SKIP_BUILD:-}" ] || dotnet build "$root/Sida.sln" -c Release -v quiet --nologo
tool="$root/bench/Sida.Benchmarks/bin/Release/net10.0/Sida.Benchmarks.dll"
sida="$root/Sida.Cli/bin/Release/net10.0/sida.dll"
[ -d "$folder/source" ] || dotnet "$tool" make-checkpoint "$shape" "$folder/source"

seconds() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", b - a }'; }
now() { date +%s.%N; }

rm -rf "$folder/copy" "$folder/package" "$folder/package.partial"
sync; start=$(now)
cp -r "$folder/source" "$folder/copy"; sync
copy=$(seconds "$start" "$(now)")
rm -rf "$folder/copy"

sync; start=$(now)
dotnet "$sida" import "$folder/source/checkpoint" --vision-tower "$folder/source/clip" --out "$folder/package" --family sida --precision "$precision" 2>"$folder/import.log" &
pid=$! peak=0 anonymous=0
while kill -0 $pid 2>/dev/null; do
  read -r rss anon < <(awk '/VmHWM/ { h = $2 } /RssAnon/ { a = $2 } END { print h + 0, a + 0 }' "/proc/$pid/status" 2>/dev/null || echo "0 0")
  [ "$rss" -gt "$peak" ] && peak=$rss
  [ "$anon" -gt "$anonymous" ] && anonymous=$anon
  sleep 0.1
done
wait $pid; sync
import=$(seconds "$start" "$(now)")
tail -n 2 "$folder/import.log"
awk -v shape="$shape" -v p="$precision" -v i="$import" -v c="$copy" -v r="$peak" -v a="$anonymous" 'BEGIN {
  printf "%s to %s: import %.1f s, cp of the source %.1f s, ratio %.2f; peak memory %.2f GiB (%.2f GiB of it its own, the rest mapped files)\n", shape, p, i, c, i / c, r / 1048576, a / 1048576 }'
