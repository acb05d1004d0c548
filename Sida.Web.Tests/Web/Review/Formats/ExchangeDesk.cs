using System.IO.Compression;
using Sida.Web.Review;
using Sida.Web.Review.Formats;
using Sida.Web.Review.Formats.Import;
using Sida.Web.Review.Formats.Jobs;

namespace Sida.Web.Tests.Web.Review.Formats;

/// <summary>A team that exports and imports, and waits for its jobs.</summary>
internal sealed class ExchangeDesk(ReviewTeam team)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ReviewTeam Team => team;

    public ExchangeService Service => team.Get<ExchangeService>();

    public static async Task<ExchangeDesk> OpenAsync(SidaServer server) => new(await ReviewTeam.MeetAsync(server, new ProjectSettings { Stages = 1 }));

    /// <summary>An accepted item: with one stage, what is handed in counts.</summary>
    public async Task<Guid> AcceptAsync(Annotation annotation, int seed, string? name = null)
    {
        PictureRef picture = await team.PictureAsync(seed);
        Guid item = (await team.AddAsync(new NewItem(picture with { FileName = name ?? $"heron{seed}.png" }, Source: "test", SourceKey: $"{seed}")))[0];
        await team.SubmitAsync(team.Anna, item, annotation);
        Assert.Equal(ItemState.Accepted, await team.StateAsync(team.Manager, item));
        return item;
    }

    public async Task<ExchangeJob> ExportAsync(ReviewFormat format) =>
        await EndOfAsync(await Service.ExportAsync(team.Manager, team.Project, new ExportOrder(format), Cancellation));

    public async Task<string> ArchiveAsync(ExchangeJob job) => (await Service.ArchiveAsync(team.Manager, team.Project, job.Id, Cancellation)).Path;

    public async Task<ExchangeJob> ImportAsync(byte[] zip, ImportOrder? order = null) =>
        await EndOfAsync(await Service.ImportAsync(team.Manager, team.Project, order ?? new ImportOrder(), new MemoryStream(zip), "set.zip", Cancellation));

    /// <summary>Waits until a job is over.</summary>
    public Task<ExchangeJob> EndOfAsync(ExchangeJob job) => UntilAsync(job, now => now.IsOver);

    /// <summary>Waits until a job is so far.</summary>
    public Task<ExchangeJob> UntilAsync(ExchangeJob job, Func<ExchangeJob, bool> isThere) => UntilAsync(team.Get<ExchangeJobs>(), job, isThere);

    public static async Task<ExchangeJob> UntilAsync(ExchangeJobs jobs, ExchangeJob job, Func<ExchangeJob, bool> isThere)
    {
        TaskCompletionSource<ExchangeJob> there = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(Guid _)
        {
            if (jobs.Find(job.Id) is { } now && isThere(now))
            {
                there.TrySetResult(now);
            }
        }

        jobs.Changed += Look;
        try
        {
            Look(job.ProjectId);
            return await there.Task.WaitAsync(Cancellation);
        }
        finally
        {
            jobs.Changed -= Look;
        }
    }

    public async Task<IReadOnlyList<ItemSummary>> ItemsAsync() =>
        (await team.Items.ListAsync(team.Manager, team.Project, new ItemQuery { Sort = ItemSort.Number, Take = 200 }, Cancellation)).Items;

    public static byte[] Zip(params (string Name, byte[] Body)[] files)
    {
        using MemoryStream output = new();
        using (ZipArchive zip = new(output, ZipArchiveMode.Create))
        {
            foreach ((string name, byte[] body) in files)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(body);
            }
        }

        return output.ToArray();
    }
}
