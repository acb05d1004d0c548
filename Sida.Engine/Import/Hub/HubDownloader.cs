namespace Sida.Engine.Import.Hub;

/// <summary>Downloads the files of a hub model that an import needs into `CACHE/OWNER--NAME/COMMIT/`.</summary>
internal sealed class HubDownloader : IDisposable
{
    private const int DiskFullOnLinux = 28;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    private readonly HubOptions _options;
    private readonly HubHttp _http;

    /// <summary>Makes a downloader; it keeps its connections until disposed.</summary>
    public HubDownloader(HubOptions options)
    {
        _options = options;
        _http = new HubHttp(options);
    }

    /// <summary>Downloads a model, or completes what an earlier run began; files that are here already aren't asked for again.</summary>
    /// <param name="id">The model.</param>
    /// <param name="progress">Told at most ten times a second, from any thread.</param>
    /// <param name="cancellation">Stops; what has come is kept for the next run.</param>
    /// <exception cref="HubException">Refused, missing, altered, cut too often, no room, or another process is at it.</exception>
    public async Task<HubDownload> DownloadAsync(HubModelId id, IProgress<HubProgress>? progress, CancellationToken cancellation)
    {
        HubSnapshot snapshot = HubFileSelection.Choose(await new HubClient(_options, _http).ListAsync(id, cancellation).ConfigureAwait(false));
        string folder = Path.Combine(Path.GetFullPath(_options.CacheFolder), $"{id.Owner}--{id.Name}", snapshot.Commit);
        try
        {
            Directory.CreateDirectory(folder);
            using FileStream only = Lock(folder, id);
            CheckRoom(snapshot, folder);
            var meter = new HubProgressMeter(progress, snapshot.Files.Count, snapshot.Files.Sum(file => file.ByteCount));
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.MaxParallelFiles, CancellationToken = cancellation };
            await Parallel.ForEachAsync(snapshot.Files, parallel, async (file, stop) =>
                await new FileDownload(_options, _http, snapshot, file, meter).RunAsync(folder, stop).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (IOException error) when (error.HResult is DiskFullOnLinux or DiskFullOnWindows)
        {
            throw new HubException($"{id}: no room is left in {folder}; make some or set SIDA_CACHE, then run the same command again to go on.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HubException($"{id}: can't write to {folder} ({error.Message.ReplaceLineEndings(" ")}); make it writable or set SIDA_CACHE.", error);
        }

        return new HubDownload(snapshot, folder);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static FileStream Lock(string folder, HubModelId id)
    {
        try
        {
            return new FileStream(folder + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(folder + ".lock"))
        {
            throw new HubException($"{id}: another process is downloading it into {folder}; wait until that is done.", error);
        }
    }

    private void CheckRoom(HubSnapshot snapshot, string folder)
    {
        long missing = snapshot.Files.Sum(file => file.ByteCount - Present(Path.Combine(folder, file.Path)));
        long free = _options.FreeSpace(folder);
        if (missing > free)
        {
            throw new HubException($"{snapshot.Id}: needs {missing >> 20} MiB more in {folder}, but {free >> 20} MiB are free; make room or set SIDA_CACHE.");
        }
    }

    private static long Present(string target) =>
        new[] { target, target + ".partial" }.Select(path => new FileInfo(path)).Where(file => file.Exists).Sum(file => file.Length);
}
