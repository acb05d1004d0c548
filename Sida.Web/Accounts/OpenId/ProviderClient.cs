using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Sida.Web.Access;

namespace Sida.Web.Accounts.OpenId;

/// <summary>
/// Asks the provider. Its address comes from the settings and its endpoints from there over TLS, so unlike addresses that users name
/// they may lie in the server's own network; but answers are bounded in size and time, and no redirect is followed.
/// </summary>
internal sealed class ProviderClient : IDisposable
{
    private const int MaxBytes = 256 << 10;

    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(10);

    private readonly OpenIdOptions _options;
    private readonly HttpClient _client;

    public ProviderClient(IOptions<AccessOptions> options)
    {
        _options = options.Value.OpenIdConnect;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = MaxTime,
            MaxResponseContentBufferSize = MaxBytes,
        };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("Sida/1.0");
        _client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Something public.</summary>
    public Task<JsonElement> GetAsync(Uri address, CancellationToken cancellation) => SendAsync(new HttpRequestMessage(HttpMethod.Get, address), cancellation);

    /// <summary>Who somebody is (OpenID Connect Core, section 5.3).</summary>
    public Task<JsonElement> GetAsync(Uri address, string accessToken, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", accessToken) } }, cancellation);

    /// <summary>Redeems a code (OpenID Connect Core, section 3.1.3).</summary>
    public Task<JsonElement> RedeemAsync(ProviderDocument provider, string code, string redirectUri, string verifier, CancellationToken cancellation)
    {
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirectUri,
            ["code_verifier"] = verifier,
        };
        HttpRequestMessage request = new(HttpMethod.Post, provider.Token);
        if (provider.TakesSecretInForm)
        {
            (form["client_id"], form["client_secret"]) = (_options.ClientId, _options.ClientSecret);
        }
        else
        {
            // RFC 6749, section 2.3.1: both are encoded as in a form before they are put together.
            string pair = $"{WebUtility.UrlEncode(_options.ClientId)}:{WebUtility.UrlEncode(_options.ClientSecret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }

        request.Content = new FormUrlEncodedContent(form);
        return SendAsync(request, cancellation);
    }

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        {
            Uri address = request.RequestUri!;
            try
            {
                using HttpResponseMessage response = await _client.SendAsync(request, cancellation);
                byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellation);
                return response.IsSuccessStatusCode ? JsonReading.ParseObject(answer) : throw Refusal(address, response, answer);
            }
            catch (HttpRequestException error)
            {
                throw new OpenIdException(OpenIdProblem.Unreachable, $"{address} can't be reached: {error.Message}", error);
            }
            catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
            {
                throw new OpenIdException(OpenIdProblem.Unreachable, $"{address} did not answer within {MaxTime.TotalSeconds:F0} seconds.", error);
            }
            catch (JsonException error)
            {
                throw new OpenIdException(OpenIdProblem.Wrong, $"{address} answered something other than a JSON object.", error);
            }
        }
    }

    /// <summary>Server errors end by themselves; the others are about us, and some say why (RFC 6749, section 5.2).</summary>
    private static OpenIdException Refusal(Uri address, HttpResponseMessage response, byte[] answer)
    {
        string? code = response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonReading.ParseObject(answer).Text("error") : null;
        string reason = code is { Length: < 100 } && !code.Any(char.IsControl) ? $" ({code})" : "";
        return new OpenIdException((int)response.StatusCode >= 500 ? OpenIdProblem.Unreachable : OpenIdProblem.Wrong, $"{address} answered {(int)response.StatusCode}{reason}.");
    }
}
