using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Web.Data.Entities;
using Sida.Web.Pictures;

namespace Sida.Web.Work;

/// <summary>Turns stored rows into what pages and programs see.</summary>
internal static class SnapshotReader
{
    /// <summary>An analysis with its masks, as they are stored.</summary>
    public static AnalysisSnapshot Of(Analysis row, Feedback? feedback = null) => new()
    {
        Id = row.Id,
        QuestionId = row.QuestionId,
        PictureId = row.PictureId,
        Model = row.Model,
        Prompt = row.Prompt,
        MaxNewTokens = row.MaxNewTokens,
        State = row.State,
        CreatedAt = row.CreatedAt,
        FinishedAt = row.FinishedAt,
        Verdict = row.Verdict,
        Probabilities = Probabilities(row),
        Text = row.Text,
        Masks = [.. row.Masks.OrderBy(mask => mask.Index).Select(mask => View(mask) with { Rle = null })],
        FailureKind = row.FailureKind,
        FailureMessage = row.FailureMessage,
        Document = Document(row),
        Good = feedback?.Good,
        FeedbackNote = feedback?.Note,
    };

    /// <summary>A mask with its run-length code.</summary>
    public static MaskView View(Mask mask) => new(
        mask.Index,
        mask.Width,
        mask.Height,
        mask.ForegroundPixels,
        Bounds(mask),
        mask.Place,
        mask.Rle,
        PictureAddress.Mask(mask.AnalysisId, mask.Index, PictureAddress.Version(mask.Rle)),
        PictureAddress.Overlay(mask.AnalysisId, mask.Index, PictureAddress.Version(mask.Rle)));

    /// <summary>The document of a finished analysis. Its masks are stored once, in rows of their own, and put back here.</summary>
    public static AnalysisDocument? Document(Analysis row) => row.Document is null
        ? null
        : WebJson.Read<AnalysisDocument>(row.Document) with { Masks = [.. row.Masks.OrderBy(mask => mask.Index).Select(Document)] };

    private static MaskDocument Document(Mask mask) => new(mask.Width, mask.Height, (int)mask.ForegroundPixels, Bounds(mask), mask.Rle);

    private static PixelRectangle? Bounds(Mask mask) =>
        mask is { BoundsX: { } x, BoundsY: { } y, BoundsWidth: { } width, BoundsHeight: { } height } ? new PixelRectangle(x, y, width, height) : null;

    private static ClassProbabilities? Probabilities(Analysis row) =>
        row is { ProbabilityReal: { } real, ProbabilityFullSynthetic: { } synthetic, ProbabilityTampered: { } tampered }
            ? new ClassProbabilities(real, synthetic, tampered)
            : null;
}
