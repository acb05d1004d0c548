using System.Globalization;
using Sida.Engine;
using Sida.Engine.Evaluation;
using Spectre.Console;

namespace Sida.Cli.Output;

/// <summary>A report as tables.</summary>
internal static class EvaluationPrinter
{
    public static void Print(IAnsiConsole console, EvaluationReport report)
    {
        console.WriteLine($"{report.Model} on {report.Set}/{report.Split}: {report.Pictures.Count} pictures, {(report.Protocol == EvaluationProtocol.Generated ? "generated answers" : "true answers as input (teacher-forced)")}");
        console.WriteLine($"right verdicts: {Number(report.Verdicts.Accuracy)}; chance 0.333; in brackets the 95 % interval");
        console.Write(Verdicts(report.Verdicts));
        console.Write(Confusion(report.Verdicts));
        if (report.Masks is { } masks)
        {
            console.Write(Masks(masks));
        }

        if (report.Kinds.Count > 0)
        {
            console.Write(Kinds(report.Kinds));
        }

        foreach (string problem in report.Failures.Select(failure => $"{failure.File}: {failure.Reason}").Concat(report.LeftOut))
        {
            console.WriteLine("left out: " + problem);
        }
    }

    private static Table Verdicts(VerdictMetrics verdicts)
    {
        Table table = new Table().AddColumns("class", "precision", "recall", "F1", "ROC-AUC");
        foreach (ClassMetrics one in verdicts.Classes)
        {
            table.AddRow(Name(one.Class), Number(one.Precision), Number(one.Recall), Number(one.F1), Number(one.Auc));
        }

        return table.AddRow("mean", "", "", Number(verdicts.MacroF1), Number(verdicts.MacroAuc));
    }

    private static Table Confusion(VerdictMetrics verdicts)
    {
        Table table = new Table().AddColumns("pictures that are", "called real", "called fully synthetic", "called tampered");
        foreach (ClassMetrics one in verdicts.Classes)
        {
            IReadOnlyList<int> row = verdicts.Confusion[(int)one.Class];
            table.AddRow(Name(one.Class), Count(row[0]), Count(row[1]), Count(row[2]));
        }

        return table;
    }

    private static Table Masks(MaskMetrics masks) => new Table().AddColumns("mask", "mean over pictures", "all pixels together")
        .AddRow("IoU", Number(masks.MeanIou), Number(masks.CumulativeIou))
        .AddRow("F1", Number(masks.MeanF1), Number(masks.CumulativeF1))
        .AddRow("ROC-AUC", Number(masks.MeanAuc), "")
        .AddRow("marked in untampered pictures", Number(masks.FalselyMarked), "");

    private static Table Kinds(IReadOnlyList<KindMetrics> kinds)
    {
        Table table = new Table().AddColumns("kind", "pictures", "right", "IoU", "pixel F1");
        foreach (KindMetrics kind in kinds)
        {
            table.AddRow(Markup.Escape(kind.Kind), Count(kind.Accuracy.Pictures), Number(kind.Accuracy), Number(kind.MeanIou), Number(kind.MeanF1));
        }

        return table;
    }

    private static string Name(Verdict verdict) => verdict switch
    {
        Verdict.Real => "real",
        Verdict.FullSynthetic => "fully synthetic",
        _ => "tampered",
    };

    private static string Count(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double? value) => value is { } known ? known.ToString("0.000", CultureInfo.InvariantCulture) : "";

    private static string Number(Estimate? estimate) => estimate is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{estimate.Value:0.000} ({estimate.Low:0.000} - {estimate.High:0.000})");
}
