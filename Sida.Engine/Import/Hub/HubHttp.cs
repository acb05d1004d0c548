using System.Net;
using System.Net.Http.Headers;

namespace Sida.Engine.Import.Hub;

/// <summary>
/// GET requests to the hub. Redirects are followed here, not by the HTTP library, since large files come from other hosts and the token
/// must not go there. Messages never show a query: signed addresses are secrets too.
/// </summary>
internal sealed class HubHttp : IDisposable
{
    private const int MaxRedirects = 10;

    private readonly HubOptions _options;
    private readonly HttpClient _http;

    /// <summary>Makes a client; it keeps its connections until disposed.</summary>
    public HubHttp(HubOptions options)
    {
        _options = options;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = options.StallTimeout,
            MaxResponseHeadersLength = 64,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("sida", typeof(HubHttp).Assembly.GetName().Version?.ToString(3)));
    }

    /// <summary>An address of the hub.</summary>
    /// <param name="path">Escaped path, without a slash in front.</param>
    public Uri Address(string path) => new($"{_options.Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary>Whether an address is the hub's own: scheme, host and port.</summary>
    public bool IsHub(Uri uri) => Uri.Compare(uri, _options.Endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Asks for a resource, following redirects; returns when the head of the answer is here.</summary>
    /// <param name="uri">An address of the hub.</param>
    /// <param name="from">First byte wanted.</param>
    /// <param name="etag">What the bytes before it were part of, or null.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <exception cref="TransientHubException">No connection, or no answer in time.</exception>
    /// <exception cref="HubException">A redirect that leads nowhere good.</exception>
    public async Task<HttpResponseMessage> GetAsync(Uri uri, long from, EntityTagHeaderValue? etag, CancellationToken cancellation)
    {
        for (int redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            using HttpRequestMessage request = CreateRequest(uri, from, etag);
            HttpResponseMessage response = await SendAsync(request, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            {
                return response;
            }

            uri = Target(uri, response.Headers.Location);
            response.Dispose();
        }

        throw new HubException($"{Show(uri)}: redirects without end; check HF_ENDPOINT.");
    }

    /// <summary>An address for messages: without its query.</summary>
    public static string Show(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private HttpRequestMessage CreateRequest(Uri uri, long from, EntityTagHeaderValue? etag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
            request.Headers.IfRange = etag is null ? null : new RangeConditionHeaderValue(etag);
        }

        if (_options.Token is not null && IsHub(uri))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.Token);
        }

        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stall.CancelAfter(_options.StallTimeout);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            throw new TransientHubException($"{Show(request.RequestUri!)}: no connection ({error.Message.ReplaceLineEndings(" ")})", null, error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new TransientHubException($"{Show(request.RequestUri!)}: no answer in {_options.StallTimeout:g}", null, error);
        }
    }

    private Uri Target(Uri from, Uri? location)
    {
        Uri? target = location is null ? null : new Uri(from, location);
        return target is not null && (target.Scheme == Uri.UriSchemeHttps || target.Scheme == _options.Endpoint.Scheme)
            ? target
            : throw new HubException($"{Show(from)}: redirects to no address that is as safe as the hub's own; check HF_ENDPOINT.");
    }
}
