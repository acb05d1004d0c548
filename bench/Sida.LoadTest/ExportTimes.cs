using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection;
using Sida.Web.Access;
using Sida.Web.Review;
using Sida.Web.Review.Formats;
using Sida.Web.Review.Formats.Import;
using Sida.Web.Review.Projects;
using Sida.Web.Tests.Web;
using Sida.Web.Tests.Web.Review.Formats;

namespace Sida.LoadTest;

/// <summary>
/// Exports of a tenth and of all of so many accepted items, and the import of what came out: the time for each item beside plain writing of the same bytes into
/// a zip, and what is alive and resident at most meanwhile.
/// </summary>
internal static class ExportTimes
{
    private const int Width = 640;
    private const int Height = 480;

    /// <summary>Different pictures; items share them, as their number changes nothing for an export.</summary>
    private const int Different = 50;

    /// <summary>How often what is alive is measured in one run.</summary>
    private const int Samples = 20;

    private static readonly ReviewFormat[] Formats = [ReviewFormat.SidSetDescription, ReviewFormat.CocoRle, ReviewFormat.JsonLines];

    public static async Task MeasureAsync(int items)
    {
        await using SidaServer server = new();
        _ = server.Server;
        Caller manager = await QueueTimes.PersonAsync(server, "Mia");
        string folder = Directory.CreateTempSubdirectory("sida-export-").FullName;
        try
        {
            Console.WriteLine($"{"",-34}{"items",8}{"ms an item",12}{"plain zip",11}{"ratio",7}{"live MB",9}{"resident MB",13}");
            foreach (int count in new[] { Math.Max(1, items / 10), items })
            {
                Guid project = await ProjectAsync(server, manager, $"{count} items");
                await AcceptedItems.AddAsync(server, manager, project, count, Width, Height, Different);
                Console.WriteLine($"{"dry run",-34}{count,8:N0}{await PlanAsync(server, manager, project) / count,12:F2}");
                foreach (ReviewFormat format in Formats)
                {
                    await OneAsync(server, manager, project, format, count, folder);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OneAsync(SidaServer server, Caller manager, Guid project, ReviewFormat format, int count, string folder)
    {
        string zip = Path.Combine(folder, "export.zip");
        Watch watch = new(count);
        await using (FileStream output = File.Create(zip))
        {
            await Get<Exporter>(server).WriteAsync(manager, project, new ExportOrder(format), output, Path.Combine(folder, "spool"), _ => watch.Step(), default);
        }

        double export = watch.End() / count;
        double plain = await CopyAsync(zip, Path.Combine(folder, "plain.zip")) / count;
        Report($"export, {format}", count, export, plain, watch);
        if (format != ReviewFormat.JsonLines)
        {
            return;
        }

        Guid other = await ProjectAsync(server, manager, $"import of {count}");
        watch = new Watch(count);
        ImportBudget budget = new(1L << 40);
        using ZipImportSource source = ZipImportSource.Open(zip, "bench", budget);
        int seen = 0;
        ImportProgress progress = new(now =>
        {
            for (; seen < now.Added; seen++)
            {
                watch.Step();
            }
        });
        await Get<Importer>(server).RunAsync(manager, other, source, budget, new ImportOrder(), progress, default);
        Report($"import, {format}", count, watch.End() / count, plain, watch);
    }

    private static void Report(string what, int count, double time, double plain, Watch watch) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-34}{count,8:N0}{time,12:F2}{plain,11:F2}{time / plain,7:F1}{watch.LiveBytes / 1048576.0,9:F1}{watch.ResidentBytes / 1048576.0,13:F0}"));

    private static async Task<double> PlanAsync(SidaServer server, Caller manager, Guid project)
    {
        long begin = Stopwatch.GetTimestamp();
        await Get<ExportPlanner>(server).PlanAsync(manager, project, new ExportOrder(ReviewFormat.SidSetDescription), default);
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    /// <summary>The peer: the same files, read and written into another zip one after the other, pictures uncompressed as well.</summary>
    private static async Task<double> CopyAsync(string from, string to)
    {
        long begin = Stopwatch.GetTimestamp();
        await using (ZipArchive source = await ZipFile.OpenReadAsync(from))
        {
            await using FileStream output = File.Create(to);
            await using ZipArchive target = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, null);
            foreach (ZipArchiveEntry entry in source.Entries)
            {
                await using Stream read = await entry.OpenAsync();
                CompressionLevel level = entry.CompressedLength == entry.Length ? CompressionLevel.NoCompression : CompressionLevel.Fastest;
                await using Stream write = await target.CreateEntry(entry.FullName, level).OpenAsync();
                await read.CopyToAsync(write);
            }
        }

        File.Delete(to);
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static async Task<Guid> ProjectAsync(SidaServer server, Caller manager, string name) => (await Get<ProjectService>(server).CreateAsync(manager, new ProjectDraft(name), default)).Id;

    private static T Get<T>(SidaServer server)
        where T : notnull => server.Services.GetRequiredService<T>();

    /// <summary>Time, without that of measuring, and the most that was alive and resident.</summary>
    private sealed class Watch
    {
        private readonly int _count;
        private readonly Stopwatch _time;
        private int _steps;

        public Watch(int count)
        {
            _count = count;
            GC.Collect();
            // Linux: the highest resident size is counted anew from here.
            File.WriteAllText("/proc/self/clear_refs", "5");
            _time = Stopwatch.StartNew();
        }

        public long LiveBytes { get; private set; }

        public long ResidentBytes { get; private set; }

        public void Step()
        {
            if (++_steps % Math.Max(1, _count / Samples) == 0)
            {
                _time.Stop();
                LiveBytes = Math.Max(LiveBytes, GC.GetTotalMemory(forceFullCollection: true));
                _time.Start();
            }
        }

        /// <summary>Milliseconds.</summary>
        public double End()
        {
            _time.Stop();
            string peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            ResidentBytes = long.Parse(peak.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
            return _time.Elapsed.TotalMilliseconds;
        }
    }
}
