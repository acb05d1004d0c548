namespace Sida.Web.Conversations;

/// <summary>Cleans up once in a while.</summary>
internal sealed partial class RetentionTimer(Retention retention, TimeProvider clock, ILogger<RetentionTimer> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await retention.SweepAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is, the next round may do better; until then nothing is lost but room.
                SweepFailed(logger, error);
            }
        }
    }

    [LoggerMessage(EventId = 501, Level = LogLevel.Warning, Message = "Cleaning up failed and is tried again later")]
    private static partial void SweepFailed(ILogger logger, Exception error);
}
