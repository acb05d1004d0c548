using Sida.Engine.Import;
using Sida.Engine.Models;

namespace Sida.Cli.Output;

/// <summary>Shows an import's progress and outcome.</summary>
internal sealed class ImportDisplay(ProgressLine line) : IProgress<ImportProgress>
{
    public void Report(ImportProgress value) =>
        line.Show($"[{value.StageNumber}/{value.StageCount}] {value.Stage}", value.BytesDone, value.BytesTotal);

    /// <summary>Says what was made.</summary>
    public void Finish(ModelPackage package)
    {
        ModelManifest manifest = package.Manifest;
        long bytes = manifest.Files.Sum(file => file.Size);
        line.WriteLine($"{manifest.Name} is ready: {package.Folder} ({Quantity.Bytes(bytes)}, language model {manifest.Precision.Language}, vision {manifest.Precision.Vision})");
        line.WriteLine($"licence: {manifest.Source.Licence}");
        foreach (string warning in manifest.Warnings)
        {
            line.WriteLine($"warning: {warning}");
        }
    }
}
