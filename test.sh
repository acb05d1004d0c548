#!/usr/bin/env bash
# Everything that must hold before a change lands: formatting, a build without warnings, all tests.
# Installs what it needs by itself: Debian packages, NuGet packages, and by the build the npm packages with the native runtimes.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# PostgreSQL for the data tests, Chromium for the browser tests, Node for the stock clients, PyTorch for training/. Without them those tests are
# skipped, and say so.
training() { /usr/bin/python3 -c "import cv2, numpy, onnx, PIL, pytest, sentencepiece, torch" 2>/dev/null; }
missing=()
[ -d /usr/lib/postgresql ] || missing+=(postgresql)
[ -x /usr/bin/chromium ] || missing+=(chromium)
command -v node >/dev/null || missing+=(nodejs)
training || missing+=(python3-torch python3-pil python3-opencv python3-sentencepiece python3-numpy python3-pytest python3-onnx libopenblas0-openmp)
if [ ${#missing[@]} -gt 0 ] && command -v apt-get >/dev/null; then
  root=()
  [ "$(id -u)" = 0 ] || root=(sudo -n)
  if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
    echo "== installing ${missing[*]}"
    "${root[@]}" apt-get update -q
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
  else
    echo "== MISSING: ${missing[*]}. Some tests will be skipped; to run them: sudo apt-get install ${missing[*]}" >&2
  fi
fi

echo "== restore and build (Release)"
dotnet build Sida.sln -c Release -v quiet

echo "== formatting"
# The build has checked the code style already (EnforceCodeStyleInBuild), and a test the order of usings.
dotnet format whitespace . --folder --exclude node_modules/ --verify-no-changes

echo "== tests"
dotnet test Sida.sln -c Release --no-build --logger "console;verbosity=minimal"

echo "== tests of training/"
if training; then
  /usr/bin/python3 -m pytest -q -rs -p no:cacheprovider training/tests
else
  echo "== SKIPPED: training/ needs PyTorch (training/README.md says which packages)" >&2
fi
