using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Sida.Web.Access;

namespace Sida.Web.Accounts;

/// <summary>How often passwords may be tried: for one account, and from one place.</summary>
internal sealed class SignInRate(IOptions<AccessOptions> options) : IDisposable
{
    /// <summary>A place is often a whole office.</summary>
    private const int PeopleAtOnePlace = 5;

    private const int PrefixBytesOfOneNetwork = 8;

    private readonly PartitionedRateLimiter<string> _byAccount = Limiter(options.Value.SignInsPerMinute);
    private readonly PartitionedRateLimiter<string> _byPlace = Limiter(options.Value.SignInsPerMinute * PeopleAtOnePlace);

    public void Dispose()
    {
        _byAccount.Dispose();
        _byPlace.Dispose();
    }

    /// <summary>Counts an attempt.</summary>
    /// <param name="from">Where it comes from.</param>
    /// <param name="account">Whose password is tried, normalised; null where there is none to try.</param>
    /// <exception cref="LimitException">There were too many.</exception>
    public void Count(IPAddress? from, string? account)
    {
        using RateLimitLease place = _byPlace.AttemptAcquire(PlaceOf(from));
        using RateLimitLease name = _byAccount.AttemptAcquire(account ?? "", account is null ? 0 : 1);
        if (!place.IsAcquired || !name.IsAcquired)
        {
            throw new LimitException("Too many attempts. Wait a minute, then try again.");
        }
    }

    /// <summary>An IPv6 network has so many addresses that one person can come from another one each time.</summary>
    private static string PlaceOf(IPAddress? from)
    {
        if (from is null)
        {
            return "";
        }

        IPAddress address = from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from;
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, PrefixBytesOfOneNetwork)) : address.ToString();
    }

    private static PartitionedRateLimiter<string> Limiter(int perMinute) => PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = perMinute,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        }));
}
