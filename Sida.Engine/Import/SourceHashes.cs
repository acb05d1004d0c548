using Sida.Engine.Import.Checkpoints;
using Sida.Engine.Models;

namespace Sida.Engine.Import;

/// <summary>The weight files that an import read, with their hashes.</summary>
/// <param name="Checkpoint">Of the checkpoint.</param>
/// <param name="Tower">Of the vision tower.</param>
internal sealed record SourceHashes(IReadOnlyList<PackageFile> Checkpoint, IReadOnlyList<PackageFile> Tower)
{
    /// <summary>Hashes the files one after the other.</summary>
    public static async Task<SourceHashes> ComputeAsync(
        IReadOnlyList<CheckpointFile> checkpoint, IReadOnlyList<CheckpointFile> tower, CancellationToken cancellation) =>
        new(await HashAsync(checkpoint, cancellation), await HashAsync(tower, cancellation));

    private static async Task<IReadOnlyList<PackageFile>> HashAsync(IReadOnlyList<CheckpointFile> files, CancellationToken cancellation)
    {
        List<PackageFile> hashed = [];
        foreach (CheckpointFile file in files)
        {
            hashed.Add(new PackageFile(file.Name, file.ByteCount, await FileHash.Sha256Async(file.Path, cancellation)));
        }

        return hashed;
    }
}
