using System.Net;
using System.Net.Http.Headers;

namespace Sida.Engine.Import.Hub;

/// <summary>What an answer's status means.</summary>
internal static class HubStatus
{
    /// <summary>Lets success pass and makes an error of everything else.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="fromHub">Whether the hub itself gave it, not a host that it sent us to.</param>
    /// <param name="what">What was asked for, for messages.</param>
    /// <exception cref="TransientHubException">It may work later.</exception>
    /// <exception cref="HubException">It won't.</exception>
    public static void Check(HttpResponseMessage response, bool fromHub, string what)
    {
        int status = (int)response.StatusCode;
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
        {
            return;
        }

        // The address of a file on another host is signed for a short time: refusals there mean that it has run out, and the next attempt
        // gets a new one from the hub.
        if (status is 408 or 429 or >= 500 || (!fromHub && status >= 400))
        {
            throw new TransientHubException($"{what}: the hub answers with status {status}", RetryAfter(response.Headers.RetryAfter));
        }

        throw new HubException(status switch
        {
            401 => $"{what}: the hub wants to know who asks, or there is no such model; check the name and set HF_TOKEN to a token that may read it.",
            403 => $"{what}: the hub refuses access; accept the model's terms on its page and set HF_TOKEN to a token that may read it.",
            404 => $"{what}: the hub doesn't have it; check name and revision.",
            _ => $"{what}: the hub answers with status {status}; try again later or check HF_ENDPOINT.",
        });
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        TimeSpan? wait = header?.Delta ?? (header?.Date - DateTimeOffset.UtcNow);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
