using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data.Entities.Review;
using Sida.Web.Review.Webhooks;

namespace Sida.Web.Tests.Web.Review;

/// <summary>Messages to other programs: signed, sent again when they fail, and never into the server's own network.</summary>
public sealed class WebhookTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void The_signature_is_hmac_sha256_of_time_and_body() =>
        // echo -n '1700000000.{}' | openssl dgst -sha256 -hmac 'secret'
        Assert.Equal("t=1700000000,v1=" + Hex("secret", "1700000000.{}"), WebhookSignature.Of("secret", DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), "{}"));

    [Fact]
    public async Task What_happens_is_told_signed_and_in_order()
    {
        await using Listener listener = await Listener.StartAsync();
        using SidaServer server = new SidaServer().With("Sida:Review:PrivateWebhooks", "true");
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        WebhookService webhooks = team.Get<WebhookService>();
        AddedWebhook added = await webhooks.AddAsync(team.Manager, team.Project, new NewWebhook(listener.Url, [WebhookEvents.ItemSubmitted, WebhookEvents.ItemReturned]), Cancellation);
        Guid item = await team.AddAsync();
        await team.SubmitAsync(team.Anna, item);
        await team.Decisions.ReturnAsync(team.Reviewer, item, 1, "Look again.", null, Cancellation);
        await listener.WaitForAsync(2);
        (string Signature, string Event, string Body)[] messages = [.. listener.Messages];
        Assert.Equal(["ItemSubmitted", "ItemReturned"], messages.Select(message => message.Event));
        foreach ((string signature, _, string body) in messages)
        {
            string time = signature[2..signature.IndexOf(',', StringComparison.Ordinal)];
            Assert.Equal($"t={time},v1={Hex(added.Secret, $"{time}.{body}")}", signature);
        }

        JsonElement returned = JsonDocument.Parse(messages[1].Body).RootElement;
        Assert.Equal(("itemReturned", item, team.Project, "Look again."), (
            returned.GetProperty("event").GetString(), returned.GetProperty("data").GetProperty("itemId").GetGuid(), returned.GetProperty("projectId").GetGuid(), returned.GetProperty("data").GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task What_fails_is_sent_again_later_and_given_up_at_last()
    {
        await using Listener listener = await Listener.StartAsync();
        using SidaServer server = new SidaServer().With("Sida:Review:PrivateWebhooks", "true");
        (ReviewTeam team, WebhookService webhooks, DeliveryWorker worker, Guid webhook) = await FailingAsync(server, listener);
        Guid delivery = await webhooks.PingAsync(team.Manager, team.Project, webhook, Cancellation);
        for (int attempt = 1; attempt <= 7; attempt++)
        {
            await worker.DeliverDueAsync(Cancellation);
            DeliveryView seen = Assert.Single(await webhooks.DeliveriesAsync(team.Manager, team.Project, webhook, Cancellation));
            Assert.Equal((attempt, attempt < 7 ? DeliveryState.Pending : DeliveryState.Failed, "It answered 500."), (seen.Attempts, seen.State, seen.LastResult));
            Assert.Equal(0, await worker.DeliverDueAsync(Cancellation));
            server.Clock.Advance(TimeSpan.FromDays(1));
        }

        listener.Answer = HttpStatusCode.NoContent;
        await webhooks.RetryAsync(team.Manager, team.Project, webhook, delivery, Cancellation);
        await worker.DeliverDueAsync(Cancellation);
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await webhooks.DeliveriesAsync(team.Manager, team.Project, webhook, Cancellation)).State);

        listener.Answer = HttpStatusCode.Gone;
        await webhooks.PingAsync(team.Manager, team.Project, webhook, Cancellation);
        await worker.DeliverDueAsync(Cancellation);
        Assert.False(Assert.Single(await webhooks.ListAsync(team.Manager, team.Project, Cancellation)).IsActive);
    }

    [Fact]
    public async Task An_address_that_fails_is_asked_once_in_a_round_for_all_its_messages()
    {
        await using Listener listener = await Listener.StartAsync();
        using SidaServer server = new SidaServer().With("Sida:Review:PrivateWebhooks", "true");
        (ReviewTeam team, WebhookService webhooks, DeliveryWorker worker, Guid webhook) = await FailingAsync(server, listener);
        for (int i = 0; i < 3; i++)
        {
            await webhooks.PingAsync(team.Manager, team.Project, webhook, Cancellation);
        }

        await worker.DeliverDueAsync(Cancellation);
        int before = listener.Messages.Count;
        server.Clock.Advance(TimeSpan.FromDays(1));
        await worker.DeliverDueAsync(Cancellation);
        Assert.Equal(before + 1, listener.Messages.Count);
        Assert.All(await webhooks.DeliveriesAsync(team.Manager, team.Project, webhook, Cancellation), seen => Assert.Equal((2, DeliveryState.Pending), (seen.Attempts, seen.State)));

        listener.Answer = HttpStatusCode.NoContent;
        server.Clock.Advance(TimeSpan.FromDays(1));
        await worker.DeliverDueAsync(Cancellation);
        Assert.Equal(before + 4, listener.Messages.Count);
        Assert.All(await webhooks.DeliveriesAsync(team.Manager, team.Project, webhook, Cancellation), seen => Assert.Equal(DeliveryState.Delivered, seen.State));
    }

    [Fact]
    public async Task Addresses_inside_are_refused_when_they_are_connected_to()
    {
        using SidaServer server = new();
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        WebhookService webhooks = team.Get<WebhookService>();
        foreach (string url in new[] { "http://example.org/", "ftp://example.org/", "https://user:secret@example.org/", "nonsense", "" })
        {
            await Assert.ThrowsAsync<RequestException>(() => webhooks.AddAsync(team.Manager, team.Project, new NewWebhook(url, [WebhookEvents.ItemAccepted]), Cancellation));
        }

        await Assert.ThrowsAsync<RequestException>(() => webhooks.AddAsync(team.Manager, team.Project, new NewWebhook("https://example.org/", []), Cancellation));
        await Assert.ThrowsAsync<ForbiddenException>(() => webhooks.AddAsync(team.Reviewer, team.Project, new NewWebhook("https://example.org/", [WebhookEvents.ItemAccepted]), Cancellation));
        Guid webhook = (await webhooks.AddAsync(team.Manager, team.Project, new NewWebhook("https://localhost/", [WebhookEvents.ItemAccepted]), Cancellation)).Webhook.Id;
        await webhooks.PingAsync(team.Manager, team.Project, webhook, Cancellation);
        await team.Get<DeliveryWorker>().DeliverDueAsync(Cancellation);
        Assert.Equal("Not sent: that address is not on the public internet.", Assert.Single(await webhooks.DeliveriesAsync(team.Manager, team.Project, webhook, Cancellation)).LastResult);
    }

    /// <summary>A team with a webhook to a listener that answers with errors.</summary>
    private static async Task<(ReviewTeam Team, WebhookService Webhooks, DeliveryWorker Worker, Guid Webhook)> FailingAsync(SidaServer server, Listener listener)
    {
        listener.Answer = HttpStatusCode.InternalServerError;
        ReviewTeam team = await ReviewTeam.MeetAsync(server);
        WebhookService webhooks = team.Get<WebhookService>();
        AddedWebhook added = await webhooks.AddAsync(team.Manager, team.Project, new NewWebhook(listener.Url, [WebhookEvents.ItemAccepted]), Cancellation);
        return (team, webhooks, team.Get<DeliveryWorker>(), added.Webhook.Id);
    }

    private static string Hex(string secret, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));

    /// <summary>The other side: a server on loopback that notes what it gets.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly SemaphoreSlim _got = new(0);
        private WebApplication _app = null!;

        public ConcurrentQueue<(string Signature, string Event, string Body)> Messages { get; } = [];

        public HttpStatusCode Answer { get; set; } = HttpStatusCode.NoContent;

        public string Url => _app.Urls.First() + "/hook";

        public static async Task<Listener> StartAsync()
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            Listener listener = new() { _app = builder.Build() };
            listener._app.MapPost("/hook", listener.TakeAsync);
            await listener._app.StartAsync(Cancellation);
            return listener;
        }

        public async Task WaitForAsync(int messages)
        {
            for (int i = 0; i < messages; i++)
            {
                await _got.WaitAsync(Cancellation);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _app.DisposeAsync();
            _got.Dispose();
        }

        private async Task<IResult> TakeAsync(HttpRequest request)
        {
            using StreamReader reader = new(request.Body);
            string body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
            Messages.Enqueue((request.Headers[WebhookSignature.Header].ToString(), request.Headers[WebhookSignature.EventHeader].ToString(), body));
            _got.Release();
            return Results.StatusCode((int)Answer);
        }
    }
}
