using Microsoft.Extensions.Options;
using Sida.Web.Access;

namespace Sida.Web.Accounts.OpenId;

/// <summary>
/// What is known of the provider: asked for when somebody wants to sign in with it, never at the start, and kept for an hour. While it
/// doesn't answer, people aren't kept waiting for each attempt.
/// </summary>
internal sealed class Provider(ProviderClient client, IOptions<AccessOptions> options, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeysKeptFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FailureKeptFor = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private ProviderDocument? _document;
    private OpenIdException? _failure;
    private DateTimeOffset _failedAt;

    public void Dispose() => _one.Dispose();

    /// <exception cref="OpenIdException">It can't be reached, or is another.</exception>
    public Task<ProviderDocument> GetAsync(CancellationToken cancellation) => GetAsync(KeptFor, cancellation);

    /// <summary>The key with which a token is signed. One that isn't known may be new, so the key set is read again, though not for every token.</summary>
    /// <exception cref="OpenIdException">The provider has no such key.</exception>
    public async Task<ProviderKey> FindKeyAsync(SignedToken token, CancellationToken cancellation) =>
        token.Choose((await GetAsync(cancellation)).Keys)
        ?? token.Choose((await GetAsync(KeysKeptFor, cancellation)).Keys)
        ?? throw new OpenIdException(OpenIdProblem.Wrong, "The provider's ID token is not signed with one of its keys and RS256 or ES256.");

    private async Task<ProviderDocument> GetAsync(TimeSpan age, CancellationToken cancellation)
    {
        if (_document is { } known && clock.GetUtcNow() - known.FetchedAt < age)
        {
            return known;
        }

        await _one.WaitAsync(cancellation);
        try
        {
            DateTimeOffset now = clock.GetUtcNow();
            if (_document is { } meanwhile && now - meanwhile.FetchedAt < age)
            {
                return meanwhile;
            }

            if (_failure is { } failure && now - _failedAt < FailureKeptFor)
            {
                throw new OpenIdException(failure.Problem, failure.Message, failure);
            }

            return _document = await TryFetchAsync(cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<ProviderDocument> TryFetchAsync(CancellationToken cancellation)
    {
        try
        {
            return await FetchAsync(cancellation);
        }
        catch (OpenIdException error)
        {
            (_failure, _failedAt) = (error, clock.GetUtcNow());
            throw;
        }
    }

    private async Task<ProviderDocument> FetchAsync(CancellationToken cancellation)
    {
        string issuer = options.Value.OpenIdConnect.Authority;
        ProviderDocument document = ProviderDocument.Read(await client.GetAsync(ProviderDocument.AddressFor(issuer), cancellation), issuer, clock.GetUtcNow());
        try
        {
            return document with { Keys = ProviderDocument.ReadKeys(await client.GetAsync(document.KeySet, cancellation)) };
        }
        catch (FormatException error)
        {
            throw new OpenIdException(OpenIdProblem.Wrong, $"{document.KeySet} has a key that can't be read.", error);
        }
    }
}
