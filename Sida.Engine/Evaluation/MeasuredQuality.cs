using System.Text.Json;
using Sida.Engine.Models;

namespace Sida.Engine.Evaluation;

/// <summary>How good a package was found to be: written into its manifest by an evaluation, never typed.</summary>
public sealed record MeasuredQuality
{
    /// <summary>Name of the set that it was measured on.</summary>
    public required string Set { get; init; }

    /// <summary>The split; its pictures must not have been trained on.</summary>
    public required string Split { get; init; }

    /// <summary>The question that was asked.</summary>
    public required string Prompt { get; init; }

    /// <summary>Day of the measurement.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>Verdicts.</summary>
    public required VerdictMetrics Verdicts { get; init; }

    /// <summary>Masks; null when the set had no tampered picture.</summary>
    public MaskMetrics? Masks { get; init; }

    /// <summary>Each manipulation and generator.</summary>
    public IReadOnlyList<KindMetrics> Kinds { get; init; } = [];

    /// <summary>Takes the figures of a report.</summary>
    public static MeasuredQuality Of(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new MeasuredQuality
        {
            Set = report.Set,
            Split = report.Split,
            Prompt = report.Prompt,
            Date = DateOnly.FromDateTime(DateTime.UtcNow),
            Verdicts = report.Verdicts,
            Masks = report.Masks,
            Kinds = report.Kinds,
        };
    }

    /// <summary>The figures of a manifest.</summary>
    /// <returns>Null when nothing was measured, or by a program whose figures this one doesn't understand.</returns>
    public static MeasuredQuality? Read(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        try
        {
            return manifest.Measured?.Deserialize(EvaluationJson.Default.Quality);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the figures into the package's <c>model.json</c>, and into its model card where it has one with a place for them.</summary>
    /// <exception cref="PackageException">The package has no readable manifest.</exception>
    public async Task RecordAsync(string package, CancellationToken cancellation = default)
    {
        string path = Path.Combine(package, ModelManifest.FileName);
        ModelManifest manifest = ModelManifestJson.Read(path) with { Measured = JsonSerializer.SerializeToElement(this, EvaluationJson.Default.Quality) };
        string partial = path + ".partial";
        await File.WriteAllBytesAsync(partial, ModelManifestJson.Write(manifest), cancellation);
        File.Move(partial, path, overwrite: true);
        await ModelCard.WriteFiguresAsync(package, this, cancellation);
    }
}
