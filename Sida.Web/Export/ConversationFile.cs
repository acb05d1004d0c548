using Sida.Engine.Analysis;
using Sida.Web.Data.Entities;
using Sida.Web.Work;

namespace Sida.Web.Export;

/// <summary>conversation.json of an export.</summary>
internal static class ConversationFile
{
    public const int FormatVersion = 1;

    public static string PicturePath(Picture picture) => $"pictures/{picture.Sha256}.jpg";

    public static string MaskPath(Guid analysis, int index) => $"masks/{analysis}-{index}.png";

    public static string OverlayPath(Guid analysis, int index) => $"overlays/{analysis}-{index}.jpg";

    public static ConversationJson Of(ExportedConversation conversation) => new(
        FormatVersion,
        conversation.View.Id,
        conversation.View.Title,
        conversation.View.CreatedAt,
        [.. conversation.View.Turns.Select(turn => turn.QuestionId)],
        [.. conversation.Questions.Select(Question)]);

    private static QuestionJson Question(Question row) => new(
        row.Id,
        row.ParentAnalysisId,
        row.Text,
        row.CreatedAt,
        new PictureJson(row.Picture!.Sha256, row.Picture.FileName, row.Picture.Format, row.Picture.Bytes, row.Picture.Width, row.Picture.Height, PicturePath(row.Picture)),
        [.. row.Analyses.OrderBy(analysis => analysis.CreatedAt).Select(Answer)]);

    private static AnswerJson Answer(Analysis row) => new(
        row.Id,
        row.Model,
        row.State,
        row.CreatedAt,
        row.FinishedAt,
        row.MaxNewTokens,
        row.Text,
        SnapshotReader.Document(row),
        row.FailureMessage,
        [.. row.Masks.OrderBy(mask => mask.Index).Select(mask => MaskPath(row.Id, mask.Index))]);
}

/// <summary>The whole conversation; <c>Shown</c> names the questions of the shown branch, first to last.</summary>
internal sealed record ConversationJson(int FormatVersion, Guid Id, string Title, DateTimeOffset CreatedAt, IReadOnlyList<Guid> Shown, IReadOnlyList<QuestionJson> Questions);

/// <summary>A question; <c>Follows</c> is the answer that it hangs under.</summary>
internal sealed record QuestionJson(Guid Id, Guid? Follows, string Text, DateTimeOffset AskedAt, PictureJson Picture, IReadOnlyList<AnswerJson> Answers);

/// <summary>A picture; hash and size are of the uploaded file, the copy in the export has no metadata.</summary>
internal sealed record PictureJson(string Sha256, string FileName, string Format, long Bytes, int Width, int Height, string Copy);

/// <summary>An answer; <c>Result</c> is what the command line would write.</summary>
internal sealed record AnswerJson(
    Guid Id, string Model, AnalysisState State, DateTimeOffset AskedAt, DateTimeOffset? FinishedAt, int? MaxNewTokens, string Text, AnalysisDocument? Result, string? Failure, IReadOnlyList<string> Masks);
