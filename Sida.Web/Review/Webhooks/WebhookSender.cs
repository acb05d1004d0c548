using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Pictures;

namespace Sida.Web.Review.Webhooks;

/// <summary>Sends one message. Addresses are judged when they are connected to, redirects are not followed, and nothing of the answer but its status is read.</summary>
internal sealed class WebhookSender : IDisposable
{
    private readonly WebhookSecrets _secrets;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _timeout;
    private readonly HttpClient _client;

    public WebhookSender(IOptions<ReviewOptions> options, IAddressRule rule, WebhookSecrets secrets, TimeProvider clock)
    {
        (_secrets, _clock, _timeout) = (secrets, clock, options.Value.WebhookTimeout);
        bool anywhere = options.Value.PrivateWebhooks;
        _client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = (context, cancellation) => AddressGuard.ConnectAsync(context, (address, port) => anywhere || rule.Allows(address, port), cancellation),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("Sida/1.0 (webhook)");
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Sends a message and says what came of it.</summary>
    public async Task<SendResult> SendAsync(Webhook webhook, WebhookDelivery delivery, CancellationToken cancellation)
    {
        using CancellationTokenSource time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(_timeout);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, webhook.Url) { Content = new StringContent(delivery.Payload, Encoding.UTF8, "application/json") };
            request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(_secrets.Unprotect(webhook.Secret), _clock.GetUtcNow(), delivery.Payload));
            request.Headers.Add(WebhookSignature.EventHeader, delivery.Event.ToString());
            request.Headers.Add(WebhookSignature.DeliveryHeader, delivery.Id.ToString());
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, time.Token);
            return new SendResult(response.IsSuccessStatusCode, response.StatusCode == HttpStatusCode.Gone, $"It answered {(int)response.StatusCode}.");
        }
        catch (HttpRequestException error)
        {
            return new SendResult(false, false, (error.InnerException as RequestException)?.Message is { } why ? $"Not sent: {why}" : "That server can't be reached.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new SendResult(false, false, $"No answer within {_timeout.TotalSeconds:F0} seconds (Sida:Review:WebhookTimeout).");
        }
        catch (CryptographicException)
        {
            return new SendResult(false, true, "This webhook's secret can't be read any more: the server's keys were replaced. Remove it and add it again.");
        }
    }
}

/// <summary>What came of sending a message.</summary>
/// <param name="Taken">Whether the other side took it.</param>
/// <param name="Gone">Whether the address is to be told no more.</param>
/// <param name="Words">For people.</param>
internal sealed record SendResult(bool Taken, bool Gone, string Words);
