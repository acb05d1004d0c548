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
        console.WriteLine("In brackets: 95 % interval.");
        console.Write(Verdicts(report.Verdicts));
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
        Table table = new Table().AddColumns("verdict", "precision", "recall", "F1", "ROC-AUC", "called real", "called synthetic", "called tampered");
        foreach (ClassMetrics one in verdicts.Classes)
        {
            IReadOnlyList<int> row = verdicts.Confusion[(int)one.Class];
            table.AddRow(Name(one.Class), Number(one.Precision), Number(one.Recall), Number(one.F1), Number(one.Auc), Count(row[0]), Count(row[1]), Count(row[2]));
        }

        return table.AddRow("all", "accuracy", Number(verdicts.Accuracy), Number(verdicts.MacroF1), Number(verdicts.MacroAuc));
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
