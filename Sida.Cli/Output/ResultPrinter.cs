using System.Globalization;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Engine.Models;

namespace Sida.Cli.Output;

/// <summary>Tells a person what came out, the verdict before the text, the text as it is written.</summary>
internal sealed class ResultPrinter(TextWriter output, ModelManifest model)
{
    private bool _streamed;

    /// <summary>Shows one step of a single analysis.</summary>
    public void Show(AnalysisEvent step)
    {
        switch (step)
        {
            case VerdictEvent verdict:
                WriteVerdict(verdict.Verdict, verdict.Probabilities);
                break;
            case TokenEvent { Text.Length: > 0 } token when model.ResponseMode == ResponseMode.Generated:
                output.Write(token.Text);
                output.Flush();
                _streamed = true;
                break;
            case FinishedEvent finished:
                WriteRest(finished.Result);
                break;
        }
    }

    /// <summary>Shows a whole result at once.</summary>
    public void Show(AnalysisResult result)
    {
        if (result.Verdict is { } verdict)
        {
            WriteVerdict(verdict, result.Probabilities!);
        }

        WriteRest(result);
    }

    private void WriteVerdict(Verdict verdict, ClassProbabilities probabilities)
    {
        string line = verdict switch
        {
            Verdict.Real => "● Real",
            Verdict.FullSynthetic => "◆ Fully synthetic",
            _ => "▲ Tampered",
        };
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{line}   real {probabilities.Real:P1}, fully synthetic {probabilities.FullSynthetic:P1}, tampered {probabilities.Tampered:P1}"));
    }

    private void WriteRest(AnalysisResult result)
    {
        output.WriteLine(_streamed ? "" : result.Text);
        if (result.Verdict is null)
        {
            output.WriteLine("No verdict: neither the question nor the answer contains [CLS].");
        }

        if (result.Verdict == Verdict.Tampered && !result.MaskProduced)
        {
            output.WriteLine("No mask was produced: the answer contains no [SEG].");
        }

        foreach (BinaryMask mask in result.Masks)
        {
            output.WriteLine(Describe(mask));
        }

        if (result.Contradiction)
        {
            output.WriteLine("Caution: the text names another class than the verdict.");
        }

        if (result.Truncated)
        {
            output.WriteLine("Caution: the answer was cut by the token limit.");
        }

        output.WriteLine($"({Quantity.Milliseconds(result.Timings.Total)})");
    }

    private static string Describe(BinaryMask mask) => mask.FindPlace() is { } place
        ? string.Create(CultureInfo.InvariantCulture, $"Mask: {mask.Share:P1} of the picture, {place.InWords()}")
        : "Mask: empty, the model marked no pixel.";
}
