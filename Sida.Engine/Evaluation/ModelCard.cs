using System.Globalization;
using System.Text;

namespace Sida.Engine.Evaluation;

/// <summary><c>MODEL_CARD.md</c> of a package: text by people, figures between two markers by the program.</summary>
internal static class ModelCard
{
    public const string FileName = "MODEL_CARD.md";
    public const string Begin = "<!-- figures: written by `sida evaluate --record` -->";
    public const string End = "<!-- end of figures -->";

    /// <summary>Replaces what is between the markers; leaves a card without them, or a package without a card, alone.</summary>
    public static async Task WriteFiguresAsync(string package, MeasuredQuality measured, CancellationToken cancellation)
    {
        string path = Path.Combine(package, FileName);
        if (!File.Exists(path))
        {
            return;
        }

        string card = await File.ReadAllTextAsync(path, cancellation);
        int begin = card.IndexOf(Begin, StringComparison.Ordinal);
        int end = card.IndexOf(End, StringComparison.Ordinal);
        if (begin >= 0 && end > begin)
        {
            string written = string.Concat(card.AsSpan(0, begin + Begin.Length), $"\n\n{Figures(measured)}\n", card.AsSpan(end));
            await File.WriteAllTextAsync(path, written, cancellation);
        }
    }

    internal static string Figures(MeasuredQuality measured)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"Measured on {measured.Verdicts.Accuracy?.Pictures} pictures ({measured.Set}/{measured.Split}, {measured.Date:yyyy-MM-dd}); in brackets the 95 % interval.\n\n");
        text.Append("| | |\n|---|---|\n");
        Row(text, "right verdicts (chance: 0.333)", measured.Verdicts.Accuracy);
        foreach (ClassMetrics one in measured.Verdicts.Classes)
        {
            Row(text, $"found among the {Name(one.Class)} (recall)", one.Recall);
        }

        text.Append(CultureInfo.InvariantCulture, $"| ROC-AUC of the verdicts, mean of the classes | {measured.Verdicts.MacroAuc:0.000} |\n");
        Row(text, "IoU of the mask, mean over tampered pictures", measured.Masks?.MeanIou);
        Row(text, "pixel F1 of the mask, mean over tampered pictures", measured.Masks?.MeanF1);
        Row(text, "pixel ROC-AUC, mean over tampered pictures", measured.Masks?.MeanAuc);
        if (measured.Kinds.Count > 0)
        {
            text.Append("\n| kind | pictures | right verdicts | IoU | pixel F1 |\n|---|---|---|---|---|\n");
        }

        foreach (KindMetrics kind in measured.Kinds)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {kind.Kind} | {kind.Accuracy.Pictures} | {Cell(kind.Accuracy)} | {Cell(kind.MeanIou)} | {Cell(kind.MeanF1)} |\n");
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, string name, Estimate? value)
    {
        if (value is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {Cell(value)} |\n");
        }
    }

    private static string Cell(Estimate? value) =>
        value is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{value.Value:0.000} ({value.Low:0.000} - {value.High:0.000})");

    private static string Name(Verdict verdict) => verdict switch
    {
        Verdict.Real => "real pictures",
        Verdict.FullSynthetic => "fully synthetic pictures",
        _ => "tampered pictures",
    };
}
