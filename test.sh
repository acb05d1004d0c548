#!/usr/bin/env bash
# Everything that must hold before a change lands: formatting, a build without warnings, all tests.
# Installs what it needs by itself: NuGet packages, and by the build the npm packages with the native runtimes.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

echo "== restore and build (Release)"
dotnet build Sida.sln -c Release -v quiet

echo "== formatting"
dotnet format Sida.sln --verify-no-changes --no-restore

echo "== tests"
dotnet test Sida.sln -c Release --no-build --logger "console;verbosity=minimal"
