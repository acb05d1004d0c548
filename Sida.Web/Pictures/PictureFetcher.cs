using System.Net;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Access;

namespace Sida.Web.Pictures;

/// <summary>
/// Fetches a picture that a user named by its address, without becoming a way into the server's own network: names are resolved
/// here, only public addresses are connected to (so a name can't change between check and use), and each redirect is judged anew.
/// </summary>
internal sealed class PictureFetcher : IDisposable
{
    private const int MaxRedirects = 4;
    private const int MaxUrlLength = 2000;

    private readonly IOptions<UploadOptions> _options;
    private readonly HttpClient _client;

    public PictureFetcher(IOptions<UploadOptions> options, IAddressRule rule)
    {
        _options = options;
        _client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = (context, cancellation) => AddressGuard.ConnectAsync(context, rule.Allows, cancellation),
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy would resolve the name itself, out of our sight.
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = TimeSpan.FromSeconds(1),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("Sida/1.0 (picture fetcher)");
        _client.DefaultRequestHeaders.Accept.ParseAdd("image/*");
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Begins to fetch; the body is read by the caller, within the time that is left.</summary>
    /// <exception cref="RequestException">The address is not one of a public web server, or that did not give a picture.</exception>
    public async Task<FetchedPicture> FetchAsync(string url, CancellationToken cancellation)
    {
        if (!_options.Value.FetchUrls)
        {
            throw new RequestException("This server does not fetch pictures from addresses (Sida:Uploads:FetchUrls). Save the picture and upload it.");
        }

        CancellationTokenSource? time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(_options.Value.FetchTimeout);
        HttpResponseMessage? response = null;
        try
        {
            Uri address = Parse(url);
            response = await FollowAsync(address, time.Token);
            if (response.Content.Headers.ContentLength > _options.Value.MaxBytes)
            {
                throw new LimitException($"The picture at that address is larger than {_options.Value.MaxBytes >> 20} MB (Sida:Uploads:MaxBytes).", isSize: true);
            }

            Stream body = await response.Content.ReadAsStreamAsync(time.Token);
            FetchedPicture picture = new(new TimedStream(body, time.Token), Uri.UnescapeDataString(address.Segments[^1]), response, time);
            (response, time) = (null, null);
            return picture;
        }
        catch (HttpRequestException error)
        {
            throw new RequestException($"The picture could not be fetched: {(error.InnerException as RequestException)?.Message ?? "that server can't be reached."}", error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new RequestException($"The picture could not be fetched within {_options.Value.FetchTimeout.TotalSeconds:F0} seconds (Sida:Uploads:FetchTimeout).", error);
        }
        finally
        {
            response?.Dispose();
            time?.Dispose();
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(Uri address, CancellationToken cancellation)
    {
        for (int redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, address);
            HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            (HttpStatusCode status, Uri? next) = (response.StatusCode, response.Headers.Location);
            response.Dispose();
            if ((int)status is not (301 or 302 or 303 or 307 or 308) || next is null)
            {
                throw new RequestException($"The server at that address answered {(int)status} instead of a picture.");
            }

            address = Parse(new Uri(address, next).AbsoluteUri);
        }

        throw new RequestException($"That address redirects more than {MaxRedirects} times.");
    }

    private static Uri Parse(string? url)
    {
        bool good = url?.Length <= MaxUrlLength && Uri.TryCreate(url.Trim(), UriKind.Absolute, out Uri? address)
            && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 && address.Host.Length > 0;
        return good ? new Uri(url!.Trim()) : throw new RequestException("Give the address of a picture on the web: https://...");
    }
}
