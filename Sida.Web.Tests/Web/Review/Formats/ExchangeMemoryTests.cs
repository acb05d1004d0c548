using Sida.Web.Review;
using Sida.Web.Review.Formats;
using Sida.Web.Review.Formats.Import;

namespace Sida.Web.Tests.Web.Review.Formats;

/// <summary>However many pictures leave or come in, no more than a few are in memory. Live objects are the whole process's: nothing runs beside this.</summary>
[Collection(Alone.Name)]
public sealed class ExchangeMemoryTests(ExchangeMemoryTests.Fixture fixture) : IClassFixture<ExchangeMemoryTests.Fixture>
{
    private const int Count = 200;

    /// <summary>When caches are warm and growing must have ended.</summary>
    private const int Warm = 40;

    private const int Width = 160;
    private const int Height = 120;

    /// <summary>A picture's file has about 20 KB as JPEG and 40 as PNG; the lists of names that an archive needs have less than one.</summary>
    private const long MostGrowth = (Count - Warm) * 4096;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ReviewFormat.SidSetDescription)]
    [InlineData(ReviewFormat.CocoPolygons)]
    [InlineData(ReviewFormat.MasksCsv)]
    [InlineData(ReviewFormat.JsonLines)]
    public async Task An_export_and_the_import_of_it_hold_a_few_pictures_however_many_there_are(ReviewFormat format)
    {
        ReviewTeam team = fixture.Team;
        string folder = Directory.CreateTempSubdirectory("sida-memory-").FullName;
        string zip = Path.Combine(folder, "export.zip");
        try
        {
            LiveBytes live = new();
            await using (FileStream output = File.Create(zip))
            {
                await team.Get<Exporter>().WriteAsync(team.Manager, team.Project, new ExportOrder(format), output, Path.Combine(folder, "spool"), _ => live.Next(), Cancellation);
            }

            Assert.Equal(Count, live.Steps);
            Assert.InRange(live.Growth, long.MinValue, MostGrowth);

            ReviewTeam other = await ReviewTeam.MeetAsync(fixture.Server);
            live = new LiveBytes();
            ImportBudget budget = new(1L << 30);
            using ZipImportSource source = ZipImportSource.Open(zip, $"{format}", budget);
            ImportProgress progress = new(now => live.At(now.Added + now.Known));
            await other.Get<Importer>().RunAsync(other.Manager, other.Project, source, budget, new ImportOrder(), progress, Cancellation);
            Assert.Equal(Count, progress.Added);
            Assert.InRange(live.Growth, long.MinValue, MostGrowth);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What is alive at two steps, after everything else was collected.</summary>
    private sealed class LiveBytes
    {
        private long _first;

        public int Steps { get; private set; }

        /// <summary>Bytes that are alive at the last step and were not when caches were warm.</summary>
        public long Growth { get; private set; }

        public void Next() => At(Steps + 1);

        public void At(int step)
        {
            if (step >= Warm && _first == 0)
            {
                _first = Now();
            }

            Steps = step;
            if (step == Count)
            {
                Growth = Now() - _first;
            }
        }

        private static long Now() => GC.GetTotalMemory(forceFullCollection: true);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public SidaServer Server { get; } = new();

        internal ReviewTeam Team { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Team = await ReviewTeam.MeetAsync(Server, new ProjectSettings { Stages = 1 });
            await AcceptedItems.AddAsync(Server, Team.Manager, Team.Project, Count, Width, Height, different: 8);
        }

        public ValueTask DisposeAsync()
        {
            Server.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
