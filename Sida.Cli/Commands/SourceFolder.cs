using Sida.Cli.Output;
using Sida.Engine.Import.Hub;

namespace Sida.Cli.Commands;

/// <summary>A model folder, wherever it came from.</summary>
/// <param name="Folder">Where it lies now.</param>
/// <param name="Name">How manifests call it: the folder's own name or the hub id.</param>
/// <param name="Revision">Commit on the hub; null for a folder.</param>
/// <param name="Licence">What the hub says; null for a folder.</param>
internal sealed record SourceFolder(string Folder, string Name, string? Revision, string? Licence)
{
    /// <summary>Takes an existing folder as it is, downloads anything else from the hub.</summary>
    public static async Task<SourceFolder> FindAsync(string source, ProgressLine line, CancellationToken cancellation)
    {
        if (Directory.Exists(source))
        {
            string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(source));
            return new SourceFolder(full, Path.GetFileName(full), null, null);
        }

        DownloadedModel model = await ModelHub.DownloadAsync(source, new DownloadDisplay(source, line), cancellation);
        return new SourceFolder(model.Folder, model.Repository, model.Commit, model.Licence);
    }

    private sealed class DownloadDisplay(string source, ProgressLine line) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) =>
            line.Show($"downloading {source}, {value.FilesDone} of {value.FilesTotal} files", value.BytesDone, value.BytesTotal);
    }
}
