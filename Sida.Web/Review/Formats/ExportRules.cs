using System.Text;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Engine.Language.Prompts;
using Sida.Web.Review.Explaining;

namespace Sida.Web.Review.Formats;

/// <summary>
/// What the readers of a format need of a record. For SID_Set and SID_Set_description these are the rules that follow from the official code,
/// which reads extensions literally, drops tampered pictures without a mask, and splits texts at its special tokens.
/// </summary>
internal static class ExportRules
{
    private static readonly string[] Tokens = ["[CLS]", "[SEG]", "[END]", "</s>", " ASSISTANT: "];

    /// <summary>Why a record can't be exported; null when it can.</summary>
    public static string? FindProblem(ReviewRecord record, ExportOrder order)
    {
        Annotation annotation = record.Annotation;
        if (annotation.Verdict is not { } verdict)
        {
            return order.Format == ReviewFormat.JsonLines ? null : "it has no verdict";
        }

        bool masked = annotation.Mask is not null;
        return order.Format switch
        {
            ReviewFormat.JsonLines => null,
            _ when masked && !Fits(annotation.Mask!, record.Picture) => "its mask has another size than the picture",
            _ when masked && verdict != Verdict.Tampered => "it has a mask though it isn't tampered",
            ReviewFormat.SidSet or ReviewFormat.SidSetDescription when verdict == Verdict.Tampered && !masked => "it is tampered but has no mask",
            ReviewFormat.SidSetDescription => FindTextProblem(annotation.Explanation, order.AnyText),
            _ => null,
        };
    }

    /// <summary>What somebody should know of a record that can be exported; null for nothing.</summary>
    public static string? FindWarning(ReviewRecord record, ExportOrder order, TokenCounter counter)
    {
        if (order.Format == ReviewFormat.SidSetDescription && FindLength(record.Annotation.Explanation, counter) is { } tooLong)
        {
            return tooLong;
        }

        bool sidSet = order.Format is ReviewFormat.SidSet or ReviewFormat.SidSetDescription;
        return sidSet && record.Annotation.Verdict == Verdict.Real && record.Picture.Format != nameof(ImageFormat.Jpeg)
            ? $"it is stored as {record.Picture.Format}; SID_Set has real pictures as JPEG, so it is saved as JPEG once more (quality {PictureFiles.Quality}), which leaves traces"
            : null;
    }

    /// <summary>Longer descriptions are exported, but the official code cuts them off. No token is shorter than a byte, so most need not be counted.</summary>
    private static string? FindLength(string text, TokenCounter counter)
    {
        if (Encoding.UTF8.GetByteCount(text) <= ExplanationCheck.MaxTokens)
        {
            return null;
        }

        (int tokens, bool isEstimate) = counter.Count(text);
        return tokens <= ExplanationCheck.MaxTokens ? null
            : isEstimate ? $"its explanation has about {tokens} tokens, estimated from {text.Length} characters; training cuts it off after {ExplanationCheck.MaxTokens}"
            : $"its explanation has {tokens} tokens; training cuts it off after {ExplanationCheck.MaxTokens}";
    }

    private static string? FindTextProblem(string text, bool anyText)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "it has no explanation, and every picture of SID_Set_description needs one";
        }

        if (Array.Find(Tokens, token => text.Contains(token, StringComparison.OrdinalIgnoreCase)) is { } token)
        {
            return $"its explanation has \"{token.Trim()}\", where the training code would cut it";
        }

        return anyText || Explanation.Parse(text).IsStructured
            ? null
            : "its explanation doesn't follow the grammar (Type: ..., Areas: ..., <lighting> ...)";
    }

    private static bool Fits(MaskCode mask, PictureRef picture) => mask.Width == picture.Width && mask.Height == picture.Height;
}
