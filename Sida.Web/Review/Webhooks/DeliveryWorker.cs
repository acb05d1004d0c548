using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Webhooks;

/// <summary>
/// Sends what is due, and again when it failed, each time later. A message may arrive twice (when the answer to the first got lost):
/// receivers know it by its id.
/// </summary>
internal sealed partial class DeliveryWorker(AccessService access, WebhookSender sender, DeliverySignal signal, TimeProvider clock, ILogger<DeliveryWorker> logger) : BackgroundService
{
    private const int AtOnce = 8;
    private const int BatchSize = 200;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    /// <summary>How long to wait after each failed attempt; after the last one the message is given up.</summary>
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromHours(24),
    ];

    private readonly SemaphoreSlim _one = new(1);

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    /// <summary>Sends everything that is due now.</summary>
    /// <returns>How many messages were sent or tried.</returns>
    public async Task<int> DeliverDueAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await using SidaDb db = access.OpenForServer();
            DateTimeOffset now = clock.GetUtcNow();
            List<WebhookDelivery> due = await db.WebhookDeliveries.AsNoTracking().Include(row => row.Webhook)
                .Where(row => row.State == DeliveryState.Pending && row.NextAt <= now && row.Webhook!.IsActive)
                .OrderBy(row => row.NextAt).ThenBy(row => row.Id).Take(BatchSize).ToListAsync(cancellation);
            // One after the other to each address, several addresses at a time: a slow one holds up nobody else.
            await Parallel.ForEachAsync(
                due.GroupBy(row => row.WebhookId),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                async (messages, stop) => await DeliverAsync([.. messages], stop));
            return due.Count;
        }
        finally
        {
            _one.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                int sent = await DeliverDueAsync(stoppingToken);
                if (sent < BatchSize)
                {
                    await WaitAsync(stoppingToken);
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is: the messages are still there, and the next round sends them.
                RoundFailed(logger, error);
                await Task.Delay(Period, clock, stoppingToken);
            }
        }
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(signal.WaitAsync(either.Token), Task.Delay(Period, clock, either.Token));
        await either.CancelAsync();
    }

    private async Task DeliverAsync(List<WebhookDelivery> messages, CancellationToken cancellation)
    {
        await using SidaDb db = access.OpenForServer();
        for (int i = 0; i < messages.Count; i++)
        {
            SendResult result = await sender.SendAsync(messages[i].Webhook!, messages[i], cancellation);
            await NoteAsync(db, messages[i], result, cancellation);
            if (result.Gone)
            {
                await db.Webhooks.Where(row => row.Id == messages[i].WebhookId).ExecuteUpdateAsync(row => row.SetProperty(one => one.IsActive, false), cancellation);
                return;
            }

            if (!result.Taken)
            {
                // What follows would fail too. It counts as tried, so that one address that doesn't answer takes no time from the others.
                foreach (WebhookDelivery waiting in messages[(i + 1)..])
                {
                    await NoteAsync(db, waiting, result with { Words = "Not sent: the message before it failed." }, cancellation);
                }

                return;
            }
        }
    }

    private async Task NoteAsync(SidaDb db, WebhookDelivery message, SendResult result, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        int attempts = message.Attempts + 1;
        bool given = !result.Taken && (result.Gone || attempts > Waits.Length);
        DeliveryState state = result.Taken ? DeliveryState.Delivered : given ? DeliveryState.Failed : DeliveryState.Pending;
        DateTimeOffset next = state == DeliveryState.Pending ? now + Waits[attempts - 1] : message.NextAt;
        DateTimeOffset? ended = state == DeliveryState.Pending ? null : now;
        await db.WebhookDeliveries.Where(row => row.Id == message.Id).ExecuteUpdateAsync(
            row => row.SetProperty(one => one.State, state).SetProperty(one => one.Attempts, attempts).SetProperty(one => one.NextAt, next)
                .SetProperty(one => one.EndedAt, ended).SetProperty(one => one.LastResult, result.Words),
            cancellation);
    }

    [LoggerMessage(EventId = 600, Level = LogLevel.Warning, Message = "Sending webhooks failed and is tried again")]
    private static partial void RoundFailed(ILogger logger, Exception error);
}
