using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Pictures;
using Sida.Web.Review;
using Sida.Web.Review.Queue;
using Sida.Web.Work;
using Verdict = Sida.Engine.Verdict;

namespace Sida.Web.Tests.Web.Review.Formats;

/// <summary>Many accepted items at once: their lines and versions go straight into the database, as if people had worked for weeks.</summary>
internal static class AcceptedItems
{
    private const int AtOnce = 500;
    private const string Text = "Type: {part tampered} Areas: <tampered position> The left edge. Visual Inconsistencies: <lighting> The light comes from two sides. <edges> The rim is too hard.";

    /// <summary>Fills a project.</summary>
    /// <param name="server">Where.</param>
    /// <param name="manager">A manager of the project.</param>
    /// <param name="project">Which project.</param>
    /// <param name="count">How many items.</param>
    /// <param name="width">Of each picture.</param>
    /// <param name="height">Of each picture.</param>
    /// <param name="different">How many different pictures there are; items share them.</param>
    public static async Task AddAsync(SidaServer server, Caller manager, Guid project, int count, int width, int height, int different)
    {
        PictureService pictures = server.Services.GetRequiredService<PictureService>();
        List<PictureRef> stored = [];
        for (int i = 0; i < different; i++)
        {
            PictureView view = await pictures.AddAsync(manager, new MemoryStream(Picture(i, width, height)), $"scene{i}.jpg", default);
            stored.Add(new PictureRef(view.Sha256, view.FileName, view.Format, view.Width, view.Height));
        }

        byte[] marked = new byte[width * height];
        Array.Fill(marked, (byte)1, 0, marked.Length / 3);
        MaskCode mask = MaskCode.Of(new BinaryMask(width, height, marked));
        await server.Services.GetRequiredService<ItemService>().AddAsync(
            manager, project, Enumerable.Range(0, count).Select(i => new NewItem(stored[i % different], Source: "seed", SourceKey: $"{i}")).ToAsyncEnumerable(), default);
        await using SidaDb db = server.Services.GetRequiredService<AccessService>().OpenForServer();
        for (int done = 0; done < count; done += AtOnce)
        {
            foreach (ReviewItem item in await db.ReviewItems.Where(row => row.ProjectId == project).OrderBy(row => row.Number).Skip(done).Take(AtOnce).ToListAsync())
            {
                Accept(db, manager, item, mask);
            }

            await db.SaveChangesAsync();
            db.ChangeTracker.Clear();
        }
    }

    private static void Accept(SidaDb db, Caller by, ReviewItem item, MaskCode mask)
    {
        Verdict verdict = (Verdict)(item.Number % 3);
        Annotation annotation = new() { Verdict = verdict, Mask = verdict == Verdict.Tampered ? mask : null, Explanation = Text };
        AnnotationLine line = new() { Id = Guid.CreateVersion7(), ProjectId = item.ProjectId, ItemId = item.Id, Annotator = by.OwnerId, State = LineState.Accepted, Latest = 1, Verdict = verdict };
        db.AnnotationLines.Add(line);
        db.AnnotationVersions.Add(new AnnotationVersion
        {
            ProjectId = item.ProjectId,
            LineId = line.Id,
            Number = 1,
            Author = by.OwnerId,
            SavedAt = item.CreatedAt,
            Kind = VersionKind.Submission,
            BasedOn = 0,
            Verdict = verdict,
            MaskIou = 1,
            Content = WebJson.Write(annotation),
        });
        (item.State, item.Verdict, item.ShownVerdict, item.OpenSlots) = (ItemState.Accepted, verdict, verdict, 0);
        (item.DecidedLineId, item.DecidedNumber, item.DecidedAt) = (line.Id, 1, item.CreatedAt);
    }

    /// <summary>A picture that doesn't shrink much: a slope with grain.</summary>
    private static byte[] Picture(int seed, int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        Random grain = new(seed);
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i / 3 % width * 200 / width) + grain.Next(32));
        }

        return ImageEncoder.EncodeJpeg(new RgbImage(width, height, pixels), 100);
    }
}
