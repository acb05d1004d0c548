namespace Sida.Engine;

/// <summary>How many threads number crunching should use.</summary>
internal static class ProcessorCores
{
    private const string Topology = "/sys/devices/system/cpu";

    /// <summary>
    /// One per physical core, since two hyper-threads share one set of vector units; no more than this process may use. Logical
    /// processors where the system doesn't tell.
    /// </summary>
    public static int Physical { get; } = Math.Max(1, Math.Min(Environment.ProcessorCount, CountCores()));

    private static int CountCores()
    {
        if (!Directory.Exists(Topology))
        {
            return int.MaxValue;
        }

        HashSet<string> cores = [];
        foreach (string processor in Directory.EnumerateDirectories(Topology, "cpu*"))
        {
            string siblings = Path.Combine(processor, "topology", "thread_siblings_list");
            if (File.Exists(siblings))
            {
                cores.Add(File.ReadAllText(siblings).Trim());
            }
        }

        return cores.Count == 0 ? int.MaxValue : cores.Count;
    }
}
