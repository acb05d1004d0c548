namespace Sida.Engine.Import.Hub;

/// <summary>The model hub as the environment configures it (HF_ENDPOINT, HF_TOKEN, SIDA_CACHE).</summary>
public static class ModelHub
{
    /// <summary>Downloads what an import needs of a model, or completes what an earlier run began.</summary>
    /// <param name="id"><c>owner/name</c> or <c>owner/name@revision</c>.</param>
    /// <param name="progress">Told at most ten times a second, from any thread.</param>
    /// <param name="cancellation">Stops; what has come is kept for the next run.</param>
    /// <exception cref="HubException">No such id, refused, missing, altered, cut too often, or no room.</exception>
    public static async Task<DownloadedModel> DownloadAsync(string id, IProgress<HubProgress>? progress, CancellationToken cancellation)
    {
        if (!HubModelId.TryParse(id, out HubModelId? model))
        {
            throw new HubException($"{id}: neither an existing folder nor a hub id. Give a folder, owner/name or owner/name@revision.");
        }

        using HubDownloader downloader = new(HubOptions.FromEnvironment(Environment.GetEnvironmentVariable));
        HubDownload download = await downloader.DownloadAsync(model, progress, cancellation).ConfigureAwait(false);
        return new DownloadedModel(download.Folder, model.Repository, download.Snapshot.Commit, download.Snapshot.License);
    }
}

/// <summary>A model that lies on this machine now.</summary>
/// <param name="Folder">Its folder in the cache.</param>
/// <param name="Repository"><c>owner/name</c>.</param>
/// <param name="Commit">What its revision was at the time.</param>
/// <param name="Licence">What the hub says its licence is; null when it says nothing.</param>
public sealed record DownloadedModel(string Folder, string Repository, string Commit, string? Licence);
