using System.CommandLine;
using Sida.Engine;

namespace Sida.Cli;

/// <summary>Runs a command line and turns what Sida raises on purpose into one line on stderr and an exit code.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await parsed.InvokeAsync();
            return ExitCode.Usage;
        }

        using CancellationTokenSource interrupted = new();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            interrupted.Cancel();
        };

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, interrupted.Token);
        }
        catch (SidaException error)
        {
            await Console.Error.WriteLineAsync($"sida: {error.Message}");
            return ExitCode.Of(error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"sida: {error.Message} Check the path, its permissions and the free space.");
            return ExitCode.Output;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("sida: stopped.");
            return ExitCode.Cancelled;
        }
    }
}
