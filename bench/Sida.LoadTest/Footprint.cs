using System.Diagnostics;

namespace Sida.LoadTest;

/// <summary>What the process holds.</summary>
/// <param name="ManagedBytes">Live objects.</param>
/// <param name="Handles">Open files and sockets.</param>
/// <param name="Threads">Threads.</param>
internal sealed record Footprint(long ManagedBytes, int Handles, int Threads)
{
    /// <summary>After what is about to end has ended: measured until it doesn't shrink any more.</summary>
    public static async Task<Footprint> MeasureAsync()
    {
        Footprint smallest = Now();
        for (int still = 0; still < 5; still++)
        {
            await Task.Delay(500);
            Footprint next = Now();
            if (next.ManagedBytes < smallest.ManagedBytes || next.Handles < smallest.Handles)
            {
                still = 0;
            }

            smallest = new Footprint(Math.Min(next.ManagedBytes, smallest.ManagedBytes), Math.Min(next.Handles, smallest.Handles), next.Threads);
        }

        return smallest;
    }

    public override string ToString() => $"{ManagedBytes / 1048576.0:F1} MB, {Handles} handles, {Threads} threads";

    private static Footprint Now()
    {
        long bytes = GC.GetTotalMemory(forceFullCollection: true);
        using Process self = Process.GetCurrentProcess();
        return new Footprint(bytes, Directory.GetFiles("/proc/self/fd").Length, self.Threads.Count);
    }
}
