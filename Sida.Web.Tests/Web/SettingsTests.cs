using System.Diagnostics;

namespace Sida.Web.Tests.Web;

/// <summary>The real program with a wrong setting: it says which one in one line and leaves with EX_CONFIG.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("Sida:Server:ShutdownGrace", "02:00:00", "Sida:Server:ShutdownGrace must be between 0 and 10 minutes, written as hh:mm:ss.")]
    [InlineData("Sida:Server:FrameAncestors", "everyone; script-src *", "Sida:Server:FrameAncestors must be 'none', 'self' or a list of origins such as https://intranet.example.")]
    [InlineData("Sida:Telemetry:OtlpEndpoint", "somewhere", "Sida:Telemetry:OtlpEndpoint must be a URL such as http://localhost:4317, or absent.")]
    [InlineData("Sida:Access:OpenIdConnect:Authority", "https://login.example.org", "Sida:Access:OpenIdConnect:ClientId and Sida:Access:OpenIdConnect:ClientSecret are what the provider gave you")]
    [InlineData("Sida:Access:OpenIdConnect:Autority", "https://login.example.org", "Autority")]
    [InlineData("Sida:Server:ShutdownGrave", "00:00:01", "ShutdownGrave")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string value, string message)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Sida.Web.dll"), "--urls", "http://127.0.0.1:0", $"--{setting}", value])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process program = Process.Start(start)!;
        _ = program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(78, program.ExitCode);
        string line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("Setting: ", line, StringComparison.Ordinal);
        Assert.Contains(message, line, StringComparison.Ordinal);
    }
}
