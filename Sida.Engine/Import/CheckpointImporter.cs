using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sida.Engine.Models;

namespace Sida.Engine.Import;

/// <summary>Turns a published checkpoint into a model package, without Python and without running anything that the checkpoint holds.</summary>
public static class CheckpointImporter
{
    /// <summary>Imports a checkpoint. What is whole when it is interrupted is reused by the same call.</summary>
    /// <param name="options">What to import and how.</param>
    /// <param name="progress">Told how far it is; null for nobody.</param>
    /// <param name="cancellation">Stops within a chunk of weights.</param>
    /// <returns>The package.</returns>
    /// <exception cref="CheckpointException">The checkpoint is damaged, incomplete or of a kind that isn't known; names files and tensors.</exception>
    /// <exception cref="PackageException">The output folder exists, or another import writes it.</exception>
    public static async Task<ModelPackage> ImportAsync(ImportOptions options, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        using ImportPlan plan = await Task.Run(() => ImportPlan.Create(options), cancellation);
        string output = Path.GetFullPath(options.Output);
        using (ImportWorkspace workspace = ImportWorkspace.Open(output, Fingerprint(options, plan)))
        {
            // The sources are hashed beside the work: both read the same bytes, so the second reader finds them in memory.
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Task<SourceHashes> sources = SourceHashes.ComputeAsync(plan.CheckpointFiles, plan.TowerFiles, stop.Token);
            try
            {
                await RunStagesAsync(plan, workspace, progress, cancellation);
                ModelManifest manifest = PackageManifest.Create(plan, options, workspace.Files, await sources);
                await workspace.CompleteAsync(manifest, cancellation);
            }
            finally
            {
                await stop.CancelAsync();
                await sources.ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }

        return await ModelPackage.OpenUnverifiedAsync(output, cancellation);
    }

    private static async Task RunStagesAsync(ImportPlan plan, ImportWorkspace workspace, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        IReadOnlyList<ImportStage> stages = plan.Stages;
        for (int index = 0; index < stages.Count; index++)
        {
            ImportStage stage = stages[index];
            int number = index + 1;
            if (workspace.Has(stage.Name))
            {
                progress?.Report(new ImportProgress($"{stage.Name} (done before)", number, stages.Count, 0, 0));
                continue;
            }

            void Report(string step, long done, long total) => progress?.Report(new ImportProgress(step, number, stages.Count, done, total));
            Report(stage.Name, 0, stage.Bytes);
            await stage.RunAsync(workspace.Folder, Report, cancellation);
            await workspace.AddAsync(stage.Name, cancellation);
        }
    }

    /// <summary>Everything that decides the package's bytes: options, this very build of the program, names, sizes and times of all files of the sources.</summary>
    private static string Fingerprint(ImportOptions options, ImportPlan plan)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{PackageManifest.ProgramBuild}\n{options with { Output = "" }}\n");
        IEnumerable<string> folders = new[] { options.CheckpointFolder, options.VisionTowerFolder }.SelectMany(Directory.EnumerateFiles);
        IEnumerable<string> weights = plan.CheckpointFiles.Concat(plan.TowerFiles).Select(source => source.Path);
        foreach (FileInfo file in folders.Concat(weights).Select(Path.GetFullPath).Distinct().Order(StringComparer.Ordinal).Select(path => new FileInfo(path)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
