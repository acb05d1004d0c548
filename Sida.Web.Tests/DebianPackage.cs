using System.Diagnostics;

namespace Sida.Web.Tests;

/// <summary>Programs that tests need from the system: installed when they are missing and this process may do so.</summary>
internal static class DebianPackage
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>Makes sure that a program is there, or skips the test and says what to install.</summary>
    public static async Task EnsureAsync(string program, string package)
    {
        string? missing = await FindMissingAsync(program, package);
        Assert.SkipWhen(missing is not null, missing ?? "");
    }

    /// <summary>The same for a fixture, which can't skip: what is missing and what to install; null when it is there.</summary>
    public static async Task<string?> FindMissingAsync(string program, string package)
    {
        await OneAtATime.WaitAsync();
        try
        {
            if (!Path.Exists(program))
            {
                await InstallAsync(package);
            }
        }
        finally
        {
            OneAtATime.Release();
        }

        return Path.Exists(program) ? null : $"SKIPPED: {program} is missing. Install it: apt-get install {package}";
    }

    private static async Task InstallAsync(string package)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root" || !File.Exists("/usr/bin/apt-get"))
        {
            return;
        }

        ProcessStartInfo install = new("/bin/sh", ["-c", "apt-get update -q && apt-get install -y -q --no-install-recommends \"$0\"", package])
        {
            Environment = { ["DEBIAN_FRONTEND"] = "noninteractive" },
        };
        using Process process = Process.Start(install)!;
        await process.WaitForExitAsync();
    }
}
