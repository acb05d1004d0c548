using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sida.Web.Tests;

/// <summary>
/// What the process holds at one moment, by the counts of those who hand it out. The resident size is not among them: it says how many
/// free pages the collector and the allocator keep for later, which differs by tens of MiB between moments of a process that leaks nothing.
/// </summary>
/// <param name="Managed">Bytes of live managed objects.</param>
/// <param name="Native">Bytes that native code has allocated and not freed.</param>
/// <param name="Mapped">Bytes of files in the address space.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="Threads">Threads.</param>
internal sealed partial record Footprint(long Managed, long Native, long Mapped, int Handles, int Threads)
{
    public static Footprint Now()
    {
        for (int round = 0; round < 2; round++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        HeapUse heap = GetHeapUse();
        using Process process = Process.GetCurrentProcess();
        return new Footprint(
            GC.GetTotalMemory(forceFullCollection: true),
            (long)(heap.InArenas + heap.InMappings),
            MappedFiles(),
            Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(),
            process.Threads.Count);
    }

    public override string ToString() => $"managed {Managed >> 10} KiB, native {Native >> 10} KiB, mapped {Mapped >> 20} MiB, {Handles} handles, {Threads} threads";

    private static long MappedFiles()
    {
        long bytes = 0;
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            if (line.Contains('/', StringComparison.Ordinal))
            {
                string[] range = line[..line.IndexOf(' ', StringComparison.Ordinal)].Split('-');
                bytes += Convert.ToInt64(range[1], 16) - Convert.ToInt64(range[0], 16);
            }
        }

        return bytes;
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial HeapUse GetHeapUse();

    /// <summary>glibc's struct mallinfo2.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct HeapUse
    {
        private readonly nuint _arena, _ordblks, _smblks, _hblks;
        public readonly nuint InMappings;
        private readonly nuint _usmblks, _fsmblks;
        public readonly nuint InArenas;
        private readonly nuint _fordblks, _keepcost;
    }
}
