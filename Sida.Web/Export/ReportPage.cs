using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Sida.Engine.Analysis;
using Sida.Web.Conversations;
using Sida.Web.Work;

namespace Sida.Web.Export;

/// <summary>
/// A printable report of one conversation: what was asked about which picture, what was found, by which model with which settings.
/// One file without scripts or links to anything; all text of people and models is encoded.
/// </summary>
internal static class ReportPage
{
    private const string Style = """
        body { font: 12pt/1.5 Georgia, serif; margin: 2cm auto; max-width: 18cm; color: #1a1a1a }
        h1 { font-size: 20pt } h2 { font-size: 14pt; margin-top: 2em } .verdict { font-size: 14pt; font-weight: bold }
        figure { margin: 1em 0; break-inside: avoid } img { max-width: 100%; max-height: 12cm } figcaption, td, th { font-size: 9pt }
        table { border-collapse: collapse; width: 100% } th { text-align: left; width: 30%; font-weight: normal; color: #555 }
        td { overflow-wrap: anywhere } .answer { white-space: pre-wrap } .flag { color: #8a2b06 } section { break-inside: auto }
        @media print { body { margin: 0 } }
        """;

    public static string Write(ConversationView conversation, Dictionary<Guid, byte[]> pictures, Dictionary<Guid, byte[]> overlays)
    {
        StringBuilder html = new();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>").Append(Text(conversation.Title)).Append("</title><style>").Append(Style)
            .Append("</style></head><body>\n<h1>").Append(Text(conversation.Title)).Append("</h1>\n<p>Report of ").Append(Time(conversation.UpdatedAt))
            .Append(". A model's verdict is a hint, not proof.</p>\n");
        foreach (TurnView turn in conversation.Turns)
        {
            WriteTurn(html, turn, pictures[turn.Picture.Id], overlays.GetValueOrDefault(turn.Answer.Id));
        }

        return html.Append("</body></html>\n").ToString();
    }

    private static void WriteTurn(StringBuilder html, TurnView turn, byte[] picture, byte[]? overlay)
    {
        AnalysisSnapshot answer = turn.Answer;
        html.Append("<section>\n<h2>").Append(Text(turn.Text)).Append("</h2>\n");
        WriteFigure(html, picture, $"{turn.Picture.FileName}, {turn.Picture.Width} × {turn.Picture.Height} pixels, SHA-256 {turn.Picture.Sha256}");
        html.Append("<p class=\"verdict\">").Append(Text(Verdict(answer))).Append("</p>\n");
        foreach (string flag in Flags(answer))
        {
            html.Append("<p class=\"flag\">").Append(Text(flag)).Append("</p>\n");
        }

        html.Append("<p class=\"answer\">").Append(Text(answer.Text)).Append("</p>\n");
        if (overlay is not null)
        {
            WriteFigure(html, overlay, "The region that the model marks as tampered, in red.");
        }

        html.Append("<table>\n");
        foreach ((string name, string value) in Facts(answer))
        {
            html.Append("<tr><th>").Append(Text(name)).Append("</th><td>").Append(Text(value)).Append("</td></tr>\n");
        }

        html.Append("</table>\n</section>\n");
    }

    private static void WriteFigure(StringBuilder html, byte[] jpeg, string caption) =>
        html.Append("<figure><img alt=\"\" src=\"data:image/jpeg;base64,").Append(Convert.ToBase64String(jpeg)).Append("\"><figcaption>").Append(Text(caption)).Append("</figcaption></figure>\n");

    private static string Verdict(AnalysisSnapshot answer) => answer.Verdict switch
    {
        Sida.Engine.Verdict.Real => "● Real",
        Sida.Engine.Verdict.FullSynthetic => "◆ Fully synthetic",
        Sida.Engine.Verdict.Tampered => "▲ Tampered",
        _ => $"No verdict ({answer.State})",
    };

    private static IEnumerable<string> Flags(AnalysisSnapshot answer)
    {
        if (answer.IsContradiction)
        {
            yield return "The text names another class than the verdict.";
        }

        if (answer.LacksMask)
        {
            yield return "The model gave no region, although its verdict is tampered.";
        }

        if (answer.IsTruncated)
        {
            yield return "The answer was cut by the limit on its length.";
        }

        if (answer.FailureMessage is not null)
        {
            yield return answer.FailureMessage;
        }
    }

    private static IEnumerable<(string Name, string Value)> Facts(AnalysisSnapshot answer)
    {
        yield return ("Asked", Time(answer.CreatedAt));
        if (answer.Probabilities is { } sure)
        {
            yield return ("Probabilities", string.Create(CultureInfo.InvariantCulture, $"real {sure.Real:P1}, fully synthetic {sure.FullSynthetic:P1}, tampered {sure.Tampered:P1}"));
        }

        foreach (MaskView mask in answer.Masks)
        {
            yield return ("Marked region", string.Create(CultureInfo.InvariantCulture, $"{mask.Share:P1} of the picture, {mask.ForegroundPixels} pixels"));
        }

        if (answer.Document is not { } document)
        {
            yield return ("Model", answer.Model);
            yield break;
        }

        yield return ("Model", $"{document.Model.Name} {document.Model.Version}, package {document.Model.PackageSha256}, on {document.Model.Device}");
        yield return ("Token limit", answer.MaxNewTokens?.ToString(CultureInfo.InvariantCulture) ?? "the model's own");
        yield return ("Tokens", string.Create(CultureInfo.InvariantCulture, $"{document.PromptTokens.Count} read, {document.AnswerTokens.Count} written"));
        AnalysisTimings timings = document.Timings;
        yield return ("Time", string.Create(CultureInfo.InvariantCulture, $"{timings.Total / 1000:F1} s in all; verdict after {timings.Verdict / 1000:F1} s"));
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
