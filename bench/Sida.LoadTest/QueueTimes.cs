using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Pictures;
using Sida.Web.Review;
using Sida.Web.Review.Projects;
using Sida.Web.Review.Queue;
using Sida.Web.Tests.Web;
using Verdict = Sida.Engine.Verdict;

namespace Sida.LoadTest;

/// <summary>How long the queue of a review takes to answer, with as many items as are asked for. The peer: the same queue with a hundredth of them.</summary>
internal static class QueueTimes
{
    private const int Rounds = 30;

    public static async Task MeasureAsync(int items)
    {
        await using SidaServer server = new();
        _ = server.Server;
        Caller manager = await PersonAsync(server, "Mia");
        Caller annotator = await PersonAsync(server, "Anna");
        Dictionary<string, double> few = await OneAsync(server, manager, annotator, Math.Max(1, items / 100));
        Dictionary<string, double> many = await OneAsync(server, manager, annotator, items);
        Console.WriteLine($"{"",-44} {items / 100,8:N0} items {items,8:N0} items   ratio");
        foreach ((string what, double time) in many)
        {
            Console.WriteLine($"{what,-44} {few[what],11:F1} ms {time,11:F1} ms   {time / few[what]:F1}");
        }

        Console.WriteLine($"The slowest page takes {many.Values.Max():F0} ms; 200 ms are the aim.");
    }

    private static async Task<Dictionary<string, double>> OneAsync(SidaServer server, Caller manager, Caller annotator, int count)
    {
        Guid project = (await Get<ProjectService>(server).CreateAsync(manager, new ProjectDraft($"{count} items"), default)).Id;
        await Get<MemberService>(server).PutAsync(manager, project, annotator.OwnerId, ProjectRole.Annotator, default);
        await AddAsync(server, manager, project, count);
        ItemService queue = Get<ItemService>(server);
        (string What, Caller Who, ItemQuery Query)[] pages =
        [
            ("reviewer, most doubtful", manager, new ItemQuery()),
            ("reviewer, last page", manager, new ItemQuery { Skip = count - 50 }),
            ("reviewer, state and verdict", manager, new ItemQuery { State = ItemState.New, Verdict = Verdict.Tampered }),
            ("reviewer, name contains, by name", manager, new ItemQuery { Search = "7", Sort = ItemSort.Name }),
            ("reviewer, area, by disagreement", manager, new ItemQuery { Area = MaskPlace.Left, Sort = ItemSort.Disagreement }),
            ("annotator, most doubtful", annotator, new ItemQuery()),
            ("annotator, last page by name", annotator, new ItemQuery { Skip = count - 50, Sort = ItemSort.Name }),
        ];
        Dictionary<string, double> times = [];
        foreach ((string what, Caller who, ItemQuery query) in pages)
        {
            times[what] = await MedianAsync(() => queue.ListAsync(who, project, query, default));
        }

        times["annotator, next item"] = await MedianAsync(async () =>
        {
            Guid? item = await Get<TakingService>(server).TakeNextAsync(annotator, project, WorkKind.Annotate, null, default);
            await Get<TakingService>(server).ReleaseAsync(annotator, item!.Value, default);
        });
        return times;
    }

    private static async Task<double> MedianAsync(Func<Task> work)
    {
        await work();
        double[] times = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            await work();
            times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[Rounds / 2];
    }

    private static async Task AddAsync(SidaServer server, Caller manager, Guid project, int count)
    {
        byte[] pixels = new byte[64 * 48 * 3];
        PictureView picture = await Get<PictureService>(server).AddAsync(manager, new MemoryStream(ImageEncoder.EncodePng(new RgbImage(64, 48, pixels))), "bench.png", default);
        byte[] marked = new byte[64 * 48];
        Array.Fill(marked, (byte)1, 0, 64 * 20);
        Annotation model = new() { Verdict = Verdict.Tampered, Mask = MaskCode.Of(new BinaryMask(64, 48, marked)), Explanation = new string('x', 900) };
        await Get<ItemService>(server).AddAsync(manager, project, Items().ToAsyncEnumerable(), default);

        IEnumerable<NewItem> Items()
        {
            for (int i = 0; i < count; i++)
            {
                float sure = 0.34f + (i * 7919 % 1000 / 1600f);
                PictureRef reference = new(picture.Sha256, $"picture {i}.png", picture.Format, 64, 48);
                yield return new NewItem(reference, model, "alpha", null, new((1 - sure) / 2, (1 - sure) / 2, sure), null, "bench", $"{i}");
            }
        }
    }

    public static async Task<Caller> PersonAsync(SidaServer server, string name)
    {
        AccessService access = Get<AccessService>(server);
        Owner owner = new() { Id = Guid.CreateVersion7(), CreatedAt = DateTimeOffset.UtcNow };
        Account account = new() { Id = Guid.CreateVersion7(), OwnerId = owner.Id, DisplayName = name, Role = SiteRole.Reviewer, CreatedAt = owner.CreatedAt, UserName = name, NormalizedUserName = name };
        await using SidaDb db = access.OpenForServer();
        db.AddRange(owner, account);
        await db.SaveChangesAsync();
        return access.CallerOf(account)!;
    }

    private static T Get<T>(SidaServer server)
        where T : notnull => server.Services.GetRequiredService<T>();
}
