using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Sida.Web.Access;

/// <summary>
/// How often one API key or browser may call, over HTTP and through the hub together: a bucket with a minute's calls, refilled
/// steadily.
/// </summary>
internal sealed class CallRate(IOptions<AccessOptions> options) : IDisposable
{
    private static readonly TimeSpan RefillEvery = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<Caller> _limiter = PartitionedRateLimiter.Create<Caller, Guid>(
        caller => RateLimitPartition.GetTokenBucketLimiter(caller.ApiKeyId ?? caller.OwnerId, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.Value.RequestsPerMinute,
            TokensPerPeriod = Math.Max(1, options.Value.RequestsPerMinute / 60),
            ReplenishmentPeriod = RefillEvery,
            QueueLimit = 0,
        }));

    /// <summary>For how long to wait after a refusal, as the Retry-After header has it.</summary>
    public static string RetryAfter => RefillEvery.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    public void Dispose() => _limiter.Dispose();

    /// <summary>Counts a call.</summary>
    /// <exception cref="LimitException">There were too many.</exception>
    public void Count(Caller caller)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(caller);
        if (!lease.IsAcquired)
        {
            throw new LimitException("Too many requests in this minute (Sida:Access:RequestsPerMinute). Wait a second and go on more slowly.");
        }
    }
}
