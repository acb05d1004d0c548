using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sida.Engine.Import.Hub;

/// <summary>
/// The hub's public HTTP API, as far as listing a model goes (https://huggingface.co/docs/hub/api): `/api/models/{id}/revision/{revision}`
/// for the commit and `/api/models/{id}/tree/{commit}` for sizes and hashes, page by page.
/// </summary>
internal sealed partial class HubClient(HubOptions options, HubHttp http)
{
    private const int MaxAnswerBytes = 16 << 20;
    private const int MaxPages = 100;
    private const int MaxFiles = 20_000;
    private const long MaxFileBytes = 1L << 46;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32 };

    /// <summary>Lists a model's files.</summary>
    /// <exception cref="HubException">No such model, no access, or an answer that makes no sense.</exception>
    public async Task<HubSnapshot> ListAsync(HubModelId id, CancellationToken cancellation)
    {
        string model = $"api/models/{id.Repository}";
        (JsonElement info, _) = await GetJsonAsync(http.Address($"{model}/revision/{Uri.EscapeDataString(id.Revision)}"), id, cancellation).ConfigureAwait(false);
        string commit = Text(info, "sha");
        if (!Sha1().IsMatch(commit))
        {
            throw Nonsense(id, "names no commit");
        }

        var files = new List<HubFile>();
        Uri? next = http.Address($"{model}/tree/{commit}?recursive=true");
        for (int page = 0; next is not null; page++)
        {
            (JsonElement tree, Uri? following) = await GetJsonAsync(next, id, cancellation).ConfigureAwait(false);
            if (tree.ValueKind != JsonValueKind.Array || page == MaxPages || files.Count > MaxFiles)
            {
                throw Nonsense(id, "gives no list of files, or one without end");
            }

            files.AddRange(tree.EnumerateArray().Where(entry => Text(entry, "type") == "file").Select(entry => ReadFile(id, entry)));
            next = following;
        }

        return new HubSnapshot(id, commit, License(info), files);
    }

    private async Task<(JsonElement Answer, Uri? Next)> GetJsonAsync(Uri uri, HubModelId id, CancellationToken cancellation) =>
        await new HubRetry(options).RunAsync(
            async () =>
            {
                using HttpResponseMessage response = await http.GetAsync(uri, 0, null, cancellation).ConfigureAwait(false);
                HubStatus.Check(response, http.IsHub(response.RequestMessage!.RequestUri!), id.ToString());
                byte[] body = await ReadBodyAsync(response, id, cancellation).ConfigureAwait(false);
                try
                {
                    using JsonDocument document = JsonDocument.Parse(body, Strict);
                    return (document.RootElement.Clone(), NextPage(response, uri, id));
                }
                catch (JsonException error)
                {
                    throw new HubException($"{id}: the hub's answer isn't JSON; check HF_ENDPOINT.", error);
                }
            },
            () => false,
            cancellation).ConfigureAwait(false);

    private async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, HubModelId id, CancellationToken cancellation)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stall.CancelAfter(options.StallTimeout);
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, stall.Token).ConfigureAwait(false);
            return await response.Content.ReadAsByteArrayAsync(stall.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new HubException($"{id}: the hub's answer is larger than {MaxAnswerBytes} bytes; check HF_ENDPOINT.", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new TransientHubException($"{id}: the connection to the hub was cut", null, error);
        }
    }

    /// <summary>The `Link: &lt;address&gt;; rel="next"` of a list that goes on; it must stay on the hub, since the token goes with it.</summary>
    private Uri? NextPage(HttpResponseMessage response, Uri current, HubModelId id)
    {
        Match link = response.Headers.TryGetValues("Link", out IEnumerable<string>? links) ? NextLink().Match(string.Join(", ", links)) : Match.Empty;
        if (!link.Success)
        {
            return null;
        }

        return Uri.TryCreate(current, link.Groups["address"].Value, out Uri? next) && http.IsHub(next) ? next : throw Nonsense(id, "continues its list elsewhere");
    }

    private static HubFile ReadFile(HubModelId id, JsonElement entry)
    {
        string path = Text(entry, "path");
        if (!IsSafePath(path))
        {
            throw Nonsense(id, "lists a file whose name leaves the model's folder");
        }

        bool isLarge = entry.TryGetProperty("lfs", out JsonElement lfs) && lfs.ValueKind == JsonValueKind.Object;
        string hash = Text(isLarge ? lfs : entry, "oid");
        long size = entry.TryGetProperty("size", out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long bytes) ? bytes : -1;
        return size is >= 0 and <= MaxFileBytes && (isLarge ? Sha256() : Sha1()).IsMatch(hash)
            ? new HubFile(path, size, new HubHash(isLarge, hash))
            : throw Nonsense(id, "lists a file without size or hash");
    }

    private static bool IsSafePath(string path) => path.Length is > 0 and <= 1000 && !path.Contains('\\', StringComparison.Ordinal)
        && !path.Any(char.IsControl) && !path.Split('/').Any(step => step is "" or "." or "..");

    private static string? License(JsonElement info)
    {
        const string Prefix = "license:";
        return info.TryGetProperty("tags", out JsonElement tags) && tags.ValueKind == JsonValueKind.Array
            ? tags.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!)
                .FirstOrDefault(tag => tag.StartsWith(Prefix, StringComparison.Ordinal) && tag.Length < 100 && !tag.Any(char.IsControl))?[Prefix.Length..]
            : null;
    }

    private static string Text(JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : string.Empty;

    private static HubException Nonsense(HubModelId id, string what) => new($"{id}: the hub's answer {what}; check HF_ENDPOINT.");

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex Sha1();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Sha256();

    [GeneratedRegex("""<(?<address>[^<>]+)>\s*;\s*rel="?next"?""")]
    private static partial Regex NextLink();
}
