namespace Sida.Engine.Import.Hub;

/// <summary>Tries again after failures that may pass, waiting longer each time or as long as the hub asks.</summary>
internal sealed class HubRetry(HubOptions options)
{
    private int _failures;

    /// <summary>Runs an action until it succeeds or fails for good.</summary>
    /// <param name="action">What to do; a <see cref="TransientHubException"/> is what brings another attempt.</param>
    /// <param name="progressed">Whether the failed attempt got on, so that failures are counted anew.</param>
    /// <param name="cancellation">Stops the waiting too.</param>
    /// <exception cref="HubException">Too many failures in a row, or a wait that is too long.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> action, Func<bool> progressed, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await action().ConfigureAwait(false);
            }
            catch (TransientHubException failure)
            {
                _failures = progressed() ? 1 : _failures + 1;
                await Task.Delay(NextDelay(failure), cancellation).ConfigureAwait(false);
            }
        }
    }

    private TimeSpan NextDelay(TransientHubException failure)
    {
        if (_failures >= options.MaxAttempts)
        {
            throw new HubException($"{failure.Message}; given up after {_failures} attempts. What has come is kept: run the same command again to go on.", failure);
        }

        if (failure.RetryAfter > options.MaxRetryDelay)
        {
            throw new HubException($"{failure.Message}; the hub asks to wait {failure.RetryAfter:g}. What has come is kept: run the same command again then.", failure);
        }

        // Doubling with a random part, so that parallel downloads which failed together don't come back together.
        double doubled = options.RetryDelay.TotalSeconds * Math.Pow(2, _failures - 1) * (0.75 + (Random.Shared.NextDouble() / 2));
        return failure.RetryAfter ?? TimeSpan.FromSeconds(Math.Min(doubled, options.MaxRetryDelay.TotalSeconds));
    }
}
