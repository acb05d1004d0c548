using System.Diagnostics;

namespace Sida.Web.Tests.Web.Restart;

/// <summary>The real program in a process of its own, as an operator runs it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly Task _output;

    private ServerProcess(Process process, Uri address, Task output) => (_process, Address, _output) = (process, address, output);

    public Uri Address { get; }

    /// <summary>Starts the program and waits until it says where it listens.</summary>
    public static async Task<ServerProcess> StartAsync(params string[] settings)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Sida.Web.dll"), "--urls", "http://127.0.0.1:0", .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and int at)
            {
                Uri address = new(line[(at + Listening.Length)..].Trim());
                return new ServerProcess(process, address, process.StandardOutput.ReadToEndAsync());
            }
        }

        throw new InvalidOperationException($"The server did not start: {await error}");
    }

    /// <summary>Ends it without a word, as a power cut does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asks it to stop, as a service manager does, and gives its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using Process signal = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _output;
        _process.Dispose();
    }
}
