using System.Net;

namespace Sida.Engine.Import.Hub;

/// <summary>Brings one file to disk, going on where it stopped, and checks its hash.</summary>
internal sealed class FileDownload(HubOptions options, HubHttp http, HubSnapshot snapshot, HubFile file, HubProgressMeter meter)
{
    /// <summary>Bytes after which an attempt counts as progress, so that a slow but honest connection isn't given up.</summary>
    private const long ProgressBytes = 1 << 20;
    private const int BufferBytes = 1 << 17;

    private readonly string _what = $"{snapshot.Id}/{file.Path}";
    private readonly Uri _address = http.Address(
        $"{snapshot.Id.Repository}/resolve/{snapshot.Commit}/{string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString))}");

    private int _mismatches;

    /// <summary>Downloads the file unless it is here already.</summary>
    /// <param name="folder">Where it goes.</param>
    /// <param name="cancellation">Stops; what has come is kept.</param>
    /// <exception cref="HubException">Refused, missing, altered, cut too often, or the disk is full.</exception>
    public async Task RunAsync(string folder, CancellationToken cancellation)
    {
        string target = Path.Combine(folder, file.Path);
        if (new FileInfo(target) is { Exists: true } whole && whole.Length == file.ByteCount)
        {
            meter.Found(file.ByteCount);
        }
        else
        {
            using PartialFile partial = await PartialFile.OpenAsync(target, file, cancellation).ConfigureAwait(false);
            meter.Found(partial.Length);
            long before = partial.Length;
            await new HubRetry(options).RunAsync(
                () => AttemptAsync(partial, cancellation),
                () =>
                {
                    bool progressed = partial.Length - before >= ProgressBytes;
                    before = partial.Length;
                    return progressed;
                },
                cancellation).ConfigureAwait(false);
            partial.Finish();
        }

        meter.FileDone();
    }

    private async Task<bool> AttemptAsync(PartialFile partial, CancellationToken cancellation)
    {
        if (partial.Length < file.ByteCount)
        {
            using HttpResponseMessage response = await http.GetAsync(_address, partial.Length, partial.Etag, cancellation).ConfigureAwait(false);
            CheckAnswer(response, partial);
            await ReceiveAsync(response, partial, cancellation).ConfigureAwait(false);
        }

        if (!partial.IsRight())
        {
            // Bytes of an earlier run may be to blame; from the beginning it must come out right.
            Discard(partial);
            throw ++_mismatches > 1
                ? new HubException($"{_what}: what comes doesn't have the hash that the hub states; try again later, or check HF_ENDPOINT and any proxy between.")
                : new TransientHubException($"{_what}: what came doesn't have the hash that the hub states");
        }

        return true;
    }

    /// <summary>Makes sure that the bytes to come continue those that are here, or begins anew.</summary>
    private void CheckAnswer(HttpResponseMessage response, PartialFile partial)
    {
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            Discard(partial);
            throw new TransientHubException($"{_what}: the hub can't go on at that byte");
        }

        HubStatus.Check(response, http.IsHub(response.RequestMessage!.RequestUri!), _what);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            // No ranges, or the file behind the address is another one by now (If-Range).
            Discard(partial);
            partial.SetEtag(response.Headers.ETag);
        }
        else if (response.Content.Headers.ContentRange is not { HasRange: true } range || range.From != partial.Length || (range.HasLength && range.Length != file.ByteCount)
            || (partial.Etag is not null && response.Headers.ETag is not null && !partial.Etag.Equals(response.Headers.ETag)))
        {
            Discard(partial);
            throw new TransientHubException($"{_what}: the hub goes on with another part or another file");
        }

        if (response.Content.Headers.ContentLength is long length && length != file.ByteCount - partial.Length)
        {
            Discard(partial);
            throw new HubException($"{_what}: the hub lists {file.ByteCount} bytes but sends another number; try again later, or check HF_ENDPOINT and any proxy between.");
        }
    }

    private async Task ReceiveAsync(HttpResponseMessage response, PartialFile partial, CancellationToken cancellation)
    {
        byte[] buffer = new byte[BufferBytes];
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stall.CancelAfter(options.StallTimeout);
        using Stream body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        while (true)
        {
            stall.CancelAfter(options.StallTimeout);
            int read = await ReadAsync(body, buffer, stall.Token, cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            if (read > file.ByteCount - partial.Length)
            {
                Discard(partial);
                throw new HubException($"{_what}: more than the {file.ByteCount} bytes come that the hub lists; check HF_ENDPOINT and any proxy between.");
            }

            await partial.AppendAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            meter.Received(read);
        }

        if (partial.Length < file.ByteCount)
        {
            throw new TransientHubException($"{_what}: the connection was cut at byte {partial.Length} of {file.ByteCount}");
        }
    }

    private async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken stall, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, stall).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or HttpRequestException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new TransientHubException($"{_what}: the connection was cut", null, error);
        }
    }

    private void Discard(PartialFile partial)
    {
        meter.Discarded(partial.Length);
        partial.Reset();
    }
}
