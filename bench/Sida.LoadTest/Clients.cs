using System.Diagnostics;
using System.Text.Json;

namespace Sida.LoadTest;

/// <summary>Stock SignalR clients in a Node process.</summary>
internal static class Clients
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Lets all clients ask their questions and gives what they saw.</summary>
    /// <param name="address">The hub.</param>
    /// <param name="clients">Whose they are.</param>
    /// <param name="questions">Questions of each.</param>
    /// <param name="pause">The average pause before a question.</param>
    public static async Task<Seen> RunAsync(Uri address, IReadOnlyList<Client> clients, int questions, TimeSpan pause)
    {
        ProcessStartInfo start = new("node", [Path.Combine(AppContext.BaseDirectory, "client.mjs")]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process node = Process.Start(start)!;
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(new { address, clients, questions, pause = pause.TotalMilliseconds }, Json));
        node.StandardInput.Close();
        string output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return node.ExitCode == 0 ? JsonSerializer.Deserialize<Seen>(output, Json)! : throw new InvalidOperationException($"The clients ended with {node.ExitCode}.");
    }
}

/// <summary>One client: its key and its picture.</summary>
internal sealed record Client(string Key, Guid PictureId);

/// <summary>What the clients saw.</summary>
/// <param name="Answers">Answers that came whole: every message once, in order, to the end.</param>
/// <param name="Broken">The message kinds of every other.</param>
/// <param name="Reconnects">Times that a connection was cut and made again.</param>
/// <param name="Repeated">Questions that were cut before their first message and asked again.</param>
/// <param name="Verdicts">Milliseconds from question to verdict.</param>
/// <param name="Ends">Milliseconds from question to the last message, of answers that were not cut.</param>
/// <param name="Masks">Masks that came.</param>
internal sealed record Seen(int Answers, IReadOnlyList<string> Broken, int Reconnects, int Repeated, IReadOnlyList<double> Verdicts, IReadOnlyList<double> Ends, int Masks)
{
    public double P50 => Quantile(0.50);

    public double P95 => Quantile(0.95);

    private double Quantile(double part) => Ends.Order().ElementAt((int)((Ends.Count - 1) * part));
}
