using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Review.Asking;
using Sida.Web.Review.Editing;
using Sida.Web.Review.Queue;

namespace Sida.Web.Review.Formats.Import;

/// <summary>
/// Takes the pictures of a set into a project, one after the other. What is there already is passed over, so an import that was stopped, or is
/// made again, goes on where it was.
/// </summary>
internal sealed class Importer(AccessService access, ItemService items, PictureTaker taker, ModelAnnotator models)
{
    /// <summary>Items that are stored at once.</summary>
    private const int BatchSize = 50;

    /// <summary>The same where a model takes seconds for each: what was computed is not lost when the server stops.</summary>
    private const int SlowBatchSize = 4;

    /// <summary>Reads a set.</summary>
    /// <param name="caller">On whose behalf; a manager of the project.</param>
    /// <param name="projectId">Where the items go.</param>
    /// <param name="source">The files.</param>
    /// <param name="budget">What the source may unpack.</param>
    /// <param name="order">How.</param>
    /// <param name="progress">Told of each picture.</param>
    /// <param name="cancellation">Stops between two pictures, and while a model is asked.</param>
    /// <exception cref="SidaException">The set can't be read, or not any further.</exception>
    public async Task RunAsync(
        Caller caller, Guid projectId, IImportSource source, ImportBudget budget, ImportOrder order, ImportProgress progress, CancellationToken cancellation)
    {
        (string name, IImportFormat format) = await ImportDetection.ChooseAsync(source, order.Format, cancellation);
        progress.Expect(source.Files.Count(file => PictureEndings.IsPicture(file) && !file.Contains($"/{SidSetLayout.Masks}/", StringComparison.Ordinal)));
        List<NewItem> batch = [];
        await foreach (ImportedPicture picture in format.ReadAsync(source, progress.LeaveOut, cancellation))
        {
            string path = $"{source.Name}/{picture.File}";
            string key = Origin.Key(picture.Origin ?? path, path);
            if (await IsKnownAsync(caller, projectId, name, key, cancellation))
            {
                progress.PassOver();
                continue;
            }

            try
            {
                batch.Add(await TakeAsync(source, picture, order, name, key, cancellation));
            }
            catch (Exception error) when (error is RequestException or ImageException or InvalidDataException || (error is LimitException { IsSize: true } && !budget.IsSpent))
            {
                progress.LeaveOut($"{picture.File}: {error.Message}");
                continue;
            }

            if (batch.Count >= (order.AskModel ? SlowBatchSize : BatchSize))
            {
                await StoreAsync(caller, projectId, batch, progress, cancellation);
            }
        }

        await StoreAsync(caller, projectId, batch, progress, cancellation);
    }

    private async Task StoreAsync(Caller caller, Guid projectId, List<NewItem> batch, ImportProgress progress, CancellationToken cancellation)
    {
        if (batch.Count > 0)
        {
            int added = await items.AddAsync(caller, projectId, batch.ToAsyncEnumerable(), cancellation);
            progress.Add(added, batch.Count - added);
            batch.Clear();
        }
    }

    private async Task<NewItem> TakeAsync(IImportSource source, ImportedPicture imported, ImportOrder order, string name, string key, CancellationToken cancellation)
    {
        PictureRef picture;
        await using (Stream body = source.Open(imported.File, long.MaxValue))
        {
            picture = await taker.TakeAsync(body, imported.FileName ?? imported.File, cancellation);
        }

        Annotation? said = order.Use == AnnotationUse.Leave || imported.Annotate is null ? null : AnnotationRules.Check(await imported.Annotate(picture, cancellation), picture);
        Provenance? before = imported.Provenance;
        if (said is not null && order.Use == AnnotationUse.Known)
        {
            AnnotationRules.CheckComplete(said);
        }

        bool begins = said is not null && order.Use == AnnotationUse.Begin;
        if (order.AskModel && !begins)
        {
            ModelOpinion opinion = await models.AskAsync(picture, order.Model, cancellation);
            return new NewItem(picture, opinion.Annotation, opinion.Model, opinion.PackageHash, opinion.Probabilities, said, name, key);
        }

        Annotation? model = begins ? said : before?.Model is { } earlier ? AnnotationRules.Check(earlier, picture) : null;
        return new NewItem(
            picture, model, model is null ? null : before?.ModelName, model is null ? null : before?.ModelHash, model is null ? null : before?.Probabilities, begins ? null : said, name, key);
    }

    private async Task<bool> IsKnownAsync(Caller caller, Guid projectId, string source, string key, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Manager, cancellation);
        return await scope.Items.AnyAsync(row => row.Source == source && row.SourceKey == key, cancellation);
    }
}
