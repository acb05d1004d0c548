using System.Diagnostics;
using System.Text.Json;

namespace Sida.Web.Tests.Web;

/// <summary>Runs a script of Clients/ with Node.js and the packages of the repository.</summary>
internal static class NodeScript
{
    public static async Task<JsonElement> RunAsync(string script, params string[] arguments)
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node"))))
        {
            await DebianPackage.EnsureAsync("/usr/bin/node", "nodejs");
        }

        string path = Path.Combine(AppContext.BaseDirectory, "Clients", script);
        using Process node = Process.Start(new ProcessStartInfo("node", [path, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0 && output.Length > 0, $"{script} ended with {node.ExitCode}: {await error}");
        return JsonDocument.Parse(output).RootElement;
    }
}
